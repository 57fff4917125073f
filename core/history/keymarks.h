#pragma once

#include <QByteArray>
#include <QMetaType>
#include <QSet>

namespace qcc {

/// Which keys have ever given a good answer, without a key or an address in it: each is known by a keyed hash of both (HMAC-SHA256). Whoever reads
/// history.db can only ask about pairs that he has already.
struct KeyMarks {
    QByteArray secret;       ///< Of this file alone; 32 random bytes.
    QSet<QByteArray> marks;  ///< In hex.

    QByteArray markOf(const QByteArray &baseUrl, const QByteArray &key) const;
    static QByteArray newSecret();
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::KeyMarks)
