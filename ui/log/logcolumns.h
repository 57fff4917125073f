#pragma once

#include "core/config/config.h"

#include <QCoreApplication>
#include <QPlainTextDocumentLayout>
#include <QString>
#include <QWidget>

#include <optional>

namespace qcc {

/// A line of the log as the screen has it: time, level and words, each in its column; parted by tabs.
class LogColumns
{
    Q_DECLARE_TR_FUNCTIONS(LogColumns)

public:
    /// Where the columns begin, with `font`. They do not follow the data.
    explicit LogColumns(const QFont &font = {});

    int mark = 0;
    int level = 0;
    int words = 0;

    /// `line` of proxy.log in columns; one that does not begin with a time and a level stays as it is.
    static QString shown(const QString &line);
    /// How long what stands before the words is in `line`, and in shown(line); 0 where it has no columns.
    static qsizetype headOf(const QString &line);
    static qsizetype headOfShown(const QString &shown);
    static QString wordFor(LogLevel level);
};

/// Lines that wrap go on under their words, not under their time.
class HangingLayout : public QPlainTextDocumentLayout
{
    Q_OBJECT

public:
    using QPlainTextDocumentLayout::QPlainTextDocumentLayout;

    /// Where the words begin; 0: nothing hangs. The caller has all lines laid out anew.
    void setIndent(int indent) { m_indent = indent; }
    QRectF blockBoundingRect(const QTextBlock &block) const override;

private:
    int m_indent = 0;
};

/// The captions over the columns, or the name of the file where there are none.
class LogHeader : public QWidget
{
    Q_OBJECT

public:
    explicit LogHeader(QWidget *parent) : QWidget(parent) { }

    /// Absent: the lines are shown as in the file. `offset`: how far they are scrolled to the side.
    void setColumns(const std::optional<LogColumns> &columns, int offset);
    int wantedHeight() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::optional<LogColumns> m_columns;
    int m_offset = 0;
};

} // namespace qcc
