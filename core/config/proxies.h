#pragma once

#include <QString>

#include <functional>
#include <optional>

class QUrl;

namespace qcc {

/// `text` as an endpoint's proxy is written: what is plainly meant is written out ("127.0.0.1:7890" is "http://127.0.0.1:7890", "SOCKS://" is
/// "socks5://"). What is no proxy stays as it is.
QString readProxy(const QString &text);

/// What is wrong with `text`, read by readProxy(), as an endpoint's proxy ("must be …"); empty when nothing is.
QString proxyFault(const QString &text);

/// The value of an environment variable; empty for none.
using Variable = std::function<QString(const char *name)>;

/// The proxy for `url` by the environment, as the usual programs read it: `https_proxy` or `http_proxy` for its scheme, else `all_proxy`, in small
/// letters or capitals; "none" where `no_proxy` names the host. Nothing where the environment says nothing, or nothing that is a proxy.
/// Source: curl, "Environment variables"; everything.curl.dev/usingcurl/proxies/env.
std::optional<QString> environmentProxy(const QUrl &url, const Variable &variable);

} // namespace qcc
