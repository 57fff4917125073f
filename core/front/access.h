#pragma once

#include "core/config/config.h"
#include "core/facts/refusalcounts.h"
#include "core/http/requestreader.h"

#include <QHostAddress>

#include <optional>

namespace qcc {

/// A request that is not let in: the status to answer, and one sentence with the way out.
struct Denied {
    Denial why;
    int status = 403;
    QByteArray message;
};

/// What `head`, which arrived at the address `local`, is denied for, judged before its body is read; nothing where it may go on.
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
/// What tells the browser that the page may read the answer, or, for a preflight, send the request.
HeaderList crossOriginHeaders(const RequestHead &head, const QByteArray &origin);

} // namespace qcc
