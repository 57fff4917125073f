#include "app/cli/commands.h"

#include "app/cli/command.h"
#include "app/cli/endpointview.h"
#include "core/api/clientprogram.h"
#include "core/config/routeedit.h"
#include "core/routing/requestway.h"

#include <QJsonArray>

#include <algorithm>
#include <limits>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

Option text(const QString &name, const QString &placeholder, const QString &help, Candidates candidates = Candidates::None)
{
    return Option{.name = name, .help = help, .value = {.placeholder = placeholder, .candidates = candidates}};
}

/// What a request is, as `add` asks for it and `test` takes it.
std::vector<Option> conditions()
{
    return {text(u"client"_s, u"CLIENT"_s, u"The client: claude-code, codex, gemini-cli, opencode, qwen-code, or what its User-Agent begins with."_s),
            text(u"class"_s, u"CLASS"_s, u"What the request is to its client: subagent, main, compaction, auxiliary and others."_s),
            text(u"model"_s, u"MODEL"_s, u"The model that the client asks for."_s), text(u"path"_s, u"PATH"_s, u"The path, such as /v1/responses."_s)};
}

Argument numberArgument()
{
    return Argument{.value = {.placeholder = u"NUMBER"_s, .kind = ValueKind::Integer, .min = 1}, .help = u"The route's number in `qcc route list`."_s};
}

qsizetype placeOf(const QString &number)
{
    return number.toInt() - 1;
}

QJsonObject routeJson(const RouteRule &rule, qsizetype at)
{
    return {{u"number"_s, at + 1}, {u"client"_s, rule.client}, {u"class"_s, rule.requestClass}, {u"model"_s, rule.model},
            {u"path"_s, rule.path}, {u"cluster"_s, rule.cluster}, {u"set_model"_s, rule.setModel}};
}

void runList(const Invocation &call, Run &run)
{
    const Result<Config> config = readConfig(run);
    if (!config)
        return run.fail(config.error());
    if (call.has("json"_L1)) {
        QJsonArray routes;
        for (qsizetype i = 0; i < config->routes.size(); ++i)
            routes.append(routeJson(config->routes.at(i), i));
        run.printJson({{u"active_cluster"_s, config->activeCluster}, {u"routes"_s, routes}});
        return run.finish();
    }
    if (config->routes.isEmpty()) {
        run.terminal().line(u"There are no routes: every request goes to the active cluster%1, or to the one that its path names (/@NAME)."_s.arg(
            config->activeCluster.isEmpty() ? QString() : u" \"%1\""_s.arg(config->activeCluster)));
        return run.finish();
    }
    std::vector<Row> rows{{u"#"_s, u"CLIENT"_s, u"CLASS"_s, u"MODEL"_s, u"PATH"_s, u"CLUSTER"_s, u"ASKS FOR"_s}};
    for (qsizetype i = 0; i < config->routes.size(); ++i) {
        const RouteRule &rule = config->routes.at(i);
        Row row;
        for (const QString &cell : {QString::number(i + 1), rule.client, rule.requestClass, rule.model, rule.path, rule.cluster, rule.setModel})
            row.push_back(cell.isEmpty() ? u"-"_s : cell);
        rows.push_back(row);
    }
    printTable(rows, run.terminal());
    run.finish();
}

void runAdd(const Invocation &call, Run &run)
{
    RouteRule rule{call.value("client"_L1).value_or(QString()), call.value("class"_L1).value_or(QString()), call.value("model"_L1).value_or(QString()),
                   call.value("path"_L1).value_or(QString()), *call.value("cluster"_L1), call.value("set-model"_L1).value_or(QString())};
    const qsizetype at = call.number("at"_L1) ? *call.number("at"_L1) - 1 : std::numeric_limits<qsizetype>::max();
    const Result<Config> config = changeConfig(run, [&](QJsonObject &json) { return addRoute(json, rule, at); });
    if (!config)
        return run.fail(config.error());
    run.terminal().line(u"Added the route %1 to the cluster \"%2\" as number %3 of %4."_s.arg(rule.text(), rule.cluster)
                            .arg(std::min<qsizetype>(at, config->routes.size() - 1) + 1).arg(config->routes.size()));
    run.finish();
}

