#include "app/cli/commands.h"

#include "app/cli/command.h"
#include "app/cli/endpointview.h"
#include "app/cli/keptlogin.h"
#include "core/base/visibletext.h"
#include "core/clients/clientconnection.h"
#include "core/api/dialect.h"
#include "core/config/addresses.h"
#include "core/config/loginhosts.h"
#include "core/control/commands.h"
#include "core/control/controlclient.h"

#include <QDateTime>
#include <QDir>
#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>
#include <functional>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestModel = 200;

QStringList slugs(bool connectable)
{
    QStringList names;
    for (const ClientProgram client : EnumTable<ClientProgram>::values) {
        if (!connectable || isConnectable(client))
            names.append(slugOf(client));
    }
    return names;
}

/// What clients are to ask, and with what key.
struct Way {
    QString address;
    QString key;
    bool hasEndpoints = false; ///< That would serve.
    bool takesLogin = false;   ///< Some of them take Claude Code's own login.

    bool needsToken() const { return key != QLatin1String(anyKey); }
};

/// Errors: those of readConfig().
Result<Way> wayToQcc(Run &run)
{
    const Result<Config> config = readConfig(run);
    if (!config)
        return config.error();
    const QByteArray token = config->listen.accessToken;
    const auto active = std::ranges::find(config->clusters, config->activeCluster, &Cluster::name);
    const bool hasEndpoints = active != config->clusters.end() && std::ranges::any_of(active->endpoints, &Endpoint::mayServe);
    const bool takesLogin = active != config->clusters.end()
        && std::ranges::any_of(active->endpoints, [](const Endpoint &endpoint) { return endpoint.mayServe() && endpoint.auth == AuthStyle::Passthrough
                                    && mayTakeLoginOf(endpoint, Dialect::Anthropic); });
    return Way{clientAddress(config->listen.host, config->listen.port), QString::fromUtf8(token.isEmpty() ? QByteArray(anyKey) : token), hasEndpoints, takesLogin};
}

QString connectionWord(ClientState::Connection connection)
{
    switch (connection) {
    case ClientState::Connection::None: return u"vendor"_s;
    case ClientState::Connection::Here: return u"qcc"_s;
    case ClientState::Connection::Elsewhere: return u"elsewhere"_s;
    case ClientState::Connection::Unclear: return u"unclear"_s;
    }
    Q_UNREACHABLE();
}

QString asksText(const ClientState &state)
{
    switch (state.connection) {
    case ClientState::Connection::None: return state.isInstalled ? u"its vendor"_s : u"-"_s;
    case ClientState::Connection::Here: return state.since ? u"qcc"_s : u"qcc, set by hand"_s;
    case ClientState::Connection::Elsewhere: return state.address.isEmpty() ? u"an address that is none"_s : state.address;
    case ClientState::Connection::Unclear: return u"unclear: %1"_s.arg(state.problem);
    }
    Q_UNREACHABLE();
}

void runList(const Invocation &call, Run &run)
{
    const Result<Way> way = wayToQcc(run);
    if (!way)
        return run.fail(way.error());
    const Result<Ledger> ledger = readLedger(run.paths());
    if (!ledger)
        return run.fail(ledger.error());
    const QList<ClientState> states = clientStates(ClientPlaces::ofThisUser(run.paths()), *ledger, way->address, QDir::currentPath());
    if (call.has("json"_L1)) {
        QJsonArray clients;
        for (const ClientState &state : states) {
            clients.append(QJsonObject{{u"name"_s, slugOf(state.client)}, {u"title"_s, toWord(state.client)}, {u"installed"_s, state.isInstalled}, {u"program"_s, state.program},
                                       {u"settings"_s, QJsonArray::fromStringList(state.places)}, {u"asks"_s, connectionWord(state.connection)}, {u"address"_s, state.address},
                                       {u"connected_at"_s, state.since ? QJsonValue(state.since->toString(Qt::ISODate)) : QJsonValue(QJsonValue::Null)},
                                       {u"shadows"_s, QJsonArray::fromStringList(state.shadows)}, {u"problem"_s, state.problem}});
        }
        run.printJson({{u"address"_s, way->address}, {u"clients"_s, clients}});
        return run.finish();
    }
    std::vector<Row> rows{{u"NAME"_s, u"INSTALLED"_s, u"ASKS"_s, u"SETTINGS"_s}};
    for (const ClientState &state : states)
        rows.push_back({slugOf(state.client), state.isInstalled ? u"yes"_s : u"no"_s, asksText(state), state.places.isEmpty() ? u"variables alone"_s : state.places.join(u", "_s)});
    printTable(rows, run.terminal());
    for (const ClientState &state : states) {
        for (const QString &shadow : state.shadows)
            run.terminal().line({Tint::Yellow, u"%1: %2"_s.arg(slugOf(state.client), shadow)});
    }
    run.finish();
}

