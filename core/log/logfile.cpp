#include "core/log/logfile.h"

#include "core/base/files.h"
#include "core/base/visibletext.h"
#include "core/config/paths.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QString>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>
#include <utility>

namespace qcc {

namespace {

using Clock = std::chrono::steady_clock;
using WallClock = std::chrono::system_clock;
using Sink = spdlog::sinks::rotating_file_sink_st;

constexpr auto retryAfter = std::chrono::seconds(30);
constexpr auto zonePace = std::chrono::seconds(1);

/// spdlog fills in the time; the level stands in the text, because its words for levels are not ours.
std::unique_ptr<spdlog::formatter> timeAndText()
{
    return std::make_unique<spdlog::pattern_formatter>("%Y-%m-%d %H:%M:%S,%e - %v", spdlog::pattern_time_type::local, "\n");
}

/// The home was looked at before the start; the log is opened again whenever its settings change or it is full.
void refuseOthers(const spdlog::filename_t &name)
{
    const QString path = QFile::decodeName(name.c_str());
    QString wrong = fileOwnerProblem(path);
    // spdlog would make it, and for everybody.
    if (const QFileInfo folder(QFileInfo(path).absolutePath()); wrong.isEmpty() && !folder.isDir())
        wrong = QStringLiteral("the folder %1 is gone").arg(folder.filePath());
    QFile file;
    if (wrong.isEmpty() && QFileInfo::exists(path)) {
        if (const Result<void> opened = openOrdinary(path, file); !opened)
            wrong = path + QStringLiteral(" cannot be written: ") + opened.error().message;
    }
    if (!wrong.isEmpty())
        throw spdlog::spdlog_ex(wrong.toStdString());
}

void restrictToOwner(const spdlog::filename_t &name)
{
    narrow(QFile::decodeName(name.c_str()), QFileDevice::ReadOwner | QFileDevice::WriteOwner);
}

/// What was written last found no room for its end.
bool endsAmidALine(const spdlog::filename_t &name)
{
    QFile file(QFile::decodeName(name.c_str()));
    char last = '\n';
    return file.open(QIODevice::ReadOnly) && file.size() > 0 && file.seek(file.size() - 1) && file.getChar(&last) && last != '\n';
}

/// "UTC+05:30"
QString zoneName(int offset)
{
    const int minutes = std::abs(offset) / 60;
    return QStringLiteral("UTC%1%2:%3").arg(QLatin1Char(offset < 0 ? '-' : '+')).arg(minutes / 60, 2, 10, QLatin1Char('0')).arg(minutes % 60, 2, 10, QLatin1Char('0'));
}

struct Message {
    QByteArray text;
    WallClock::time_point at;

    spdlog::details::log_msg forLog() const
    {
        return {at, spdlog::source_loc(), spdlog::string_view_t(), spdlog::level::info,
                spdlog::string_view_t(text.constData(), static_cast<std::size_t>(text.size()))};
    }
};

Message messageOf(const LogLine &line, WallClock::time_point now)
{
    static const PerEnum<LogLevel, QByteArray> openings = [] {
        PerEnum<LogLevel, QByteArray> texts;
        for (const LogLevel level : EnumTable<LogLevel>::values)
            texts[level] = toWord(level).toUpper().toUtf8() + " - ";
        return texts;
    }();
    return {openings[line.level] + visibleLine(line.text).toUtf8(), line.at.value_or(now)};
}

} // namespace

struct LogFile::Private {
    QString path;
    Options options;
    std::atomic<LogLevel> level;
    std::mutex mutex; ///< Guards everything below.
    Config::Log settings;
    std::unique_ptr<spdlog::formatter> echoFormat = timeAndText();
    std::unique_ptr<Sink> sink; ///< Null while the file cannot be written.
    std::optional<FileIdentity> opened; ///< The file that the sink writes.
    qint64 lost = 0;            ///< Lines that are not in the file since it could last be written.
    QDateTime lostSince;
    std::optional<int> zone;    ///< Of local time: seconds ahead of UTC.
    Clock::time_point zoneLookedAt;
    WallClock::time_point last; ///< Of the last line.
    Clock::time_point failedAt; ///< Of the last try, while there is no sink.
    bool told = false;          ///< Of a failure that has not ended.

    void open()
    {
        spdlog::file_event_handlers handlers;
        handlers.before_open = refuseOthers;
        handlers.after_open = [this](const spdlog::filename_t &name, std::FILE *file) {
            restrictToOwner(name);
            opened = identityOf(file);
            if (endsAmidALine(name))
                std::fputc('\n', file);
        };
        const auto limitBytes = static_cast<std::size_t>(settings.maxMb) * 1024 * 1024;
        const auto rotatedFiles = static_cast<std::size_t>(settings.files - 1);
        try {
            sink = std::make_unique<Sink>(QFile::encodeName(path).toStdString(), limitBytes, rotatedFiles,
                                          /*rotate_on_open*/ false, handlers);
            sink->set_formatter(timeAndText());
        } catch (const spdlog::spdlog_ex &error) {
            giveUp(error);
        }
    }

    /// After an error spdlog may hold no open file, and would write into it all the same.
    void giveUp(const spdlog::spdlog_ex &error)
    {
        sink.reset();
        if (!std::exchange(told, true))
            printError(QStringLiteral("qcc: the log goes to stderr, because of this: %1").arg(QString::fromUtf8(error.what())));
        failedAt = Clock::now();
    }

