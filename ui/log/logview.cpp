#include "ui/log/logview.h"

#include "core/log/logreader.h"
#include "ui/widgets/theme.h"

#include <QEvent>
#include <QFontDatabase>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QTextBlock>

#include <algorithm>

namespace qcc {

namespace {

constexpr int timeLength = 23;      // "2026-11-23 10:00:00,123"
constexpr int levelAt = timeLength + 3; // " - " stands between.
constexpr float hitOpacity = 0.35F;

Meaning meaningOf(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
    case LogLevel::Info: return Meaning::Neutral;
    case LogLevel::Warning: return Meaning::Warning;
    case LogLevel::Error: return Meaning::Failure;
    }
    Q_UNREACHABLE();
}

} // namespace

void LogHighlighter::setPalette(const QPalette &palette)
{
    m_palette = palette;
    rehighlight();
}

void LogHighlighter::setSearch(const QString &text)
{
    if (text == m_search)
        return;
    m_search = text;
    rehighlight();
}

void LogHighlighter::highlightBlock(const QString &text)
{
    // Its beginning alone decides; a whole line may be long.
    if (const auto level = levelOfLine(text.left(levelAt + 12).toLatin1())) {
        setFormat(0, levelAt, colourOf(Meaning::Neutral, m_palette));
        const auto levelEnd = static_cast<int>(text.indexOf(QLatin1Char(' '), levelAt));
        QTextCharFormat format;
        format.setForeground(colourOf(meaningOf(*level), m_palette));
        if (*level >= LogLevel::Warning)
            format.setFontWeight(QFont::DemiBold);
        setFormat(levelAt, levelEnd - levelAt, format);
    }
    if (m_search.isEmpty())
        return;
    QColor background = colourOf(Meaning::Warning, m_palette);
    background.setAlphaF(hitOpacity);
    for (qsizetype at = text.indexOf(m_search); at >= 0; at = text.indexOf(m_search, at + m_search.size())) {
        QTextCharFormat hit = format(static_cast<int>(at));
        hit.setForeground(m_palette.color(QPalette::Text));
        hit.setBackground(background);
        setFormat(static_cast<int>(at), static_cast<int>(m_search.size()), hit);
    }
}

namespace {

/// One block for each of `lines`: what the document would take for an end of line within one becomes a space.
QString blocksOf(const QStringList &lines)
{
    QStringList shown;
    shown.reserve(lines.size());
    for (QString line : lines) {
        for (const QChar end : {QChar(QChar::CarriageReturn), QChar(QChar::LineFeed), QChar(QChar::ParagraphSeparator),
                                QChar(0xfdd0), QChar(0xfdd1)})
            line.replace(end, QLatin1Char(' '));
        shown << line;
    }
    return shown.join(QLatin1Char('\n'));
}

} // namespace

qsizetype linesGone(const QStringList &shown, const QStringList &lines)
{
    for (qsizetype gone = 0; gone < shown.size(); ++gone) {
        const qsizetype common = shown.size() - gone;
        if (common <= lines.size() && std::equal(shown.begin() + gone, shown.end(), lines.begin()))
            return gone;
    }
    return shown.size();
}

LogView::LogView(QWidget *parent)
    : QPlainTextEdit(parent)
    , m_highlighter(new LogHighlighter(document()))
{
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setLineWrapMode(NoWrap);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_highlighter->setPalette(palette());
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &LogView::noteScrolling);
    // Where the keys scroll, the scroll bar says nothing.
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect &, int dy) {
        if (dy != 0)
            noteScrolling();
    });
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this] {
        if (m_follows)
            scrollToEnd();
    });
}

void LogView::noteScrolling()
{
    const bool atEnd = verticalScrollBar()->value() == verticalScrollBar()->maximum();
    if (m_updating || atEnd == m_follows)
        return;
    m_follows = atEnd;
    Q_EMIT followsChanged(m_follows);
}

void LogView::setLines(const QStringList &lines)
{
    if (lines == m_lines)
        return;
    const QScopedValueRollback updating(m_updating, true);
    const qsizetype gone = linesGone(m_lines, lines);
    if (gone == m_lines.size())
        replaceAll(lines);
    else
        advance(gone, lines.mid(m_lines.size() - gone));
    m_lines = lines;
    if (m_follows) {
        restTextCursor();
        scrollToEnd();
    }
}

void LogView::replaceAll(const QStringList &lines)
{
    setPlainText(blocksOf(lines));
    // What was read before is not there any more.
    if (!m_follows) {
        m_follows = true;
        Q_EMIT followsChanged(true);
    }
}

void LogView::advance(qsizetype gone, const QStringList &added)
{
    // The document moves its cursors with the text, but a selection that touches the end would grow.
    const QTextCursor selected = textCursor();
    const int anchor = selected.anchor();
    const int position = selected.position();
    const int across = horizontalScrollBar()->value();
    QTextCursor top(firstVisibleBlock());
    const int inBlock = verticalScrollBar()->value() - firstVisibleBlock().firstLineNumber();

    QTextCursor edit(document());
    edit.beginEditBlock();
    if (!added.isEmpty()) {
        edit.movePosition(QTextCursor::End);
        edit.insertText(QLatin1Char('\n') + blocksOf(added));
    }
    int removed = 0;
    if (gone > 0) {
        removed = document()->findBlockByNumber(static_cast<int>(gone)).position();
        edit.setPosition(0);
        edit.setPosition(removed, QTextCursor::KeepAnchor);
        edit.removeSelectedText();
    }
    edit.endEditBlock();

    QTextCursor restored(document());
    restored.setPosition(std::max(0, anchor - removed));
    restored.setPosition(std::max(0, position - removed), QTextCursor::KeepAnchor);
    setTextCursor(restored);
    horizontalScrollBar()->setValue(across);
    verticalScrollBar()->setValue(top.block().firstLineNumber() + inBlock);
}

void LogView::setSearch(const QString &text)
{
    m_highlighter->setSearch(text);
}

void LogView::setFollows(bool follow)
{
    if (follow != m_follows) {
        m_follows = follow;
        Q_EMIT followsChanged(follow);
    }
    if (follow)
        scrollToEnd();
}

void LogView::setWraps(bool wrap)
{
    const QScopedValueRollback updating(m_updating, true);
    const QTextBlock top = firstVisibleBlock();
    setLineWrapMode(wrap ? WidgetWidth : NoWrap);
    horizontalScrollBar()->setValue(0);
    verticalScrollBar()->setValue(top.firstLineNumber());
    if (m_follows)
        scrollToEnd();
}

// The keys move the view from where the text cursor is.
void LogView::restTextCursor()
{
    if (textCursor().hasSelection())
        return;
    const int across = horizontalScrollBar()->value();
    setTextCursor(QTextCursor(document()->lastBlock()));
    horizontalScrollBar()->setValue(across);
}

void LogView::scrollToEnd()
{
    const QScopedValueRollback updating(m_updating, true);
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

void LogView::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_highlighter->setPalette(palette());
}

} // namespace qcc
