// An autostart entry of the user. Source: Desktop Application Autostart Specification 0.5, Desktop Entry Specification 1.5.
#include "app/platform/autostart.h"

#include "core/base/replacefile.h"

#include <QByteArrayList>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <optional>

namespace qcc::platform {

using namespace Qt::StringLiterals;

namespace {

QString folder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + "/autostart"_L1;
}

QString entryPath()
{
    return folder() + "/qcc-tray.desktop"_L1;
}

/// A value as it stands in the file. Source: Desktop Entry Specification, "Possible value types".
QString escaped(const QString &value)
{
    QString text;
    for (const QChar c : value) {
        if (c == u'\\')
            text += "\\\\"_L1;
        else if (c == u'\n')
            text += "\\n"_L1;
        else if (c == u'\r')
            text += "\\r"_L1;
        else if (c == u'\t')
            text += "\\t"_L1;
        else
            text += c;
    }
    return text;
}

QString unescaped(const QString &text)
{
    QString value;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text.at(i) != u'\\' || i + 1 == text.size()) {
            value += text.at(i);
            continue;
        }
        const QChar c = text.at(++i);
        if (c == u's')
            value += u' ';
        else if (c == u'n')
            value += u'\n';
        else if (c == u'r')
            value += u'\r';
        else if (c == u't')
            value += u'\t';
        else
            value += c;
    }
    return value;
}

/// One argument of a command line. Source: Desktop Entry Specification, "The Exec key".
QString quoted(const QString &argument)
{
    constexpr QStringView reserved = u" \t\n\r\"'\\><~|&;$*?#()`";
    constexpr QStringView escapedInQuotes = u"\"`$\\";
    bool quote = argument.isEmpty();
    QString text;
    for (const QChar c : argument) {
        quote = quote || reserved.contains(c);
        if (escapedInQuotes.contains(c))
            text += u'\\';
        text += c;
        // A single one begins a field code.
        if (c == u'%')
            text += c;
    }
    return quote ? u'"' + text + u'"' : text;
}

/// How a command line names its program. GLib and systemd look for the first word before they resolve "%%" in it, so a path with a
/// percent sign stands second.
QString programWords(const QString &program)
{
    return program.contains(u'%') ? "env "_L1 + quoted(program) : quoted(program);
}

/// An argument of a command line, and where it ends there.
struct Word {
    QString text;
    qsizetype end = 0;
};

Word wordAt(const QString &commandLine, qsizetype begin)
{
    Word word;
    bool inQuotes = false;
    qsizetype i = begin;
    while (i < commandLine.size() && commandLine.at(i) == u' ')
        ++i;
    for (; i < commandLine.size() && (inQuotes || commandLine.at(i) != u' '); ++i) {
        const QChar c = commandLine.at(i);
        const QChar next = i + 1 < commandLine.size() ? commandLine.at(i + 1) : QChar();
        if (c == u'"') {
            inQuotes = !inQuotes;
            continue;
        }
        word.text += c == u'\\' && !next.isNull() ? next : c;
        if ((c == u'\\' && !next.isNull()) || (c == u'%' && next == u'%'))
            ++i;
    }
    word.end = i;
    return word;
}

/// What is started in the end, whether or not it stands behind "env".
Word programOf(const QString &commandLine)
{
    const Word first = wordAt(commandLine, 0);
    if (first.text != "env"_L1)
        return first;
    const Word second = wordAt(commandLine, first.end);
    return second.text.startsWith(u'/') ? second : first;
}

QString execLine(const QString &commandLine)
{
    return "Exec="_L1 + escaped(commandLine);
}

/// The lines of the entry; a desktop or an editor may have written any of them.
class Entry
{
public:
    explicit Entry(const QByteArray &text)
        : m_lines(QString::fromUtf8(text).split(u'\n'))
    {
    }

    QByteArray text() const { return m_lines.join(u'\n').toUtf8(); }

