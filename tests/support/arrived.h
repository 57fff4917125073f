#pragma once

#include "tests/support/lenientrequestreader.h"

#include <QByteArray>
#include <QByteArrayView>

namespace qcc::test {

/// One request as it reached the scripted upstream. Times are milliseconds since the upstream was made, -1 while not reached.
struct Arrived {
    int index = -1;          ///< Place in ScriptedUpstream::arrived().
    int connection = -1;     ///< Numbered from 0 in the order of acceptance.
    int onConnection = 0;    ///< 0 for the first request of its connection.
    int visit = 0;           ///< How often the same script was asked for before with the same `x-case`; see scriptFromWords.
    QByteArray clientName;   ///< Of the certificate that the client showed; empty for none.
    QByteArray peer;         ///< The address that the connection comes from.
    QByteArray method;
    QByteArray rawTarget;
    QByteArray version;
    RawHeaders headers;      ///< Order, case and duplicates kept.
    qint64 bodyBytes = 0;    ///< Decoded, as far as they came.
    QByteArray bodySha256;   ///< Hex; set when bodyComplete.
    QByteArray body;         ///< The first MiB.
    bool bodyComplete = false;
    bool malformed = false;  ///< No HTTP request: the other fields hold what could be read.
    bool answered = false;   ///< The script ran to its end with everything handed to the system.
    bool clientLeft = false; ///< The connection went before the script ended.
    double headAtMs = -1;
    double bodyAtMs = -1;
    double answerBeganAtMs = -1;
    double answerEndedAtMs = -1;
    double clientLeftAtMs = -1;

    QByteArray path() const { return upTo(rawTarget, '?'); }
    /// The first header named `name`, case-insensitively.
    QByteArray header(QByteArrayView name) const { return firstHeader(headers, name); }
    /// The decoded value of the query's first `name=value`.
    QByteArray query(QByteArrayView name) const;
    /// `x-<name>` from the headers, else `<name>` from the query: how a request steers the upstream.
    QByteArray wish(const QByteArray &name) const;
};

} // namespace qcc::test
