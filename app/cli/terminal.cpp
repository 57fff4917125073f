#include "app/cli/terminal.h"

#include "app/platform/console.h"
#include "core/base/visibletext.h"

#include <algorithm>

namespace qcc::cli {

using namespace Qt::StringLiterals;

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
