#include "app/cli/proxylogs.h"

#include "app/cli/run.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QTimer>

namespace qcc::cli {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qsizetype kBeginningBytes = 128;
constexpr qint64 kBlockBytes = 64 * 1024;

QString shown(const Terminal &terminal, const QString &line)
{
    const std::optional<LogLevel> level = levelOf(line);
    if (level == LogLevel::Error)
        return terminal.paint(Tint::Red, line);
    if (level == LogLevel::Warning)
        return terminal.paint(Tint::Yellow, line);
    return line;
}

struct Tail {
    QStringList lines;
    qint64 end = 0; ///< Where the last whole line ends.
};

/// The last `count` lines that pass; reads from the end and no more than needed, as a log may be large.
Tail tail(QFile &file, qsizetype count, const LogFilter &filter)
{
    Tail found;
    qint64 start = file.size();
    QByteArray pending; // Bytes after `start` that are not taken yet: a line whose beginning may lie before them.
    bool atEnd = true;
    while (start > 0 && found.lines.size() < count) {
        const qint64 block = std::min(kBlockBytes, start);
        start -= block;
        file.seek(start);
        pending.prepend(file.read(block));
        if (atEnd) {
            const qsizetype whole = pending.lastIndexOf('\n') + 1;
            if (whole == 0)
                continue;
            found.end = start + whole;
            pending.truncate(whole);
            atEnd = false;
        }
        while (!pending.isEmpty() && found.lines.size() < count) {
            const qsizetype before = pending.size() < 2 ? -1 : pending.lastIndexOf('\n', pending.size() - 2);
            if (before < 0 && start > 0)
                break;
            const QString line = QString::fromUtf8(pending.mid(before + 1)).chopped(1);
            if (filter.passes(line))
                found.lines.prepend(line);
            pending.truncate(before + 1);
        }
    }
    return found;
}

void follow(Run &run, const LogFilter &filter, qint64 offset)
{
    auto *follower = new LogFollower(run.paths().log(), offset, &run);
    QObject::connect(follower, &LogFollower::appended, &run, [&run, filter](const QStringList &lines) {
        for (const QString &line : lines) {
            if (filter.passes(line) && !run.terminal().line(shown(run.terminal(), line)))
                return run.finish();
        }
    });
}

void runLogs(const Invocation &call, Run &run)
{
    LogFilter filter{std::nullopt, call.value("grep"_L1).value_or(QString())};
    if (const std::optional<QString> word = call.value("level"_L1))
        filter.level = levelOf(u" - %1 - "_s.arg(word->toUpper()));

    QFile file(run.paths().log());
    const bool following = call.has("follow"_L1);
    Tail last;
    if (file.open(QIODevice::ReadOnly)) {
        last = tail(file, call.number("lines"_L1).value_or(50), filter);
    } else if (file.exists()) {
        return run.fail({ErrorCode::Failed, u"The log %1 cannot be read: %2."_s.arg(file.fileName(), file.errorString()),
                         u"Check the permissions of the file."_s});
    } else if (!following) {
        return run.fail({ErrorCode::NotFound, u"There is no log yet at %1."_s.arg(file.fileName()),
                         u"It begins with the first `qcc proxy start`."_s});
    }
    for (const QString &line : last.lines) {
        if (!run.terminal().line(shown(run.terminal(), line)))
            break;
    }
    if (following)
        return follow(run, filter, last.end);
    run.finish();
}

} // namespace

std::optional<LogLevel> levelOf(QStringView line)
{
    const qsizetype start = line.indexOf(" - "_L1);
    const qsizetype end = start < 0 ? -1 : line.indexOf(" - "_L1, start + 3);
    if (end < 0)
        return std::nullopt;
    const QStringView word = line.sliced(start + 3, end - start - 3);
    if (word == "DEBUG"_L1)
        return LogLevel::Debug;
    if (word == "INFO"_L1)
        return LogLevel::Info;
    if (word == "WARNING"_L1)
        return LogLevel::Warning;
    if (word == "ERROR"_L1)
        return LogLevel::Error;
    return std::nullopt;
}

bool LogFilter::passes(const QString &line) const
{
    if (level && levelOf(line).value_or(LogLevel::Debug) < *level)
        return false;
    return text.isEmpty() || line.contains(text, Qt::CaseInsensitive);
}