void runRemove(const Invocation &call, Run &run)
{
    const qsizetype at = placeOf(call.arguments.first());
    const Result<Config> before = readConfig(run);
    if (!before)
        return run.fail(before.error());
    const Result<Config> config = changeConfig(run, [at](QJsonObject &json) { return removeRoute(json, at); });
    if (!config)
        return run.fail(config.error());
    const RouteRule &rule = before->routes.at(at);
    run.terminal().line(u"Removed the route %1 to the cluster \"%2\"."_s.arg(rule.text(), rule.cluster));
    run.finish();
}

void runMove(const Invocation &call, Run &run)
{
    const qsizetype at = placeOf(call.arguments.first());
    const qsizetype to = placeOf(call.arguments.at(1));
    const Result<Config> config = changeConfig(run, [at, to](QJsonObject &json) { return moveRoute(json, at, to); });
    if (!config)
        return run.fail(config.error());
    const qsizetype now = std::min(to, config->routes.size() - 1);
    run.terminal().line(u"The route %1 is number %2 now."_s.arg(config->routes.at(now).text()).arg(now + 1));
    run.finish();
}

bool hasEnabled(const Cluster &cluster)
{
    return std::ranges::any_of(cluster.endpoints, &Endpoint::mayServe);
}

/// Where a request of these traits goes, as far as the configuration tells.
struct Way {
    QString cluster;
    const RouteRule *rule = nullptr; ///< Null: none.
    bool isNamed = false;
    QList<const RouteRule *> passedOver = {};
};

Result<Way> wayOf(const Config &config, const RequestTraits &request, const std::optional<NamedCluster> &named)
{
    if (named) {
        if (!config.cluster(named->name))
            return Failure{ErrorCode::NotFound, u"There is no cluster \"%1\": such a request is answered with 404."_s.arg(named->name), u"`qcc cluster list` shows what there is."_s};
        return Way{named->name, nullptr, true};
    }
    Way way{config.activeCluster};
    for (const RouteRule *rule : routesMet(config.routes, request)) {
        if (hasEnabled(*config.cluster(rule->cluster))) {
            way.rule = rule;
            way.cluster = rule->cluster;
            break;
        }
        way.passedOver.append(rule);
    }
    return way;
}

void runTest(const Invocation &call, Run &run)
{
    const Result<Config> config = readConfig(run);
    if (!config)
        return run.fail(config.error());
    const QString client = call.value("client"_L1).value_or(QString());
    const QString path = call.value("path"_L1).value_or(QString());
    const std::optional<NamedCluster> named = namedCluster(path.toUtf8());
    const auto known = clientOfProduct(client);
    const QString requestClass = call.value("class"_L1).value_or(QString());
    const RequestTraits request{client, known ? slugOf(*known) : client, requestClass.isEmpty() ? QStringList() : QStringList{requestClass},
                                call.value("model"_L1).value_or(QString()), named ? QString::fromUtf8(named->target) : path};
    const Result<Way> way = wayOf(*config, request, named);
    if (!way)
        return run.fail(way.error());
    const qsizetype number = way->rule ? std::ranges::find(config->routes, *way->rule) - config->routes.begin() + 1 : 0;
    if (call.has("json"_L1)) {
        run.printJson({{u"cluster"_s, way->cluster}, {u"route"_s, way->rule ? way->rule->text() : named ? u'@' + named->name : QString()},
                       {u"number"_s, number}, {u"set_model"_s, way->rule ? way->rule->setModel : QString()}});
        return run.finish();
    }
    for (const RouteRule *rule : way->passedOver)
        run.terminal().line({Tint::Yellow, u"The route %1 is passed over: the cluster \"%2\" has no enabled endpoint."_s.arg(rule->text(), rule->cluster)});
    const QString why = way->isNamed ? u"its path names it"_s : way->rule ? u"route %1, %2"_s.arg(number).arg(way->rule->text()) : u"the active one; no route is met"_s;
    if (way->cluster.isEmpty())
        run.terminal().line(u"It goes nowhere: no route is met, and no cluster is active. `qcc cluster use` chooses one."_s);
    else
        run.terminal().line(u"It goes to the cluster \"%1\" (%2)."_s.arg(way->cluster, why));
    if (way->rule && !way->rule->setModel.isEmpty())
        run.terminal().line(u"It asks there for %1."_s.arg(way->rule->setModel));
    if (!way->cluster.isEmpty() && config->cluster(way->cluster) && !hasEnabled(*config->cluster(way->cluster)))
        run.terminal().line({Tint::Yellow, u"That cluster has no enabled endpoint: it would be answered with 503."_s});
    run.finish();
}

} // namespace

