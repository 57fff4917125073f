#pragma once

#include "ui/widgets/theme.h"

#include <QFrame>
#include <QTimer>
#include <QWidget>

#include <functional>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace qcc {

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

/// One line above a page: what went wrong, with the whole text to copy, or what was done, with the way back.
class MessageBar : public QFrame
{
    Q_OBJECT

public:
    explicit MessageBar(QWidget *parent = nullptr);

    /// Stays until it is closed or replaced.
    void showProblem(const QString &text);
    /// Goes by itself after `undoTime`; without `undo` there is no button.
    void showDone(const QString &text, std::function<void()> undo);
    void dismiss();

    QString text() const;

    static constexpr std::chrono::seconds undoTime{15};

protected:
    void changeEvent(QEvent *event) override;

private:
    enum class Kind { None, Problem, Done };
    void present(Kind kind, const QString &text);
    void colourMark();

    Kind m_kind = Kind::None;
    std::function<void()> m_undo;
    QLabel *m_mark;
    QLabel *m_text;
    QPushButton *m_action;
    QToolButton *m_close;
    QTimer m_time;
};

} // namespace qcc
