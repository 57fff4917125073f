#pragma once

#include "ui/model/timelineview.h"

#include <QWidget>

class QButtonGroup;

namespace qcc {

/// How far back: one hour, one day, one week.
class RangeSwitch : public QWidget
{
    Q_OBJECT

public:
    explicit RangeSwitch(QWidget *parent = nullptr);

    TimelineRange range() const;

Q_SIGNALS:
    /// The user chose another one.
    void rangeChosen(qcc::TimelineRange range);

protected:
    void changeEvent(QEvent *event) override;

private:
    void addButton(TimelineRange range, const QString &text, const QString &name);
    void applyLooks();

    QButtonGroup *m_buttons;
};

} // namespace qcc
