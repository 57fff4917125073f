#pragma once

#include "ui/clients/clientwords.h"

#include <QTextEdit>

namespace qcc {

/// The lines of settings files that go and come, in fixed pitch: told apart by sign, place and colour. Text, so that it can be selected and read out.
class DiffView : public QTextEdit
{
    Q_OBJECT

public:
    explicit DiffView(QWidget *parent = nullptr);

    void setChange(const ShownChange &change);
    /// Its lines decide, some of which need more than one.
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent *event) override;

private:
    void write();

    ShownChange m_change;
    mutable int m_width = -1; ///< That m_height is for.
    mutable int m_height = 0;
};

} // namespace qcc
