#pragma once

#include "core/log/logreader.h"
#include "ui/log/logwords.h"

#include <QButtonGroup>
#include <QTimer>
#include <QWidget>

class QCheckBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace qcc {

class EmptyState;
class LogView;

/// The end of the log, as it grows, by level and by text.
class LogPage : public QWidget
{
    Q_OBJECT

public:
    explicit LogPage(QWidget *parent = nullptr);

    /// `lines` are the last ones that match query(), the oldest first; `total` counts all lines of the file.
    void setLines(const QStringList &lines, qint64 total);
    /// Names the endpoints.
    void setConfig(const ConfigSnapshot &config);
    LogQuery query() const;
    void focusFilter();
    /// Only lines that hold `text`, whatever their level.
    void search(const QString &text);
    /// Shows all lines again; false where none was left out.
    bool clearFilter();

    static constexpr std::chrono::milliseconds settleTime{200};
    static constexpr qsizetype mostLines = 2000;

Q_SIGNALS:
    /// The level or the text that is searched changed; while it is typed, once it has settled.
    void queryChanged(const qcc::LogQuery &query);
    void openFolderRequested();

private:
    QHBoxLayout *levels();
    void ask();
    void showLines();
    void copy();
    QString summary(qsizetype shown, qint64 total) const;
    bool filters() const;

    QButtonGroup m_levels; ///< By the place of the level among those that can be chosen.
    QLineEdit *m_search;
    QCheckBox *m_follow;
    QCheckBox *m_wrap;
    QCheckBox *m_asInFile;
    QPushButton *m_copy;
    LogView *m_view;
    EmptyState *m_noLog;
    EmptyState *m_noMatch;
    QStackedWidget *m_pages;
    QLabel *m_summary;
    QTimer m_settle;
    ConfigSnapshot m_config;
    LogWords::Names m_names;
    QStringList m_lines;                  ///< As in the file.
    QHash<QString, QString> m_translated; ///< Of those.
    LogQuery m_asked; ///< What queryChanged() said last.
};

} // namespace qcc