/// The lines that change, below the name of each file.
void showChanges(const ClientPlan &plan, Terminal &terminal)
{
    for (const FileChange &change : plan.files) {
        if (!change.changes())
            continue;
        terminal.line({Tint::Bold, !change.before ? u"%1 (new)"_s.arg(change.path) : !change.after ? u"%1 (goes)"_s.arg(change.path) : change.path});
        for (const QString &line : changedLines(change))
            terminal.line({line.startsWith(u'+') ? Tint::Green : line.startsWith(u'-') ? Tint::Red : Tint::Dim, line});
    }
}

QJsonObject jsonOf(const ClientPlan &plan, bool dryRun)
{
    QJsonArray files, left;
    for (const FileChange &change : plan.files)
        files.append(QJsonObject{{u"path"_s, change.path}, {u"changes"_s, change.changes()}, {u"lines"_s, QJsonArray::fromStringList(changedLines(change))}});
    for (const LeftAlone &each : plan.leftAlone)
        left.append(QJsonObject{{u"path"_s, each.path}, {u"key"_s, each.key.join(u'.')}});
    return {{u"name"_s, slugOf(plan.client)}, {u"missing"_s, QJsonArray::fromStringList(plan.missing)}, {u"dry_run"_s, dryRun}, {u"changed"_s, plan.changes()}, {u"files"_s, files}, {u"left_alone"_s, left}};
}

/// Errors: Usage.
Result<ClientExtras> extrasOf(const Invocation &call, ClientProgram client)
{
    ClientExtras extras{call.has("hints"_L1), call.has("tool-search"_L1), {}, call.has("openai"_L1), call.value("login"_L1) == u"keep"_s};
    for (const QString &mapping : call.values("model"_L1)) {
        const QString name = mapping.section(u'=', 0, 0);
        if (!modelClasses().contains(name))
            return Failure{ErrorCode::Usage, u"There is no class of models \"%1\"."_s.arg(name), u"Classes are: %1."_s.arg(modelClasses().join(u", "_s))};
        const QString model = mapping.section(u'=', 1).trimmed();
        if (model.isEmpty() || model.size() > longestModel || visibleLine(model) != model)
            return Failure{ErrorCode::Usage, u"What is given for the class \"%1\" is no name of a model."_s.arg(name), u"For example: --model opus=claude-opus-4-1"_s};
        extras.models.insert(name, model);
    }
    ClientExtras others = extras;
    others.keepLogin = false;
    if (client == ClientProgram::ClaudeCode)
        others = {false, false, {}, extras.openAi};
    else if (client == ClientProgram::OpenCode)
        others.openAi = false;
    if (!others.isEmpty())
        return Failure{ErrorCode::Usage, u"%1 knows no such option."_s.arg(toWord(client)), u"--hints, --tool-search and --model are for Claude Code, --openai is for opencode."_s};
    return extras;
}

/// What `plan` finds to be done, and does unless it is to be seen only; again where another qcc was faster.
/// Errors: those of `plan`, carryOut() and readLedger().
Result<ClientPlan> carriedOut(bool dryRun, Run &run, const std::function<Result<ClientPlan>(const Ledger &)> &plan)
{
    constexpr int mostTimes = 5;
    for (int times = 1;; ++times) {
        const Result<Ledger> ledger = readLedger(run.paths());
        const Result<ClientPlan> its = ledger ? plan(*ledger) : Result<ClientPlan>(ledger.error());
        if (!its || dryRun)
            return its;
        const Result<void> carried = carryOut(*its, run.paths());
        if (carried)
            return its;
        if (carried.error().code != ErrorCode::Busy || times == mostTimes)
            return carried.error();
    }
}

