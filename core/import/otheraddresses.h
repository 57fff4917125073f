#pragma once

#include "core/import/variables.h"

namespace qcc {

struct ImportPlaces;

/// What the settings of Claude Code, Codex and Gemini CLI say of addresses, so that a key that stands alone in the environment is not taken for one
/// of the vendor's own: it may be the other half of what stands there. A file that cannot be read may say anything, and counts.
OtherAddresses addressesInSettings(const ImportPlaces &places);

} // namespace qcc