    /// Somebody else has removed or renamed the file, or put another one in its place.
    bool hasMoved() const { return sink && identityOf(path) != opened; }

    /// False: they could not be written, or not all of them.
    bool put(const QList<Message> &messages)
    {
        try {
            for (const Message &message : messages)
                sink->log(message.forLog());
            sink->flush();
            return true;
        } catch (const spdlog::spdlog_ex &error) {
            giveUp(error);
            return false;
        }
    }

    void putNote(LogLevel its, const QString &text)
    {
        if (sink)
            put({messageOf({its, text}, WallClock::now())});
    }

    /// In the order of the file, where one is older than the line before it.
    void setTimes(QList<Message> &messages)
    {
        const auto now = WallClock::now();
        for (Message &message : messages)
            message.at = last = std::min(std::max(message.at, last), now);
    }

    /// Asking Qt has the C library look, too, whether this computer's zone is another one by now; spdlog would go on with the one of the start.
    void lookAtZone()
    {
        if (zone && Clock::now() - zoneLookedAt < zonePace)
            return;
        zoneLookedAt = Clock::now();
        const int now = QDateTime::currentDateTime().offsetFromUtc();
        const int before = std::exchange(zone, now).value_or(now);
        if (before == now)
            return;
        // They remember what the present second is called.
        echoFormat = timeAndText();
        if (sink)
            sink->set_formatter(timeAndText());
        putNote(LogLevel::Info, QStringLiteral("Local time is %1 from here on; before, it was %2").arg(zoneName(now), zoneName(before)));
    }

    void write(QList<Message> messages)
    {
        if (hasMoved() || (!sink && Clock::now() - failedAt >= retryAfter)) {
            sink.reset();
            open();
        }
        lookAtZone();
        if (sink && lost > 0) {
            const QString since = lostSince.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
            putNote(LogLevel::Warning, lost == 1 ? QStringLiteral("1 line is missing here: the log could not be written at %1").arg(since)
                                                 : QStringLiteral("%1 lines are missing here: the log could not be written since %2").arg(lost).arg(since));
            if (sink)
                lost = 0;
        }
        setTimes(messages);
        if (sink && put(messages)) {
            told = false;
        } else {
            if (lost == 0)
                lostSince = QDateTime::currentDateTime();
            // Of several, the first may have found room.
            lost += messages.size();
        }
        if (!sink || options.echo)
            echo(messages);
    }

    void echo(const QList<Message> &messages)
    {
        spdlog::memory_buf_t lines;
        for (const Message &message : messages)
            echoFormat->format(message.forLog(), lines);
        printErrorLines({lines.data(), static_cast<qsizetype>(lines.size())});
    }
};

LogFile::LogFile(QString path, const Config::Log &settings, Options options) : d(std::make_unique<Private>())
{
    d->path = std::move(path);
    d->options = options;
    d->level = settings.level;
    d->settings = settings;
    d->open();
}

LogFile::~LogFile() = default;

void LogFile::write(const QList<LogLine> &lines)
{
    const LogLevel lowest = d->level.load(std::memory_order_relaxed);
    const auto now = WallClock::now();
    QList<Message> messages;
    messages.reserve(lines.size());
    for (const LogLine &line : lines) {
        if (line.level >= lowest)
            messages.append(messageOf(line, now));
    }
    if (messages.isEmpty())
        return;
    const std::lock_guard lock(d->mutex);
    d->write(std::move(messages));
}

void LogFile::apply(const Config::Log &settings)
{
    d->level = settings.level;
    const std::lock_guard lock(d->mutex);
    const bool sameFiles = settings.maxMb == d->settings.maxMb && settings.files == d->settings.files;
    d->settings = settings;
    if (!sameFiles) {
        d->sink.reset();
        d->open();
    }
}

namespace {

// Qt's handler is a bare function pointer: what it writes to has to be found without an object.
std::mutex targetMutex;
LogFile *target = nullptr;
thread_local bool insideHandler = false;

LogLevel levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return LogLevel::Debug;
    case QtInfoMsg:
        return LogLevel::Info;
    case QtWarningMsg:
        return LogLevel::Warning;
    case QtCriticalMsg:
    case QtFatalMsg:
        return LogLevel::Error;
    }
    Q_UNREACHABLE();
}

void handle(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    // A warning from within the log would wait for itself.
    if (insideHandler)
        return;
    insideHandler = true;
    const bool named = context.category && std::strcmp(context.category, "default") != 0;
    const QString text = named ? QString::fromUtf8(context.category) + QStringLiteral(": ") + message : message;
    {
        const std::lock_guard lock(targetMutex);
        if (target)
            target->write(levelOf(type), text);
    }
    insideHandler = false;
}

void print(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    printError(qFormatLogMessage(type, context, message));
}

} // namespace

void printQtMessages()
{
    qInstallMessageHandler(print);
}

QtMessages::QtMessages(LogFile &log)
{
    {
        const std::lock_guard lock(targetMutex);
        Q_ASSERT(!target);
        target = &log;
    }
    m_before = qInstallMessageHandler(handle);
}

QtMessages::~QtMessages()
{
    qInstallMessageHandler(m_before);
    const std::lock_guard lock(targetMutex);
    target = nullptr;
}

} // namespace qcc
