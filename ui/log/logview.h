#pragma once

#include "ui/log/logcolumns.h"

#include <QPalette>
#include <QPlainTextEdit>
#include <QStringList>
#include <QSyntaxHighlighter>

namespace qcc {

/// Colours the lines of the log, in columns or as in the file: the time steps back, the level says how bad it is, and what was searched stands out.
/// The state of a block is its LogLevel, or negative.
class LogHighlighter : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    explicit LogHighlighter(QTextDocument *document) : QSyntaxHighlighter(document) { }

    void setPalette(const QPalette &palette);
    void setColumns(bool columns);
    /// Letter case counts, as it does for the lines that are found.
    void setSearch(const QString &text);

protected:
    void highlightBlock(const QString &text) override;

private:
    void colourHead(const QString &text);

    QPalette m_palette;
    bool m_columns = true;
    QString m_search;
};

/// The end of a log that grows. It follows the end while it is scrolled there; else nothing that comes moves what is read.
class LogView : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit LogView(QWidget *parent = nullptr);

    /// Only the lines that were not there before are added, and those that are gone leave at the top.
    void setLines(const QStringList &lines);
    /// As they were given, whether they are shown in columns or not.
    const QStringList &lines() const { return m_lines; }
    /// What is selected; the heads of lines as they were given, where they are wholly in it.
    QString selectedText() const;
    /// Time, level and words in columns, or the lines as they are.
    void setColumns(bool columns);
    void setSearch(const QString &text);

    bool follows() const { return m_follows; }
    /// Scrolls to the end and stays there; or stays where it is.
    void setFollows(bool follow);
    /// Long lines; what is read stays on the screen.
    void setWraps(bool wrap);

Q_SIGNALS:
    /// By scrolling, or by setFollows().
    void followsChanged(bool follow);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    QMimeData *createMimeDataFromSelection() const override;

private:
    void dress();
    void placeHeader();
    QString blocksOf(const QStringList &lines) const;
    void replaceAll(const QStringList &lines);
    void advance(qsizetype gone, const QStringList &added);
    void noteScrolling();
    void layOutAll();
    void scrollToEnd();
    void restTextCursor();

    QStringList m_lines;
    bool m_columns = true;
    bool m_dressing = false;
    LogColumns m_places;
    HangingLayout *m_layout = nullptr;
    LogHeader *m_header;
    LogHighlighter *m_highlighter = nullptr;
    bool m_layingOut = false;
    bool m_follows = true;
    bool m_updating = false; ///< What scrolls now is not the user.
};

/// How many lines at the top of `shown` are gone in `lines`, a later view of the same log; all where the two have nothing in
/// common.
qsizetype linesGone(const QStringList &shown, const QStringList &lines);

} // namespace qcc
