#pragma once

#include "core/doctor/finding.h"

#include <QDialog>

#include <functional>
#include <optional>

class QLabel;
class QPushButton;
class QScrollArea;
class QStackedLayout;

namespace qcc {

class ChipButton;
class EmptyState;
class MarkLabel;
class MessageBar;

/// What keeps requests from getting through, and what to do about it: the same as `qcc doctor` says. It is looked into elsewhere.
class DiagnosticsDialog : public QDialog
{
    Q_OBJECT

public:
    /// Asks the user for a new file, and hands it on unless there is none.
    using PathChooser = std::function<void(std::function<void(const QString &path)> then)>;

    explicit DiagnosticsDialog(QWidget *parent = nullptr);

    /// It is being looked into. What was found before stays until setFindings().
    void begin();
    /// So many of the endpoints have been asked.
    void setProgress(qsizetype asked, qsizetype of);
    void setFindings(const QList<Finding> &findings);
    void showSaved(const QString &path);
    void showProblem(const QString &text);

    /// In place of the file dialog.
    void setPathChooser(PathChooser chooser) { m_choosePath = std::move(chooser); }

Q_SIGNALS:
    void checkRequested();
    /// Once it has findings. showSaved() or showProblem() is to follow.
    void saveRequested(const QString &path);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QLayout *head();
    QLayout *buttons();
    void openFileDialog(std::function<void(const QString &path)> then);
    QLayout *filter();
    void fill();
    void setMargins();
    void applyLooks();

    PathChooser m_choosePath;
    std::optional<QList<Finding>> m_findings;
    MarkLabel *m_mark;
    QLabel *m_title;
    QLabel *m_note;
    QStackedLayout *m_stack;
    EmptyState *m_empty;
    QWidget *m_filter;
    ChipButton *m_onlyUnwell;
    QLabel *m_hidden;
    QScrollArea *m_scroll;
    MessageBar *m_messages;
    QPushButton *m_save;
    QPushButton *m_copy;
    QPushButton *m_again;
    QPushButton *m_close;
};

} // namespace qcc
