#pragma once

#include <QByteArray>
#include <QString>

namespace qcc {

/// A key as it may be shown: "sk-…cdef". Keys too short to leave most of them hidden become "…"; no key stays empty.
QString maskKey(const QByteArray &key);

/// `text` with "***" wherever it holds `key`: as it is, percent-encoded, or as base64. For what others say, who may quote it.
QString withoutKey(QString text, const QByteArray &key);

} // namespace qcc
