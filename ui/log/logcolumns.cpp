#include "ui/log/logcolumns.h"

#include "core/log/logreader.h"
#include "ui/widgets/theme.h"

#include <QFontMetrics>
#include <QPainter>
#include <QTextBlock>
#include <QTextLayout>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

// "2026-11-23 10:00:00,123 - INFO - "
constexpr qsizetype timeLength = 23;
constexpr qsizetype longestLevel = 12;
constexpr auto parting = " - "_L1;
constexpr int markToWord = 18;

/// Where the level begins in `line` and how long it is; none where the line has no such head.
struct Head {
    qsizetype levelAt = 0;
    qsizetype levelLength = 0;
    LogLevel level = LogLevel::Info;
};

std::optional<Head> headIn(const QString &line)
{
    const qsizetype levelAt = timeLength + parting.size();
    // Its beginning alone decides; a whole line may be long.
    const auto level = levelOfLine(line.left(levelAt + longestLevel).toLatin1());
    const qsizetype levelEnd = level ? line.indexOf(parting, levelAt) : -1;
    if (levelEnd < 0 || line.size() < levelAt)
        return std::nullopt;
    return Head{levelAt, levelEnd - levelAt, *level};
}

} // namespace

LogColumns::LogColumns(const QFont &font)
{
    const QFontMetrics measure(font);
    mark = measure.horizontalAdvance(u"00-00 00:00:00"_s) + tokens::space::margin;
    level = mark + markToWord;
    int widest = 0;
    for (const LogLevel each : EnumTable<LogLevel>::values)
        widest = std::max(widest, measure.horizontalAdvance(wordFor(each)));
    words = level + widest + tokens::space::margin;
}

QString LogColumns::wordFor(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug: return tr("Debug", "a level of the log");
    case LogLevel::Info: return tr("Info", "a level of the log");
    case LogLevel::Warning: return tr("Warning", "a level of the log");
    case LogLevel::Error: return tr("Error", "a level of the log");
    }
    Q_UNREACHABLE();
}

QString LogColumns::shown(const QString &line)
{
    const auto head = headIn(line);
    if (!head)
        return line;
    // Month, day and time to the second.
    constexpr qsizetype from = 5, length = 14;
    return line.sliced(from, length) + u'\t' + wordFor(head->level) + u'\t' + line.sliced(head->levelAt + head->levelLength + parting.size());
}

qsizetype LogColumns::headOf(const QString &line)
{
    const auto head = headIn(line);
    return head ? head->levelAt + head->levelLength + parting.size() : 0;
}

qsizetype LogColumns::headOfShown(const QString &shown)
{
    return shown.indexOf(u'\t', shown.indexOf(u'\t') + 1) + 1;
}

QRectF HangingLayout::blockBoundingRect(const QTextBlock &block) const
{
    const QRectF plain = QPlainTextDocumentLayout::blockBoundingRect(block);
    QTextLayout *lines = block.isValid() ? block.layout() : nullptr;
    if (!lines || m_indent == 0 || lines->lineCount() < 2 || lines->lineAt(1).x() >= m_indent)
        return plain;
    const double width = lines->lineAt(0).width();
    if (width < 2 * m_indent || LogColumns::headOfShown(block.text()) == 0)
        return plain;
    const double left = lines->lineAt(0).x();
    double top = lines->lineAt(0).y();
    lines->beginLayout();
    for (QTextLine line = lines->createLine(); line.isValid(); line = lines->createLine()) {
        const double indent = lines->lineCount() > 1 ? m_indent : 0;
        line.setLeadingIncluded(true);
        line.setLineWidth(width - indent);
        line.setPosition(QPointF(left + indent, top));
        top += line.height();
    }
    lines->endLayout();
    QTextBlock(block).setLineCount(lines->lineCount());
    return QPlainTextDocumentLayout::blockBoundingRect(block);
}

void LogHeader::setColumns(const std::optional<LogColumns> &columns, int offset)
{
    m_columns = columns;
    m_offset = offset;
    update();
}

int LogHeader::wantedHeight() const
{
    return std::max(tokens::size::tableHeader, fontMetrics().height() + metrics::unit);
}

void LogHeader::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    painter.fillRect(0, height() - 1, width(), 1, colours.hairline);
    painter.setFont(metrics::caption(font()));
    painter.setPen(colours.text3);
    const auto caption = [&](int left, const QString &text) {
        painter.drawText(QRect(left - m_offset, 0, width(), height() - 1), Qt::AlignLeft | Qt::AlignVCenter, text);
    };
    if (!m_columns)
        return caption(m_offset, u"proxy.log"_s);
    caption(0, LogColumns::tr("Time"));
    caption(m_columns->mark, LogColumns::tr("Level"));
    caption(m_columns->words, LogColumns::tr("What happened"));
}

} // namespace qcc
