#include "ui/log/loghighlighter.h"

#include "core/log/logreader.h"
#include "ui/widgets/colours.h"

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

} // namespace qcc
