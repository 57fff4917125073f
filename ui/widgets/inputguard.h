#pragma once

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QObject>
#include <QScrollBar>
#include <QTabBar>

namespace qcc {

/// Leaves to the page what is meant for it and not for the field that gets it first. A filter for the whole application.
/// The wheel: what it only passes over does not change. A box of choices turns when it is open, a number when it has the focus, which the wheel does
/// not give. Ctrl+Z: a field in which nothing was typed has nothing to take back.
/// Thread: the GUI thread.
class InputGuard : public QObject
{
public:
    using QObject::QObject;

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        switch (event->type()) {
        case QEvent::Wheel:
        case QEvent::Show: return guardsFromWheel(watched, event);
        case QEvent::ShortcutOverride: return leavesUndo(watched, static_cast<QKeyEvent *>(event));
        default: return false;
        }
    }

private:
    static bool guardsFromWheel(QObject *watched, QEvent *event)
    {
        auto *input = qobject_cast<QWidget *>(watched);
        const bool isChoice = qobject_cast<QComboBox *>(input) || qobject_cast<QTabBar *>(input);
        const bool isNumber = qobject_cast<QAbstractSpinBox *>(input) || (qobject_cast<QAbstractSlider *>(input) && !qobject_cast<QScrollBar *>(input));
        if (!isChoice && !isNumber)
            return false;
        const bool isWheel = event->type() == QEvent::Wheel;
        // Qt gives it before it asks its filters about the wheel.
        if (!isWheel && input->focusPolicy() == Qt::WheelFocus)
            input->setFocusPolicy(Qt::StrongFocus);
        if (!isWheel || (isNumber && input->hasFocus()))
            return false;
        event->ignore();
        return true;
    }

    static bool leavesUndo(QObject *watched, QKeyEvent *event)
    {
        if (!event->matches(QKeySequence::Undo))
            return false;
        auto *field = qobject_cast<QLineEdit *>(watched);
        if (!field && qobject_cast<QAbstractSpinBox *>(watched))
            field = watched->findChild<QLineEdit *>();
        if (!field || field->isUndoAvailable())
            return false;
        event->ignore();
        return true;
    }
};

} // namespace qcc
