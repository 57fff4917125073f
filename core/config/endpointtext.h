#pragma once

#include <QList>
#include <QString>

#include <functional>
#include <optional>

class QSslCertificate;
class QUrl;

namespace qcc {

/// What a text has in it that no key has, although nothing tells what was meant instead.
enum class KeyFault { None, LineBreak, Space, Control, Quote, Masked, Foreign };

/// A key as it was typed, copied or written into a file, read as what was meant: by the window, the command line and the parser of config.json alike.
struct KeyText {
    QString key; ///< Printable ASCII, as a header line carries it; empty with a fault.
    KeyFault fault = KeyFault::None;
    QString character; ///< The one that KeyFault::Foreign is about, to be shown.

    bool isGood() const { return fault == KeyFault::None; }
};

/// Takes away what copying adds: blanks and line breaks around, characters without width, quotes around, "Bearer " or a header's name before it; and
/// makes full-width characters the plain ones.
KeyText readKey(const QString &text);

/// The fault as the rest of a sentence about the key ("holds a line break …"); empty for none.
QString faultText(const KeyText &key);

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

/// What can be wrong with a file of certificate authorities that an endpoint trusts in place of this computer's own.
enum class CaFileFault { None, NotAbsolute, Missing, Unreadable, TooLarge, NoCertificate, DamagedCertificate };

/// Reads `path` (PEM) and puts what it holds into `certificates` where that is given.
CaFileFault readCaFile(const QString &path, QList<QSslCertificate> *certificates = nullptr);

/// The fault in words that follow the file's name ("does not exist"); empty for none.
QString toText(CaFileFault fault);

} // namespace qcc
