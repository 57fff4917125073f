#pragma once

#include "ui/widgets/theme.h"

#include <QDeadlineTimer>
#include <QFrame>
#include <QList>
#include <QTimer>
#include <QWidget>

#include <functional>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace qcc {

class MarkLabel;

/// What a page says while it has nothing to show: what will be here, and the next step.
class EmptyState : public QWidget
{
    Q_OBJECT

public:
    EmptyState(const QString &title, const QString &text, QWidget *parent = nullptr);

    void setTexts(const QString &title, const QString &text);
    /// The first button added is the one that is proposed. The caller connects it.
    QPushButton *addButton(const QString &text);

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyFonts();

    QLabel *m_title;
    QLabel *m_text;
    QHBoxLayout *m_buttons;
};

/// A card over the foot of an area: what went wrong, with the whole text to copy, or what was done, with the way back. It is in no layout, so that it
/// moves nothing; it comes where neither the pointer nor the focus is, and what it covered takes no click meant for it. One message at a time: the
/// next waits. What was done last takes the place of what was done before; a problem takes its place too, and afterwards it comes again.
/// Thread: the GUI thread.
class MessageBar : public QFrame
{
    Q_OBJECT

public:
    /// `area` lies within `window`.
    MessageBar(QWidget *window, QWidget *area);

    /// Stays until it is closed or withdrawn. `step` does something about it, in a button that says `stepText`; without one the text can be copied.
    void showProblem(const QString &text, const QString &stepText = {}, std::function<void()> step = {});
    /// Goes by itself after `undoTime`, of which it has `leastTime` at least after a problem; without `undo` there is no button.
    void showDone(const QString &text, std::function<void()> undo);
    /// The problem `text` is solved, whether it was seen or not.
    void withdraw(const QString &text);
    void dismiss();

    /// What is shown.
    QString text() const { return m_shown.text; }
    /// Until it goes by itself; negative: it stays.
    std::chrono::milliseconds timeLeft() const { return m_time.remainingTimeAsDuration(); }

    static constexpr std::chrono::seconds undoTime{15};
    static constexpr std::chrono::seconds leastTime{4};
    static constexpr int mostWaiting = 5;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    enum class Kind { None, Problem, Done };
    struct Message {
        Kind kind = Kind::None;
        QString text;
        std::function<void()> act = {};
        QString actText = {}; ///< Empty: the usual one of its kind.
        std::chrono::milliseconds left = undoTime; ///< For something done.
    };

    void take(const Message &message);
    void wait(const Message &message);
    void present(const Message &message);
    void clear();
    void showNext();
    void choosePlace();
    void place();
    QRect placeAt(Qt::Edge edge) const;

    Message m_shown;
    QList<Message> m_waiting; ///< Problems, the oldest first, then what was done.
    QWidget *m_area;
    Qt::Edge m_edge = Qt::BottomEdge;
    MarkLabel *m_mark;
    QLabel *m_text;
    QPushButton *m_action;
    QToolButton *m_close;
    QTimer m_time;
    QDeadlineTimer m_changed; ///< Until then a click is meant for what was shown before.
    QTimer m_clearing; ///< Nothing is shown any more, but a second click would still be meant for it.
};

} // namespace qcc
