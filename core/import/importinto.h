#pragma once

#include "core/import/foundendpoint.h"

namespace qcc {

/// What became of a found endpoint.
enum class ImportOutcome {
    Added,
    AlreadyThere, ///< config.json has an endpoint with the same URL and key.
    OwnAddress,   ///< It leads to qcc itself.
    Placeholder,  ///< It stands for another proxy of this computer.
    Garbled,      ///< The settings that say where it leads cannot be read.
    UnknownAddress, ///< Where its key belongs is not understood.
    KeyElsewhere,   ///< Its key lies where nobody looks.
    BadUrl,
    NoKey,
    BadKey,         ///< Its key is none.
    NeedsRewriting, ///< It understands requests only as the other program rewrites them.
};

/// Whether it is left where it was found, so that somebody has to be told why.
bool isSkipped(ImportOutcome outcome);

/// A stable word for JSON and scripts ("already_there").
QString toWord(ImportOutcome outcome);

struct ImportedEndpoint {
    FoundEndpoint found;
    ImportOutcome outcome = ImportOutcome::Added;
    QString name;     ///< The endpoint's name in its cluster; empty for one that is not there.
    QString sentence; ///< What became of it and why, without its key.
    QString warning = {}; ///< A sentence on what is probably wrong with it although it was added.
};

/// Adds the endpoints and the clusters that they need to the JSON of config.json, for editConfig(); one entry of the result
/// for each of `found`, in their order. What is there already is left alone, so that a second time changes nothing. Where no
/// cluster is active, that of the first endpoint added becomes so. A valid configuration stays valid.
QList<ImportedEndpoint> importInto(QJsonObject &config, const QList<FoundEndpoint> &found);

/// Takes away from `config` what importInto() added to `before` of `found`, and the clusters that it made where nothing else is in them by now.
void removeImported(QJsonObject &config, const QJsonObject &before, const QList<FoundEndpoint> &found);

} // namespace qcc