void runConnect(const Invocation &call, Run &run)
{
    const ClientProgram client = *clientOfSlug(call.arguments.constFirst());
    const Result<ClientExtras> extras = extrasOf(call, client);
    if (!extras)
        return run.fail(extras.error());
    const Result<Way> way = wayToQcc(run);
    if (!way)
        return run.fail(way.error());
    if (const QString fault = extras->keepLogin ? keepLoginFault(client, way->needsToken()) : QString(); !fault.isEmpty())
        return run.fail({ErrorCode::Usage, fault, u"Connect it without --login keep, and give an endpoint the key."_s});
    const ClientPlaces where = ClientPlaces::ofThisUser(run.paths());
    const bool dryRun = call.has("dry-run"_L1);
    // First: without it the client would be told of a cluster that is not there.
    const bool needsCluster = extras->keepLogin && client == ClientProgram::Codex;
    if (const Result<void> made = needsCluster ? makeCodexCluster(run, dryRun, call.has("json"_L1)) : Result<void>(); !made)
        return run.fail(made.error());
    const Result<ClientPlan> plan = carriedOut(dryRun, run, [&](const Ledger &ledger) {
        return planConnect(client, wishesFor(client, where, way->address, way->key, *extras), ledger, QDateTime::currentDateTimeUtc(), extras->keepLogin);
    });
    if (!plan)
        return run.fail(plan.error());
    if (call.has("json"_L1)) {
        run.printJson(jsonOf(*plan, dryRun));
        return run.finish();
    }
    Terminal &terminal = run.terminal();
    const QString title = toWord(client);
    showChanges(*plan, terminal);
    if (!plan->changes())
        terminal.line(u"%1 asks qcc at %2 already."_s.arg(title, way->address));
    else if (dryRun)
        terminal.line(u"Nothing was changed."_s);
    else
        terminal.line({Tint::Green, u"%1 asks qcc at %2 from its next start on. To put everything back: qcc client disconnect %3"_s.arg(title, way->address, slugOf(client))});
    for (const ClientState &state : clientStates(where, {}, way->address, QDir::currentPath())) {
        for (const QString &shadow : state.client == client ? state.shadows : QStringList())
            terminal.warning(shadow);
    }
    if (const QString condition = conditionOf(client); !condition.isEmpty())
        terminal.line(condition);
    if (dryRun)
        return run.finish();
    if (extras->keepLogin && !needsCluster && !way->takesLogin)
        terminal.warning(u"No endpoint of the cluster in use takes its login yet. Add one: qcc endpoint add CLUSTER --base-url https://api.anthropic.com --auth passthrough"_s);
    else if (!needsCluster && !way->hasEndpoints)
        terminal.warning(u"No endpoint is there to answer it yet. Add one: qcc endpoint add"_s);
    // A client that is connected to nobody gets no answer.
    auto *control = new ControlClient(run.paths().controlSocket(), &run);
    control->call(
        controlRequest(ControlCommand::Status),
        [&run](const Result<QJsonObject> &answer) {
            if (!answer && answer.error().code == ErrorCode::NotRunning)
                run.terminal().warning(u"The proxy is not running. Start it: qcc proxy start"_s);
            run.finish();
        },
        std::chrono::seconds(2));
}

