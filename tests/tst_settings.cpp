#include "core/config/configedit.h"
#include "core/config/configparser.h"
#include "core/config/settings.h"

#include <QFile>
#include <QHash>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

const QString clusterPath = u"clusters[]."_s;
const QString endpointPath = u"clusters[].endpoints[]."_s;
const QString routePath = u"routes[]."_s;

/// Where the documents say that a table follows which this test writes.
const QString tableBegin = u"<!-- settings: written by tst_settings from core/config/settings.cpp -->\n"_s;
const QString tableEnd = u"<!-- end of settings -->\n"_s;

QString filePath(const char *name)
{
    return QStringLiteral(SOURCE_ROOT "/") + QLatin1String(name);
}

QString contentOf(const char *name)
{
    QFile file(filePath(name));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// QCC_WRITE_DOCS=1: what is made from the settings (README.md's table, resources/config.schema.json) is written before it is compared. A
/// row's line in README.zh-CN.md and its words in the window are written by hand.
bool writesDocs()
{
    return qEnvironmentVariableIntValue("QCC_WRITE_DOCS") == 1;
}

bool write(const char *name, const QString &text)
{
    QFile file(filePath(name));
    return file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) == text.toUtf8().size();
}

const char *staleHint(const char *name)
{
    static QByteArray hint;
    hint = QByteArray(name) + " is not what core/config/settings.cpp says. Write it anew: QCC_WRITE_DOCS=1 ctest --preset dev -R tst_settings";
    return hint.constData();
}

QByteArray schemaText()
{
    return QJsonDocument(configSchema()).toJson();
}

QString tableIn(const QString &document)
{
    const qsizetype begin = document.indexOf(tableBegin);
    const qsizetype end = document.indexOf(tableEnd, begin);
    return begin < 0 || end < 0 ? QString() : document.sliced(begin + tableBegin.size(), end - begin - tableBegin.size());
}

/// In a configuration with one cluster and one endpoint.
QString concrete(QString path)
{
    return path.replace("[]"_L1, "[0]"_L1);
}

/// The first object of the list `key`, `made` where there is none.
QJsonObject firstOf(const QJsonObject &object, const QString &key, const QJsonObject &made)
{
    const QJsonArray list = object.value(key).toArray();
    return list.isEmpty() ? made : list.first().toObject();
}

void put(QJsonObject &config, const Setting &setting, const QJsonValue &value)
{
    if (setting.path.startsWith(routePath)) {
        QJsonObject route = firstOf(config, u"routes"_s, {{u"path"_s, u"/v1/*"_s}, {u"cluster"_s, u"another"_s}});
        route.insert(setting.localPath(), value);
        config.insert(u"routes"_s, QJsonArray{route});
        config.insert(u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, u"another"_s}}});
        return;
    }
    if (!setting.path.startsWith(clusterPath)) {
        QVERIFY(setValue(config, setting.path, value));
        return;
    }
    QJsonObject cluster = firstOf(config, u"clusters"_s, {{u"name"_s, u"work"_s}});
    if (setting.path.startsWith(endpointPath)) {
        QJsonObject endpoint = firstOf(cluster, u"endpoints"_s, {{u"base_url"_s, u"https://relay.example"_s}});
        endpoint.insert(setting.localPath(), value);
        cluster.insert(u"endpoints"_s, QJsonArray{endpoint});
    } else {
        cluster.insert(setting.localPath(), value);
    }
    config.insert(u"clusters"_s, QJsonArray{cluster});
}

QJsonObject configWith(const Setting &setting, const QJsonValue &value)
{
    QJsonObject config;
    // It needs a name.
    if (setting.path == "model.mode"_L1)
        config.insert(u"model"_s, QJsonObject{{u"override"_s, u"m"_s}});
    // It is of no use without its certificate.
    if (setting.path == endpointPath + u"client_key"_s)
        put(config, settingAt(endpointPath + u"client_cert"_s), u"/etc/me.pem"_s);
    put(config, setting, value);
    return config;
}