LogFollower::LogFollower(QString path, qint64 offset, QObject *parent)
    : QObject(parent)
    , m_path(std::move(path))
    , m_offset(offset)
    , m_watcher(new QFileSystemWatcher(this))
    , m_poll(new QTimer(this))
{
    QFile file(m_path);
    if (file.open(QIODevice::ReadOnly))
        m_beginning = file.read(std::min<qint64>(kBeginningBytes, m_offset));
    m_poll->setInterval(1s);
    connect(m_poll, &QTimer::timeout, this, &LogFollower::read);
    connect(m_watcher, &QFileSystemWatcher::fileChanged, this, &LogFollower::read);
    connect(m_watcher, &QFileSystemWatcher::directoryChanged, this, &LogFollower::read);
    watch();
    // What was written between the caller's reading and the watch.
    QTimer::singleShot(0, this, &LogFollower::read);
}

void LogFollower::watch()
{
    const QString folder = QFileInfo(m_path).absolutePath();
    bool watched = m_watcher->directories().contains(folder) || m_watcher->addPath(folder);
    // The watcher drops a file that was renamed away; the next one of the same name needs a watch of its own.
    if (!m_watcher->files().contains(m_path) && QFile::exists(m_path))
        watched = m_watcher->addPath(m_path) && watched;
    if (watched)
        m_poll->stop();
    else if (!m_poll->isActive())
        m_poll->start();
}

void LogFollower::read()
{
    watch();
    if (!isCurrent(m_path)) {
        // Between a rename and the new file there is none: then the next notice tells more.
        const QString old = rotatedAway();
        if (!old.isEmpty())
            readRest(old);
        if (!QFile::exists(m_path))
            return;
        startOver();
    }
    readRest(m_path);
}

bool LogFollower::isCurrent(const QString &path) const
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && file.size() >= m_offset && file.read(m_beginning.size()) == m_beginning;
}

QString LogFollower::rotatedAway() const
{
    const QFileInfo log(m_path);
    const QDir folder = log.absoluteDir();
    const QStringList names = folder.entryList({log.completeBaseName() + u'*'}, QDir::Files);
    for (const QString &name : names) {
        const QString path = folder.filePath(name);
        if (name != log.fileName() && isCurrent(path))
            return path;
    }
    return {};
}

void LogFollower::startOver()
{
    m_offset = 0;
    m_beginning.clear();
    m_partial.clear();
}

void LogFollower::readRest(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || !file.seek(m_offset))
        return;
    const QByteArray fresh = file.readAll();
    m_offset += fresh.size();
    file.seek(0);
    m_beginning = file.read(std::min<qint64>(kBeginningBytes, m_offset));

    m_partial += fresh;
    QStringList lines;
    qsizetype from = 0;
    for (qsizetype to = m_partial.indexOf('\n'); to >= 0; to = m_partial.indexOf('\n', from)) {
        lines.append(QString::fromUtf8(QByteArrayView(m_partial).sliced(from, to - from)));
        from = to + 1;
    }
    m_partial.remove(0, from);
    if (!lines.isEmpty())
        Q_EMIT appended(lines);
}

std::vector<Command> proxyLogCommands()
{
    return {
        Command{
            .name = u"proxy logs"_s,
            .summary = u"Shows the log, or follows it"_s,
            .options = {Option{.name = u"lines"_s,
                               .help = u"How many of the last lines to show (default 50)."_s,
                               .value = {.placeholder = u"N"_s, .kind = ValueKind::Integer},
                               .letter = u'n'},
                        Option{.name = u"follow"_s,
                               .help = u"Go on with new lines as they come, until Ctrl+C."_s,
                               .letter = u'f'},
                        Option{.name = u"level"_s,
                               .help = u"Only lines of this level and graver ones."_s,
                               .value = {.placeholder = u"LEVEL"_s,
                                         .kind = ValueKind::Choice,
                                         .choices = {u"debug"_s, u"info"_s, u"warning"_s, u"error"_s}}},
                        Option{.name = u"grep"_s,
                               .help = u"Only lines that contain TEXT; upper and lower case are one."_s,
                               .value = {.placeholder = u"TEXT"_s}}},
            .examples = {{u"qcc proxy logs -f --level warning"_s, u"Watch what goes wrong"_s},
                         {u"qcc proxy logs --grep req-12"_s, u"What happened to one request"_s}},
            .details = u"The log is read from its file, so this works without a running proxy too."_s,
            .handler = runLogs},
    };
}

} // namespace qcc::cli