void sayWhatStays(const ClientPlan &plan, bool dryRun, bool forgets, Run &run)
{
    Terminal &terminal = run.terminal();
    const QString title = toWord(plan.client), slug = slugOf(plan.client);
    for (const LeftAlone &each : plan.leftAlone)
        terminal.warning(u"%1 in %2 is no longer what qcc wrote, or belongs to what is not, and was left alone."_s.arg(each.key.join(u'.'), each.path));
    for (const QString &path : plan.missing)
        terminal.warning(u"%1 is not there. What it said before is kept: disconnect again once it is back, or say --forget where it is gone for good."_s.arg(path));
    if (plan.missing.isEmpty() && plan.entry)
        terminal.warning(u"Its key of before is kept, since the address that it belongs to is not there any more; --forget drops it."_s);
    if (dryRun)
        return;
    if (forgets)
        return static_cast<void>(terminal.line(u"What was there before %1 was connected is forgotten."_s.arg(title)));
    const bool isWhole = plan.leftAlone.isEmpty() && !plan.entry;
    if (!plan.missing.isEmpty() && !plan.changes())
        return static_cast<void>(terminal.line({Tint::Yellow, u"Nothing of %1 was changed."_s.arg(title)}));
    if (isWhole)
        terminal.line({Tint::Green, u"%1 has its own settings back."_s.arg(title)});
    else
        terminal.line({Tint::Yellow, u"%1 has its own settings back, but for what is said above."_s.arg(title)});
    // It may have been so before, or by other settings than those that were connected.
    const Result<Way> way = wayToQcc(run);
    for (const ClientState &state : way ? clientStates(ClientPlaces::ofThisUser(run.paths()), {}, way->address, QDir::currentPath()) : QList<ClientState>()) {
        if (state.client == plan.client && state.connection == ClientState::Connection::Here)
            terminal.warning(u"It still asks qcc, by %1, which qcc knows no other address for. Remove it there by hand."_s.arg(state.place));
    }
}

void runDisconnect(const Invocation &call, Run &run)
{
    const Result<Ledger> ledger = readLedger(run.paths());
    if (!ledger)
        return run.fail(ledger.error());
    const bool all = call.has("all"_L1);
    if (all == !call.arguments.isEmpty())
        return run.fail({ErrorCode::Usage, u"Name a client, or say --all."_s, u"Those that are connected: qcc client list"_s});
    const QList<ClientProgram> clients = all ? ledger->keys() : QList{*clientOfSlug(call.arguments.constFirst())};
    const bool json = call.has("json"_L1), dryRun = call.has("dry-run"_L1);
    const bool forgets = call.has("forget"_L1);
    QJsonArray done;
    std::optional<Failure> failure;
    bool isMissing = false;
    for (const ClientProgram client : clients) {
        const Result<ClientPlan> plan = carriedOut(dryRun, run, [&](const Ledger &now) { return forgets ? planForget(client, now) : planDisconnect(client, now); });
        if (!plan && all && plan.error().code == ErrorCode::NotFound)
            continue; // by another qcc, just now
        if (!plan) {
            // The others are put back all the same.
            if (failure)
                run.terminal().error(failure->message, failure->hint);
            failure = plan.error();
            continue;
        }
        isMissing = isMissing || !plan->missing.isEmpty();
        if (json) {
            done.append(jsonOf(*plan, dryRun));
            continue;
        }
        showChanges(*plan, run.terminal());
        sayWhatStays(*plan, dryRun, forgets, run);
    }
    if (json)
        run.printJson({{u"clients"_s, done}});
    else if (clients.isEmpty())
        run.terminal().line(u"No client is connected."_s);
    else if (dryRun)
        run.terminal().line(u"Nothing was changed."_s);
    if (failure)
        return run.fail(*failure);
    run.finish(isMissing ? Exit::Failed : Exit::Done);
}

void runEnv(const Invocation &call, Run &run)
{
    const ClientProgram client = *clientOfSlug(call.arguments.constFirst());
    const Result<Way> way = wayToQcc(run);
    if (!way)
        return run.fail(way.error());
    const auto variables = variablesFor(client, way->address, way->key);
    if (variables.isEmpty())
        return run.fail({ErrorCode::Failed, u"%1 reads no variable that names its address."_s.arg(toWord(client)), u"Its settings do: qcc client connect %1"_s.arg(slugOf(client))});
    const Shell shell = fromWord<Shell>(call.value("shell"_L1).value_or(QString())).value_or(usersShell());
    for (const auto &variable : variables)
        run.terminal().line(environmentLine(shell, {variable}));
    run.finish();
}

