#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

namespace qcc {

/// Where Codex sends its requests by its config.toml, and what that says of the key.
struct CodexProvider {
    QString baseUrl;     ///< Empty: the file names no address whatsoever, so that the vendor's own holds.
    QString key;         ///< Where it stands with the address.
    QString keyVariable; ///< The variable that holds the key instead.
    QString keyPlace;    ///< Where else the key is, as in "Its key lies in …".
};

/// The provider that the text of a config.toml chooses. What other tools write is understood, too: an address or a key outside of all tables.
/// An address is never guessed: the key of a relay must not get to the vendor.
/// Errors: InvalidConfig (no TOML; the message names the line), NotFound (it says of the address what is not understood). Each is the rest of
/// a sentence about the file.
/// Source: developers.openai.com/codex/config-reference.
Result<CodexProvider> codexProvider(const QByteArray &toml);

} // namespace qcc
