#include "core/upstream/hostnames.h"

#include "core/base/descriptorlimit.h"

#include <QHostAddress>
#include <QHostInfo>
#include <QThreadPool>
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

void refreshHostNames(const QStringList &names)
{
    if (!mayStartThread())
        return; // the next connection looks for itself
    for (const QString &name : names)
        QThreadPool::globalInstance()->start([name] { QHostInfo::fromName(name); });
}

} // namespace qcc
