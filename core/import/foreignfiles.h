#pragma once

#include "core/import/foundendpoint.h"

#include <QByteArray>
#include <QString>

namespace qcc {

// What the files of other programs say, as text in and values out.

/// The endpoints in cache.json of the predecessor, a Python program. Its profiles ("profiles": name → base_url, api_key,
/// endpoints) become clusters, the default profile first. It is read tolerantly, because its versions differ: any object with
/// a URL and a key is an endpoint, wherever it stands, and belongs to the nearest thing around it that has a name. Nobody looks further once
/// there are more than `most`.
/// Errors: InvalidConfig.
Result<QList<FoundEndpoint>> fastccEndpoints(const QByteArray &text, const QString &place, qsizetype most);

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
