#include "core/import/importplaces.h"

#include "core/base/files.h"
#include "core/base/userplaces.h"
#include "core/config/paths.h"
#include "core/import/ccswitch.h"
#include "core/import/foreignfiles.h"
#include "core/import/variables.h"

#include <QDir>
#include <QFileInfo>
#include <QProcessEnvironment>

#include <algorithm>
#include <functional>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

using Endpoints = QList<FoundEndpoint>;

constexpr qsizetype mostEndpoints = 500;
/// Far more than a URL, a key or a name has; what is shown in a table must not be wider.
constexpr qsizetype longestText = 8 * 1024;

bool isTooLong(const std::optional<QString> &text)
{
    return text && text->size() > longestText;
}

bool hasTooLongText(const FoundEndpoint &found)
{
    const EndpointFields &fields = found.fields;
    return isTooLong(found.cluster) || isTooLong(fields.name) || isTooLong(fields.baseUrl) || isTooLong(fields.apiKey);
}

/// Collects what the places hold.
class Search
{
public:
    explicit Search(std::optional<ImportSource> only) : m_only(only) { }

    bool wants(ImportSource source) const { return !m_only || m_only == source; }

    /// What `read` makes of a file; nothing where there is none.
    template <typename T>
    std::optional<T> file(ImportSource source, const QString &path,
                          const std::function<Result<T>(const QByteArray &)> &read)
    {
        note(source, path, SearchedPlace::State::Missing);
        if (!QFileInfo::exists(path))
            return std::nullopt;
        const Result<QByteArray> text = readOrdinary(path, longestImportedFile);
        const Result<T> value = text ? read(*text) : text.error();
        if (!value) {
            refuse(value.error().message);
            return std::nullopt;
        }
        m_findings.searched.last().state = SearchedPlace::State::Read;
        return *value;
    }

    void note(ImportSource source, const QString &place, SearchedPlace::State state)
    {
        m_findings.searched.append({source, place, state, {}});
    }

    void refuse(const QString &why) { refuse(m_findings.searched.last().place, why); }

    /// `where` has been noted; the last place stands for one that has not.
    void refuse(const QString &where, const QString &why)
    {
        const auto noted = std::ranges::find(m_findings.searched, where, &SearchedPlace::place);
        SearchedPlace &place = noted != m_findings.searched.end() ? *noted : m_findings.searched.last();
        place.state = SearchedPlace::State::Unreadable;
        place.problem = u"%1 was not read: %2."_s.arg(place.place, why);
    }

    /// Adds what the place noted last holds, or together with those before it: each endpoint says where it is from.
    void add(const QList<FoundEndpoint> &endpoints)
    {
        const auto tooLong = std::ranges::find_if(endpoints, hasTooLongText);
        if (endpoints.size() > mostEndpoints)
            refuse(u"it holds more than %1 endpoints"_s.arg(mostEndpoints));
        else if (tooLong != endpoints.end())
            refuse(tooLong->place, u"a URL, a key or a name in it is longer than %1 characters"_s.arg(longestText));
        else
            m_findings.endpoints += endpoints;
    }

    ImportFindings findings() const { return m_findings; }

private:
    std::optional<ImportSource> m_only;
    ImportFindings m_findings;
};

void searchFastcc(const QStringList &caches, Search &search)
{
    for (const QString &path : caches) {
        const auto endpoints = search.file<Endpoints>(ImportSource::Fastcc, path,
                                                      [&path](const QByteArray &text) { return fastccEndpoints(text, path, mostEndpoints); });
        if (endpoints)
            search.add(*endpoints);
    }
}

/// Its database, which it has kept since 3.8, else the config.json from before.
void searchCcSwitch(const QString &folder, Search &search)
{
    const QString config = folder + u"/config.json"_s;
    const QString database = folder + u"/cc-switch.db"_s;
    if (!QFileInfo::exists(database)) {
        const auto endpoints = search.file<Endpoints>(ImportSource::CcSwitch, config, [&config](const QByteArray &text) {
            return ccSwitchConfigEndpoints(text, config);
        });
        if (endpoints)
            search.add(*endpoints);
        return;
    }
    search.note(ImportSource::CcSwitch, database, SearchedPlace::State::Read);
    Result<CcSwitchDatabase> its = readCcSwitchDatabase(database, mostEndpoints);
    if (!its)
        return search.refuse(its.error().message);
    if (const Result<QByteArray> settings = readOrdinary(folder + u"/settings.json"_s, longestImportedFile))
        its->current.insert(ccSwitchCurrent(*settings));
    search.add(ccSwitchEndpoints(its->providers, its->current, database));
}

void searchClaude(const QString &folder, const Variables &environment, Search &search)
{
    const auto settings = [&](const QString &name) {
        const QString path = folder + u'/' + name;
        const auto variables = search.file<Variables>(ImportSource::ClaudeCode, path, claudeVariables);
        return ClaudeSettings{path, variables.value_or(Variables())};
    };
    ClaudeSettings shared = settings(u"settings.json"_s);
    // What it inherits its own settings may change.
    if (const QString inherited = environment.value(authoritiesVariable()); !shared.variables.contains(authoritiesVariable()) && !inherited.isEmpty())
        shared.variables.insert(authoritiesVariable(), inherited);
    const ClaudeSettings local = settings(u"settings.local.json"_s);
    const QString address = baseUrlVariable(Vendor::Anthropic);
    const bool elsewhere = !environment.value(address).trimmed().isEmpty();
    search.add(claudeEndpoints(shared, local, elsewhere ? u"%1 in the environment"_s.arg(address) : QString()));
}

void searchEnvironment(const ImportPlaces &places, Search &search)
{
    const QList<FoundEndpoint> endpoints = environmentEndpoints(places.environment, addressesInSettings(places));
    search.note(ImportSource::Environment, u"environment variables"_s,
                endpoints.isEmpty() ? SearchedPlace::State::Missing : SearchedPlace::State::Read);
    search.add(endpoints);
}

} // namespace

ImportPlaces ImportPlaces::ofThisUser(const Paths &paths)
{
    const QString home = homeFolder();
    const QString claude = qEnvironmentVariable("CLAUDE_CONFIG_DIR");
    const QString codex = qEnvironmentVariable("CODEX_HOME");
    ImportPlaces places;
    // The predecessor knows no QCC_HOME.
    places.fastccCaches = QStringList{paths.home() + u"/cache.json"_s, home + u"/.fastcc/cache.json"_s};
    places.fastccCaches.removeDuplicates();
    places.ccSwitch = home + u"/.cc-switch"_s;
    places.claude = claude.isEmpty() ? home + u"/.claude"_s : claude;
    places.codex = codex.isEmpty() ? home + u"/.codex"_s : codex;
    places.gemini = home + u"/.gemini"_s;
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QStringList names = environment.keys();
    for (const QString &name : names)
        places.environment.insert(name, environment.value(name));
    return places;
}

ImportFindings findEndpoints(const ImportPlaces &places, std::optional<ImportSource> only)
{
    Search search(only);
    if (search.wants(ImportSource::Fastcc))
        searchFastcc(places.fastccCaches, search);
    if (search.wants(ImportSource::CcSwitch))
        searchCcSwitch(places.ccSwitch, search);
    if (search.wants(ImportSource::ClaudeCode))
        searchClaude(places.claude, places.environment, search);
    if (search.wants(ImportSource::Environment))
        searchEnvironment(places, search);
    return search.findings();
}

} // namespace qcc
