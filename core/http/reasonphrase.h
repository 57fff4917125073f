#pragma once

#include <QByteArray>

namespace qcc {

/// The standard phrase of a status; "Unknown" where there is none. Source: RFC 9110 §15 and the IANA registry of status codes.
QByteArray reasonPhrase(int status);

} // namespace qcc
