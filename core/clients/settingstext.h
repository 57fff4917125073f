#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QStringList>

#include <optional>

namespace qcc {

/// What the settings files of clients are written in. Json: with comments and commas behind the last one, where a client takes them. Env: lines of NAME=value.
enum class SettingsFormat { Json, Toml, Env };

/// Bytes of a text that others take the place of.
struct Splice {
    qsizetype at = 0;
    QByteArray removed;
    QByteArray inserted;

    bool operator==(const Splice &) const = default;
};

/// Each splice is about the text that those before it left.
using Splices = QList<Splice>;

// The text of a settings file, of which single values are read, set and taken away: all else stays as it is, byte by byte. `path`: the keys that lead to a
// value, the outermost first; of an Env text the name of the variable alone. Values are as they stand in the text ("\"http://…\"", "false"; of an Env text
// what stands behind the sign). Text that is not understood to its end is refused and never changed; an empty one is that of a file that has no settings yet.
// Errors, all: InvalidConfig; the message is the rest of a sentence about the file, and holds nothing of what stands there.

/// The value that counts where a key stands twice; nothing: there is none.
Result<std::optional<QByteArray>> valueIn(SettingsFormat format, const QByteArray &text, const QStringList &path);

/// What makes `value` that of `path`; none: it is so. What leads there is made where it is missing. The result has been read back.
Result<Splices> setting(SettingsFormat format, const QByteArray &text, const QStringList &path, const QByteArray &value);

/// What takes `path` away, and of what leads there the last `own` where they are empty then; none: it is not there. The result has been read back.
Result<Splices> taking(SettingsFormat format, const QByteArray &text, const QStringList &path, qsizetype own);

/// How many of the keys that lead to `path` are not there, so that setting() would make them.
Result<qsizetype> missingBefore(SettingsFormat format, const QByteArray &text, const QStringList &path);

/// What a text may begin with that says how it is written, and nothing else. Source: RFC 3629 §6.
inline constexpr QByteArrayView byteOrderMark{"\xEF\xBB\xBF"};

/// How the lines of `text` end, by its first.
QByteArray newlineOf(const QByteArray &text);

QByteArray applied(QByteArray text, const Splices &splices);
/// The text before `splices` were applied; nothing: it is not the one that they left.
std::optional<QByteArray> undone(QByteArray text, const Splices &splices);

/// JSON without its comments and the commas behind the last of something, line by line the same: what a strict reader takes.
QByteArray plainJson(const QByteArray &text);

/// `text` as a value of `format`.
QByteArray quotedFor(SettingsFormat format, const QString &text);
/// The text that a value is; nothing where it is none (a number, a list …).
std::optional<QString> textOf(SettingsFormat format, const QByteArray &value);

} // namespace qcc
