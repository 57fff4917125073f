#include "app/cli/terminal.h"

#include "app/platform/console.h"

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
    return text;
}

bool write(std::FILE *stream, const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    const auto size = static_cast<size_t>(bytes.size());
    return std::fwrite(bytes.constData(), 1, size, stream) == size && std::fflush(stream) == 0;
}

bool isWide(char32_t c)
{
    // Source: Unicode EastAsianWidth W and F, the blocks that names and messages use.
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3)
        || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60)
        || (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
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

bool Terminal::line(const QString &text)
{
    return write(m_out, text + u'\n');
}

bool Terminal::raw(const QString &text)
{
    return write(m_out, text);
}

void Terminal::error(const QString &message, const QString &hint)
{
    QString text = coloured(m_colourErr ? Tint::Red : Tint::Plain, u"error:"_s) + u' ' + message + u'\n';
    if (!hint.isEmpty())
        text += coloured(m_colourErr ? Tint::Dim : Tint::Plain, u"hint:"_s) + u' ' + hint + u'\n';
    write(m_err, text);
}

void Terminal::progress(const QString &text)
{
    if (m_progress)
        write(m_err, text + u'\n');
}

void Terminal::status(const QString &text)
{
    if (!m_progress)
        return;
    const int width = displayWidth(text);
    const int left = std::max(m_statusWidth - width, 0);
    write(m_err, u'\r' + text + QString(left, u' ') + (text.isEmpty() ? u"\r"_s : QString(left, u'\b')));
    m_statusWidth = width;
}

QString Terminal::paint(Tint tint, const QString &text) const
{
    return m_colourOut ? coloured(tint, text) : text;
}

int displayWidth(QStringView text)
{
    int width = 0;
    bool inColour = false; // within "ESC [ … m"
    for (const char32_t c : text.toUcs4()) {
        if (inColour || c == U'\033') {
            inColour = c != U'm';
            continue;
        }
        const QChar::Category category = QChar::category(c);
        const bool fillsNone = category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing
            || category == QChar::Other_Format || category == QChar::Other_Control;
        width += fillsNone ? 0 : isWide(c) ? 2 : 1;
    }
    return width;
}

QStringList columns(const std::vector<QStringList> &rows)
{
    std::vector<int> widths;
    for (const QStringList &row : rows) {
        widths.resize(std::max(widths.size(), static_cast<size_t>(row.size())));
        for (qsizetype i = 0; i < row.size(); ++i) {
            int &width = widths[static_cast<size_t>(i)];
            width = std::max(width, displayWidth(row.at(i)));
        }
    }
    QStringList lines;
    for (const QStringList &row : rows) {
        QString line;
        for (qsizetype i = 0; i < row.size(); ++i) {
            const int padding = widths[static_cast<size_t>(i)] - displayWidth(row.at(i)) + 2;
            line += row.at(i) + QString(padding, u' ');
        }
        while (line.endsWith(u' '))
            line.chop(1);
        lines.append(line);
    }
    return lines;
}

} // namespace qcc::cli
