#pragma once

#include <QDateTime>
#include <QJsonValue>
#include <QString>

#include <optional>

namespace qcc {

/// A count for JSON, which knows no unsigned numbers.
inline qint64 number(quint64 count)
{
    return static_cast<qint64>(count);
}

/// "2026-11-23T01:02:03.004Z".
inline QString isoTime(const QDateTime &time)
{
    return time.toUTC().toString(Qt::ISODateWithMs);
}

template <typename Number>
QJsonValue orNull(const std::optional<Number> &value)
{
    return value ? QJsonValue(*value) : QJsonValue(QJsonValue::Null);
}

} // namespace qcc
