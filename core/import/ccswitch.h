#pragma once

#include "core/import/foundendpoint.h"

#include <QMap>

namespace qcc {

/// A provider of cc-switch (github.com/farion1231/cc-switch).
struct CcSwitchProvider {
    QString app; ///< "claude", "codex", "gemini".
    QString id;
    QString name;
    std::optional<EndpointFields> fields; ///< None with an obstacle, and for one that one logs in to: it has neither URL nor key.
    std::optional<Obstacle> obstacle;
    bool rewritten = false;               ///< Its requests are translated, or sent to one URL.
};

/// The provider that cc-switch keeps with `settings`, which it writes into the client's own, and `meta`, which it keeps for itself; in its
/// config.json as in its database. None for a client that is none of ours.
std::optional<CcSwitchProvider> ccSwitchProvider(const QString &app, const QString &id, const QString &name, const QJsonObject &settings,
                                                 const QJsonObject &meta);

/// The id of the provider in use, by app.
using CcSwitchCurrent = QMap<QString, QString>;

/// What `providers`, in the order in which cc-switch shows them, lead to. Those of Claude Code, Codex and Gemini CLI become a cluster
/// each, the one in use with the first priority.
QList<FoundEndpoint> ccSwitchEndpoints(const QList<CcSwitchProvider> &providers, const CcSwitchCurrent &current,
                                       const QString &place);

/// The endpoints in config.json of cc-switch up to 3.7.
/// Errors: InvalidConfig.
Result<QList<FoundEndpoint>> ccSwitchConfigEndpoints(const QByteArray &text, const QString &place);

/// The providers in use on this computer by settings.json of cc-switch, which has the last word over its database; none where
/// the text is no JSON object.
CcSwitchCurrent ccSwitchCurrent(const QByteArray &settings);

struct CcSwitchDatabase {
    QList<CcSwitchProvider> providers; ///< In the order in which cc-switch shows them.
    CcSwitchCurrent current;
};

/// What the SQLite file of cc-switch from 3.8 on (cc-switch.db) says of providers; one more than `mostProviders` at most. Nothing is written
/// to it; where cc-switch is about to write, it waits for up to a second, and for no longer than some seconds in all, whatever is in it.
/// Errors: Failed (no such database, damaged, too costly to read).
Result<CcSwitchDatabase> readCcSwitchDatabase(const QString &path, qsizetype mostProviders);

} // namespace qcc
