#include "app/cli/endpointlist.h"

#include "app/cli/configaccess.h"
#include "app/cli/endpointview.h"
#include "app/cli/run.h"
#include "core/control/commands.h"
#include "core/control/controlclient.h"

#include <QJsonArray>
#include <QJsonObject>

namespace qcc::cli {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// The list is of use without the proxy's news.
constexpr auto kAnswerTime = 2s;

/// What the proxy knows of endpoints, by their id; null when it does not run.
using States = std::optional<QHash<QString, QJsonObject>>;

States statesIn(const Result<QJsonObject> &stats)
{
    if (!stats)
        return std::nullopt;
    QHash<QString, QJsonObject> states;
    const QJsonArray endpoints = stats->value("endpoints"_L1).toArray();
    for (const QJsonValue &endpoint : endpoints)
        states.insert(endpoint.toObject().value("id"_L1).toString(), endpoint.toObject());
    return states;
}

void printJson(const QList<EndpointPlace> &places, const States &states, Run &run)
{
    QJsonArray json;
    for (const EndpointPlace &place : places) {
        QJsonObject object = endpointJson(place.endpoint);
        object.insert(u"cluster"_s, place.cluster);
        const QJsonObject state = states ? states->value(place.endpoint.id) : QJsonObject();
        for (const auto key : {"health_status"_L1, "breaker"_L1}) {
            if (state.contains(key))
                object.insert(key, state.value(key));
        }
        json.append(object);
    }
    run.printJson({{u"endpoints"_s, json}});
}

void printRows(const QList<EndpointPlace> &places, const States &states, Run &run)
{
    if (places.isEmpty()) {
        run.terminal().line(u"There is no endpoint yet; `qcc endpoint add` adds one."_s);
        return;
    }
    std::vector<Row> rows{Row{u"CLUSTER"_s} + endpointHeading()
                                  + (states ? endpointStateHeading() : Row())};
    for (const EndpointPlace &place : places) {
        rows.push_back(Row{place.cluster} + endpointRow(place.endpoint)
                       + (states ? endpointStateRow(states->value(place.endpoint.id)) : Row()));
    }
    printTable(rows, run.terminal());
    for (const EndpointPlace &place : places) {
        if (!place.endpoint.keyFault.isEmpty())
            run.terminal().line(u"%1 is out of use: %2"_s.arg(place.endpoint.name, place.endpoint.keyFault));
    }
}

void runList(const Invocation &call, Run &run)
{
    const Result<Config> config = readConfig(run);
    if (!config)
        return run.fail(config.error());
    QList<Cluster> clusters = config->clusters;
    if (!call.arguments.isEmpty()) {
        const Result<Cluster> cluster = findCluster(*config, call.arguments.first());
        if (!cluster)
            return run.fail(cluster.error());
        clusters = {*cluster};
    }
    QList<EndpointPlace> places;
    for (const Cluster &cluster : clusters) {
        for (const Endpoint &endpoint : cluster.endpoints)
            places.append({cluster.name, endpoint});
    }
    auto *client = new ControlClient(run.paths().controlSocket(), &run);
    client->call(
        controlRequest(ControlCommand::Stats),
        [&run, places, json = call.has("json"_L1)](const Result<QJsonObject> &stats) {
            if (json)
                printJson(places, statesIn(stats), run);
            else
                printRows(places, statesIn(stats), run);
            run.finish();
        },
        kAnswerTime);
}

} // namespace

Command endpointListCommand()
{
    return {.name = u"endpoint list"_s,
            .summary = u"Lists endpoints; keys are masked"_s,
            .arguments = {Argument{.value = {.placeholder = u"CLUSTER"_s, .candidates = Candidates::Clusters},
                                   .help = u"Only the endpoints of this cluster."_s,
                                   .required = false}},
            .options = {Option{.name = u"json"_s, .help = u"Print JSON."_s}},
            .examples = {{u"qcc endpoint list work"_s, u"Those of one cluster"_s}},
            .details
            = u"While the proxy runs, the list also shows the health of the endpoints of the cluster in use."_s,
            .handler = runList};
}

} // namespace qcc::cli
