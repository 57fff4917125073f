#pragma once

#include "core/import/foundendpoint.h"

namespace qcc {

/// The providers in config.json of cc-switch (github.com/farion1231/cc-switch, up to 3.7; later ones keep a database).
/// Those of Claude Code, Codex and Gemini CLI become a cluster each, the one in use with the first priority.
/// Errors: InvalidConfig.
Result<QList<FoundEndpoint>> ccSwitchEndpoints(const QByteArray &text, const QString &place);

/// The base URL in the text of Codex's config.toml: that of the chosen provider, else the one outside of all tables.
QString codexBaseUrl(const QString &toml);

} // namespace qcc
