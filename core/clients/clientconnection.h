#pragma once

#include "core/clients/clientledger.h"
#include "core/clients/clientwishes.h"
#include "core/clients/restored.h"

namespace qcc {

/// What connecting or disconnecting does to one settings file.
struct FileChange {
    QString path;
    std::optional<QByteArray> before; ///< Nothing: there is no file.
    std::optional<QByteArray> after;  ///< Nothing: the file goes, which connecting had made.
    SettingsFormat format = SettingsFormat::Json;
    QList<QStringList> secretKeys;    ///< What stands under these is for nobody's eyes.

    bool changes() const { return before != after; }
};

/// What is to be done, as it was found out: nothing is changed before carryOut().
struct ClientPlan {
    ClientProgram client = ClientProgram::ClaudeCode;
    bool connects = true;
    QList<FileChange> files;
    QList<LeftAlone> leftAlone;
    QStringList missing;              ///< Files that connecting had changed, and that are not there.
    std::optional<LedgerEntry> entry; ///< What the ledger is to say of the client; nothing: no word.
    std::optional<LedgerEntry> known; ///< What it said when this was planned.

    bool changes() const;
};

/// Makes `wishes` those of `client`, from what its files say now and what `ledger` knows of them: one that is connected already is connected anew.
/// `keepsLogin`: they are those of one that does.
/// Errors: InvalidConfig, Failed; a sentence that names the file, which stays as it is.
Result<ClientPlan> planConnect(ClientProgram client, const QList<WishedFile> &wishes, const Ledger &ledger, const QDateTime &now, bool keepsLogin = false);

/// What was asked for beside address and key when `client` was connected. What it had in its settings before is none of it.
ClientExtras extrasIn(ClientProgram client, const LedgerEntry &entry);

/// Puts back what was there before, where what connecting wrote still stands. Of a file that is not there the ledger keeps the way back.
/// Errors: as planConnect(); NotFound where it is not connected.
Result<ClientPlan> planDisconnect(ClientProgram client, const Ledger &ledger);

/// Changes no file, and lets the ledger say no more of the client: for what is gone for good.
/// Errors: NotFound.
Result<ClientPlan> planForget(ClientProgram client, const Ledger &ledger);

/// Does it: the ledger first where something is to be connected, last where it is to be disconnected. Between two of its writes every file is whole, and
/// planning again leads to the same end. Only one process at a time does so for one home.
/// Errors: Failed where a file has changed since the plan was made, Busy (also where another qcc has changed what the ledger says of the client), WriteFailed, those of
/// readLedger(). Nothing is done then; where a file that was written cannot be put back either, the ledger has the way back.
Result<void> carryOut(const ClientPlan &plan, const Paths &paths);

/// What changes in the lines of a file: "-" those that go, "+" those that come, "@@ line 3" before each place. Secrets are "***".
QStringList changedLines(const FileChange &change);

/// How a client stands.
struct ClientState {
    enum class Connection {
        None,      ///< It asks its vendor.
        Here,      ///< It asks qcc.
        Elsewhere, ///< It asks somebody else.
        Unclear,   ///< Its settings cannot be read.
    };

    ClientProgram client = ClientProgram::ClaudeCode;
    bool isInstalled = false;     ///< Its program is on the path, or it has settings.
    QString program = {};         ///< Where it is; empty: not on the path.
    QStringList places = {};      ///< Its settings files.
    Connection connection = Connection::None;
    QString address = {};         ///< That it asks, as it may be shown; empty: its vendor's.
    std::optional<QDateTime> since = std::nullopt; ///< When qcc connected it; nothing: it did not.
    QStringList shadows = {};     ///< What is stronger than those settings, or stands in their way: a sentence each.
    QString problem = {};         ///< Why its settings cannot be read, as the rest of a sentence about them.
    QString place = {};           ///< What says whom it asks, or cannot be read: a file, or a variable.

    bool operator==(const ClientState &) const = default;
};

/// How all clients stand that can be connected, and those of variables alone that are there. `workingFolder`: whose settings count, too, for who starts there.
/// Thread: any that may wait: it reads a few small files.
QList<ClientState> clientStates(const ClientPlaces &where, const Ledger &ledger, const QString &address, const QString &workingFolder);

} // namespace qcc
