#include "app/cli/commands.h"
#include "app/cli/endpointtests.h"
#include "app/cli/terminal.h"
#include "core/control/commands.h"
#include "core/control/controlclient.h"

#include <QJsonObject>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

TintedText verdict(const QJsonObject &result)
{
    if (result.value("warning"_L1).isString())
        return {Tint::Yellow, u"⚠ wrong path?"_s};
    if (result.value("reachable"_L1).toBool())
        return {Tint::Green, result.contains("message"_L1) ? u"✓ answered"_s : u"✓ reachable"_s};
    static const QHash<QString, QString> words{{u"auth"_s, u"✗ key refused"_s}, {u"timeout"_s, u"✗ no answer"_s},
                                               {u"transient"_s, u"✗ failing"_s}, {u"cancelled"_s, u"✗ not tested"_s},
                                               {u"broken"_s, u"✗ broken answer"_s}, {u"broken_stream"_s, u"✗ broken answer"_s},
                                               {u"bad_answer"_s, u"✗ bad answer"_s}, {u"rate_limit"_s, u"✗ rate limited"_s},
                                               {u"quota"_s, u"✗ quota spent"_s}, {u"model"_s, u"✗ no such model"_s},
                                               {u"caller"_s, u"✗ refused"_s}, {u"blocked"_s, u"✗ blocked"_s},
                                               {u"misplaced"_s, u"✗ no API there"_s}};
    // Its program says none, or it cannot be opened.
    if (result.value("failure"_L1).toString() == "auth"_L1 && result.value("status"_L1).isNull())
        return {Tint::Red, u"✗ no key"_s};
    return {Tint::Red, words.value(result.value("failure"_L1).toString(), u"✗ unreachable"_s)};
}

QString milliseconds(const QJsonValue &value)
{
    return value.isDouble() ? shownDuration(value.toDouble()) : u"-"_s;
}

Row row(const QJsonObject &result)
{
    const QString name = result.value("name"_L1).toString();
    const QJsonValue status = result.value("status"_L1);
    Row row{result.value("cluster"_L1).toString(), result.value("enabled"_L1).toBool() ? name : name + u" (disabled)"_s, verdict(result),
            status.isDouble() ? QString::number(status.toInt()) : u"-"_s};
    const QString firstByte = milliseconds(result.value("first_byte_ms"_L1));
    if (result.contains("message"_L1))
        return row + Row{result.value("message"_L1)["model"_L1].toString(), firstByte, milliseconds(result.value("total_ms"_L1))};
    return row + Row{milliseconds(result.value("connect_ms"_L1)), milliseconds(result.value("tls_ms"_L1)), firstByte};
}

/// What it said, or why it did not.
QString said(const QJsonObject &result)
{
    const QString warning = result.value("warning"_L1).toString();
    if (!warning.isEmpty())
        return u"its base URL "_s + warning;
    const QString words = result.value("message"_L1)["words"_L1].toString();
    return words.isEmpty() ? result.value("error"_L1).toString() : u'"' + words + u'"';
}

int widest(const QList<TintedText> &lines)
{
    int width = 0;
    for (const TintedText &line : lines)
        width = std::max(width, line.width());
    return width;
}

} // namespace

void printHealth(const QJsonArray &results, Terminal &terminal)
{
    const bool messages = std::ranges::any_of(results, [](const QJsonValue &result) { return result.toObject().contains("message"_L1); });
    const Row times = messages ? Row{u"MODEL"_s, u"FIRST BYTE"_s, u"TOTAL"_s} : Row{u"CONNECT"_s, u"TLS"_s, u"FIRST BYTE"_s};
    const Row heading = Row{u"CLUSTER"_s, u"ENDPOINT"_s, u"RESULT"_s, u"STATUS"_s} + times;
    std::vector<Row> rows{heading};
    std::vector<Row> rowsWithErrors{heading};
    QStringList errors{QString()};
    for (const QJsonValue &value : results) {
        const QJsonObject result = value.toObject();
        errors.append(said(result));
        rows.push_back(row(result));
        rowsWithErrors.push_back(rows.back() + Row{errors.last()});
    }
    if (errors.count(QString()) < errors.size())
        rowsWithErrors.front().append(messages ? u"ANSWER"_s : u"ERROR"_s);

    QList<TintedText> lines = columns(rowsWithErrors);
    const bool fits = terminal.width() == 0 || widest(lines) <= terminal.width();
    if (!fits)
        lines = columns(rows);
    for (qsizetype i = 0; i < lines.size(); ++i) {
        terminal.line(i == 0 ? TintedText(Tint::Bold, lines.at(i).text()) : lines.at(i));
        if (!fits && !errors.at(i).isEmpty())
            terminal.line(u"  "_s + errors.at(i));
    }
}

