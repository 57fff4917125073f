#pragma once

#include "core/http/headers.h"

#include <QByteArray>

namespace qcc {

/// Takes an endpoint's key out of what the endpoint says: some quote the key that they refuse, and what a client shows, logs or posts somewhere
/// must not hold it. The key goes word for word, each byte an asterisk, so that lengths stay true; every other byte stays.
class KeyEcho
{
public:
    /// So much of a body is looked at.
    static constexpr qsizetype reach = 64 * 1024;

    explicit KeyEcho(QByteArray key) : m_key(std::move(key)) { }

    /// The next bytes of a body, as far as it is sure that the key does not begin in them.
    QByteArray pass(QByteArray bytes);
    /// What pass() kept back; at the body's end.
    QByteArray rest() { return std::exchange(m_kept, QByteArray()); }
    bool keepsSome() const { return !m_kept.isEmpty(); }

    /// `value` without the key.
    static QByteArray without(QByteArray value, const QByteArray &key);

private:
    QByteArray m_key;
    QByteArray m_kept; ///< The beginning of the key, perhaps.
    qsizetype m_passed = 0;
};

/// `headers` without the key in any name or value.
HeaderList withoutKey(HeaderList headers, const QByteArray &key);

} // namespace qcc
