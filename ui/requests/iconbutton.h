#pragma once

#include <QToolButton>

namespace qcc {

/// What small buttons of the page show in place of a word.
enum class Sign { Close, Dots };

/// A flat button with a sign. What it does is its tip, and its name for screen readers.
class IconButton : public QToolButton
{
    Q_OBJECT

public:
    IconButton(Sign sign, const QString &what, QWidget *parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Sign m_sign;
};

} // namespace qcc