namespace {

constexpr int kMostTimeoutS = 600;

/// Why there is nothing to do. `cluster`: the one that was named, if any.
Failure nothingThere(const std::optional<QString> &cluster)
{
    if (cluster) {
        return {ErrorCode::NotFound, u"The cluster \"%1\" has no endpoint."_s.arg(*cluster),
                u"`qcc endpoint add %1` adds one."_s.arg(*cluster)};
    }
    return {ErrorCode::NotFound, u"There is no endpoint yet."_s, u"`qcc endpoint add` adds one."_s};
}

Failure allDisabled(const std::optional<QString> &cluster)
{
    const QString hint = u"Name one to test it all the same; `qcc endpoint enable` uses it again."_s;
    if (cluster)
        return {ErrorCode::NotFound, u"All endpoints of the cluster \"%1\" are disabled."_s.arg(*cluster), hint};
    return {ErrorCode::NotFound, u"All endpoints are disabled."_s, hint};
}

/// The endpoints to test: the one named (in each cluster that has it), else all that are enabled.
/// Errors: NotFound.
Result<QList<EndpointPlace>> chosen(const Config &config, const std::optional<QString> &clusterName,
                                    const std::optional<QString> &endpointName)
{
    QList<Cluster> clusters = config.clusters;
    if (clusterName) {
        const Result<Cluster> cluster = findCluster(config, *clusterName);
        if (!cluster)
            return cluster.error();
        clusters = {*cluster};
        if (endpointName) {
            const Result<Endpoint> endpoint = findEndpoint(*cluster, *endpointName);
            if (!endpoint)
                return endpoint.error();
            return QList<EndpointPlace>{{cluster->name, *endpoint}};
        }
    }
    if (endpointName)
        return findEndpoints(config, *endpointName);
    QList<EndpointPlace> places;
    bool any = false;
    for (const Cluster &cluster : clusters) {
        for (const Endpoint &endpoint : cluster.endpoints) {
            any = true;
            if (endpoint.enabled)
                places.append({cluster.name, endpoint});
        }
    }
    if (places.isEmpty())
        return any ? allDisabled(clusterName) : nothingThere(clusterName);
    return places;
}

void showResults(const QJsonArray &results, bool json, Run &run)
{
    if (json)
        run.printJson({{u"results"_s, results}});
    else
        printHealth(results, run.terminal());
    const bool allReachable = std::all_of(results.begin(), results.end(), [](const QJsonValue &result) {
        return result.toObject().value("reachable"_L1).toBool();
    });
    run.finish(allReachable ? Exit::Done : Exit::Failed);
}

void test(const Invocation &call, Run &run, const std::optional<QString> &cluster,
          const std::optional<QString> &endpoint)
{
    const Result<Config> config = readConfig(run);
    if (!config)
        return run.fail(config.error());
    const Result<QList<EndpointPlace>> places = chosen(*config, cluster, endpoint);
    if (!places)
        return run.fail(places.error());
    const bool message = call.has("message"_L1);
    const QString model = call.value("model"_L1).value_or(QString());
    if (!message && !model.isEmpty())
        return run.fail({ErrorCode::Usage, u"--model needs --message."_s, u"`qcc endpoint test CLUSTER --message --model NAME` asks that model."_s});
    std::chrono::milliseconds timeout = message ? MessageProbe::usualTimeout : EndpointProbe::usualTimeout;
    if (const std::optional<int> seconds = call.number("timeout"_L1))
        timeout = std::chrono::seconds(*seconds);
    QList<ProbeTarget> targets;
    const auto shared = std::make_shared<const qcc::Config>(*config);
    for (const EndpointPlace &place : *places) {
        targets.append({place.cluster, place.endpoint, timeout});
        if (message)
            targets.last().message = messageTest(place.endpoint, shared, model);
    }

    const qsizetype total = targets.size();
    const auto progress = [&run, total](qsizetype tested) {
        run.terminal().status(u"Testing endpoints: %1 of %2 done"_s.arg(tested).arg(total));
    };
    progress(0);
    auto *tests = new EndpointTests(run.paths(), &run);
    tests->test(
        targets, model,
        [&run, json = call.has("json"_L1)](const QJsonArray &results) {
            run.terminal().status({});
            showResults(results, json, run);
        },
        progress);
}

std::optional<QString> argument(const Invocation &call, qsizetype at)
{
    if (at >= call.arguments.size())
        return std::nullopt;
    return call.arguments.at(at);
}

void runHealth(const Invocation &call, Run &run)
{
    test(call, run, call.value("cluster"_L1), argument(call, 0));
}

void runTest(const Invocation &call, Run &run)
{
    test(call, run, argument(call, 0), argument(call, 1));
}

void runReset(const Invocation &call, Run &run)
{
    const Result<Config> config = readConfig(run);
    if (!config)
        return run.fail(config.error());
    const Result<Cluster> cluster = findCluster(*config, call.arguments.first());
    if (!cluster)
        return run.fail(cluster.error());
    if (cluster->endpoints.isEmpty())
        return run.fail(nothingThere(cluster->name));
    QJsonObject request = controlRequest(ControlCommand::ResetEndpoint, {{u"cluster"_s, cluster->name}});
    if (const std::optional<QString> name = argument(call, 1)) {
        const Result<Endpoint> endpoint = findEndpoint(*cluster, *name);
        if (!endpoint)
            return run.fail(endpoint.error());
        request.insert(u"endpoint"_s, endpoint->name);
    }
    auto *client = new ControlClient(run.paths().controlSocket(), &run);
    client->call(request, [&run, name = cluster->name](const Result<QJsonObject> &reply) {
        if (!reply)
            return run.fail(reply.error());
        QStringList names;
        const QJsonArray endpoints = reply->value("endpoints"_L1).toArray();
        for (const QJsonValue &endpoint : endpoints)
            names.append(u"\"%1\""_s.arg(endpoint.toObject().value("name"_L1).toString()));
        run.terminal().line(u"Reset the endpoint%1 %2 of the cluster \"%3\"."_s.arg(
            names.size() == 1 ? QString() : u"s"_s, names.join(", "_L1), name));
        run.finish();
    });
}

std::vector<Option> testOptions(const QString &usualTimeout)
{
    return {Option{.name = u"timeout"_s,
                   .help = u"Seconds that one test may take (default %1)."_s.arg(usualTimeout),
                   .value = {.placeholder = u"S"_s, .kind = ValueKind::Integer, .min = 1, .max = kMostTimeoutS}},
            Option{.name = u"json"_s, .help = u"Print JSON."_s}};
}

Argument clusterArgument(const QString &help)
{
    return Argument{.value = {.placeholder = u"CLUSTER"_s, .candidates = Candidates::Clusters}, .help = help};
}

Argument endpointArgument(const QString &help)
{
    return Argument{
        .value = {.placeholder = u"ENDPOINT"_s, .candidates = Candidates::Endpoints}, .help = help, .required = false};
}

} // namespace

