#include "app/tray/logfeed.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>

namespace qcc {

using namespace std::chrono_literals;

namespace {

constexpr auto readInterval = 250ms;

} // namespace

LogFeed::LogFeed(QString path, QObject *parent)
    : QObject(parent)
    , m_path(std::move(path))
    , m_reader(m_path)
    , m_watcher(this)
    , m_pace(this)
{
    m_pace.setSingleShot(true);
    m_pace.setInterval(readInterval);
    connect(&m_pace, &QTimer::timeout, this, &LogFeed::read);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &LogFeed::changed);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &LogFeed::changed);
}

void LogFeed::follow(const LogQuery &query)
{
    m_query = query;
    m_following = true;
    // The folder tells of a new file, after the first start or a rotation.
    m_watcher.addPath(QFileInfo(m_path).path());
    read();
}

void LogFeed::rest()
{
    m_following = false;
    m_pace.stop();
    if (const QStringList watched = m_watcher.files() + m_watcher.directories(); !watched.isEmpty())
        m_watcher.removePaths(watched);
}

void LogFeed::changed()
{
    if (m_following && !m_pace.isActive())
        m_pace.start();
}

void LogFeed::read()
{
    if (m_watcher.files().isEmpty() && QFileInfo::exists(m_path))
        m_watcher.addPath(m_path);
    const QJsonObject answer = m_reader.read(m_query);
    QStringList lines;
    const QJsonArray logs = answer.value(QStringLiteral("logs")).toArray();
    for (const auto &line : logs)
        lines << line.toString();
    Q_EMIT linesRead(lines, answer.value(QStringLiteral("total_lines")).toInteger());
}

} // namespace qcc
