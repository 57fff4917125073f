#pragma once

#include "core/base/sqlitefile.h"
#include "core/journal/timeline.h"
#include "core/log/logfile.h"
#include "tests/support/files.h"

#include <QTemporaryDir>
#include <QVariant>

#include <chrono>
#include <memory>

namespace qcc::test {

inline constexpr Timeline::Time now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(10) + std::chrono::minutes(17)
    + std::chrono::seconds(20);
inline constexpr Minute thisMinute = std::chrono::floor<std::chrono::minutes>(now);
inline constexpr Minute sinceEver{};

/// A folder with a history.db and a proxy.log, anew for each test.
class HistoryFixture
{
protected:
    void makeFolder()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_log = std::make_unique<LogFile>(m_folder->filePath(QStringLiteral("proxy.log")), Config::Log());
    }

    void removeFolder()
    {
        m_log.reset();
        m_folder.reset();
    }

    QString path() const { return m_folder->filePath(QStringLiteral("history.db")); }
    QString logText() const { return QString::fromUtf8(readFile(m_folder->filePath(QStringLiteral("proxy.log")))); }

    /// Runs SQL on the file, as another program would.
    QVariant execute(const QString &statement) const
    {
        QVariant value;
        SqliteFile file;
        const bool done = file.open(path()) && file.read(statement, {}, [&value](const QVariantList &row) {
            value = row.first();
            return false;
        });
        if (!done)
            qWarning("%s", qPrintable(file.error().message));
        return value;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<LogFile> m_log;
};

} // namespace qcc::test
