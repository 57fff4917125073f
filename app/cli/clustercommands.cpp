#include "app/cli/commands.h"

#include "app/cli/command.h"
#include "app/cli/endpointview.h"
#include "core/config/configedit.h"
#include "core/control/commands.h"
#include "core/control/controlclient.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace qcc::cli {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kAnswerTime = 5s;

Argument nameArgument()
{
    return Argument{.value = {.placeholder = u"NAME"_s, .candidates = Candidates::Clusters},
                    .help = u"The name of the cluster."_s};
}

Option jsonOption()
{
    return Option{.name = u"json"_s, .help = u"Print JSON."_s};
}

QJsonObject summaryJson(const Config &config, const Cluster &cluster)
{
    return {{u"name"_s, cluster.name},
            {u"strategy"_s, toWord(cluster.strategy)},
            {u"active"_s, cluster.name == config.activeCluster},
            {u"endpoints"_s, cluster.endpoints.size()}};
}

void runList(const Invocation &call, Run &run)
{
    const Result<Config> config = readConfig(run);
    if (!config)
        return run.fail(config.error());
    if (call.has("json"_L1)) {
        QJsonArray clusters;
        for (const Cluster &cluster : config->clusters)
            clusters.append(summaryJson(*config, cluster));
        run.printJson({{u"active_cluster"_s, config->activeCluster}, {u"clusters"_s, clusters}});
        return run.finish();
    }
    if (config->clusters.isEmpty()) {
        run.terminal().line(u"There is no cluster yet. `qcc endpoint add` makes one, `qcc demo` one for trying."_s);
        return run.finish();
    }
    std::vector<Row> rows{{u" "_s, u"NAME"_s, u"STRATEGY"_s, u"ENDPOINTS"_s}};
    for (const Cluster &cluster : config->clusters) {
        const auto enabled = std::count_if(cluster.endpoints.begin(), cluster.endpoints.end(),
                                           [](const Endpoint &endpoint) { return endpoint.enabled; });
        const QString count = enabled == cluster.endpoints.size()
            ? QString::number(enabled)
            : u"%1 of %2 enabled"_s.arg(enabled).arg(cluster.endpoints.size());
        rows.push_back({cluster.name == config->activeCluster ? u"*"_s : u" "_s, cluster.name,
                        toWord(cluster.strategy), count});
    }
    printTable(rows, run.terminal());
    run.finish();
}

void runShow(const Invocation &call, Run &run)
{
    const Result<Config> config = readConfig(run);
    if (!config)
        return run.fail(config.error());
    const Result<Cluster> cluster = findCluster(*config, call.arguments.first());
    if (!cluster)
        return run.fail(cluster.error());
    if (call.has("json"_L1)) {
        QJsonObject json = summaryJson(*config, *cluster);
        QJsonArray endpoints;
        for (const Endpoint &endpoint : cluster->endpoints)
            endpoints.append(endpointJson(endpoint));
        json.insert(u"endpoints"_s, endpoints);
        run.printJson(json);
        return run.finish();
    }
    run.terminal().line(u"Cluster \"%1\"%2, strategy %3"_s.arg(
        cluster->name, cluster->name == config->activeCluster ? u" (active)"_s : QString(), toWord(cluster->strategy)));
    if (cluster->endpoints.isEmpty()) {
        run.terminal().line(u"It has no endpoint yet; `qcc endpoint add %1` adds one."_s.arg(cluster->name));
        return run.finish();
    }
    std::vector<Row> rows{endpointHeading()};
    for (const Endpoint &endpoint : cluster->endpoints)
        rows.push_back(endpointRow(endpoint));
    printTable(rows, run.terminal());
    run.finish();
}

void runAdd(const Invocation &call, Run &run)
{
    const QString name = call.arguments.first();
    const Strategy strategy =
        fromWord<Strategy>(call.value("strategy"_L1).value_or(QString())).value_or(Strategy::PriorityFailover);
    const Result<Config> config =
        changeConfig(run, [&](QJsonObject &json) { return addCluster(json, name, strategy); });
    if (!config)
        return run.fail(config.error());
    run.terminal().line(u"Added the cluster \"%1\"%2."_s.arg(
        name, config->activeCluster == name ? u", which is now active"_s : QString()));
    run.finish();
}