Argument clientArgument(const QStringList &names, bool required)
{
    return {.value = {.placeholder = u"NAME"_s, .kind = ValueKind::Choice, .choices = names}, .help = u"The client."_s, .required = required};
}

} // namespace

std::vector<Command> clientCommands()
{
    const Option dryRun{.name = u"dry-run"_s, .help = u"Show what would change and change nothing."_s};
    const Option json{.name = u"json"_s, .help = u"Print JSON; keys are masked."_s};
    return {
        Command{.name = u"client list"_s,
                .summary = u"Shows which clients there are, and whom they ask"_s,
                .options = {json},
                .examples = {{u"qcc client list"_s, u"Who asks qcc, and who somebody else"_s}},
                .details = u"What is stronger than a client's settings, as a variable or settings of the folder that you are in, is said below the table."_s,
                .handler = runList},
        Command{.name = u"client connect"_s,
                .summary = u"Makes a client ask qcc, by its own settings"_s,
                .arguments = {clientArgument(slugs(true), true)},
                .options = {dryRun,
                            Option{.name = u"hints"_s, .help = u"Claude Code: let it say what each request is for (its hint headers)."_s},
                            Option{.name = u"tool-search"_s, .help = u"Claude Code: keep its tool search, which it leaves off for other addresses than its vendor's."_s},
                            Option{.name = u"model"_s,
                                   .help = u"Claude Code: the model for a class: opus, sonnet, haiku or subagent."_s,
                                   .value = {.placeholder = u"CLASS=MODEL"_s, .kind = ValueKind::Mapping},
                                   .repeatable = true},
                            Option{.name = u"openai"_s, .help = u"opencode: its provider of OpenAI's models, too."_s},
                            Option{.name = u"login"_s,
                                   .help = u"Claude Code, Codex: keep lets it send its own login, for endpoints with --auth passthrough; by default qcc gives it a key."_s,
                                   .value = {.placeholder = u"LOGIN"_s, .kind = ValueKind::Choice, .choices = {u"keep"_s, u"key"_s}}},
                            json},
                .examples = {{u"qcc client connect claude-code --dry-run"_s, u"What would change"_s},
                             {u"qcc client connect codex"_s, u"Codex asks qcc from its next start on"_s},
                             {u"qcc client connect claude-code --login keep"_s, u"Its claude.ai login goes on to the endpoint that passes it on"_s}},
                .details = u"Only the keys that it takes are set; all else of the file stays byte by byte, comments and spacing included. What was there "
                           "before is kept in clients.json beside config.json, before anything is written, and `qcc client disconnect` puts it back.\n"
                           "Doing it again follows a changed address, access token or option."_s,
                .handler = runConnect},
        Command{.name = u"client disconnect"_s,
                .summary = u"Gives a client its own settings back"_s,
                .arguments = {clientArgument(slugs(true), false)},
                .options = {Option{.name = u"all"_s, .help = u"All that are connected."_s},
                            Option{.name = u"forget"_s, .help = u"Change no file, and forget what was there before: for settings that are gone for good."_s}, dryRun, json},
                .examples = {{u"qcc client disconnect --all"_s, u"Before qcc is uninstalled"_s}},
                .details = u"A value goes back only where the one that connecting wrote still stands; what somebody has changed since is left alone, and said. Of a file that is not "
                           "there the way back is kept, and the exit code is 1."_s,
                .handler = runDisconnect},
        Command{.name = u"client env"_s,
                .summary = u"Prints the variables that make a client ask qcc, for one shell"_s,
                .arguments = {clientArgument(slugs(false), true)},
                .options = {Option{.name = u"shell"_s,
                                   .help = u"For which shell; by default your own."_s,
                                   .value = {.placeholder = u"SHELL"_s, .kind = ValueKind::Choice, .choices = allWords<Shell>()}}},
                .examples = {{u"eval \"$(qcc client env claude-code)\""_s, u"For this shell alone"_s}},
                .handler = runEnv},
    };
}

} // namespace qcc::cli
