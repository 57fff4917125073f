#pragma once

#include "core/base/result.h"
#include "core/config/configedit.h"

#include <QJsonObject>
#include <QStringList>

#include <optional>

namespace qcc {

/// Where endpoints can be taken over from, in the order in which they are looked at: whoever has the most to say comes first.
enum class ImportSource { Fastcc, CcSwitch, ClaudeCode, Environment };

/// The words of `qcc import --from` ("fastcc", "cc-switch", "claude", "environment").
QString toWord(ImportSource source);
std::optional<ImportSource> importSourceFromWord(QStringView word);
QStringList importSourceWords();

/// Why an endpoint cannot be taken over, as far as the place says where it was found.
struct Obstacle {
    enum class Kind {
        Garbled,        ///< What says where it leads cannot be read.
        UnknownAddress, ///< Where its key belongs is not understood.
        KeyElsewhere,   ///< Its key lies where nobody looks.
    };
    Kind kind = Kind::UnknownAddress;
    QString sentence;
};

/// An endpoint found outside of config.json.
struct FoundEndpoint {
    ImportSource source = ImportSource::Fastcc;
    QString place;   ///< The file, or the names of the variables.
    QString cluster; ///< The name of the cluster that it shall join.
    EndpointFields fields;
    bool rewritten = false; ///< The other program translates requests to it, or their paths; as they are, they would fail.
    std::optional<Obstacle> obstacle = std::nullopt; ///< With it, `fields` hold neither URL nor key.
};

/// The key as it may be shown.
QString maskedKey(const FoundEndpoint &found);
/// The base URL as it may be shown: without what could be a secret; empty for what is no URL at all.
QString shownUrl(const FoundEndpoint &found);

/// `text` as the name of a cluster or an endpoint: without what cannot be seen (control and directional characters, tags …) and without
/// surrounding blanks. Empty where nothing of it can be seen.
QString usableName(const QString &text);

/// Whether something in `value`, at any depth, is called a base URL and not empty.
bool namesAddress(const QJsonValue &value);
/// Whether who is called `key` is a base URL ("OPENAI_API_BASE", "baseURL").
bool isAddressName(const QString &key);

/// The JSON object that `text` is.
/// Errors: InvalidConfig; the message names the line.
Result<QJsonObject> objectIn(const QByteArray &text);

} // namespace qcc