std::vector<Command> healthCommands()
{
    const QString whatATestIs
        = u"A test asks for the list of models, which costs nothing. Every answer below 500 counts, "
          "except 401 and 403. A running proxy does the tests and learns from them; without one, this "
          "command does them itself. Exit code 0 when all tested endpoints are reachable, 1 when one "
          "is not."_s;
    std::vector<Option> healthOptions = testOptions(u"10"_s);
    healthOptions.insert(healthOptions.begin(),
                         Option{.name = u"cluster"_s,
                                .help = u"Only the endpoints of this cluster."_s,
                                .value = {.placeholder = u"NAME"_s, .candidates = Candidates::Clusters}});
    std::vector<Option> endpointOptions = testOptions(u"10; with a message 60"_s);
    endpointOptions.insert(endpointOptions.begin(),
                           {Option{.name = u"message"_s, .help = u"Send a model a message, which costs about a token, and show its answer."_s},
                            Option{.name = u"model"_s, .help = u"The model that gets the message."_s, .value = {.placeholder = u"NAME"_s}}});
    const QString whatAMessageIs
        = u"With --message each endpoint gets a real request for one token, in the API and for the model that clients asked it for of late; else "
          "the first target of its model_map, model.override, or a cheap model. It is judged like any answer: an error inside a 200, a page "
          "or a broken stream fails."_s;
    return {
        Command{.name = u"endpoint test"_s,
                .summary = u"Tests now whether the endpoints of a cluster can be reached"_s,
                .arguments = {clusterArgument(u"The cluster whose endpoints to test."_s),
                              endpointArgument(u"The name or the id of one; by default all that are enabled."_s)},
                .options = endpointOptions,
                .examples = {{u"qcc endpoint test work"_s, u"All enabled endpoints of one cluster"_s},
                             {u"qcc endpoint test work relay-a"_s, u"One endpoint, disabled or not"_s},
                             {u"qcc endpoint test work --message"_s, u"Whether they answer a message, too"_s}},
                .details = whatATestIs + u'\n' + whatAMessageIs,
                .handler = runTest},
        Command{.name = u"endpoint reset"_s,
                .summary = u"Makes the running proxy forget the failures of endpoints"_s,
                .arguments = {clusterArgument(u"The cluster of the endpoints."_s),
                              endpointArgument(u"The name or the id of one; by default all."_s)},
                .examples = {{u"qcc endpoint reset work relay-a"_s, u"Requests may go there again at once"_s},
                             {u"qcc endpoint reset work"_s, u"All endpoints of the cluster"_s}},
                .handler = runReset},
        Command{.name = u"health"_s,
                .summary = u"Tests now whether endpoints can be reached, and how fast"_s,
                .arguments = {endpointArgument(u"The name or the id of one; by default all that are enabled."_s)},
                .options = healthOptions,
                .examples = {{u"qcc health"_s, u"All enabled endpoints of all clusters"_s},
                             {u"qcc health --cluster work --json"_s, u"One cluster, for scripts"_s}},
                .details = whatATestIs,
                .handler = runHealth},
    };
}

} // namespace qcc::cli
