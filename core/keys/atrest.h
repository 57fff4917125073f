#pragma once

#include "core/base/enumwords.h"

namespace qcc {

/// How keys lie in config.json: sealed under a master key in the keychain or in a file (auto: in the file where there is one, else in
/// the keychain where that works), or as they are.
#define QCC_AT_REST(X)       \
    X(Auto, "auto")          \
    X(Keychain, "keychain")  \
    X(File, "file")          \
    X(Plain, "plain")
QCC_ENUM_WITH_WORDS(AtRest, QCC_AT_REST)

} // namespace qcc
