#pragma once

#include "core/api/dialect.h"
#include "core/http/headers.h"
#include "core/http/requestreader.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

namespace qcc {

/// A client's own credential, as its request brings it: what an endpoint with `"auth": "passthrough"` gets, and nobody else. A plain value.
class Login
{
public:
    /// None.
    Login() = default;
    /// That of `head`: what stands in Authorization, x-api-key, x-goog-api-key and api-key, and in Gemini's `?key=`. Not what qcc's own lines put there
    /// for want of a key ("qcc", "any"), not `accessToken`, and nothing that is empty or meant for this hop alone; cookies never. None of a request with more than
    /// eight of them.
    Login(const RequestHead &head, const QByteArray &accessToken);

    bool isEmpty() const { return m_fields.isEmpty() && m_parameters.isEmpty(); }

    /// Whether `field` of the same request is of it.
    bool has(const HeaderField &field) const { return m_fields.contains(field); }
    /// Whether the value of a `key` parameter is, as it was sent.
    bool hasParameter(QByteArrayView value) const { return m_parameters.contains(value); }

    /// Tells two logins apart without being one; empty for none. Source: SHA-256 of what was sent.
    QByteArray mark() const;

    /// `text`, which somebody has written who was shown the login, without it.
    QString removedFrom(QString text) const;

private:
    HeaderList m_fields;
    QByteArrayList m_parameters;
    QByteArrayList m_secrets; ///< What is secret in them, the longest first.
};

/// Whose protocol a request of `ofPath` speaks, so that its login is known for that vendor's: where the path does not tell, what its fields say. Unknown where
/// nothing does.
Dialect dialectOfLogin(const RequestHead &head, Dialect ofPath);

} // namespace qcc
