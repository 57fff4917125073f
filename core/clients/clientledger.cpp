#include "core/clients/clientledger.h"

#include "core/base/replacefile.h"
#include "core/config/paths.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr int version = 1;
constexpr qint64 longest = 64 * 1024 * 1024;

constexpr std::pair<SettingsFormat, QLatin1String> formats[]{{SettingsFormat::Json, "json"_L1}, {SettingsFormat::Toml, "toml"_L1}, {SettingsFormat::Env, "env"_L1}};

/// Bytes of a settings file need not be text.
QString toText(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes);
}

QByteArray toBytes(const QJsonValue &text)
{
    return text.toString().toLatin1();
}

QJsonValue jsonOf(const std::optional<QByteArray> &bytes)
{
    return bytes ? QJsonValue(toText(*bytes)) : QJsonValue(QJsonValue::Null);
}

std::optional<QByteArray> optionalBytes(const QJsonValue &value)
{
    return value.isString() ? std::optional(toBytes(value)) : std::nullopt;
}

QJsonObject jsonOf(const LedgerValue &value)
{
    QJsonArray earlier;
    for (const QByteArray &each : value.earlier)
        earlier.append(toText(each));
    return {{u"path"_s, QJsonArray::fromStringList(value.path)}, {u"old"_s, jsonOf(value.old)}, {u"own"_s, jsonOf(value.own)}, {u"earlier"_s, earlier}, {u"made"_s, value.made}, {u"secret"_s, value.isSecret}};
}

LedgerValue valueOf(const QJsonObject &json)
{
    LedgerValue value{{}, optionalBytes(json["old"_L1]), optionalBytes(json["own"_L1]), {}, json["made"_L1].toInteger(), json["secret"_L1].toBool()};
    for (const QJsonValue &key : json["path"_L1].toArray())
        value.path.append(key.toString());
    for (const QJsonValue &each : json["earlier"_L1].toArray())
        value.earlier.append(toBytes(each));
    return value;
}

QJsonObject jsonOf(const LedgerFile &file)
{
    QJsonArray values, splices;
    for (const LedgerValue &value : file.values)
        values.append(jsonOf(value));
    for (const Splice &splice : file.splices)
        splices.append(QJsonObject{{u"at"_s, splice.at}, {u"removed"_s, toText(splice.removed)}, {u"inserted"_s, toText(splice.inserted)}});
    const auto format = std::ranges::find(formats, file.format, &std::pair<SettingsFormat, QLatin1String>::first);
    return {{u"path"_s, file.path}, {u"format"_s, format->second}, {u"existed"_s, file.existed}, {u"values"_s, values}, {u"splices"_s, splices}, {u"sha256"_s, toText(file.digest)}};
}

std::optional<LedgerFile> fileOf(const QJsonObject &json)
{
    const auto format = std::ranges::find(formats, json["format"_L1].toString(), &std::pair<SettingsFormat, QLatin1String>::second);
    if (format == std::end(formats) || json["path"_L1].toString().isEmpty())
        return std::nullopt;
    LedgerFile file{json["path"_L1].toString(), format->first, json["existed"_L1].toBool(true), {}, {}, toBytes(json["sha256"_L1])};
    for (const QJsonValue &value : json["values"_L1].toArray()) {
        file.values.append(valueOf(value.toObject()));
        if (file.values.constLast().path.isEmpty() || !value["made"_L1].isDouble())
            return std::nullopt;
    }
    for (const QJsonValue &splice : json["splices"_L1].toArray())
        file.splices.append({splice["at"_L1].toInteger(-1), toBytes(splice["removed"_L1]), toBytes(splice["inserted"_L1])});
    return file;
}

Failure unreadable(const QString &path, ErrorCode code, const QString &why)
{
    return {code, u"%1, which says what connecting changed in the settings of clients, cannot be read: %2."_s.arg(path, why),
            code == ErrorCode::Failed ? u"Check its permissions."_s : u"Correct it, or move it away; then qcc no longer knows what was there before."_s};
}

} // namespace

Result<Ledger> readLedger(const Paths &paths)
{
    const QString path = paths.clients();
    if (!QFileInfo::exists(path))
        return Ledger();
    if (const QString wrong = fileOwnerProblem(path); !wrong.isEmpty())
        return Failure{ErrorCode::NotAllowed, wrong, {}};
    const Result<QByteArray> text = readOrdinary(path, longest);
    if (!text)
        return unreadable(path, ErrorCode::Failed, text.error().message);
    const QJsonObject root = QJsonDocument::fromJson(*text).object();
    if (root["version"_L1].toInt() > version)
        return Failure{ErrorCode::InvalidConfig, u"%1, which says what connecting changed in the settings of clients, was written by a newer qcc."_s.arg(path), u"Use that one."_s};
    if (root["version"_L1].toInt() != version || !root["clients"_L1].isObject())
        return unreadable(path, ErrorCode::InvalidConfig, u"it is not what qcc writes"_s);
    Ledger ledger;
    const QJsonObject clients = root["clients"_L1].toObject();
    for (auto client = clients.begin(); client != clients.end(); ++client) {
        const std::optional<ClientProgram> program = clientOfSlug(client.key());
        LedgerEntry entry{QDateTime::fromString(client.value()["connected_at"_L1].toString(), Qt::ISODate), {}, client.value()["keeps_login"_L1].toBool()};
        bool isGood = program.has_value() && entry.since.isValid() && client.value()["files"_L1].isArray();
        for (const QJsonValue &each : client.value()["files"_L1].toArray()) {
            const std::optional<LedgerFile> file = fileOf(each.toObject());
            isGood = isGood && file;
            if (file)
                entry.files.append(*file);
        }
        if (!isGood)
            return unreadable(path, ErrorCode::InvalidConfig, u"what it says of %1 is not what qcc writes"_s.arg(client.key()));
        ledger.insert(*program, entry);
    }
    return ledger;
}

Result<void> writeLedger(const Paths &paths, const Ledger &ledger)
{
    QJsonObject clients;
    for (auto entry = ledger.begin(); entry != ledger.end(); ++entry) {
        QJsonArray files;
        for (const LedgerFile &file : entry->files)
            files.append(jsonOf(file));
        clients.insert(slugOf(entry.key()), QJsonObject{{u"connected_at"_s, entry->since.toUTC().toString(Qt::ISODate)}, {u"files"_s, files}, {u"keeps_login"_s, entry->keepsLogin}});
    }
    const QByteArray text = QJsonDocument(QJsonObject{{u"version"_s, version}, {u"clients"_s, clients}}).toJson();
    QString problem = paths.ensureHome();
    if (problem.isEmpty())
        problem = replaceFile(paths.clients(), text, QFileDevice::ReadOwner | QFileDevice::WriteOwner, Links::AsTheyAre);
    if (problem.isEmpty())
        return {};
    return Failure{ErrorCode::WriteFailed, u"%1 cannot be written: %2."_s.arg(paths.clients(), problem), u"No settings were changed. Check free space and permissions."_s};
}

} // namespace qcc
