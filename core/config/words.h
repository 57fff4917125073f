#pragma once

#include "core/config/config.h"

#include <QStringList>

#include <optional>

namespace qcc {

/// The words of config.json ("priority_failover", "x-api-key", "warning").
QString toWord(Strategy strategy);
QString toWord(AuthStyle auth);
QString toWord(PoolStrategy strategy);
QString toWord(ModelMode mode);
QString toWord(LogLevel level);
QString toWord(AtRest rule);

/// The value that `word` names, in any letter case; nothing for an unknown word.
/// `T` is one of the types above.
template <typename T>
std::optional<T> fromWord(QStringView word);

/// All words of `T`, in the order of its enumerators: for error texts, help and completion.
template <typename T>
QStringList allWords();

} // namespace qcc
