#pragma once

#include <QAbstractButton>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QObject>
#include <QPointer>
#include <QScrollBar>
#include <QTabBar>
#include <QTimer>

#include <utility>

namespace qcc {

/// Leaves to the page what is meant for it and not for the field that gets it first. A filter for the whole application.
/// The wheel: what it only passes over does not change. A box of choices turns when it is open, a number when it has the focus, which the wheel does
/// not give. Escape: it closes an open list of choices, and nothing behind that. Ctrl+Z: a field in which nothing was typed has nothing to take back.
/// The focus: a button that goes, or is switched off, while it has the focus does not hand it to what comes next, whose text the next key would
/// replace; it gets it back, and Tab goes on from where it was.
/// Thread: the GUI thread.
class InputGuard : public QObject
{
public:
    using QObject::QObject;

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        switch (event->type()) {
        case QEvent::Wheel: return guardsFromWheel(watched, event);
        case QEvent::Show:
        case QEvent::EnabledChange: giveBackFocus(watched); return guardsFromWheel(watched, event);
        case QEvent::ShortcutOverride: return keepsEscape(static_cast<QKeyEvent *>(event)) || leavesUndo(watched, static_cast<QKeyEvent *>(event));
        // Styles and windows are told as well.
        case QEvent::FocusOut:
            if (watched->isWidgetType())
                noteLoss(watched);
            return false;
        case QEvent::FocusIn:
            if (watched->isWidgetType())
                refuseHeir(static_cast<QWidget *>(watched));
            return false;
        case QEvent::KeyPress: return goesOnByTab(static_cast<QKeyEvent *>(event));
        default: return false;
        }
    }

private:
    void noteLoss(QObject *watched)
    {
        auto *button = qobject_cast<QAbstractButton *>(watched);
        m_handsOver = button && (!button->isEnabled() || button->isHidden());
        // One that goes along with it has it from it.
        if (m_handsOver && (!m_waiting || button != m_heir))
            m_waiting = button;
    }

    void refuseHeir(QWidget *heir)
    {
        if (!std::exchange(m_handsOver, false)) {
            m_waiting.clear();
            return;
        }
        m_heir = heir;
        // It is in the middle of getting it.
        QTimer::singleShot(0, heir, [this, heir] {
            if (m_waiting && heir->hasFocus())
                takeFocusFrom(heir);
        });
    }

    void giveBackFocus(QObject *watched)
    {
        if (!m_waiting || watched != m_waiting || !m_waiting->isEnabled() || m_waiting->isHidden())
            return;
        QWidget *now = m_waiting->window()->focusWidget();
        if (now && now == m_heir)
            takeFocusFrom(now);
        else if (now && now != m_waiting)
            return m_waiting.clear();
        std::exchange(m_waiting, {})->setFocus(Qt::OtherFocusReason);
    }

    static void takeFocusFrom(QWidget *heir)
    {
        if (auto *field = qobject_cast<QLineEdit *>(heir))
            field->deselect();
        heir->clearFocus();
    }

    bool goesOnByTab(QKeyEvent *event)
    {
        const bool back = event->key() == Qt::Key_Backtab;
        if (!m_waiting || QApplication::focusWidget() || (!back && event->key() != Qt::Key_Tab))
            return false;
        const auto next = [back](const QWidget *from) { return back ? from->previousInFocusChain() : from->nextInFocusChain(); };
        for (QWidget *each = next(m_waiting); each && each != m_waiting; each = next(each)) {
            if (each->isEnabled() && each->isVisible() && (each->focusPolicy() & Qt::TabFocus) && !each->focusProxy()) {
                each->setFocus(back ? Qt::BacktabFocusReason : Qt::TabFocusReason);
                return true;
            }
        }
        return false;
    }

    static bool guardsFromWheel(QObject *watched, QEvent *event)
    {
        auto *input = qobject_cast<QWidget *>(watched);
        const bool isChoice = qobject_cast<QComboBox *>(input) || qobject_cast<QTabBar *>(input);
        const bool isNumber = qobject_cast<QAbstractSpinBox *>(input) || (qobject_cast<QAbstractSlider *>(input) && !qobject_cast<QScrollBar *>(input));
        if (!isChoice && !isNumber)
            return false;
        const bool isWheel = event->type() == QEvent::Wheel;
        if (!isWheel && event->type() != QEvent::Show)
            return false;
        // Qt gives it before it asks its filters about the wheel.
        if (!isWheel && input->focusPolicy() == Qt::WheelFocus)
            input->setFocusPolicy(Qt::StrongFocus);
        if (!isWheel || (isNumber && input->hasFocus()))
            return false;
        event->ignore();
        return true;
    }

    static bool keepsEscape(QKeyEvent *event)
    {
        // The list takes it, and leaves it to shortcuts all the same.
        if (QApplication::activePopupWidget() && event->matches(QKeySequence::Cancel))
            event->accept();
        return false;
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

    QPointer<QAbstractButton> m_waiting; ///< Gets the focus back.
    QPointer<QWidget> m_heir;            ///< What it was handed to.
    bool m_handsOver = false;            ///< What gets the focus next was not chosen by anybody.
};

} // namespace qcc
