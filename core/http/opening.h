#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

namespace qcc {

/// What the beginning of a 2xx answer is worth to the client.
enum class Opening {
    Undecided, ///< Nothing meaningful yet: headers, opening events, half an object.
    Content,   ///< The client has use for it.
    Bad,       ///< An error, a page or nothing at all in the dress of a success.
};

/// An opinion with its reason in words; empty unless Bad.
struct OpeningVerdict {
    Opening opening = Opening::Undecided;
    QString reason;
};

/// How much of a body is there.
enum class Extent {
    Part,
    WholeObject, ///< Every bracket that was opened is closed.
    Everything,  ///< The body ended well.
};

/// Judges the decoded beginning of a body that is no event stream, in answer to a request of a known API.
/// A JSON object counts only whole, since no client has use for half of one.
OpeningVerdict judgeOpening(QByteArrayView contentType, QByteArrayView beginning, Extent extent);

/// Whether the text is an API's error object: `{"type":"error",…}`, or a non-null `error` in an object that is no answer besides.
bool isErrorObject(QByteArrayView json);

} // namespace qcc
