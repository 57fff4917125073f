#include "core/config/settings.h"

#include <QJsonDocument>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

QString asText(const QJsonValue &value)
{
    // QJsonDocument holds nothing but lists and objects.
    const QByteArray list = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(list.sliced(1, list.size() - 2));
}

QString asCode(const QString &text)
{
    return u'`' + text + u'`';
}

QString unitWords(SettingUnit unit)
{
    switch (unit) {
    case SettingUnit::None:
        return {};
    case SettingUnit::Seconds:
        return u" s"_s;
    case SettingUnit::Megabytes:
        return u" MB"_s;
    case SettingUnit::Days:
        return u" days"_s;
    }
    Q_UNREACHABLE();
}

/// What it may be, for README's table.
QString valuesOf(const Setting &setting)
{
    const SettingRule &rule = setting.rule;
    switch (setting.kind) {
    case SettingKind::Whole:
    case SettingKind::Fraction: {
        if (rule.low == rule.high)
            return asCode(asText(rule.low));
        const QString numbers = u"%1 to %2"_s.arg(asText(rule.low), asText(rule.high)) + unitWords(rule.unit);
        return setting.kind == SettingKind::Fraction ? numbers + ", with fractions"_L1 : numbers;
    }
    case SettingKind::Switch:
        return u"`true`, `false`"_s;
    case SettingKind::Word: {
        QStringList words;
        for (const QString &word : setting.words)
            words.append(asCode(asText(word)));
        return words.join(", "_L1);
    }
    case SettingKind::Text:
    case SettingKind::Secret:
        return rule.orNull ? u"text or `null`"_s : u"text"_s;
    case SettingKind::Statuses:
        return u"list of %1 to %2"_s.arg(lowestStatus).arg(highestStatus);
    case SettingKind::Texts:
        return u"list of texts"_s;
    case SettingKind::Models:
        return u"names of models"_s;
    case SettingKind::Pairs:
        return u"texts by name"_s;
    case SettingKind::Command:
        return u"text, or list of texts"_s;
    case SettingKind::Entries:
        return u"list"_s;
    }
    Q_UNREACHABLE();
}

QJsonObject typed(const char *type)
{
    return {{"type"_L1, QLatin1String(type)}};
}

QJsonObject number(const char *type, double low, double high)
{
    return {{"type"_L1, QLatin1String(type)}, {"minimum"_L1, low}, {"maximum"_L1, high}};
}

QJsonObject list(const QJsonObject &entry)
{
    return {{"type"_L1, "array"_L1}, {"items"_L1, entry}};
}

template <typename Owner>
QJsonObject objectOf(const std::vector<SettingOf<Owner>> &settings);

QJsonObject secret()
{
    QJsonObject sealed = typed("object");
    sealed.insert("properties"_L1, QJsonObject{{"sealed"_L1, typed("string")}});
    sealed.insert("required"_L1, QJsonArray{"sealed"_L1});
    return {{"anyOf"_L1, QJsonArray{typed("string"), typed("null"), sealed}}};
}

QJsonObject valueSchema(const Setting &setting)
{
    const SettingRule &rule = setting.rule;
    switch (setting.kind) {
    case SettingKind::Whole:
        return number("integer", rule.low, rule.high);
    case SettingKind::Fraction:
        return number("number", rule.low, rule.high);
    case SettingKind::Switch:
        return typed("boolean");
    case SettingKind::Word:
        return {{"type"_L1, "string"_L1}, {"enum"_L1, QJsonArray::fromStringList(setting.words)}};
    case SettingKind::Text:
        return rule.orNull ? QJsonObject{{"type"_L1, QJsonArray{"string"_L1, "null"_L1}}} : typed("string");
    case SettingKind::Secret:
        return secret();
    case SettingKind::Statuses:
        return list(number("integer", lowestStatus, highestStatus));
    case SettingKind::Texts:
        return list(typed("string"));
    case SettingKind::Command:
        return {{"anyOf"_L1, QJsonArray{typed("string"), list(typed("string"))}}};
    case SettingKind::Models:
    case SettingKind::Pairs: {
        QJsonObject model = typed("string");
        model.insert("minLength"_L1, 1);
        return {{"type"_L1, "object"_L1}, {"additionalProperties"_L1, model}};
    }
    case SettingKind::Entries:
        return list(setting.path == "clusters"_L1 ? objectOf(clusterSettings())
                        : setting.path == "routes"_L1 ? objectOf(routeSettings())
                                                      : objectOf(endpointSettings()));
    }
    Q_UNREACHABLE();
}

/// Keys that qcc does not know are kept, so they are good.
QJsonObject objectWith(const QJsonObject &properties)
{
    return {{"type"_L1, "object"_L1}, {"properties"_L1, properties}, {"additionalProperties"_L1, true}};
}

/// The object that the settings are read from.
template <typename Owner>
QJsonObject objectOf(const std::vector<SettingOf<Owner>> &settings)
{
    QJsonObject properties;
    QJsonObject sections;
    QJsonArray required;
    for (const SettingOf<Owner> &setting : settings) {
        QJsonObject schema = valueSchema(setting);
        schema.insert("description"_L1, setting.about);
        if (!setting.rule.required)
            schema.insert("default"_L1, setting.standard);
        const QString path = setting.localPath();
        const qsizetype dot = path.indexOf(u'.');
        if (dot < 0) {
            properties.insert(path, schema);
        } else {
            QJsonObject section = sections.value(path.first(dot)).toObject();
            section.insert(path.sliced(dot + 1), schema);
            sections.insert(path.first(dot), section);
        }
        if (setting.rule.required)
            required.append(path);
    }
    for (auto it = sections.begin(); it != sections.end(); ++it)
        properties.insert(it.key(), objectWith(it->toObject()));
    QJsonObject object = objectWith(properties);
    if (!required.isEmpty())
        object.insert("required"_L1, required);
    return object;
}

} // namespace

QJsonObject configSchema()
{
    QJsonObject schema = objectOf(configSettings());
    schema.insert("$schema"_L1, "https://json-schema.org/draft/2020-12/schema"_L1);
    schema.insert("title"_L1, "config.json of qcc"_L1);
    schema.insert("description"_L1, "What is left out has its default. Keys that are not named here are kept and not read."_L1);
    return schema;
}

QString settingsTable()
{
    QString table = u"| key | default | values | means |\n|---|---|---|---|\n"_s;
    for (const Setting *setting : allSettings()) {
        const QString standard = setting->rule.required ? u"required"_s : asCode(asText(setting->standard));
        table += u"| %1 | %2 | %3 | %4 |\n"_s.arg(asCode(setting->path), standard, valuesOf(*setting), setting->about);
    }
    return table;
}

} // namespace qcc
