#pragma once

#include "core/clients/clientledger.h"

namespace qcc {

/// A value that is left as it stands, because it is no longer what connecting wrote, or because what was there before belongs to what is not any more.
struct LeftAlone {
    QString path;
    QStringList key;

    bool operator==(const LeftAlone &) const = default;
};

/// What a settings file was before qcc, as far as that still stands in it.
struct Restored {
    QByteArray text;
    bool isGone = false; ///< There was no file, and nothing else has been put into it.
    QList<LeftAlone> leftAlone;
    /// A key of before that goes with an address that is not there any more: it is not put beside another, and stays in the ledger.
    bool keepsSecret = false;
};

/// Whether two values mean the same, however they are written; so do two that are not there.
bool sameValue(SettingsFormat format, const std::optional<QByteArray> &one, const std::optional<QByteArray> &other);

/// Whether `now` is what qcc wrote there.
bool isOwn(SettingsFormat format, const LedgerValue &value, const std::optional<QByteArray> &now);

/// `text` of `file` without what connecting did. Where nobody has changed it since, that is the very text of before.
/// Errors: InvalidConfig; the rest of a sentence about the file.
Result<Restored> restored(const LedgerFile &file, const QByteArray &text);

/// SHA-256, hexadecimal.
QByteArray digestOf(const QByteArray &text);

} // namespace qcc
