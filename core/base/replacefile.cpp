#include "core/base/replacefile.h"

#include "core/base/files.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QFileInfo>
#include <QThread>

#include <filesystem>

namespace qcc {

using namespace std::chrono_literals;

FileLock::FileLock(const QString &path)
    : m_file(path)
{
}

FileLock::Outcome FileLock::lock(std::chrono::milliseconds timeout)
{
    if (!open(m_file))
        return Outcome::Impossible;
    const QDeadlineTimer deadline(timeout);
    Outcome outcome = tryLock(m_file.handle());
    while (outcome == Outcome::Busy && !deadline.hasExpired()) {
        QThread::usleep(5'000); // what is done under these locks takes milliseconds
        outcome = tryLock(m_file.handle());
    }
    if (outcome != Outcome::Locked)
        m_file.close();
    return outcome;
}

namespace {

/// Where the text is to go in the end. A link stays a link, also while it leads nowhere yet.
QString targetOf(const QString &path)
{
    const QFileInfo info(path);
    if (info.exists())
        return info.canonicalFilePath();
    return info.isSymLink() ? info.symLinkTarget() : info.absoluteFilePath();
}

const QString inPlaceSuffix = QStringLiteral(".whole");

/// Returns why not; empty: all of it is on the disk.
QString writeAll(QFile &file, const QByteArray &text)
{
    // The last bytes that find room are written without an error.
    for (qsizetype at = 0; at < text.size();) {
        const qint64 written = file.write(text.constData() + at, text.size() - at);
        if (written <= 0)
            return file.errorString();
        at += written;
    }
    return syncToDisk(file.handle());
}

/// As writeAll(), into a new file.
QString writeNew(QFile &file, const QByteArray &text, QFileDevice::Permissions permissions)
{
    // Made anew, so that it is neither a link nor readable by others for a moment.
    QFile::remove(file.fileName());
    if (QFileInfo::exists(file.fileName()))
        return QStringLiteral("%1 is in the way").arg(file.fileName());
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered, permissions))
        return file.errorString();
    // The mask of the process may have taken some away.
    if (!narrow(file, permissions))
        return file.errorString();
    return writeAll(file, text);
}

/// The system lets nobody put another file in the place of this one: it is mounted there by itself, as containers do it with single files.
bool isMountedByItself(const std::error_code &error)
{
    return error == std::errc::device_or_resource_busy || error == std::errc::cross_device_link;
}

/// Writes over `target` what `whole`, which is complete and on the disk, holds. Until that is done, wholeCopyOf() names it.
QString writeInPlace(const QString &whole, const QString &target, const QByteArray &text)
{
    const QString copy = target + inPlaceSuffix;
    std::error_code error;
    std::filesystem::rename(QFileInfo(whole).filesystemFilePath(), QFileInfo(copy).filesystemFilePath(), error);
    if (error)
        return QString::fromLocal8Bit(error.message());
    QFile file(target);
    if (!file.open(QIODevice::WriteOnly | QIODevice::ExistingOnly | QIODevice::Unbuffered)) {
        const QString problem = file.errorString();
        QFile::remove(copy);
        return problem;
    }
    QString problem = writeAll(file, text);
    if (problem.isEmpty())
        QFile::remove(copy);
    else
        problem = QStringLiteral("%1; the whole text is in %2").arg(problem, copy);
    return problem;
}

} // namespace

QString wholeCopyOf(const QString &path)
{
    const QString copy = targetOf(path) + inPlaceSuffix;
    return QFileInfo(copy).isFile() ? copy : QString();
}

void removeLeftover(const QString &path, QLatin1StringView suffix)
{
    QFile::remove(targetOf(path) + suffix);
}

QString replaceFile(const QString &path, const QByteArray &text, QFileDevice::Permissions permissions, Links links, QLatin1StringView suffix)
{
    const QString target = links == Links::Followed ? targetOf(path) : QFileInfo(path).absoluteFilePath();
    // The folder alone decides whether a file may be replaced; who made it read-only meant the file.
    if (const QFileInfo info(target); info.exists() && !info.isWritable() && !(links == Links::AsTheyAre && info.isSymLink()))
        return QStringLiteral("the file is read-only");
    QFile file(target + suffix);
    QString problem = writeNew(file, text, permissions);
    file.close();
    if (problem.isEmpty()) {
        // QFile::rename() replaces nothing.
        std::error_code error;
        std::filesystem::rename(QFileInfo(file).filesystemFilePath(), QFileInfo(target).filesystemFilePath(), error);
        if (isMountedByItself(error))
            problem = writeInPlace(file.fileName(), target, text);
        else if (error)
            problem = QString::fromLocal8Bit(error.message());
        else
            QFile::remove(target + inPlaceSuffix); // of a time when it was mounted
    }
    if (!problem.isEmpty())
        QFile::remove(file.fileName());
    return problem;
}

} // namespace qcc
