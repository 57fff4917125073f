#include "ui/log/logview.h"

#include "core/log/logreader.h"
#include "ui/widgets/shapes.h"
#include "ui/widgets/theme.h"

#include <QEvent>
#include <QFontDatabase>
#include <QMimeData>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QTextBlock>

#include <algorithm>
#include <optional>
#include <utility>

namespace qcc {

namespace {

constexpr qsizetype inFileLevelAt = 26; // after "2026-11-23 10:00:00,123 - "
constexpr qsizetype longestLevel = 12;
constexpr int markSize = 12;

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

void LogHighlighter::setColumns(bool columns)
{
    m_columns = columns;
}

void LogHighlighter::colourHead(const QString &text)
{
    setCurrentBlockState(-1);
    const qsizetype levelAt = m_columns ? text.indexOf(QLatin1Char('\t')) + 1 : inFileLevelAt;
    const qsizetype levelEnd = m_columns ? LogColumns::headOfShown(text) - 1 : text.indexOf(QLatin1Char(' '), levelAt);
    if (levelEnd <= levelAt || levelAt == 0)
        return;
    std::optional<LogLevel> level;
    if (!m_columns) {
        // Its beginning alone decides; a whole line may be long.
        level = levelOfLine(text.left(inFileLevelAt + longestLevel).toLatin1());
    } else {
        const QString word = text.sliced(levelAt, levelEnd - levelAt);
        for (const LogLevel each : EnumTable<LogLevel>::values) {
            if (LogColumns::wordFor(each) == word)
                level = each;
        }
    }
    if (!level)
        return;
    setCurrentBlockState(static_cast<int>(*level));
    setFormat(0, static_cast<int>(levelAt), coloursOf(m_palette).text3);
    setFormat(static_cast<int>(levelAt), static_cast<int>(levelEnd - levelAt), colourOf(meaningOf(*level), m_palette));
}

void LogHighlighter::highlightBlock(const QString &text)
{
    colourHead(text);
    if (m_search.isEmpty())
        return;
    const QColor background = coloursOf(m_palette).of(Meaning::Warning).soft;
    for (qsizetype at = text.indexOf(m_search); at >= 0; at = text.indexOf(m_search, at + m_search.size())) {
        QTextCharFormat hit = format(static_cast<int>(at));
        hit.setForeground(m_palette.color(QPalette::Text));
        hit.setBackground(background);
        setFormat(static_cast<int>(at), static_cast<int>(m_search.size()), hit);
    }
}

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
    , m_header(new LogHeader(this))
{
    auto *text = new QTextDocument(this);
    m_layout = new HangingLayout(text);
    text->setDocumentLayout(m_layout);
    setDocument(text);
    m_highlighter = new LogHighlighter(text);
    setFrameShape(NoFrame);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(0);
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setLineWrapMode(NoWrap);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    dress();
    connect(horizontalScrollBar(), &QScrollBar::valueChanged, this, &LogView::placeHeader);
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

/// One block for each of `lines`: what the document would take for an end of line within one becomes a space.
QString LogView::blocksOf(const QStringList &lines) const
{
    QStringList shown;
    shown.reserve(lines.size());
    for (QString line : lines) {
        for (const QChar end : {QChar(QChar::CarriageReturn), QChar(QChar::LineFeed), QChar(QChar::ParagraphSeparator),
                                QChar(0xfdd0), QChar(0xfdd1)})
            line.replace(end, QLatin1Char(' '));
        shown << (m_columns ? LogColumns::shown(line) : line);
    }
    return shown.join(QLatin1Char('\n'));
}

QString LogView::selectedText() const
{
    const QTextCursor selected = textCursor();
    QStringList texts;
    for (QTextBlock block = document()->findBlock(selected.selectionStart()); selected.hasSelection() && block.isValid(); block = block.next()) {
        const QString shown = block.text();
        const int from = std::max(0, selected.selectionStart() - block.position());
        const int to = std::min(static_cast<int>(shown.size()), selected.selectionEnd() - block.position());
        if (to < 0)
            break;
        const QString &line = m_lines.value(block.blockNumber());
        const qsizetype head = m_columns ? LogColumns::headOfShown(shown) : 0;
        const bool whole = head > 0 && from == 0 && to >= head && LogColumns::headOf(line) > 0;
        texts << (whole ? line.first(LogColumns::headOf(line)) + shown.sliced(head, to - head) : shown.sliced(from, to - from));
    }
    return texts.join(QLatin1Char('\n'));
}

QMimeData *LogView::createMimeDataFromSelection() const
{
    auto *copied = new QMimeData;
    copied->setText(selectedText());
    return copied;
}

void LogView::setColumns(bool columns)
{
    if (columns == m_columns)
        return;
    m_columns = columns;
    dress();
    if (!m_lines.isEmpty()) {
        const QStringList lines = std::exchange(m_lines, {});
        setLines(lines);
    }
}

void LogView::dress()
{
    if (m_dressing)
        return;
    const QScopedValueRollback dressing(m_dressing, true);
    // What stands as in the file is of one pitch; all else is in the page's font.
    setFont(m_columns ? QFont() : QFontDatabase::systemFont(QFontDatabase::FixedFont));
    QFont page;
    page.fromString((parentWidget() ? parentWidget()->font() : QFont()).toString()); // In whole: nothing of it is inherited.
    m_header->setFont(page);
    m_places = LogColumns(font());
    QTextOption option = document()->defaultTextOption();
    QList<QTextOption::Tab> tabs;
    if (m_columns)
        tabs = {{static_cast<qreal>(m_places.level), QTextOption::LeftTab}, {static_cast<qreal>(m_places.words), QTextOption::LeftTab}};
    option.setTabs(tabs);
    m_layout->setIndent(m_columns ? m_places.words : 0);
    document()->setDefaultTextOption(option);
    m_highlighter->setColumns(m_columns);
    m_highlighter->setPalette(palette());
    setViewportMargins(0, m_header->wantedHeight() + metrics::half, 0, 0);
    placeHeader();
}

void LogView::placeHeader()
{
    m_header->setGeometry(0, 0, width(), m_header->wantedHeight());
    m_header->setColumns(m_columns ? std::optional(m_places) : std::nullopt, horizontalScrollBar()->value());
}

void LogView::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    placeHeader();
    if (m_follows)
        scrollToEnd();
}

/// The marks of what is wrong stand before the words for it.
void LogView::paintEvent(QPaintEvent *event)
{
    QPlainTextEdit::paintEvent(event);
    QPainter painter(viewport());
    for (QTextBlock block = firstVisibleBlock(); m_columns && block.isValid(); block = block.next()) {
        const QRectF box = blockBoundingGeometry(block).translated(contentOffset());
        if (box.top() > event->rect().bottom())
            break;
        if (block.userState() < static_cast<int>(LogLevel::Warning) || !block.layout()->lineCount())
            continue;
        const double middle = box.top() + block.layout()->lineAt(0).height() / 2;
        drawMark(painter, meaningOf(static_cast<LogLevel>(block.userState())),
                 QRectF(box.left() + m_places.mark, qRound(middle - markSize / 2.0), markSize, markSize), palette());
    }
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
        drawFocus(painter, viewport()->rect(), tokens::radius::control, coloursOf(palette()).accent);
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

// Lines that wrap are laid out when they are painted, and the end would then be elsewhere.
void LogView::layOutAll()
{
    if (lineWrapMode() == NoWrap || m_layingOut)
        return;
    const QScopedValueRollback layingOut(m_layingOut, true);
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next())
        m_layout->blockBoundingRect(block);
    Q_EMIT m_layout->documentSizeChanged(m_layout->documentSize());
}

void LogView::scrollToEnd()
{
    const QScopedValueRollback updating(m_updating, true);
    layOutAll();
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

void LogView::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ParentChange || event->type() == QEvent::FontChange)
        dress();
}

} // namespace qcc
