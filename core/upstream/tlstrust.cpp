#include "core/upstream/tlstrust.h"

#include "core/config/cafile.h"

#include <QSslCertificate>
#include <QSslConfiguration>

namespace qcc {

namespace {

/// Qt finds the system's authorities one by one as they are needed, until others are added; then all must be named.
const QList<QSslCertificate> &systemAuthorities()
{
    static const QList<QSslCertificate> all = QSslConfiguration::systemCaCertificates();
    return all;
}

} // namespace

Result<QSslConfiguration> tlsConfiguration(const QString &caFile)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    if (caFile.isEmpty())
        return configuration;
    QList<QSslCertificate> more;
    if (const CaFileFault fault = readCaFile(caFile, &more); fault != CaFileFault::None)
        return Failure{ErrorCode::Failed,
                       QStringLiteral("the CA file %1 %2; put it back, or give the endpoint another one (ca_file)")
                           .arg(caFile, toText(fault)),
                       {}};
    QList<QSslCertificate> trusted = configuration.caCertificates();
    if (trusted.isEmpty())
        trusted = systemAuthorities();
    configuration.setCaCertificates(trusted + more);
    return configuration;
}

} // namespace qcc
