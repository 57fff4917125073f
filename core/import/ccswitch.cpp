#include "core/import/ccswitch.h"

#include "core/base/sqlitefile.h"
#include "core/import/foreignfiles.h"
#include "core/import/variables.h"

#include <QFileInfo>
#include <QJsonDocument>

#include <algorithm>
#include <chrono>
#include <limits>
#include <tuple>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds lockPatience{1};
/// A provider is a few lines, a few hundred of them are read in milliseconds.
constexpr SqliteCost most{std::chrono::seconds(3), 16 * 1024 * 1024, 256 * 1024};
constexpr qsizetype longestTogether = 4 * 1024 * 1024;
constexpr qsizetype longestProblem = 200;

constexpr auto selectKind = "SELECT type, rootpage FROM sqlite_master WHERE name = 'providers' COLLATE NOCASE"_L1;
// Sorted and counted here: SQLite would keep the rows, as long as they like to be, until it has seen the last.
constexpr auto selectProviders
    = "SELECT app_type, id, name, settings_config, meta, is_current, sort_index, created_at FROM providers"_L1;
enum Column { App, Id, Name, Settings, Meta, IsCurrent, SortIndex, CreatedAt };

QJsonObject parsed(const QVariant &cell)
{
    return QJsonDocument::fromJson(cell.toString().toUtf8()).object();
}

struct Row {
    std::tuple<qint64, qint64, QString> place; ///< Where cc-switch shows it.
    CcSwitchProvider provider;
    bool current;
};

std::optional<Row> rowOf(const QVariantList &cells)
{
    const QString id = cells.at(Id).toString();
    const auto provider = ccSwitchProvider(cells.at(App).toString(), id, cells.at(Name).toString(), parsed(cells.at(Settings)), parsed(cells.at(Meta)));
    if (!provider)
        return std::nullopt;
    constexpr qint64 unsorted = 999'999;
    constexpr qint64 undated = std::numeric_limits<qint64>::min();
    const auto number = [&cells](Column column, qint64 none) { return cells.at(column).isNull() ? none : cells.at(column).toLongLong(); };
    return Row{{number(SortIndex, unsorted), number(CreatedAt, undated), id}, *provider, cells.at(IsCurrent).toBool()};
}

/// The rows of the table, one more than `mostRows` at most; those of other apps are left out.
/// Errors: Failed.
Result<QList<Row>> readRows(SqliteFile &file, qsizetype mostRows)
{
    QList<Row> rows;
    qsizetype together = 0;
    const bool done = file.read(selectProviders, {}, [&](const QVariantList &cells) {
        if (const std::optional<Row> row = rowOf(cells)) {
            rows.append(*row);
            for (const QVariant &cell : cells)
                together += cell.toString().size();
        }
        return rows.size() <= mostRows && together <= longestTogether;
    });
    if (!done)
        return Failure{ErrorCode::Failed, file.error().message, {}};
    if (together > longestTogether)
        return Failure{ErrorCode::Failed, u"its providers are larger than %1 MB"_s.arg(longestTogether / (1024 * 1024)), {}};
    return rows;
}

/// Errors: Failed.
Result<QList<Row>> rowsIn(SqliteFile &file, qsizetype mostRows)
{
    bool stored = true;
    const bool asked = file.read(selectKind, {}, [&stored](const QVariantList &kind) {
        stored = kind.first() == u"table"_s && kind.last().toLongLong() > 0;
        return stored;
    });
    if (!asked)
        return Failure{ErrorCode::Failed, file.error().message, {}};
    if (!stored)
        return Failure{ErrorCode::Failed, u"its providers are no table"_s, {}};
    return readRows(file, mostRows);
}

} // namespace

