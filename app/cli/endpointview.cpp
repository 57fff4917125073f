#include "app/cli/endpointview.h"

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/base/visibletext.h"
#include "core/config/keycommand.h"
#include "core/config/ownfields.h"
#include "core/control/commands.h"
#include "core/control/controlclient.h"

#include <QJsonArray>
#include <QJsonObject>

#include <cmath>

namespace qcc::cli {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// "42 s", "12 min".
QString duration(double seconds)
{
    constexpr double minute = 60;
    return seconds < 2 * minute ? u"%1 s"_s.arg(std::ceil(seconds)) : u"%1 min"_s.arg(std::ceil(seconds / minute));
}

/// "closed", "open, 42 s", "resting: rate_limit, 12 min".
QString breakerText(const QJsonObject &breaker)
{
    const QString rest = breaker.value("rest_reason"_L1).toString();
    QString text = rest.isEmpty() ? breaker.value("state"_L1).toString() : u"resting: "_s + rest;
    if (const double seconds = breaker.value("reopens_in_s"_L1).toDouble(); seconds > 0)
        text += u", "_s + duration(seconds);
    return text;
}

} // namespace

namespace {

QJsonObject asObject(const QMap<QString, QString> &map)
{
    QJsonObject object;
    for (auto it = map.begin(); it != map.end(); ++it)
        object.insert(it.key(), it.value());
    return object;
}

} // namespace

QJsonObject endpointJson(const Endpoint &endpoint)
{
    return {{u"id"_s, endpoint.id},
            {u"name"_s, endpoint.name},
            {u"base_url"_s, QString::fromUtf8(endpoint.baseUrl)},
            {u"api_key"_s, maskKey(endpoint.apiKey)},
            {u"key_error"_s, endpoint.keyFault.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(endpoint.keyFault)},
            {u"api_key_command"_s, endpoint.apiKeyCommand.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(shownCommand(endpoint.apiKeyCommand))},
            {u"api_key_ttl_s"_s, static_cast<qint64>(endpoint.apiKeyTtl.count())},
            {u"auth"_s, toWord(endpoint.auth)},
            {u"passthrough_anywhere"_s, endpoint.passthroughAnywhere},
            {u"priority"_s, endpoint.priority},
            {u"weight"_s, endpoint.weight},
            {u"enabled"_s, endpoint.enabled},
            {u"proxy"_s, endpoint.proxy},
            {u"http2"_s, endpoint.http2},
            {u"ca_file"_s, endpoint.caFile.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(endpoint.caFile)},
            {u"client_cert"_s, endpoint.clientCert.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(endpoint.clientCert)},
            {u"client_key"_s, endpoint.clientKey.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(endpoint.clientKey)},
            {u"model_map"_s, asObject(endpoint.modelMap)},
            {u"headers"_s, asObject(maskedValues(endpoint.headers))},
            {u"query"_s, asObject(maskedValues(endpoint.query))},
            {u"max_concurrent"_s, endpoint.maxConcurrent},
            {u"requests_per_minute"_s, endpoint.requestsPerMinute}};
}

namespace {

QString shownKey(const Endpoint &endpoint)
{
    if (!endpoint.keyFault.isEmpty())
        return u"(not usable)"_s;
    if (endpoint.auth == AuthStyle::Passthrough)
        return u"(the client's)"_s;
    return endpoint.apiKeyCommand.isEmpty() ? maskKey(endpoint.apiKey) : u"(program)"_s;
}

} // namespace

Row endpointHeading()
{
    return {u"NAME"_s, u"ID"_s, u"BASE URL"_s, u"KEY"_s, u"AUTH"_s, u"PRIORITY"_s, u"WEIGHT"_s, u"ENABLED"_s};
}

Row endpointRow(const Endpoint &endpoint)
{
    return {endpoint.name,
            endpoint.id,
            QString::fromUtf8(endpoint.baseUrl),
            shownKey(endpoint),
            toWord(endpoint.auth),
            QString::number(endpoint.priority),
            QString::number(endpoint.weight),
            endpoint.enabled ? u"yes"_s : u"no"_s};
}

Row endpointStateHeading()
{
    return {u"HEALTH"_s, u"BREAKER"_s};
}

Row endpointStateRow(const QJsonObject &state)
{
    if (state.isEmpty())
        return {u"-"_s, u"-"_s};
    const QString health = state.value("health_status"_L1).toObject().value("status"_L1).toString();
    const bool full = state.value("limits"_L1).toObject().value("full"_L1).toBool();
    return {full ? health + u", full"_s : health,
            breakerText(state.value("breaker"_L1).toObject())};
}

void printTable(const std::vector<Row> &rows, Terminal &terminal)
{
    bool heading = true;
    for (const TintedText &line : columns(rows)) {
        terminal.line(heading ? TintedText(Tint::Bold, line.text()) : line);
        heading = false;
    }
}

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
