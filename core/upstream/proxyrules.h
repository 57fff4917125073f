#pragma once

#include <QNetworkProxy>

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

} // namespace qcc
