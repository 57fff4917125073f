#include "app/cli/commands.h"

#include "app/cli/command.h"
#include "app/cli/democommand.h"
#include "app/cli/launch.h"
#include "app/cli/proxystop.h"
#include "app/platform/signals.h"
#include "core/control/commands.h"
#include "core/control/controlclient.h"
#include "core/service/proxyservice.h"

#include <QJsonObject>

#include <array>
#include <cstdlib>

namespace qcc::cli {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kAnswerTime = 5s;

StartOptions startOptions(const Invocation &call)
{
    StartOptions options{call.value("cluster"_L1), call.value("host"_L1), std::nullopt};
    if (const std::optional<int> port = call.number("port"_L1))
        options.port = static_cast<quint16>(*port);
    return options;
}

QString runningSentence(const QString &address, const QString &cluster, int endpoints)
{
    if (cluster.isEmpty()) {
        return u"qcc is running on %1 (no cluster yet: `qcc endpoint add` makes one)"_s.arg(address);
    }
    return u"qcc is running on %1 (cluster \"%2\", %3 endpoint%4)"_s.arg(address, cluster)
        .arg(endpoints)
        .arg(endpoints == 1 ? QString() : u"s"_s);
}

/// A cluster that does not exist is no matter of the command's form, so it is a failure and not wrong usage.
Exit startExit(ErrorCode code)
{
    return code == ErrorCode::Usage ? Exit::Failed : exitFor(code);
}

void hostProxy(const Invocation &call, Run &run)
{
    auto *service = new ProxyService(run.paths(), run.keys(), &run);
    auto *stopRequests = new platform::StopRequests(&run);
    QObject::connect(stopRequests, &platform::StopRequests::requested, service, [&run, service](int count) {
        if (count > 1)
            return run.finish(Exit::Failed);
        run.terminal().progress(u"Stopping; running requests get up to 10 seconds. Ctrl+C again ends them now."_s);
        service->stop(10s);
    });
    QObject::connect(stopRequests, &platform::StopRequests::reloadRequested, service, &ProxyService::reload);
    QObject::connect(service, &ProxyService::stopped, &run, [&run, service] {
        // The thread that hangs must not meet what the end of main() takes away. Log, history and pid file are done with.
        if (service->hasLeftBehind())
            std::_Exit(static_cast<int>(Exit::Done));
        run.finish();
    });

    StartOptions options = startOptions(call);
    options.echoLog = !call.has("report"_L1); // somebody watches
    if (const Result<void> started = service->start(options); !started)
        return announce(run, call, failureReport(started.error(), startExit(started.error().code)));
    const int endpoints = service->stats().value("total_endpoints"_L1).toInt();
    announce(run, call,
             {.ok = true,
              .exit = Exit::Done,
              .message = runningSentence(service->address(), service->cluster(), endpoints),
              .address = service->address(),
              .cluster = service->cluster(),
              .port = service->port()});
}

void launchProxy(const StartOptions &options, Run &run)
{
    QStringList arguments{u"proxy"_s, u"start"_s, u"--foreground"_s};
    if (options.cluster)
        arguments.append(u"--cluster="_s + *options.cluster);
    if (options.host)
        arguments.append(u"--host="_s + *options.host);
    if (options.port)
        arguments.append(u"--port="_s + QString::number(*options.port));
    auto *launch = new Launch(run.paths(), arguments, &run);
    QObject::connect(launch, &Launch::finished, &run, [&run](const LaunchReport &report) {
        if (!report.ok)
            return run.fail({ErrorCode::Failed, report.message, report.hint}, report.exit);
        run.terminal().line(report.message);
        run.finish();
    });
    launch->start();
}

/// Calls `next` once the demo upstream runs, if the proxy is about to need it.
void withDemo(const StartOptions &options, Run &run, const std::function<void()> &next)
{
    const Result<Config> config = readConfig(run);
    const QString cluster = options.cluster.value_or(config ? config->activeCluster : QString());
    if (!config || !leadsToDemo(*config, cluster))
        return next();
    ensureDemo(run, std::nullopt, [&run, next](const Result<DemoState> &demo) {
        if (!demo)
            return run.fail(demo.error());
        next();
    });
}

void startInBackground(const StartOptions &options, Run &run)
{
    withDemo(options, run, [options, &run] { launchProxy(options, run); });
}

void runStart(const Invocation &call, Run &run)
{
    if (!call.has("foreground"_L1))
        return startInBackground(startOptions(call), run);
    // Whoever started this process in the background has seen to the demo already.
    if (call.has("report"_L1))
        return hostProxy(call, run);
    withDemo(startOptions(call), run, [call, &run] { hostProxy(call, run); });
}

ProxyStop *stopProxy(const Invocation &call, Run &run)
{
    auto *stop = new ProxyStop(run.paths(), call.has("force"_L1), &run);
    QObject::connect(stop, &ProxyStop::forcing, &run, [&run](const QString &what) {
        run.terminal().line(u"%1 does not end; it is ended at once, with the requests that run there."_s.arg(what));
    });
    QObject::connect(stop, &ProxyStop::asked, &run, [&run] {
        run.terminal().progress(u"Stopping qcc; running requests get up to 10 seconds."_s);
    });
    return stop;
}

void runStop(const Invocation &call, Run &run)
{
    ProxyStop *stop = stopProxy(call, run);
    QObject::connect(stop, &ProxyStop::ended, &run, [&run](const Result<StoppedProxy> &result) {
        if (!result)
            return run.fail(result.error());
        run.terminal().line(u"qcc has stopped."_s);
        run.finish();
    });
    stop->start();
}

/// What `restart` starts with: what it is told, else what ran before.
StartOptions keeping(const StoppedProxy &before, StartOptions options, Run &run)
{
    // The active cluster is followed, not pinned: a later "cluster use" by hand in config.json shall still count.
    const Result<Config> config = readConfig(run);
    const bool isActive = config && config->activeCluster == before.cluster;
    if (!options.cluster && !before.cluster.isEmpty() && !isActive)
        options.cluster = before.cluster;
    if (!options.host && !before.host.isEmpty())
        options.host = before.host;
    if (!options.port && before.port != 0)
        options.port = before.port;
    return options;
}

void runRestart(const Invocation &call, Run &run)
{
    ProxyStop *stop = stopProxy(call, run);
    const StartOptions told = startOptions(call);
    QObject::connect(stop, &ProxyStop::ended, &run, [&run, told](const Result<StoppedProxy> &result) {
        if (result)
            return startInBackground(keeping(*result, told, run), run);
        if (result.error().code == ErrorCode::NotRunning)
            return startInBackground(told, run);
        run.fail(result.error());
    });
    stop->start();
}

QString duration(qint64 seconds)
{
    const qint64 days = seconds / 86'400;
    const qint64 hours = seconds / 3'600 % 24;
    const qint64 minutes = seconds / 60 % 60;
    if (days > 0)
        return u"%1 d %2 h"_s.arg(days).arg(hours);
    if (hours > 0)
        return u"%1 h %2 min"_s.arg(hours).arg(minutes);
    return minutes > 0 ? u"%1 min %2 s"_s.arg(minutes).arg(seconds % 60) : u"%1 s"_s.arg(seconds);
}

/// "3 (2 of web pages, 1 of other users)".
QString refusedSentence(const QJsonObject &refused)
{
    const std::array reasons{std::pair{"cross_site"_L1, u"%1 of web pages"_s}, std::pair{"host"_L1, u"%1 addressed to another name"_s},
                             std::pair{"token"_L1, u"%1 without the access token"_s}, std::pair{"user"_L1, u"%1 of other users"_s},
                             std::pair{"no_room"_L1, u"%1 for want of memory or disk"_s}};
    QStringList parts;
    for (const auto &[key, text] : reasons) {
        if (const qint64 count = refused.value(key).toInteger(); count > 0)
            parts.append(text.arg(count));
    }
    return u"%1 (%2)"_s.arg(refused.value("total"_L1).toInteger()).arg(parts.join(u", "_s));
}

void printStatus(const QJsonObject &status, Run &run)
{
    Terminal &terminal = run.terminal();
    const auto text = [&status](QLatin1StringView key) { return status.value(key).toVariant().toString(); };
    terminal.line({Tint::Green, runningSentence(text("address"_L1), text("cluster"_L1), status.value("endpoints"_L1).toInt())});
    const QString requests = text("total_requests"_L1);
    const QString rate = QString::number(status.value("success_rate"_L1).toDouble(), 'f', 1);
    std::vector<Row> rows{
        {u"  process"_s, text("pid"_L1)},
        {u"  up for"_s, duration(static_cast<qint64>(status.value("uptime"_L1).toDouble()))},
        {u"  requests"_s, requests == "0"_L1 ? requests : u"%1 (%2 % successful)"_s.arg(requests, rate)},
        {u"  in flight"_s, text("in_flight"_L1)},
    };
    const QJsonObject live = status.value("last_5_minutes"_L1).toObject();
    if (const qint64 counted = live.value("successful_requests"_L1).toInteger() + live.value("failed_requests"_L1).toInteger(); counted > 0) {
        const QString lately = QString::number(live.value("success_rate"_L1).toDouble(), 'f', 1);
        rows.insert(rows.begin() + 3, {u"  last 5 min"_s, u"%1 in this cluster (%2 % successful)"_s.arg(counted).arg(lately)});
    }
    if (const QJsonObject refused = status.value("refused"_L1).toObject(); refused.value("total"_L1).toInteger() > 0)
        rows.push_back({u"  not let in"_s, refusedSentence(refused)});
    if (status.value("no_network"_L1).toBool())
        rows.push_back({u"  network"_s, u"none; nothing is held against the endpoints until it is back"_s});
    if (const int stuck = status.value("stuck_workers"_L1).toInt(); stuck > 0)
        rows.push_back({u"  hangs"_s, u"%1 of its threads; if that stays so: qcc proxy restart"_s.arg(stuck)});
    if (status.value("peers_unknown"_L1).toBool()) {
        const QString advice = status.value("needs_token"_L1).toBool()   ? u"the access token keeps other users out"_s
            : status.value("unknown_peers"_L1).toString() == "refuse"_L1 ? u"listen.unknown_peers refuses all such connections"_s
                                                                         : u"set listen.access_token to keep other users out"_s;
        rows.push_back({u"  note"_s, u"this system does not tell which user a connection comes from; "_s + advice});
    }
    for (const TintedText &line : columns(rows))
        terminal.line(line);
}

/// A proxy that takes no more requests and ends those it has.
Failure stopping(const QJsonObject &status)
{
    const int inFlight = status.value("in_flight"_L1).toInt();
    const QString rest = inFlight == 1 ? u"one request still runs"_s : u"%1 requests still run"_s.arg(inFlight);
    return {ErrorCode::NotRunning, u"qcc is stopping; %1."_s.arg(rest), {}};
}

void endWithoutProxy(const Failure &failure, bool json, Run &run)
{
    if (failure.code != ErrorCode::NotRunning)
        return run.fail(failure);
    const std::optional<NamedProcess> process = namedProcess(run.paths().pidFile(), u"proxy"_s);
    if (process) {
        return run.fail({ErrorCode::Failed, u"qcc (process %1) runs but does not answer."_s.arg(process->pid),
                         u"`qcc proxy restart --force` ends it, with the requests that run there, and starts a new one."_s});
    }
    if (!json)
        return run.fail(failure);
    run.printJson({{u"running"_s, false}});
    run.finish(Exit::NotRunning);
}

void runStatus(const Invocation &call, Run &run)
{
    auto *control = new ControlClient(run.paths().controlSocket(), &run);
    const bool json = call.has("json"_L1);
    control->call(
        controlRequest(ControlCommand::Status),
        [json, &run](const Result<QJsonObject> &status) {
            if (!status) {
                const bool nobody = status.error().code == ErrorCode::NotRunning;
                return endWithoutProxy(nobody ? proxyNotRunning() : status.error(), json, run);
            }
            const bool running = status->value("running"_L1).toBool();
            if (json)
                run.printJson(*status);
            else if (running)
                printStatus(*status, run);
            else
                return run.fail(stopping(*status));
            run.finish(running ? Exit::Done : Exit::NotRunning);
        },
        kAnswerTime);
}

std::vector<Option> whereOptions()
{
    return {
        Option{.name = u"cluster"_s,
               .help = u"The cluster to use for this run; by default the active one."_s,
               .value = {.placeholder = u"NAME"_s, .candidates = Candidates::Clusters}},
        Option{.name = u"host"_s,
               .help = u"The address to listen on; anything but loopback needs an access token in config.json."_s,
               .value = {.placeholder = u"HOST"_s}},
        Option{.name = u"port"_s,
               .help = u"The port to listen on; 0 lets the system choose."_s,
               .value = {.placeholder = u"PORT"_s, .kind = ValueKind::Integer, .min = 0, .max = 65'535}},
    };
}

Option forceOption()
{
    return Option{.name = u"force"_s,
                  .help = u"End a process that does not answer or does not stop at once: requests that run there break off, and up to "
                          "half a minute of the history is lost."_s};
}

} // namespace

std::vector<Command> proxyCommands()
{
    std::vector<Option> restartTakes = whereOptions();
    restartTakes.push_back(forceOption());
    std::vector<Option> startTakes = whereOptions();
    startTakes.push_back(Option{.name = u"foreground"_s, .help = u"Run in this terminal until Ctrl+C."_s});
    startTakes.push_back(reportOption());
    return {
        Command{.name = u"proxy start"_s,
                .summary = u"Starts the proxy in the background"_s,
                .options = startTakes,
                .examples = {{u"qcc proxy start"_s, u"On the address of config.json, http://127.0.0.1:7860 by default"_s},
                             {u"qcc proxy start --cluster demo --port 0"_s, u"On a free port, with the demo upstream"_s},
                             {u"qcc proxy start --foreground"_s, u"For a service manager, or to watch it"_s}},
                .details = u"Returns once the proxy accepts requests, and prints its address. A cluster given here counts "
                           "for this run only; `qcc cluster use` changes it for good."_s,
                .handler = runStart},
        Command{.name = u"proxy stop"_s,
                .summary = u"Stops the proxy, whichever process hosts it"_s,
                .options = {forceOption()},
                .examples = {{u"qcc proxy stop"_s, u"Running requests get up to 10 seconds to end"_s},
                             {u"qcc proxy stop --force"_s, u"Also where the process hangs"_s}},
                .handler = runStop},
        Command{.name = u"proxy restart"_s,
                .summary = u"Stops the proxy and starts it again"_s,
                .options = restartTakes,
                .examples = {{u"qcc proxy restart"_s, u"Same cluster, host and port as before"_s},
                             {u"qcc proxy restart --port 8080"_s, u"On another port"_s}},
                .details = u"Keeps cluster, host and port unless told otherwise; starts the proxy when none runs."_s,
                .handler = runRestart},
        Command{.name = u"proxy status"_s,
                .summary = u"Shows whether the proxy runs, where, and how it does"_s,
                .options = {Option{.name = u"json"_s, .help = u"Print JSON."_s}},
                .examples = {{u"qcc proxy status"_s, u"Exit code 0 when it runs, 3 when it does not"_s},
                             {u"qcc proxy status --json"_s, u"For scripts"_s}},
                .handler = runStatus},
    };
}

} // namespace qcc::cli
