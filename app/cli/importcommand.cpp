#include "app/cli/commands.h"

#include "app/cli/command.h"
#include "app/cli/endpointview.h"
#include "core/config/configfile.h"
#include "core/import/importinto.h"
#include "core/import/importplaces.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

/// What an import did, or would do.
struct Imported {
    QList<SearchedPlace> searched;
    QList<ImportedEndpoint> endpoints;
    QString activeCluster;
    bool chosen = false; ///< The active cluster was none before.
    bool dryRun = false;

    qsizetype added() const
    {
        return std::ranges::count(endpoints, ImportOutcome::Added, &ImportedEndpoint::outcome);
    }
    qsizetype skipped() const { return std::ranges::count_if(endpoints, isSkipped, &ImportedEndpoint::outcome); }
};

QString activeIn(const QJsonObject &config)
{
    return config.value("active_cluster"_L1).toString();
}

/// Errors: those of loadConfigJson() and editConfig().
Result<Imported> takeOver(const ImportFindings &findings, bool dryRun, Run &run)
{
    Imported result;
    result.searched = findings.searched;
    result.dryRun = dryRun;
    const auto change = [&](QJsonObject &json) -> Result<void> {
        const QString before = activeIn(json);
        result.endpoints = importInto(json, findings.endpoints);
        result.activeCluster = activeIn(json);
        result.chosen = before != result.activeCluster;
        return {};
    };
    if (dryRun || findings.endpoints.isEmpty()) {
        if (const Result<Config> config = readConfig(run); !config)
            return config.error();
        Result<QJsonObject> json = loadConfigJson(run.paths().config(), run.keys());
        if (!json)
            return json.error();
        const Result<void> changed = change(*json);
        return changed ? Result<Imported>(result) : changed.error();
    }
    const Result<Config> config = changeConfig(run, change);
    return config ? Result<Imported>(result) : config.error();
}

QString toWord(SearchedPlace::State state)
{
    switch (state) {
    case SearchedPlace::State::Missing:
        return u"missing"_s;
    case SearchedPlace::State::Read:
        return u"read"_s;
    case SearchedPlace::State::Unreadable:
        return u"unreadable"_s;
    }
    return {};
}

void printJson(const Imported &result, Run &run)
{
    QJsonArray endpoints;
    for (const ImportedEndpoint &one : result.endpoints) {
        endpoints.append(QJsonObject{{u"source"_s, toWord(one.found.source)},
                                     {u"place"_s, one.found.place},
                                     {u"cluster"_s, one.found.cluster},
                                     {u"name"_s, one.name},
                                     {u"base_url"_s, shownUrl(one.found)},
                                     {u"api_key"_s, maskedKey(one.found)},
                                     {u"outcome"_s, toWord(one.outcome)},
                                     {u"message"_s, one.sentence},
                                     {u"warning"_s, one.warning}});
    }
    QJsonArray searched;
    for (const SearchedPlace &place : result.searched) {
        searched.append(QJsonObject{{u"source"_s, toWord(place.source)},
                                    {u"place"_s, place.place},
                                    {u"state"_s, toWord(place.state)},
                                    {u"message"_s, place.problem}});
    }
    run.printJson({{u"dry_run"_s, result.dryRun},
                   {u"added"_s, result.added()},
                   {u"skipped"_s, result.skipped()},
                   {u"active_cluster"_s, result.activeCluster},
                   {u"endpoints"_s, endpoints},
                   {u"searched"_s, searched}});
}

QString resultText(const ImportedEndpoint &one, bool dryRun)
{
    if (one.outcome != ImportOutcome::Added)
        return one.sentence;
    const QString text = dryRun ? u"would be added"_s : u"added"_s;
    return one.warning.isEmpty() ? text : text + u". "_s + one.warning;
}

QString summary(const Imported &result)
{
    const qsizetype count = result.added();
    if (count == 0)
        return u"There is nothing new to take over."_s;
    const QString what = count == 1 ? u"1 endpoint"_s : u"%1 endpoints"_s.arg(count);
    QString text = result.dryRun ? u"%1 would be added; nothing was changed."_s.arg(what) : u"Added %1."_s.arg(what);
    if (result.chosen) {
        text += (result.dryRun ? u" The cluster \"%1\" would become active."_s : u" The cluster \"%1\" is active now."_s)
                    .arg(result.activeCluster);
    }
    return text;
}

