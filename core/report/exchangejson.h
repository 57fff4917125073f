#pragma once

#include "core/facts/exchangerecord.h"

#include <QJsonObject>

#include <optional>

namespace qcc {

/// One finished exchange with its attempts.
QJsonObject exchangeJson(const ExchangeRecord &exchange);

/// The exchange that exchangeJson() told of; nothing where the object is no such, or has a word that this version does not know.
std::optional<ExchangeRecord> exchangeFromJson(const QJsonObject &json);

} // namespace qcc
