#pragma once

#include "ui/requests/exchangerow.h"
#include "ui/widgets/controls.h"

#include <QButtonGroup>
#include <QWidget>

#include <functional>

namespace qcc {

/// What may be asked for of the requests, each with how many there are. One is chosen; arrows go from one to the next. Where they are too many for a line they
/// take another.
class FilterChips : public QWidget
{
    Q_OBJECT

public:
    explicit FilterChips(QWidget *parent = nullptr);

    Asked asked() const;
    /// Without a signal.
    void setAsked(Asked asked);
    /// `counts`: nothing for what is not known.
    void setCounts(const std::function<std::optional<qint64>(Asked)> &counts);
    ChipButton *chip(Asked asked) const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void chosen();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    /// Where each chip stands in `width`, with the height of all.
    int place(int width, bool moves) const;

    QButtonGroup m_group;
};

} // namespace qcc
