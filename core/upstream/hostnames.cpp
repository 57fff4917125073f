#include "core/upstream/hostnames.h"

#include <QHostAddress>
#include <QUrl>

namespace qcc {

QStringList hostNamesOf(const Cluster &cluster)
{
    QStringList names;
    for (const Endpoint &endpoint : cluster.endpoints) {
        if (!endpoint.mayServe())
            continue;
        for (const QString &host : {QUrl::fromEncoded(endpoint.baseUrl).host(), QUrl(endpoint.proxy).host()})
            if (!host.isEmpty() && QHostAddress(host).isNull() && !names.contains(host))
                names.append(host);
    }
    return names;
}

} // namespace qcc
