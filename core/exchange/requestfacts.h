#pragma once

#include "core/facts/exchangerecord.h"
#include "core/http/requestreader.h"

namespace qcc {

/// The record of an exchange that begins now, with all that its request tells.
ExchangeRecord recordOf(const Request &request, quint64 number);

} // namespace qcc
