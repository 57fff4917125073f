#pragma once

#include "core/import/variables.h"

namespace qcc {

class Paths;

// JSON takes up to 45 times its size once it is parsed.
inline constexpr qint64 longestImportedFile = 1024 * 1024;

/// Where other programs keep their endpoints.
struct ImportPlaces {
    QStringList fastccCaches; ///< cache.json of the predecessor.
    QString ccSwitch;         ///< The folder of cc-switch.
    QString claude;           ///< The folder of Claude Code.
    Variables environment;
    QString codex = {};  ///< The folder of Codex; it is asked for addresses only.
    QString gemini = {}; ///< The folder of Gemini CLI; likewise.

    /// Those of this user and this process; `CLAUDE_CONFIG_DIR` and `CODEX_HOME` are honoured.
    static ImportPlaces ofThisUser(const Paths &paths);
};

/// A place that was looked at.
struct SearchedPlace {
    enum class State { Missing, Read, Unreadable };

    ImportSource source = ImportSource::Fastcc;
    QString place;
    State state = State::Missing;
    QString problem; ///< A sentence that says why it is unreadable.
};

struct ImportFindings {
    QList<FoundEndpoint> endpoints;
    QList<SearchedPlace> searched;
};

/// Looks for endpoints in the places of one source, or of all. Files of more than 1 MB and those with more than 500
/// endpoints are taken for something else and not read, and so is what is no ordinary file. Nothing is changed anywhere.
/// Thread: any that may wait: it reads a few small files, and a database for at most some seconds.
ImportFindings findEndpoints(const ImportPlaces &places, std::optional<ImportSource> only = {});

} // namespace qcc