std::vector<Command> routeCommands()
{
    const Option json{.name = u"json"_s, .help = u"Print JSON."_s};
    std::vector<Option> ofNew = conditions();
    Option cluster = text(u"cluster"_s, u"NAME"_s, u"The cluster that they go to."_s, Candidates::Clusters);
    cluster.required = true;
    ofNew.push_back(cluster);
    ofNew.push_back(text(u"set-model"_s, u"MODEL"_s, u"The model to ask for there, in place of the client's."_s));
    ofNew.push_back(Option{.name = u"at"_s, .help = u"Its number among the routes (default: the last)."_s, .value = {.placeholder = u"NUMBER"_s, .kind = ValueKind::Integer, .min = 1}});
    std::vector<Option> ofTest = conditions();
    ofTest.push_back(json);
    return {
        Command{.name = u"route list"_s,
                .summary = u"Lists the routes, the first of which a request meets counts"_s,
                .options = {json},
                .examples = {{u"qcc route list"_s, u"What there is"_s}},
                .handler = runList},
        Command{.name = u"route add"_s,
                .summary = u"Sends some requests to another cluster than the active one"_s,
                .options = ofNew,
                .oneOf = {{u"client"_s, u"class"_s, u"model"_s, u"path"_s}},
                .examples = {{u"qcc route add --client claude-code --class subagent --cluster cheap"_s, u"Sub-agents of Claude Code, with its hint headers on"_s},
                             {u"qcc route add --model claude-haiku-* --cluster cheap --set-model small-model --at 1"_s, u"Small models, under another name, before all other routes"_s}},
                .details = u"A request takes the route of which it meets all that is given; * stands for anything. A route whose cluster has no usable endpoint is passed over, "
                           u"and a conversation stays with the route by which it began. A path that names a cluster (http://127.0.0.1:7860/@NAME) goes there, whatever the routes say."_s,
                .handler = runAdd},
        Command{.name = u"route remove"_s,
                .summary = u"Removes a route"_s,
                .arguments = {numberArgument()},
                .examples = {{u"qcc route remove 2"_s, u"Those behind it move up"_s}},
                .handler = runRemove},
        Command{.name = u"route move"_s,
                .summary = u"Gives a route another place"_s,
                .arguments = {numberArgument(), Argument{.value = {.placeholder = u"TO"_s, .kind = ValueKind::Integer, .min = 1}, .help = u"The number that it shall have."_s}},
                .examples = {{u"qcc route move 3 1"_s, u"The third becomes the first"_s}},
                .handler = runMove},
        Command{.name = u"route test"_s,
                .summary = u"Says where a request would go"_s,
                .options = ofTest,
                .examples = {{u"qcc route test --client claude-code --class subagent --model claude-haiku-4-5"_s, u"By the configuration alone; nothing is sent"_s}},
                .handler = runTest},
    };
}

} // namespace qcc::cli
