#pragma once

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QEvent>
#include <QObject>
#include <QScrollBar>
#include <QTabBar>

namespace qcc {

/// Leaves the wheel to the page, wherever it turns: what it only passes over does not change. A box of choices turns when it is open, a number
/// when it has the focus, which the wheel does not give. A filter for the whole application.
/// Thread: the GUI thread.
class WheelGuard : public QObject
{
public:
    using QObject::QObject;

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        const bool isWheel = event->type() == QEvent::Wheel;
        if (!isWheel && event->type() != QEvent::Show)
            return false;
        auto *input = qobject_cast<QWidget *>(watched);
        const bool isChoice = qobject_cast<QComboBox *>(input) || qobject_cast<QTabBar *>(input);
        const bool isNumber = qobject_cast<QAbstractSpinBox *>(input) || (qobject_cast<QAbstractSlider *>(input) && !qobject_cast<QScrollBar *>(input));
        if (!isChoice && !isNumber)
            return false;
        // Qt gives it before it asks its filters about the wheel.
        if (!isWheel && input->focusPolicy() == Qt::WheelFocus)
            input->setFocusPolicy(Qt::StrongFocus);
        if (!isWheel || (isNumber && input->hasFocus()))
            return false;
        event->ignore();
        return true;
    }
};

} // namespace qcc
