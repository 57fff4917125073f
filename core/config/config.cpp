#include "core/config/config.h"

#include <QCryptographicHash>

#include <algorithm>

namespace qcc {

QString endpointId(const QByteArray &baseUrl, const QByteArray &apiKey)
{
    const QByteArray hash = QCryptographicHash::hash(baseUrl + '|' + apiKey, QCryptographicHash::Sha256);
    return QString::fromLatin1(hash.toHex().first(8));
}

const Cluster *Config::cluster(const QString &name) const
{
    const auto found = std::ranges::find(clusters, name, &Cluster::name);
    return found == clusters.end() ? nullptr : &*found;
}

} // namespace qcc