void runRemove(const Invocation &call, Run &run)
{
    const QString name = call.arguments.first();
    const Result<Config> before = readConfig(run);
    if (!before)
        return run.fail(before.error());
    if (const Result<Cluster> cluster = findCluster(*before, name); !cluster)
        return run.fail(cluster.error());
    const Result<Config> config = changeConfig(run, [&](QJsonObject &json) { return removeCluster(json, name); });
    if (!config)
        return run.fail(config.error());
    run.terminal().line(u"Removed the cluster \"%1\"."_s.arg(name));
    if (const qsizetype routes = before->routes.size() - config->routes.size(); routes > 0)
        run.terminal().line(routes == 1 ? u"The route that led there went with it."_s : u"The %1 routes that led there went with it."_s.arg(routes));
    if (before->activeCluster == name)
        run.terminal().line(u"No cluster is active now; `qcc cluster use` chooses one."_s);
    run.finish();
}

void useByFile(const QString &name, Run &run)
{
    const Result<Config> config = changeConfig(run, [&](QJsonObject &json) { return useCluster(json, name); });
    if (!config)
        return run.fail(config.error());
    run.terminal().line(u"The cluster \"%1\" is active; the proxy uses it from its next start."_s.arg(name));
    run.finish();
}

void runUse(const Invocation &call, Run &run)
{
    const QString name = call.arguments.first();
    const Result<Config> config = readConfig(run);
    if (!config)
        return run.fail(config.error());
    if (const Result<Cluster> cluster = findCluster(*config, name); !cluster)
        return run.fail(cluster.error());
    auto *control = new ControlClient(run.paths().controlSocket(), &run);
    // The proxy may not have noticed yet that a cluster was added a moment ago. What it says to this does not matter.
    control->call(controlRequest(ControlCommand::Reload), [](const Result<QJsonObject> &) { }, kAnswerTime);
    control->call(
        controlRequest(ControlCommand::UseCluster, {{u"name"_s, name}}),
        [&run, name](const Result<QJsonObject> &answer) {
            if (answer) {
                run.terminal().line(u"The proxy uses the cluster \"%1\" from now on."_s.arg(name));
                return run.finish();
            }
            if (answer.error().code == ErrorCode::NotRunning)
                return useByFile(name, run);
            run.fail(answer.error());
        },
        kAnswerTime);
}

} // namespace

std::vector<Command> clusterCommands()
{
    return {
        Command{.name = u"cluster list"_s,
                .summary = u"Lists the clusters; * marks the active one"_s,
                .options = {jsonOption()},
                .examples = {{u"qcc cluster list"_s, u"What there is"_s}},
                .handler = runList},
        Command{.name = u"cluster add"_s,
                .summary = u"Adds an empty cluster; the first one becomes active"_s,
                .arguments = {Argument{.value = {.placeholder = u"NAME"_s}, .help = u"The name of the new cluster."_s}},
                .options = {Option{.name = u"strategy"_s,
                                   .help = u"How the next endpoint is chosen (default priority_failover)."_s,
                                   .value = {.placeholder = u"STRATEGY"_s,
                                             .kind = ValueKind::Choice,
                                             .choices = allWords<Strategy>()}}},
                .examples = {{u"qcc cluster add work"_s, u"Endpoints with the lowest priority number come first"_s},
                             {u"qcc cluster add fast --strategy fastest"_s, u"The endpoint that answers first is preferred"_s}},
                .handler = runAdd},
        Command{.name = u"cluster remove"_s,
                .summary = u"Removes a cluster with its endpoints and keys"_s,
                .arguments = {nameArgument()},
                .examples = {{u"qcc cluster remove old"_s, u"There is no way back"_s}},
                .handler = runRemove},
        Command{.name = u"cluster use"_s,
                .summary = u"Makes a cluster the active one; a running proxy switches at once"_s,
                .arguments = {nameArgument()},
                .examples = {{u"qcc cluster use work"_s, u"Running requests finish where they are"_s}},
                .handler = runUse},
        Command{.name = u"cluster show"_s,
                .summary = u"Shows a cluster and its endpoints"_s,
                .arguments = {nameArgument()},
                .options = {jsonOption()},
                .examples = {{u"qcc cluster show work"_s, u"Keys are masked"_s}},
                .handler = runShow},
    };
}

} // namespace qcc::cli