void printRows(const QList<ImportedEndpoint> &endpoints, bool dryRun, Terminal &terminal)
{
    // What is skipped has no name here, but it has one where it comes from.
    const auto nameOf = [](const ImportedEndpoint &one) { return one.name.isEmpty() ? one.found.fields.name.value_or(QString()) : one.name; };
    const auto orDash = [](const QString &text) { return text.isEmpty() ? u"-"_s : text; };
    std::vector<Row> rows{
        {u"SOURCE"_s, u"CLUSTER"_s, u"NAME"_s, u"BASE URL"_s, u"KEY"_s, u"RESULT"_s}};
    for (const ImportedEndpoint &one : endpoints) {
        rows.push_back({toWord(one.found.source), one.found.cluster, orDash(nameOf(one)), orDash(shownUrl(one.found)),
                        orDash(maskedKey(one.found)), resultText(one, dryRun)});
    }
    printTable(rows, terminal);
    terminal.line();
}

void printText(const Imported &result, Run &run)
{
    Terminal &terminal = run.terminal();
    if (!result.endpoints.isEmpty()) {
        printRows(result.endpoints, result.dryRun, terminal);
        terminal.line(summary(result));
        if (const qsizetype skipped = result.skipped(); skipped > 0)
            terminal.line(skipped == 1 ? u"1 was skipped; its line says why."_s : u"%1 were skipped; their lines say why."_s.arg(skipped));
    } else {
        terminal.line(u"There is nothing to take over. qcc looked at:"_s);
        for (const SearchedPlace &place : result.searched)
            terminal.line(u"  "_s + place.place);
    }
}

void runImport(const Invocation &call, Run &run)
{
    const std::optional<ImportSource> only = importSourceFromWord(call.value("from"_L1).value_or(QString()));
    const ImportFindings findings = findEndpoints(ImportPlaces::ofThisUser(run.paths()), only);
    const Result<Imported> result = takeOver(findings, call.has("dry-run"_L1), run);
    if (!result)
        return run.fail(result.error());
    const bool json = call.has("json"_L1);
    if (json)
        printJson(*result, run);
    else
        printText(*result, run);
    for (const SearchedPlace &place : result->searched) {
        if (place.state != SearchedPlace::State::Unreadable)
            continue;
        // Who names a source wants that one; who names none takes what there is.
        if (only)
            return run.fail({ErrorCode::Failed, place.problem, {}});
        if (!json)
            run.terminal().line(place.problem);
    }
    run.finish();
}

} // namespace

std::vector<Command> importCommands()
{
    return {
        Command{.name = u"import"_s,
                .summary = u"Takes over endpoints from other programs' settings and from environment variables"_s,
                .options = {Option{.name = u"from"_s,
                                   .help = u"Look only there."_s,
                                   .value = {.placeholder = u"SOURCE"_s,
                                             .kind = ValueKind::Choice,
                                             .choices = importSourceWords()}},
                            Option{.name = u"dry-run"_s, .help = u"Show what would be taken over and change nothing."_s},
                            Option{.name = u"json"_s, .help = u"Print JSON; keys are masked."_s}},
                .examples = {{u"qcc import --dry-run"_s, u"What there is to take over"_s},
                             {u"qcc import --from claude"_s, u"Only the endpoint that Claude Code uses"_s}},
                .details
                = u"fastcc: cache.json of the Python predecessor. cc-switch: its database, or its config.json (up to version 3.7). "
                  "claude: settings.json and settings.local.json of Claude Code. environment: ANTHROPIC_BASE_URL, OPENAI_BASE_URL, "
                  "GOOGLE_GEMINI_BASE_URL and the keys that belong to them; a key alone leads to the vendor's own address, "
                  "unless the settings of a client name another.\n"
                  "A key goes only where the settings that hold it say. Where that is not understood, and where another proxy of this "
                  "computer has put itself in the place of an endpoint, the line says so, and nothing is taken over.\n"
                  "What is there already is left alone, so that it can be run again. Where no cluster is active, the first "
                  "one taken over becomes so.\n"
                  "Finding nothing is no failure: the exit code is 0. It is 1 where the configuration cannot be changed, or "
                  "where the source named by --from is there and cannot be read."_s,
                .handler = runImport},
    };
}

} // namespace qcc::cli