Result<CcSwitchDatabase> readCcSwitchDatabase(const QString &path, qsizetype mostProviders)
{
    if (!QFileInfo(path).isFile())
        return Failure{ErrorCode::Failed, u"it is no file"_s, {}};
    SqliteFile file;
    const bool opened = file.openForeign(path, most, lockPatience);
    Result<QList<Row>> rows = opened ? rowsIn(file, mostProviders) : Failure{ErrorCode::Failed, file.error().message, {}};
    // SQLite's words repeat names that the file made up.
    if (!rows)
        return Failure{ErrorCode::Failed, usableName(rows.error().message.left(longestProblem)), {}};
    std::ranges::stable_sort(*rows, {}, &Row::place);
    CcSwitchDatabase found;
    for (const Row &row : std::as_const(*rows)) {
        found.providers.append(row.provider);
        if (row.current)
            found.current.insert(row.provider.app, row.provider.id);
    }
    return found;
}

namespace {

constexpr std::pair<QLatin1String, Vendor> apps[]{{"claude"_L1, Vendor::Anthropic},
                                                 {"codex"_L1, Vendor::OpenAi},
                                                 {"gemini"_L1, Vendor::Gemini}};

/// A URL and its key, or why there are none; neither for who logs in.
struct Found {
    std::optional<EndpointFields> fields;
    std::optional<Obstacle> obstacle;
};

Found hindered(Obstacle::Kind kind, const QString &sentence)
{
    return {std::nullopt, Obstacle{kind, sentence}};
}

Found found(Vendor vendor, const Variables &variables, const QString &elsewhere)
{
    const auto endpoint = endpointOf(vendor, variables, elsewhere);
    if (!endpoint)
        return {};
    return endpoint->obstacle ? Found{std::nullopt, endpoint->obstacle} : Found{endpoint->fields, std::nullopt};
}

/// What of a provider names an address besides the variables of its client.
QString elsewhereIn(const QJsonObject &settings, const QJsonObject &meta)
{
    return namesAddress(settings) || namesAddress(meta) ? u"another setting of it"_s : QString();
}

Found codexFound(const QJsonObject &settings, const QString &elsewhere)
{
    using enum Obstacle::Kind;
    const QJsonValue config = settings.value("config"_L1);
    if (!config.isString() && !config.isUndefined() && !config.isNull())
        return hindered(UnknownAddress, u"Its config.toml is no text."_s);
    const Result<CodexProvider> chosen = codexProvider(config.toString().toUtf8());
    if (!chosen && chosen.error().code == ErrorCode::InvalidConfig)
        return hindered(Garbled, u"Its config.toml was not read: %1."_s.arg(chosen.error().message));
    if (!chosen)
        return hindered(UnknownAddress, u"Its config.toml %1."_s.arg(chosen.error().message));
    const Variables auth = variablesIn(settings.value("auth"_L1).toObject());
    QString key = chosen->key;
    if (key.isEmpty() && !chosen->keyPlace.isEmpty())
        return hindered(KeyElsewhere, u"Its key lies in %1."_s.arg(chosen->keyPlace));
    if (key.isEmpty() && !chosen->keyVariable.isEmpty()) {
        key = auth.value(chosen->keyVariable);
        if (key.trimmed().isEmpty())
            return hindered(KeyElsewhere, u"Its key lies in the environment variable %1."_s.arg(usableName(chosen->keyVariable)));
    }
    if (key.isEmpty())
        key = auth.value(u"OPENAI_API_KEY"_s);
    return found(Vendor::OpenAi, {{u"OPENAI_BASE_URL"_s, chosen->baseUrl}, {u"OPENAI_API_KEY"_s, key}}, elsewhere);
}

Found foundIn(Vendor vendor, const QJsonObject &settings, const QJsonObject &meta)
{
    const QString elsewhere = elsewhereIn(settings, meta);
    return vendor == Vendor::OpenAi ? codexFound(settings, elsewhere) : found(vendor, variablesIn(settings.value("env"_L1).toObject()), elsewhere);
}

/// Whether cc-switch's own proxy translates requests to another API, or sends all of them to one URL.
bool rewrites(Vendor vendor, const QJsonObject &meta)
{
    const QString format = meta.value("apiFormat"_L1).toString();
    const QLatin1String own = vendor == Vendor::Anthropic ? "anthropic"_L1 : "openai_responses"_L1;
    return meta.value("isFullUrl"_L1).toBool() || (vendor != Vendor::Gemini && !format.isEmpty() && format != own);
}

/// The providers of an app of config.json in the order in which cc-switch shows them.
QList<CcSwitchProvider> providersOf(QLatin1String app, const QJsonObject &providers)
{
    QList<std::pair<double, CcSwitchProvider>> sorted;
    for (auto member = providers.begin(); member != providers.end(); ++member) {
        const QJsonObject provider = member->toObject();
        constexpr double unsorted = 1e15;
        const auto known = ccSwitchProvider(app, member.key(), provider.value("name"_L1).toString(),
                                            provider.value("settingsConfig"_L1).toObject(), provider.value("meta"_L1).toObject());
        if (known)
            sorted.append({provider.value("sortIndex"_L1).toDouble(unsorted), *known});
    }
    std::ranges::stable_sort(sorted, {}, &std::pair<double, CcSwitchProvider>::first);
    QList<CcSwitchProvider> all;
    for (const auto &[place, provider] : sorted)
        all.append(provider);
    return all;
}

} // namespace

