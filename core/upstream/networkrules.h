#pragma once

#include "core/base/result.h"

#include <QNetworkProxy>

class QSslConfiguration;
class QUrl;

namespace qcc {

/// The proxy between this machine and `url` by an endpoint's `proxy` rule: "system", "none", "http://…", "socks5://…" or "socks5h://…", for all of
/// which names are resolved by the proxy. "system" is what the environment says (environmentProxy()), else it asks the system anew each time, so that a change is followed by the next connection. On Windows and macOS a proxy script
/// of the network may have to be fetched and run for that, which can take seconds and blocks the calling thread; a rule that
/// names the proxy never does. Nobody's proxy reaches this computer's own loopback, so such hosts are always asked directly.
/// Thread: any.
QNetworkProxy proxyFor(const QString &rule, const QUrl &url);

/// "127.0.0.1:8080": the proxy as it may stand in a log, without its user and password. Empty for no proxy.
QString nameOf(const QNetworkProxy &proxy);

/// How TLS connections to an endpoint are made: as Qt does by default, certificates always verified. The authorities of `caFile`, an
/// absolute path or empty, are trusted in place of this computer's own: whoever names one means that one. Without it SSL_CERT_FILE and SSL_CERT_DIR
/// count as for curl and OpenSSL: one of them stands beside this computer's own, both in their place (openssl-env(7)). The file is read each time, so
/// that a new one counts from the next connection on. There is no way to verify less.
/// Errors: Failed (the file is not there any more, or not what it was); the message names it and the next step.
Result<QSslConfiguration> tlsConfiguration(const QString &caFile);

/// The file that names authorities for such connections; empty: they are this computer's.
QString authoritiesFile(const QString &caFile);

} // namespace qcc
