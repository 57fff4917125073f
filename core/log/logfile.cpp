#include "core/log/logfile.h"

#include "core/base/ordinaryfile.h"
#include "core/base/print.h"
#include "core/base/visibletext.h"
#include "core/config/homeowner.h"

#include <QFile>
#include <QFileInfo>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <utility>

namespace qcc {

namespace {

using Clock = std::chrono::steady_clock;
using Sink = spdlog::sinks::rotating_file_sink_st;

constexpr auto retryAfter = std::chrono::seconds(30);

/// spdlog fills in the time; the level stands in the text, because its words for levels are not ours.
std::unique_ptr<spdlog::formatter> timeAndText(const char *lineEnd)
{
    return std::make_unique<spdlog::pattern_formatter>("%Y-%m-%d %H:%M:%S,%e - %v",
                                                       spdlog::pattern_time_type::local, lineEnd);
}

/// The home was looked at before the start; the log is opened again whenever its settings change or it is full.
void refuseOthers(const spdlog::filename_t &name)
{
    const QString path = QFile::decodeName(name.c_str());
    QString wrong = fileOwnerProblem(path);
    QFile file;
    if (wrong.isEmpty() && QFileInfo::exists(path)) {
        if (const Result<void> opened = openOrdinary(path, file); !opened)
            wrong = path + QStringLiteral(" cannot be written: ") + opened.error().message;
    }
    if (!wrong.isEmpty())
        throw spdlog::spdlog_ex(wrong.toStdString());
}

void restrictToOwner(const spdlog::filename_t &name, std::FILE *)
{
    QFile::setPermissions(QFile::decodeName(name.c_str()), QFileDevice::ReadOwner | QFileDevice::WriteOwner);
}

} // namespace

struct LogFile::Private {
    QString path;
    Options options;
    std::atomic<LogLevel> level;
    std::mutex mutex; ///< Guards everything below.
    Config::Log settings;
    std::unique_ptr<spdlog::formatter> echoFormat = timeAndText("");
    std::unique_ptr<Sink> sink; ///< Null while the file cannot be written.
    Clock::time_point failedAt; ///< Of the last try, while there is no sink.
    bool told = false;          ///< Of a failure that has not ended.

    void open()
    {
        spdlog::file_event_handlers handlers;
        handlers.before_open = refuseOthers;
        handlers.after_open = restrictToOwner;
        const auto limitBytes = static_cast<std::size_t>(settings.maxMb) * 1024 * 1024;
        const auto rotatedFiles = static_cast<std::size_t>(settings.files - 1);
        try {
            sink = std::make_unique<Sink>(QFile::encodeName(path).toStdString(), limitBytes, rotatedFiles,
                                          /*rotate_on_open*/ false, handlers);
            sink->set_formatter(timeAndText("\n"));
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

    void write(const spdlog::details::log_msg &message)
    {
        if (!sink && Clock::now() - failedAt >= retryAfter)
            open();
        if (sink) {
            try {
                sink->log(message);
                sink->flush();
                told = false;
            } catch (const spdlog::spdlog_ex &error) {
                giveUp(error);
            }
        }
        if (!sink || options.echo) {
            spdlog::memory_buf_t line;
            echoFormat->format(message, line);
            printError(QString::fromUtf8(line.data(), static_cast<qsizetype>(line.size())));
        }
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

void LogFile::write(LogLevel level, const QString &message)
{
    if (level < d->level.load(std::memory_order_relaxed))
        return;
    const QByteArray text = (toWord(level).toUpper() + QStringLiteral(" - ") + visibleLine(message)).toUtf8();
    const std::lock_guard lock(d->mutex);
    // Made under the lock, so that times in the file never go back.
    d->write({spdlog::string_view_t(), spdlog::level::info,
              spdlog::string_view_t(text.constData(), static_cast<std::size_t>(text.size()))});
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

} // namespace qcc
