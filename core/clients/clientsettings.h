#pragma once

#include "core/api/clientprogram.h"
#include "core/import/importplaces.h"

namespace qcc {

class Paths;

/// What the settings of a client say of where it sends its requests.
struct ClientSetting {
    ClientProgram client = ClientProgram::ClaudeCode;
    QString place;         ///< The file, or the variable.
    QString url = {};      ///< As it stands there; empty: none.
    QString problem = {};  ///< Why the file says nothing, as the rest of a sentence.
    QStringList keys = {}; ///< What must not be shown.
};

/// Where clients keep their settings.
struct ClientPlaces {
    ImportPlaces places;
    QString openCode;  ///< The folder of opencode.
    QString qwen = {}; ///< The folder of qwen-code.

    static ClientPlaces ofThisUser(const Paths &paths);
};

/// opencode's settings file: the one with comments where there is one.
QString openCodeSettings(const ClientPlaces &places);

/// The settings of the clients that there are for this user. Nothing is changed anywhere.
/// Thread: any that may wait: it reads a few small files.
QList<ClientSetting> clientSettings(const ClientPlaces &places);

} // namespace qcc
