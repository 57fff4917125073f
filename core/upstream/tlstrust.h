#pragma once

#include "core/base/result.h"

class QSslConfiguration;

namespace qcc {

/// How TLS connections to an endpoint are made: as Qt does by default, certificates always verified. The authorities of `caFile`, an
/// absolute path or empty, are trusted in place of this computer's own. Without it SSL_CERT_FILE and SSL_CERT_DIR count as for curl and OpenSSL: one of
/// them stands beside this computer's own, both in their place (openssl-env(7)). The file is read each time, so that a new one counts from the
/// next connection on. There is no way to verify less.
/// Errors: Failed (the file is not there any more, or not what it was); the message names it and the next step.
Result<QSslConfiguration> tlsConfiguration(const QString &caFile);

/// The file that names authorities for such connections; empty: they are this computer's.
QString authoritiesFile(const QString &caFile);

} // namespace qcc
