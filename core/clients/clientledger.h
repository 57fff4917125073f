#pragma once

#include "core/clients/clientsettings.h"
#include "core/clients/settingstext.h"

#include <QDateTime>
#include <QMap>

namespace qcc {

class Paths;

/// What was done to one value of a settings file.
struct LedgerValue {
    QStringList path;
    std::optional<QByteArray> old; ///< Before; nothing: it was not there.
    std::optional<QByteArray> own; ///< What qcc wrote; nothing: it was taken away.
    QList<QByteArray> earlier;     ///< What qcc had written there before: a kill may have left that.
    qsizetype made = 0;            ///< How many of the keys that lead there were made for it.
    bool isSecret = false;         ///< None of these is for anybody's eyes.

    bool operator==(const LedgerValue &) const = default;
};

struct LedgerFile {
    QString path;
    SettingsFormat format = SettingsFormat::Json;
    bool existed = true;
    QList<LedgerValue> values;
    Splices splices;   ///< That made the new text of the old one.
    QByteArray digest; ///< Of the new text; SHA-256, hexadecimal.

    bool operator==(const LedgerFile &) const = default;
};

struct LedgerEntry {
    QDateTime since; ///< UTC.
    QList<LedgerFile> files;
    bool keepsLogin = false; ///< It was connected so that it goes on sending its own login.

    bool operator==(const LedgerEntry &) const = default;
};

/// What connecting did to the clients' settings: clients.json in qcc's home. It is written before any of them, so that whatever ends qcc, there is a
/// way back. It may hold keys that stood in those files: mode 0600.
using Ledger = QMap<ClientProgram, LedgerEntry>;

/// Errors: InvalidConfig (it is no ledger), Failed (it cannot be read), NotAllowed (others have a say about it); a sentence that names the file.
Result<Ledger> readLedger(const Paths &paths);

/// Errors: WriteFailed; the old one is whole.
Result<void> writeLedger(const Paths &paths, const Ledger &ledger);

} // namespace qcc
