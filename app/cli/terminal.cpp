#include "app/cli/terminal.h"

#include "app/platform/process.h"
#include "core/base/visibletext.h"

#include <QDateTime>

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

QString shownDuration(double ms)
{
    if (ms >= 1'000)
        return u"%1 s"_s.arg(ms / 1'000, 0, 'f', 1);
    return u"%1 ms"_s.arg(ms, 0, 'f', ms < 10 ? 1 : 0);
}

QString shownTime(std::chrono::system_clock::time_point time)
{
    const auto sinceEpoch = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch();
    return QDateTime::fromMSecsSinceEpoch(sinceEpoch.count()).toString(u"yyyy-MM-dd HH:mm:ss"_s);
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

namespace {

bool write(std::FILE *stream, const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    const auto size = static_cast<size_t>(bytes.size());
    return std::fwrite(bytes.constData(), 1, size, stream) == size && std::fflush(stream) == 0;
}

QString shown(const TintedText &text, bool coloured)
{
    return coloured ? text.coloured() : text.text();
}

} // namespace

Terminal Terminal::standard()
{
    const bool allowed = qEnvironmentVariableIsEmpty("NO_COLOR") && qgetenv("TERM") != "dumb";
    const bool errIsTerminal = platform::isTerminal(stderr);
    return Terminal(stdout, stderr, allowed && platform::isTerminal(stdout), allowed && errIsTerminal, errIsTerminal,
                    platform::terminalWidth(stdout));
}

Terminal::Terminal(std::FILE *out, std::FILE *err, bool colourOut, bool colourErr, bool progress, int width)
    : m_out(out)
    , m_err(err)
    , m_colourOut(colourOut)
    , m_colourErr(colourErr)
    , m_progress(progress)
    , m_width(width)
{
}

bool Terminal::line(const TintedText &text)
{
    return write(m_out, shown(text, m_colourOut) + u'\n');
}

bool Terminal::lines(const QString &text)
{
    return write(m_out, visibleLines(text));
}

void Terminal::error(const QString &message, const QString &hint)
{
    QString text = shown(TintedText(Tint::Red, u"error:"_s) + u" "_s + message, m_colourErr) + u'\n';
    if (!hint.isEmpty())
        text += shown(TintedText(Tint::Dim, u"hint:"_s) + u" "_s + hint, m_colourErr) + u'\n';
    write(m_err, text);
}

void Terminal::warning(const QString &message)
{
    write(m_err, shown(TintedText(Tint::Yellow, u"warning:"_s) + u" "_s + message, m_colourErr) + u'\n');
}

void Terminal::progress(const QString &text)
{
    if (m_progress)
        write(m_err, visibleLine(text) + u'\n');
}

void Terminal::status(const QString &text)
{
    if (!m_progress)
        return;
    const QString visible = visibleLine(text);
    const int width = displayWidth(visible);
    const int left = std::max(m_statusWidth - width, 0);
    write(m_err, u'\r' + visible + QString(left, u' ') + (visible.isEmpty() ? u"\r"_s : QString(left, u'\b')));
    m_statusWidth = width;
}

} // namespace qcc::cli
