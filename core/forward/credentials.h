#pragma once

#include "core/config/config.h"
#include "core/http/headers.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QByteArrayView>
#include <QList>

namespace qcc {

/// The names under which clients send credentials, their own or the access token: one table for what is taken and for what never leaves.
/// Only letters and digits count, in any case, percent-encoded or not, with "x-" before them or not ("api_key", "X-API-Key", "%61pikey", "api_key[]");
/// what merely contains such a name, like max_tokens or x-request-token-count, is something else.
bool isCredentialField(QByteArrayView name);
/// `name` of a query parameter, as it was sent.
bool isCredentialParameter(QByteArrayView name);

/// The members of all fields `Sec-WebSocket-Protocol`, as they were sent. Source: RFC 6455 §11.3.4.
QByteArrayList subprotocols(const HeaderList &headers);
/// What an endpoint may see of them: protocols that are known, as one value. Clients in browsers put keys among them, since no other field is theirs
/// to write, so that whatever is not known for a name may be one.
QByteArray knownSubprotocols(const HeaderList &headers);
/// What such a member says as a key: all of it, or what stands behind the words that say it is one.
/// Source: OpenAI, Realtime API with WebSocket.
QByteArrayView keyOfSubprotocol(QByteArrayView member);

/// One "name=value" of a request target's query, as positions in it.
struct QueryParameter {
    qsizetype nameAt = 0;
    qsizetype nameLength = 0;
    qsizetype valueAt = 0;
    qsizetype valueLength = 0;

    QByteArrayView name(QByteArrayView target) const { return target.sliced(nameAt, nameLength); }
    QByteArrayView value(QByteArrayView target) const { return target.sliced(valueAt, valueLength); }
};

/// The query parameters of `target` that carry a credential, in order. What any server takes for the beginning of one begins one: behind "?", "&",
/// ";" or "#", and with its "=" encoded or not.
QList<QueryParameter> credentialParameters(QByteArrayView target);

/// What of `target` may be shown: up to what any server takes for the beginning of a parameter, encoded or not.
QByteArrayView beforeParameters(QByteArrayView target);

/// Whether `name`, as it was sent, is the `key` by which Gemini's API takes a key. Source: Google Cloud, "Using API keys with REST".
bool isKeyParameter(QByteArrayView name);

/// What an endpoint gets that its clients must not see: its key, and of its own fields and parameters the values that are somebody's secret by their
/// name (isCredentialField()) or by their look, the parameters also as they are encoded on the way. Words that stand in other places, too, like a type or
/// a version, are none, since taking them out would break answers.
QList<QByteArray> secretsOf(const Endpoint &endpoint);

/// Takes an endpoint's secrets out of what the endpoint says: some quote the key that they refuse, and what a client shows, logs or posts somewhere
/// must not hold it. A secret goes word for word, each byte an asterisk, so that lengths stay true; every other byte stays. Encoded or compressed it
/// passes: to look deeper would mean to hold back and to unpack.
class KeyEcho
{
public:
    /// So much of a body is looked at.
    static constexpr qsizetype reach = 64 * 1024;

    explicit KeyEcho(QList<QByteArray> secrets);

    /// The next bytes of a body, as far as it is sure that no secret begins in them.
    QByteArray pass(QByteArray bytes);
    /// What pass() kept back; at the body's end.
    QByteArray rest() { return std::exchange(m_kept, QByteArray()); }
    bool keepsSome() const { return !m_kept.isEmpty(); }

    /// `value` without the secrets.
    static QByteArray without(QByteArray value, const QList<QByteArray> &secrets);

private:
    QList<QByteArray> m_secrets; ///< None is empty; the longest first, which may hold another one.
    QByteArray m_kept;           ///< The beginning of one, perhaps.
    qsizetype m_passed = 0;
};

/// `headers` without the secrets in any name or value.
HeaderList withoutSecrets(HeaderList headers, const QList<QByteArray> &secrets);

} // namespace qcc
