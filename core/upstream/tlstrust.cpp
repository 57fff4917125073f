#include "core/upstream/tlstrust.h"

#include "core/config/cafile.h"

#include <QSslCertificate>
#include <QSslConfiguration>

namespace qcc {

Result<QSslConfiguration> tlsConfiguration(const QString &caFile)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    if (caFile.isEmpty())
        return configuration;
    QList<QSslCertificate> authorities;
    if (const CaFileFault fault = readCaFile(caFile, &authorities); fault != CaFileFault::None)
        return Failure{ErrorCode::Failed,
                       QStringLiteral("the CA file %1 %2; put it back, or give the endpoint another one (ca_file)")
                           .arg(caFile, toText(fault)),
                       {}};
    // Not the system's as well: Qt would give a copy of each to every connection, which costs half a megabyte and some milliseconds.
    configuration.setCaCertificates(authorities);
    return configuration;
}

} // namespace qcc