    /// Whether a session starts it. An entry without a command is none.
    bool isOn() const
    {
        return !commandLine().isEmpty() && value("Hidden"_L1) != "true"_L1
            && value("X-GNOME-Autostart-enabled"_L1) != "false"_L1;
    }

    QString commandLine() const { return unescaped(value("Exec"_L1)); }
    void setCommandLine(const QString &commandLine) { m_lines[lineOf("Exec"_L1)] = execLine(commandLine); }

private:
    /// Where `key` is set in the main group, or -1; other groups may use the same keys for their own ends.
    qsizetype lineOf(QLatin1StringView key) const
    {
        bool inMainGroup = false;
        for (qsizetype i = 0; i < m_lines.size(); ++i) {
            const QString &line = m_lines.at(i);
            if (line.startsWith(u'['))
                inMainGroup = line.trimmed() == "[Desktop Entry]"_L1;
            else if (inMainGroup && line.section(u'=', 0, 0).trimmed() == key && line.contains(u'='))
                return i;
        }
        return -1;
    }

    QString value(QLatin1StringView key) const
    {
        const qsizetype line = lineOf(key);
        return line < 0 ? QString() : m_lines.at(line).section(u'=', 1).trimmed();
    }

    QStringList m_lines;
};

/// The entry, where there is one that can be read.
std::optional<Entry> readEntry()
{
    QFile file(entryPath());
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    return Entry(file.readAll());
}

Failure failure(const QString &what, const QString &why)
{
    return {ErrorCode::WriteFailed, u"%1 %2: %3."_s.arg(QDir::toNativeSeparators(entryPath()), what, why),
            u"Check who owns the folder, or use your desktop's own list of startup programs."_s};
}

Result<void> writeEntry(const QByteArray &text)
{
    if (!QDir().mkpath(folder()))
        return failure(u"cannot be written"_s, u"its folder cannot be created"_s);
    constexpr auto ownerWrites = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadGroup | QFileDevice::ReadOther;
    const QString problem = replaceFile(entryPath(), text, ownerWrites);
    return problem.isEmpty() ? Result<void>() : failure(u"cannot be written"_s, problem);
}

bool isThere(const QString &program)
{
    return !QStandardPaths::findExecutable(program).isEmpty();
}

} // namespace

bool isAutostartEnabled()
{
    const std::optional<Entry> entry = readEntry();
    return entry && entry->isOn();
}

Result<void> enableAutostart(const AutostartCommand &command)
{
    QStringList words = {programWords(command.program)};
    for (const QString &argument : command.arguments)
        words << quoted(argument);
    const QStringList lines = {
        u"[Desktop Entry]"_s,
        u"Type=Application"_s,
        u"Version=1.0"_s,
        u"Name=qcc"_s,
        u"Comment=One stable local address for AI coding clients"_s,
        u"Comment[zh_CN]=为 AI 编程客户端提供一个稳定的本机地址"_s,
        u"Icon=qcc"_s,
        execLine(words.join(u' ')),
        u"Terminal=false"_s,
        u"X-GNOME-Autostart-enabled=true"_s,
    };
    return writeEntry((lines.join(u'\n') + u'\n').toUtf8());
}

Result<void> disableAutostart()
{
    QFile file(entryPath());
    // A link to nowhere is there, too.
    const QFileInfo info(entryPath());
    if ((!info.exists() && !info.isSymLink()) || file.remove())
        return {};
    return failure(u"cannot be removed"_s, file.errorString());
}

Result<void> repairAutostart(const AutostartCommand &command)
{
    std::optional<Entry> entry = readEntry();
    if (!entry || !entry->isOn())
        return {};
    const QString commandLine = entry->commandLine();
    const Word program = programOf(commandLine);
    if (isThere(program.text))
        return {};
    // The arguments are the user's.
    entry->setCommandLine(programWords(command.program) + commandLine.mid(program.end));
    return writeEntry(entry->text());
}

} // namespace qcc::platform
