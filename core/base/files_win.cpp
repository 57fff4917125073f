#include "core/base/files.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUuid>

#include <windows.h>

namespace qcc {

using namespace Qt::StringLiterals;

std::optional<FileIdentity> identityOf(const QString &)
{
    return std::nullopt;
}

std::optional<FileIdentity> identityOf(std::FILE *)
{
    return std::nullopt;
}

std::optional<FileOwner> ownerOf(const QString &path, Links links)
{
    const QFileInfo info(path);
    const bool isLink = links == Links::AsTheyAre && info.isSymLink();
    if (!isLink && !info.exists())
        return std::nullopt;
    return FileOwner{.isLink = isLink};
}

std::optional<FileOwner> ownerOf(const QFile &)
{
    return FileOwner{};
}

Result<void> openOrdinary(const QString &path, QFile &file)
{
    // Pipes and devices have names of their own here and cannot stand in a file's place.
    if (!QFileInfo(path).isFile())
        return Failure{ErrorCode::Failed, u"it is no file"_s, {}};
    file.setFileName(path);
    if (!file.open(QIODevice::ReadOnly))
        return Failure{ErrorCode::Failed, file.errorString(), {}};
    return {};
}

namespace {

QString systemsWords()
{
    return qt_error_string(static_cast<int>(GetLastError()));
}

OVERLAPPED at(qint64 position)
{
    OVERLAPPED where{};
    where.Offset = static_cast<DWORD>(position);
    where.OffsetHigh = static_cast<DWORD>(position >> 32);
    return where;
}

} // namespace

NamelessFile::~NamelessFile()
{
    if (isOpen())
        CloseHandle(reinterpret_cast<HANDLE>(m_handle));
}

QString NamelessFile::open(const QString &folder)
{
    const QString name = QDir::toNativeSeparators(folder) + QStringLiteral("\\body-") + QUuid::createUuid().toString(QUuid::WithoutBraces);
    const HANDLE handle = CreateFileW(reinterpret_cast<const wchar_t *>(name.utf16()), GENERIC_READ | GENERIC_WRITE, 0, nullptr, CREATE_NEW,
                                      FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        return systemsWords();
    m_handle = reinterpret_cast<qintptr>(handle);
    return {};
}

QString NamelessFile::append(QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        OVERLAPPED where = at(m_size);
        DWORD written = 0;
        const auto most = static_cast<DWORD>(qMin<qsizetype>(bytes.size(), 1 << 20));
        if (!WriteFile(reinterpret_cast<HANDLE>(m_handle), bytes.data(), most, &written, &where) || written == 0)
            return systemsWords();
        m_size += written;
        bytes = bytes.sliced(static_cast<qsizetype>(written));
    }
    return {};
}

qint64 NamelessFile::read(qint64 position, char *into, qint64 most) const
{
    if (position >= m_size)
        return 0;
    OVERLAPPED where = at(position);
    DWORD got = 0;
    if (!ReadFile(reinterpret_cast<HANDLE>(m_handle), into, static_cast<DWORD>(qMin<qint64>(most, 1 << 20)), &got, &where))
        return -1;
    return got;
}

} // namespace qcc
