#include "app/cli/tintedtext.h"

#include "core/base/visibletext.h"

#include <algorithm>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

QString coloured(Tint tint, const QString &text)
{
    switch (tint) {
    case Tint::Plain:
        return text;
    case Tint::Bold:
        return u"\033[1m"_s + text + u"\033[0m"_s;
    case Tint::Dim:
        return u"\033[2m"_s + text + u"\033[0m"_s;
    case Tint::Green:
        return u"\033[32m"_s + text + u"\033[0m"_s;
    case Tint::Yellow:
        return u"\033[33m"_s + text + u"\033[0m"_s;
    case Tint::Red:
        return u"\033[31m"_s + text + u"\033[0m"_s;
    }
    Q_UNREACHABLE();
}

bool isWide(char32_t c)
{
    // Source: Unicode EastAsianWidth W and F, the blocks that names and messages use.
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3)
        || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60)
        || (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

} // namespace

TintedText::TintedText(Tint tint, const QString &text)
{
    if (!text.isEmpty())
        m_pieces.append({tint, visibleLine(text)});
}

TintedText &TintedText::operator+=(const TintedText &more)
{
    m_pieces += more.m_pieces;
    return *this;
}

int TintedText::width() const
{
    return displayWidth(text());
}

QString TintedText::text() const
{
    QString whole;
    for (const Piece &piece : m_pieces)
        whole += piece.text;
    return whole;
}

QString TintedText::coloured() const
{
    QString whole;
    for (const Piece &piece : m_pieces)
        whole += cli::coloured(piece.tint, piece.text);
    return whole;
}

int displayWidth(QStringView text)
{
    int width = 0;
    for (const char32_t c : text.toUcs4()) {
        const QChar::Category category = QChar::category(c);
        const bool fillsNone = category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing || category == QChar::Other_Format;
        width += fillsNone ? 0 : isWide(c) ? 2 : 1;
    }
    return width;
}

QList<TintedText> columns(const std::vector<Row> &rows)
{
    std::vector<int> widths;
    for (const Row &row : rows) {
        widths.resize(std::max(widths.size(), static_cast<size_t>(row.size())));
        for (qsizetype i = 0; i < row.size(); ++i) {
            int &width = widths[static_cast<size_t>(i)];
            width = std::max(width, row.at(i).width());
        }
    }
    QList<TintedText> lines;
    for (const Row &row : rows) {
        TintedText line;
        int blanks = 0; // Written once something stands behind them.
        for (qsizetype i = 0; i < row.size(); ++i) {
            if (!row.at(i).isEmpty())
                line += QString(std::exchange(blanks, 0), u' ') + row.at(i);
            blanks += widths[static_cast<size_t>(i)] - row.at(i).width() + 2;
        }
        lines.append(line);
    }
    return lines;
}

} // namespace qcc::cli
