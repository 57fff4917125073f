#include "core/clients/settingstext.h"

#include "core/base/toml.h"
#include "core/clients/envtext.h"
#include "core/clients/jsontext.h"
#include "core/clients/tomltext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// `splices`, of which it has been seen that `path` is `wanted` after them.
Result<Splices> readBack(SettingsFormat format, const QByteArray &text, const QStringList &path, const std::optional<QByteArray> &wanted, const Result<Splices> &splices)
{
    if (!splices)
        return splices;
    const Result<std::optional<QByteArray>> value = valueIn(format, applied(text, *splices), path);
    if (!value || *value != wanted)
        return Failure{ErrorCode::InvalidConfig, u"it is written in a way that cannot be edited safely"_s, {}};
    return splices;
}

} // namespace

Result<std::optional<QByteArray>> valueIn(SettingsFormat format, const QByteArray &text, const QStringList &path)
{
    switch (format) {
    case SettingsFormat::Json: return jsontext::valueIn(text, path);
    case SettingsFormat::Toml: return tomltext::valueIn(text, path);
    case SettingsFormat::Env: return envtext::valueIn(text, path.constLast());
    }
    Q_UNREACHABLE();
}

Result<Splices> setting(SettingsFormat format, const QByteArray &text, const QStringList &path, const QByteArray &value)
{
    switch (format) {
    case SettingsFormat::Json: return readBack(format, text, path, value, jsontext::setting(text, path, value));
    case SettingsFormat::Toml: return readBack(format, text, path, value, tomltext::setting(text, path, value));
    case SettingsFormat::Env: return readBack(format, text, path, value, envtext::setting(text, path.constLast(), value));
    }
    Q_UNREACHABLE();
}

Result<Splices> taking(SettingsFormat format, const QByteArray &text, const QStringList &path, qsizetype own)
{
    const Result<Splices> splices = format == SettingsFormat::Json ? jsontext::taking(text, path, own)
        : format == SettingsFormat::Toml                           ? tomltext::taking(text, path, own)
                                                                   : Result<Splices>(envtext::taking(text, path.constLast()));
    if (!splices || splices->isEmpty())
        return splices;
    // Where the key stands twice, the other one counts from now on.
    const Result<std::optional<QByteArray>> left = valueIn(format, applied(text, *splices), path);
    return left ? readBack(format, text, path, *left, splices) : left.error();
}

Result<qsizetype> missingBefore(SettingsFormat format, const QByteArray &text, const QStringList &path)
{
    switch (format) {
    case SettingsFormat::Json: return jsontext::missingBefore(text, path);
    case SettingsFormat::Toml: return tomltext::missingBefore(text, path);
    case SettingsFormat::Env: return 0;
    }
    Q_UNREACHABLE();
}

QByteArray newlineOf(const QByteArray &text)
{
    const qsizetype first = text.indexOf('\n');
    return first > 0 && text.at(first - 1) == '\r' ? "\r\n"_ba : "\n"_ba;
}

QByteArray applied(QByteArray text, const Splices &splices)
{
    for (const Splice &splice : splices)
        text.replace(splice.at, splice.removed.size(), splice.inserted);
    return text;
}

std::optional<QByteArray> undone(QByteArray text, const Splices &splices)
{
    for (auto splice = splices.crbegin(); splice != splices.crend(); ++splice) {
        if (text.mid(splice->at, splice->inserted.size()) != splice->inserted)
            return std::nullopt;
        text.replace(splice->at, splice->inserted.size(), splice->removed);
    }
    return text;
}

QByteArray plainJson(const QByteArray &text)
{
    QByteArray plain;
    plain.reserve(text.size());
    qsizetype comma = -1; // In `plain`, with nothing behind it yet.
    for (qsizetype at = 0; at < text.size(); ++at) {
        const char c = text.at(at);
        if (c == '/' && (text.mid(at, 2) == "//" || text.mid(at, 2) == "/*")) {
            const bool isLine = text.at(at + 1) == '/';
            const qsizetype end = text.indexOf(isLine ? "\n" : "*/", at + 2);
            // What no reader takes is left to it.
            if (end < 0 && !isLine)
                return plain + text.sliced(at);
            const qsizetype behind = end < 0 ? text.size() : isLine ? end : end + 2;
            plain += QByteArray(text.mid(at, behind - at).count('\n'), '\n');
            at = behind - 1;
            continue;
        }
        if ((c == '}' || c == ']') && comma >= 0)
            plain[comma] = ' ';
        if (!QByteArrayView(" \t\r\n").contains(c))
            comma = c == ',' ? plain.size() : -1;
        plain += c;
        for (bool isText = c == '"'; isText && ++at < text.size();) {
            plain += text.at(at);
            isText = text.at(at) != '"';
            if (text.at(at) == '\\' && at + 1 < text.size())
                plain += text.at(++at);
        }
    }
    return plain;
}

QByteArray quotedFor(SettingsFormat format, const QString &text)
{
    if (format == SettingsFormat::Env) {
        static const QRegularExpression plain(u"^[\\w./:@%+,=~?&-]*$"_s);
        if (plain.match(text).hasMatch())
            return text.toUtf8();
        // What is in such quotes is taken as it stands; in the second kind but for "\\n".
        for (const QChar quote : u"'\"`"_s) {
            if (!text.contains(quote))
                return (quote + text + quote).toUtf8();
        }
        return text.toUtf8();
    }
    // A basic string of TOML has the escapes of JSON.
    const QByteArray list = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return list.sliced(1, list.size() - 2);
}

std::optional<QString> textOf(SettingsFormat format, const QByteArray &value)
{
    switch (format) {
    case SettingsFormat::Json: {
        const QJsonValue text = QJsonDocument::fromJson('[' + value + ']').array().first();
        return text.isString() ? std::optional(text.toString()) : std::nullopt;
    }
    case SettingsFormat::Toml: {
        const Result<QJsonObject> table = readToml("value = " + value);
        const QJsonValue text = table ? table->value("value"_L1) : QJsonValue();
        return text.isString() ? std::optional(text.toString()) : std::nullopt;
    }
    case SettingsFormat::Env: {
        const QString text = QString::fromUtf8(value);
        const bool isQuoted = text.size() > 1 && text.front() == text.back() && u"'\"`"_s.contains(text.front());
        return isQuoted ? text.sliced(1, text.size() - 2) : text;
    }
    }
    Q_UNREACHABLE();
}

} // namespace qcc