std::optional<CcSwitchProvider> ccSwitchProvider(const QString &app, const QString &id, const QString &name, const QJsonObject &settings,
                                                 const QJsonObject &meta)
{
    const auto known = std::ranges::find(apps, app, [](const auto &one) { return QString(one.first); });
    if (known == std::end(apps))
        return std::nullopt;
    const Found its = foundIn(known->second, settings, meta);
    return CcSwitchProvider{app, id, name, its.fields, its.obstacle, rewrites(known->second, meta)};
}

QList<FoundEndpoint> ccSwitchEndpoints(const QList<CcSwitchProvider> &providers, const CcSwitchCurrent &current,
                                       const QString &place)
{
    QList<FoundEndpoint> all;
    for (const auto &[app, vendor] : apps) {
        QList<CcSwitchProvider> its;
        std::ranges::copy_if(providers, std::back_inserter(its), [app = app](const auto &one) { return one.app == app; });
        std::ranges::stable_partition(its, [id = current.value(app)](const auto &one) { return one.id == id; });
        int priority = 0;
        for (const CcSwitchProvider &provider : its) {
            if (!provider.fields && !provider.obstacle)
                continue;
            EndpointFields fields = provider.fields.value_or(EndpointFields());
            const QString name = usableName(provider.name);
            if (!name.isEmpty())
                fields.name = name;
            if (provider.fields)
                fields.priority = ++priority;
            all.append({ImportSource::CcSwitch, place, u"cc-switch-"_s + app, fields, provider.rewritten, provider.obstacle});
        }
    }
    return all;
}

Result<QList<FoundEndpoint>> ccSwitchConfigEndpoints(const QByteArray &text, const QString &place)
{
    const Result<QJsonObject> config = objectIn(text);
    if (!config)
        return config.error();
    QList<CcSwitchProvider> providers;
    CcSwitchCurrent current;
    for (const auto &[app, vendor] : apps) {
        const QJsonObject its = config->value(app).toObject();
        providers += providersOf(app, its.value("providers"_L1).toObject());
        current.insert(app, its.value("current"_L1).toString());
    }
    return ccSwitchEndpoints(providers, current, place);
}

CcSwitchCurrent ccSwitchCurrent(const QByteArray &settings)
{
    constexpr std::pair<QLatin1String, QLatin1String> names[]{{"claude"_L1, "currentProviderClaude"_L1},
                                                              {"codex"_L1, "currentProviderCodex"_L1},
                                                              {"gemini"_L1, "currentProviderGemini"_L1}};
    CcSwitchCurrent current;
    const Result<QJsonObject> all = objectIn(settings);
    for (const auto &[app, name] : names) {
        if (const QString id = all ? all->value(name).toString() : QString(); !id.isEmpty())
            current.insert(app, id);
    }
    return current;
}

} // namespace qcc