Result<Config> parsed(const QJsonObject &config)
{
    return parseConfig(QJsonDocument(config).toJson());
}

/// A good value that is not the default; the default of what has but one, undefined for a list of objects.
QJsonValue otherValue(const Setting &setting)
{
    // Where not every text is good.
    static const QHash<QString, QJsonValue> samples{
        {u"listen.host"_s, u"localhost"_s},
        {u"listen.allowed_origins"_s, QJsonArray{u"app://obsidian.md"_s}},
        {u"active_cluster"_s, u"another"_s},
        {u"retry.pass_statuses"_s, QJsonArray{503}},
        {endpointPath + u"base_url"_s, u"https://another.example"_s},
        {endpointPath + u"proxy"_s, u"none"_s},
        {endpointPath + u"ca_file"_s, u"/etc/another.pem"_s},
        {endpointPath + u"client_cert"_s, u"/etc/me.pem"_s},
        {endpointPath + u"client_key"_s, u"/etc/me.key"_s},
        {endpointPath + u"headers"_s, QJsonObject{{u"X-Team"_s, u"blue"_s}}},
        {endpointPath + u"query"_s, QJsonObject{{u"api-version"_s, u"2024-10-21"_s}}},
    };
    if (const auto sample = samples.constFind(setting.path); sample != samples.constEnd())
        return *sample;
    switch (setting.kind) {
    case SettingKind::Whole:
    case SettingKind::Fraction:
        return setting.standard == setting.rule.high ? setting.rule.low : setting.rule.high;
    case SettingKind::Switch:
        return !setting.standard.toBool();
    case SettingKind::Word:
        return setting.words.at(setting.words.first() == setting.standard.toString() ? 1 : 0);
    case SettingKind::Text:
    case SettingKind::Secret:
        return u"another"_s;
    case SettingKind::Statuses:
        return QJsonArray{418};
    case SettingKind::Texts:
        return QJsonArray{u"another"_s};
    case SettingKind::Command:
        return QJsonArray{u"pass"_s, u"show"_s};
    case SettingKind::Models:
    case SettingKind::Pairs:
        return QJsonObject{{u"a"_s, u"b"_s}};
    case SettingKind::Entries:
        return QJsonValue::Undefined;
    }
    Q_UNREACHABLE();
}

/// What a configuration with one cluster and one endpoint has at a path.
QJsonValue valueAt(const Config &config, const QString &path)
{
    const auto in = [&path](const auto &settings, const auto &owner) {
        for (const auto &setting : settings) {
            if (setting.path == path)
                return setting.json(owner);
        }
        return QJsonValue(QJsonValue::Undefined);
    };
    if (path.startsWith(routePath))
        return in(routeSettings(), config.routes.first());
    if (path.startsWith(endpointPath))
        return in(endpointSettings(), config.clusters.first().endpoints.first());
    return path.startsWith(clusterPath) ? in(clusterSettings(), config.clusters.first()) : in(configSettings(), config);
}

/// Every setting with a value that is not its default.
QJsonObject fullConfig()
{
    QJsonObject config;
    for (const Setting *setting : allSettings()) {
        // The key comes from a program, or from the file.
        if (setting->kind != SettingKind::Entries && setting->path != endpointPath + u"api_key"_s)
            put(config, *setting, otherValue(*setting));
    }
    return config;
}

