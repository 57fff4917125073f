#include "core/plane/acceptor.h"

#include <QDir>
#include <QFile>
#include <QSet>

namespace qcc {

namespace {

/// Inodes of the sockets that listen on `port`. Source: proc(5), /proc/net/tcp.
QSet<QByteArray> listeningInodes(quint16 port)
{
    QSet<QByteArray> inodes;
    const QByteArray hexPort = QByteArray::number(port, 16).rightJustified(4, '0').toUpper();
    for (const QString &path : {QStringLiteral("/proc/net/tcp"), QStringLiteral("/proc/net/tcp6")}) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QList<QByteArray> lines = file.readAll().split('\n');
        for (const QByteArray &line : lines) {
            const QList<QByteArray> columns = line.simplified().split(' ');
            constexpr int state = 3, inode = 9;
            if (columns.size() > inode && columns[state] == "0A" && columns[1].endsWith(':' + hexPort))
                inodes.insert("socket:[" + columns[inode] + ']');
        }
    }
    return inodes;
}

} // namespace

PortOwner ownerOfPort(quint16 port)
{
    const QSet<QByteArray> inodes = listeningInodes(port);
    if (inodes.isEmpty())
        return {};
    const QStringList processes = QDir(QStringLiteral("/proc")).entryList({QStringLiteral("[0-9]*")}, QDir::Dirs);
    for (const QString &pid : processes) {
        const QDir descriptors(QStringLiteral("/proc/%1/fd").arg(pid));
        const QStringList entries = descriptors.entryList(QDir::Files | QDir::System | QDir::Hidden);
        for (const QString &entry : entries) {
            if (!inodes.contains(QFile::symLinkTarget(descriptors.filePath(entry)).section(QLatin1Char('/'), -1).toUtf8()))
                continue;
            QFile name(QStringLiteral("/proc/%1/comm").arg(pid));
            if (name.open(QIODevice::ReadOnly))
                return {QString::fromUtf8(name.readAll().trimmed()), pid.toLongLong()};
        }
    }
    return {};
}

} // namespace qcc
