#pragma once

#include "core/base/result.h"
#include "core/keys/atrest.h"

#include <QByteArray>

#include <functional>

namespace qcc {

/// Opens a sealed value of config.json under the rule that the file states.
/// Errors: InvalidConfig (the value itself is at fault), any other code (the master key is out of reach).
using SecretOpener = std::function<Result<QByteArray>(const QByteArray &sealed, AtRest rule)>;

} // namespace qcc
