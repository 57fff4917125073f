#include "core/config/cafile.h"

#include "core/base/userplaces.h"

#include <QDir>
#include <QFile>
#include <QSslCertificate>

#include <algorithm>

namespace qcc {

namespace {

/// All authorities that a system trusts fit into a quarter of it.
constexpr qint64 mostBytes = 4 * 1024 * 1024;

} // namespace

CaFileFault readCaFile(const QString &path, QList<QSslCertificate> *certificates)
{
    if (!QDir::isAbsolutePath(path))
        return CaFileFault::NotAbsolute;
    const QFileInfo info(path);
    if (!info.exists())
        return closedOnTheWayTo(path) ? CaFileFault::Unreadable : CaFileFault::Missing;
    QFile file(path);
    // A pipe or a device might never end.
    if (!info.isFile() || !file.open(QIODevice::ReadOnly))
        return CaFileFault::Unreadable;
    if (file.size() > mostBytes)
        return CaFileFault::TooLarge;
    const QByteArray bytes = file.read(mostBytes);
    const qsizetype announced = bytes.count("-----BEGIN CERTIFICATE-----");
    if (announced == 0)
        return CaFileFault::NoCertificate;
    const QList<QSslCertificate> found = QSslCertificate::fromData(bytes, QSsl::Pem);
    const bool whole = std::ranges::none_of(found, &QSslCertificate::isNull);
    if (found.size() != announced || !whole)
        return CaFileFault::DamagedCertificate;
    if (certificates)
        *certificates = found;
    return CaFileFault::None;
}

QString toText(CaFileFault fault)
{
    switch (fault) {
    case CaFileFault::None:
        return {};
    case CaFileFault::NotAbsolute:
        return QStringLiteral("is no absolute path");
    case CaFileFault::Missing:
        return QStringLiteral("does not exist");
    case CaFileFault::Unreadable:
        return QStringLiteral("cannot be read");
    case CaFileFault::TooLarge:
        return QStringLiteral("is larger than 4 MiB");
    case CaFileFault::NoCertificate:
        return QStringLiteral("holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    case CaFileFault::DamagedCertificate:
        return QStringLiteral("holds a certificate that cannot be read");
    }
    Q_UNREACHABLE();
}

} // namespace qcc
