#include "app/cli/proxylogs.h"

#include "app/cli/command.h"
#include "app/cli/commands.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QJsonArray>
#include <QTimer>

namespace qcc::cli {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qsizetype kBeginningBytes = 128;
constexpr int kMostLines = 10'000;

TintedText shown(const QString &line)
{
    const std::optional<LogLevel> level = levelOfLine(line.toUtf8());
    if (level == LogLevel::Error)
        return {Tint::Red, line};
    if (level == LogLevel::Warning)
        return {Tint::Yellow, line};
    return line;
}

/// Where the line after the first `count` ones begins; the beginning of a file that has fewer, as that is a new one.
qint64 offsetAfter(const QString &path, qint64 count)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (qint64 line = 0; line < count; ++line) {
        if (file.readLine().isEmpty())
            return 0;
    }
    return file.pos();
}

void follow(Run &run, const LogQuery &query, qint64 offset)
{
    auto *follower = new LogFollower(run.paths().log(), offset, &run);
    QObject::connect(follower, &LogFollower::appended, &run, [&run, query](const QStringList &lines) {
        for (const QString &line : lines) {
            if (passes(line, query) && !run.terminal().line(shown(line)))
                return run.finish();
        }
    });
}

void runLogs(const Invocation &call, Run &run)
{
    LogQuery query;
    query.lines = call.number("lines"_L1).value_or(50);
    query.grep = call.value("grep"_L1).value_or(QString());
    if (const std::optional<QString> word = call.value("level"_L1))
        query.level = fromWord<LogLevel>(*word);

    const QString path = run.paths().log();
    const bool following = call.has("follow"_L1);
    if (!QFile::exists(path) && !following) {
        return run.fail({ErrorCode::NotFound, u"There is no log yet at %1."_s.arg(path),
                         u"It begins with the first `qcc proxy start`."_s});
    }
    if (QFile file(path); file.exists() && !file.open(QIODevice::ReadOnly)) {
        return run.fail({ErrorCode::Failed, u"The log %1 cannot be read: %2."_s.arg(path, file.errorString()),
                         u"Check the permissions of the file."_s});
    }
    const QJsonObject log = LogReader(path).read(query);
    const QJsonArray lines = log.value("logs"_L1).toArray();
    for (const QJsonValue line : lines) {
        if (!run.terminal().line(shown(line.toString())))
            return run.finish();
    }
    if (following)
        return follow(run, query, offsetAfter(path, log.value("total_lines"_L1).toInteger()));
    run.finish();
}

} // namespace

bool passes(const QString &line, const LogQuery &query)
{
    if (query.level) {
        const std::optional<LogLevel> level = levelOfLine(line.toUtf8());
        if (!level || *level < *query.level)
            return false;
    }
    return line.contains(query.grep);
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
        QString path = folder.filePath(name);
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
                               .value = {.placeholder = u"N"_s, .kind = ValueKind::Integer, .min = 1, .max = kMostLines},
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
                               .help = u"Only lines that contain TEXT."_s,
                               .value = {.placeholder = u"TEXT"_s}}},
            .examples = {{u"qcc proxy logs -f --level warning"_s, u"Watch what goes wrong"_s},
                         {u"qcc proxy logs --grep req-12"_s, u"What happened to one request"_s}},
            .details = u"The log is read from its file, so this works without a running proxy too."_s,
            .handler = runLogs},
    };
}

} // namespace qcc::cli
