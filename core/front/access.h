#pragma once

#include "core/config/config.h"
#include "core/facts/livefigures.h"
#include "core/http/requestreader.h"

#include <QHostAddress>
#include <QString>

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>

namespace qcc {

/// Counts what is not let in, and tells of it, but not of each: whoever tries often must not fill the log. Knows, too, when the system
/// does not tell whose the connections are.
/// Thread: any.
class Refusals
{
public:
    /// Called from the thread that counted, at most once per reason and 10 s. Set before the first worker starts.
    std::function<void(Denial why, const QString &what)> noticed;
    /// Called once, from the thread that found out that the system does not tell whose connections are. Set as the other.
    std::function<void()> peersUnknown;

    /// `what`: of the request, for people; holds no key.
    void count(Denial why, const QString &what, std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now());
    RefusalCounts counts() const;
    void peersAreUnknown();
    bool arePeersUnknown() const { return m_peersUnknown; }

private:
    std::atomic<bool> m_peersUnknown = false;
    PerEnum<Denial, std::atomic<quint64>> m_counts;
    PerEnum<Denial, std::atomic<qint64>> m_quietUntil; ///< Milliseconds of the steady clock; 0: never told.
};

/// A request that is not let in: the status to answer, and one sentence with the way out.
struct Denied {
    Denial why;
    int status = 403;
    QByteArray message;
};

/// What `head`, which arrived at the address `local`, is denied for, judged before its body is read (ARCH-11); nothing where it may
/// go on.
/// Keys are attached to whatever goes on, so everything that a browser sends on behalf of a page is refused unless the page's origin is
/// listed. Requests without the browsers' own fields pass: clients that are no browsers do not send them.
/// Source: Fetch Standard (Origin), W3C Fetch Metadata (Sec-Fetch-Site), RFC 9110 §7.2 (Host).
std::optional<Denied> denialOf(const RequestHead &head, const Config::Listen &listen, const QHostAddress &local);

/// Whether a request shows the access token, as any of the credentials that isCredentialField() and isCredentialParameter() know, with or
/// without "Bearer". An empty token asks for nothing. The comparison takes the same time wherever it fails.
bool showsToken(const RequestHead &head, const QByteArray &token);

/// The origin of the listed page that sent `head`; empty for everybody else.
QByteArray listedOrigin(const RequestHead &head, const Config::Listen &listen);
/// A browser asks whether a listed page may send what it means to send. Source: Fetch Standard, CORS preflight.
bool isPreflight(const RequestHead &head);
/// What tells the browser that the page may read the answer, or, for a preflight, send the request. Said by qcc, since endpoints need not know of the
/// page.
HeaderList crossOriginHeaders(const RequestHead &head, const QByteArray &origin);

} // namespace qcc