/// Why `value` does not obey `schema`, with the path; empty: it does. Knows what configSchema() uses.
QString schemaFault(const QJsonObject &schema, const QJsonValue &value, const QString &path)
{
    if (const QJsonArray choices = schema.value(u"anyOf"_s).toArray(); !choices.isEmpty()) {
        for (const QJsonValue &choice : choices) {
            if (schemaFault(choice.toObject(), value, path).isEmpty())
                return {};
        }
        return path + u": none of its forms"_s;
    }
    static const QHash<QJsonValue::Type, QStringList> names{{QJsonValue::Null, {u"null"_s}},
                                                            {QJsonValue::Bool, {u"boolean"_s}},
                                                            {QJsonValue::Double, {u"number"_s, u"integer"_s}},
                                                            {QJsonValue::String, {u"string"_s}},
                                                            {QJsonValue::Array, {u"array"_s}},
                                                            {QJsonValue::Object, {u"object"_s}}};
    const QJsonValue type = schema.value(u"type"_s);
    const QJsonArray types = type.isArray() ? type.toArray() : QJsonArray{type};
    const bool typed = std::ranges::any_of(types, [&value](const QJsonValue &name) { return names.value(value.type()).contains(name.toString()); });
    if (!typed)
        return path + u": of another type"_s;
    if (value.isDouble()) {
        const double number = value.toDouble();
        if (type == "integer"_L1 && number != std::floor(number))
            return path + u": not whole"_s;
        if (number < schema.value(u"minimum"_s).toDouble(number) || number > schema.value(u"maximum"_s).toDouble(number))
            return path + u": out of bounds"_s;
    }
    if (schema.contains(u"enum"_s) && !schema.value(u"enum"_s).toArray().contains(value))
        return path + u": no such word"_s;
    const QJsonArray list = value.toArray();
    for (const QJsonValue &entry : list) {
        if (const QString fault = schemaFault(schema.value(u"items"_s).toObject(), entry, path + u"[]"_s); !fault.isEmpty())
            return fault;
    }
    const QJsonObject object = value.toObject();
    const QJsonObject properties = schema.value(u"properties"_s).toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QJsonValue rule = properties.contains(it.key()) ? properties.value(it.key()) : schema.value(u"additionalProperties"_s);
        if (!rule.isObject())
            continue;
        if (const QString fault = schemaFault(rule.toObject(), *it, joinedPath(path, it.key())); !fault.isEmpty())
            return fault;
    }
    const QJsonArray required = schema.value(u"required"_s).toArray();
    for (const QJsonValue &key : required) {
        if (!object.contains(key.toString()))
            return joinedPath(path, key.toString()) + u": missing"_s;
    }
    return {};
}

/// The schema of the setting at `path`.
QJsonObject schemaAt(QString path)
{
    QJsonObject schema = configSchema();
    const QStringList keys = path.split(u'.');
    for (QString key : keys) {
        const bool list = key.endsWith("[]"_L1);
        schema = schema.value(u"properties"_s)[key.remove("[]"_L1)].toObject();
        if (list)
            schema = schema.value(u"items"_s).toObject();
    }
    return schema;
}

/// Becomes whatever a member is.
struct Anything {
    template <typename T>
    operator T() const;
};

/// How many members an aggregate has.
template <typename T, typename... Members>
constexpr int memberCount()
{
    if constexpr (requires { T{Members{}..., Anything{}}; })
        return memberCount<T, Members..., Anything>();
    else
        return sizeof...(Members);
}

int settingsIn(const QString &section)
{
    return static_cast<int>(std::ranges::count_if(configSettings(), [&section](const Setting &setting) {
        return setting.path.startsWith(section + u'.');
    }));
}

void addPaths()
{
    QTest::addColumn<const Setting *>("setting");
    for (const Setting *setting : allSettings())
        QTest::newRow(qPrintable(setting->path)) << setting;
}

} // namespace

Q_DECLARE_METATYPE(const qcc::Setting *)

class TestSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyMemberHasASetting()
    {
        QCOMPARE(settingsIn(u"listen"_s), memberCount<Config::Listen>());
        QCOMPARE(settingsIn(u"keys"_s), 1);
        QCOMPARE(settingsIn(u"pool"_s), memberCount<Config::Pool>());
        QCOMPARE(settingsIn(u"timeouts"_s), memberCount<Config::Timeouts>());
        QCOMPARE(settingsIn(u"retry"_s), memberCount<Config::Retry>());
        QCOMPARE(settingsIn(u"breaker"_s), memberCount<Config::Breaker>());
        QCOMPARE(settingsIn(u"affinity"_s), memberCount<Config::Affinity>());
        QCOMPARE(settingsIn(u"model"_s), memberCount<Config::Model>());
        QCOMPARE(settingsIn(u"client"_s), memberCount<Config::Client>());
        QCOMPARE(settingsIn(u"log"_s), memberCount<Config::Log>());
        QCOMPARE(settingsIn(u"history"_s), memberCount<Config::History>());
        QCOMPARE(int(clusterSettings().size()), memberCount<Cluster>());
        // All but its id and why its key is no good, which follow from the others.
        QCOMPARE(int(endpointSettings().size()), memberCount<Endpoint>() - 2);
        // The version is the file's.
        QSet<QString> sections;
        for (const Setting &setting : configSettings())
            sections.insert(setting.path.section(u'.', 0, 0));
        QCOMPARE(int(sections.size()), memberCount<Config>() + 1);
    }

    void noTwoSettingsShareAPath()
    {
        QSet<QString> paths;
        for (const Setting *setting : allSettings()) {
            QVERIFY2(!paths.contains(setting->path), qPrintable(setting->path));
            paths.insert(setting->path);
        }
    }

    void theDefaultFileHasEverySetting_data() { addPaths(); }
    void theDefaultFileHasEverySetting()
    {
        QFETCH(const Setting *, setting);
        if (setting->path.startsWith(clusterPath) || setting->path.startsWith(routePath))
            return;
        QJsonValue value = defaultConfigJson();
        const QStringList keys = setting->path.split(u'.');
        for (const QString &key : keys)
            value = value[key];
        QCOMPARE(value, setting->standard);
    }

    void isReadAndWrittenBack_data() { addPaths(); }
    void isReadAndWrittenBack()
    {
        QFETCH(const Setting *, setting);
        const QJsonValue value = otherValue(*setting);
        if (value.isUndefined())
            return;
        const bool hasOne = setting->rule.low == setting->rule.high && setting->kind == SettingKind::Whole;
        QVERIFY(hasOne || value != setting->standard);
        const Result<Config> config = parsed(configWith(*setting, value));
        QVERIFY2(config.has_value(), config ? "" : qPrintable(config.error().message));
        QCOMPARE(valueAt(*config, setting->path), value);
    }

    void isRefusedWithItsErrorAndItsPath_data() { addPaths(); }
    void isRefusedWithItsErrorAndItsPath()
    {
        QFETCH(const Setting *, setting);
        QList<QJsonValue> bad{setting->kind == SettingKind::Switch ? QJsonValue(1) : QJsonValue(true)};
        if (!setting->rule.orNull)
            bad << QJsonValue::Null;
        if (setting->kind == SettingKind::Whole || setting->kind == SettingKind::Fraction)
            bad << setting->rule.low - 1 << setting->rule.high + 1;
        if (setting->kind == SettingKind::Whole)
            bad << setting->rule.low + 0.5;
        for (const QJsonValue &value : std::as_const(bad)) {
            const Result<Config> config = parsed(configWith(*setting, value));
            QVERIFY(!config);
            const QString message = config.error().message;
            QVERIFY2(message.startsWith(u"config.json: %1 (line "_s.arg(concrete(setting->path))), qPrintable(message));
            QVERIFY2(message.endsWith(u"): "_s + setting->error()), qPrintable(message));
        }
    }

    void wordsThatAreNoneAreRefused_data() { addPaths(); }
    void wordsThatAreNoneAreRefused()
    {
        QFETCH(const Setting *, setting);
        if (setting->kind != SettingKind::Word)
            return;
        const Result<Config> config = parsed(configWith(*setting, u"no such word"_s));
        QVERIFY(!config);
        QVERIFY2(config.error().message.endsWith(u"must be one of "_s + setting->words.join(u", "_s)), qPrintable(config.error().message));
    }

    void aConfigurationWithAllOfThemIsTheSameWhenWrittenAndRead()
    {
        QJsonObject json = fullConfig();
        json.insert(u"active_cluster"_s, u"another"_s);
        const Result<Config> config = parsed(json);
        QVERIFY2(config.has_value(), config ? "" : qPrintable(config.error().message));
        const Result<Config> again = parsed(configJson(*config));
        QVERIFY2(again.has_value(), again ? "" : qPrintable(again.error().message));
        QVERIFY(*again == *config);
    }

    void theSchemaKnowsEverySetting_data() { addPaths(); }
    void theSchemaKnowsEverySetting()
    {
        QFETCH(const Setting *, setting);
        const QJsonObject schema = schemaAt(setting->path);
        QCOMPARE(schema.value(u"description"_s).toString(), setting->about);
        QVERIFY(!setting->about.isEmpty());
        if (setting->rule.required)
            return;
        QCOMPARE(schema.value(u"default"_s), setting->standard);
        QCOMPARE(schemaFault(schema, setting->standard, setting->path), QString());
    }

    void whatIsGoodObeysTheSchema()
    {
        QCOMPARE(schemaFault(configSchema(), defaultConfigJson(), QString()), QString());
        QCOMPARE(schemaFault(configSchema(), fullConfig(), QString()), QString());
        QVERIFY(!schemaFault(configSchema(), QJsonObject{{u"listen"_s, QJsonObject{{u"port"_s, 0}}}}, QString()).isEmpty());
    }

    void theSchemaIsUpToDate()
    {
        const char *name = "resources/config.schema.json";
        if (writesDocs())
            QVERIFY(write(name, QString::fromUtf8(schemaText())));
        QVERIFY2(contentOf(name) == QString::fromUtf8(schemaText()), staleHint(name));
    }

    void theTableInTheReadmeIsUpToDate()
    {
        const char *name = "README.md";
        QString readme = contentOf(name);
        const QString table = tableIn(readme);
        QVERIFY2(!table.isEmpty(), "README.md has no table of settings between its marks");
        if (writesDocs())
            QVERIFY(write(name, readme.replace(table, settingsTable())));
        QVERIFY2(tableIn(readme) == settingsTable(), staleHint(name));
    }

    void theTranslatedReadmeHasNoOthers()
    {
        const QString readme = contentOf("README.zh-CN.md");
        const qsizetype at = readme.indexOf(u"| `%1` |"_s.arg(allSettings().front()->path));
        QVERIFY(at >= 0);
        const QString table = readme.sliced(at, readme.indexOf(u"\n\n"_s, at) - at);
        QCOMPARE(table.count(u'\n') + 1, qsizetype(allSettings().size()));
    }

    void theTranslatedReadmeHasThem_data() { addPaths(); }
    void theTranslatedReadmeHasThem()
    {
        QFETCH(const Setting *, setting);
        // Path and default as in English; what stands behind them is a translation.
        static const QStringList rows = contentOf("README.zh-CN.md").split(u'\n');
        const QStringList cells = settingsTable().split(u'\n').filter(u"| `%1` |"_s.arg(setting->path)).first().split(u'|');
        const QString begin = setting->rule.required ? u"|%1|"_s.arg(cells.at(1)) : u"|%1|%2|"_s.arg(cells.at(1), cells.at(2));
        const QString row = rows.filter(QRegularExpression(u'^' + QRegularExpression::escape(begin))).value(0);
        QVERIFY2(!row.isEmpty(), qPrintable(u"README.zh-CN.md has no row that begins with "_s + begin));
        QCOMPARE(row.count(u'|'), cells.size() - 1);
    }
};

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
