#pragma once

#include <QByteArray>
#include <QString>

namespace qcc {

struct Config;
struct Endpoint;
enum class Dialect;

// Where a client's own login may go: `"auth": "passthrough"`.

/// Whether a good base URL is one of the hosts at which vendors take the logins that they issue, over https and at its usual port. Only there does a
/// client's own credential go without a further word of the user's.
bool takesItsOwnLogins(const QByteArray &baseUrl);

/// Whether any endpoint passes the client's login on.
bool passesLoginsOn(const Config &config);

/// Whether a login that comes with requests of `dialect` may go to the endpoint, which passes it on: at a vendor's own host those of others' protocols have
/// no business, such as Claude's login at ChatGPT's. Unknown: nothing tells whose it is.
bool mayTakeLoginOf(const Endpoint &endpoint, Dialect dialect);

/// What is wrong with an endpoint that passes the client's login on, as the rest of a sentence about its `auth` ("must not be …"); empty when nothing is,
/// and for every other endpoint. `hasKey`: it has one of its own, or a program that says one.
QString passthroughFault(const Endpoint &endpoint, bool hasKey);

/// What to know of an endpoint that passes the client's login on to somebody who has not issued it, as the rest of a sentence about the endpoint; empty for
/// every other one.
QString passthroughNote(const Endpoint &endpoint);

} // namespace qcc
