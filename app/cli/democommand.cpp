#include "app/cli/democommand.h"

#include "app/cli/command.h"
#include "app/cli/commands.h"
#include "app/cli/launch.h"
#include "app/platform/process.h"
#include "app/platform/signals.h"
#include "core/config/configedit.h"
#include "core/demo/demoupstream.h"
#include "core/service/proxyservice.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QFile>
#include <QTimer>

namespace qcc::cli {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kCluster = "demo"_L1;
constexpr auto kKey = "demo";
constexpr quint16 kFirstPort = 7861;
constexpr quint16 kLastPort = 7880;
constexpr auto kInterval = 50ms;
constexpr std::chrono::milliseconds kEndDeadline = 5s;

std::optional<NamedProcess> runningDemo(Run &run)
{
    return namedProcess(run.paths().demoPidFile(), u"demo"_s);
}

quint16 portOf(const NamedProcess &demo)
{
    return static_cast<quint16>(demo.file.value("port"_L1).toInt());
}

/// The demo's own cluster, and not one that a user happened to name so.
bool isDemoCluster(const Cluster &cluster)
{
    return cluster.endpoints.size() == 1 && cluster.endpoints.first().apiKey == kKey
        && cluster.endpoints.first().baseUrl.startsWith("http://127.0.0.1:");
}

Failure foreignCluster()
{
    return {ErrorCode::AlreadyExists, u"There is a cluster \"demo\" of your own, which qcc does not change."_s,
            u"Remove it with `qcc cluster remove demo` to try the demo."_s};
}

Result<void> putDemo(QJsonObject &json, const Config &before, quint16 port)
{
    EndpointFields fields;
    fields.name = u"demo-upstream"_s;
    fields.baseUrl = u"http://127.0.0.1:%1"_s.arg(port);
    fields.apiKey = QString::fromLatin1(kKey);
    fields.proxy = u"none"_s;
    const Cluster *cluster = before.cluster(kCluster);
    if (!cluster) {
        if (const Result<void> added = addCluster(json, kCluster); !added)
            return added;
    }
    const bool there = cluster && !cluster->endpoints.isEmpty();
    Result<void> put = there ? editEndpoint(json, kCluster, cluster->endpoints.first().name, fields)
                                   : addEndpoint(json, kCluster, fields);
    if (!put || !before.activeCluster.isEmpty())
        return put;
    return useCluster(json, kCluster);
}

/// Makes the cluster "demo" lead to `port`; makes it active when no cluster is.
Result<Config> saveCluster(Run &run, quint16 port)
{
    const Result<Config> before = readConfig(run);
    if (!before)
        return before.error();
    if (!leadsToDemo(*before, kCluster))
        return foreignCluster();
    return changeConfig(run, [&](QJsonObject &json) { return putDemo(json, *before, port); });
}

Result<quint16> listenSomewhere(DemoUpstream &upstream, std::optional<quint16> wanted)
{
    if (wanted)
        return upstream.listen(*wanted);
    for (quint16 port = kFirstPort; port < kLastPort; ++port) {
        Result<quint16> bound = upstream.listen(port);
        if (bound || bound.error().code != ErrorCode::PortInUse)
            return bound;
    }
    return upstream.listen(kLastPort);
}

QString demoRuns(const Config &config, quint16 port)
{
    const bool active = config.activeCluster == kCluster;
    return u"The demo upstream runs on http://127.0.0.1:%1; the cluster \"demo\" leads to it%2."_s.arg(port).arg(
        active ? u" and is active"_s : QString());
}

void printNextSteps(const Config &config, Terminal &terminal)
{
    terminal.lines(u"\nNext:\n  qcc proxy start --cluster demo\n"
                   "  curl -N http://%1:%2/v1/messages -H 'content-type: application/json' \\\n"
                   "    -d '{\"model\":\"demo\",\"max_tokens\":64,\"stream\":true,"
                   "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}'\n\n"
                   "`qcc demo stop` ends it.\n"_s.arg(config.listen.host)
                       .arg(config.listen.port));
}

Result<DemoState> beginDemo(DemoUpstream &upstream, std::optional<quint16> wanted, Run &run)
{
    const Result<quint16> port = listenSomewhere(upstream, wanted);
    if (!port)
        return port.error();
    const Result<Config> config = saveCluster(run, *port);
    if (!config)
        return config.error();
    const Result<void> written = writePidFile(run.paths().demoPidFile(),
                                              {{u"pid"_s, QCoreApplication::applicationPid()}, {u"port"_s, *port}});
    if (!written)
        return written.error();
    return DemoState{*port, false, *config};
}

void hostDemo(const Invocation &call, std::optional<quint16> port, Run &run)
{
    auto *upstream = new DemoUpstream(&run);
    auto *stopRequests = new platform::StopRequests(&run);
    QObject::connect(stopRequests, &platform::StopRequests::requested, &run, [&run] {
        QFile::remove(run.paths().demoPidFile());
        run.finish();
    });
    const Result<DemoState> begun = beginDemo(*upstream, port, run);
    if (!begun)
        return announce(run, call, failureReport(begun.error(), exitFor(begun.error().code)));
    announce(run, call,
             {.ok = true,
              .exit = Exit::Done,
              .message = demoRuns(begun->config, begun->port),
              .address = u"http://127.0.0.1:%1"_s.arg(begun->port),
              .cluster = kCluster,
              .port = begun->port});
    if (!call.has("report"_L1))
        printNextSteps(begun->config, run.terminal());
}

std::optional<quint16> wantedPort(const Invocation &call)
{
    const std::optional<int> port = call.number("port"_L1);
    return port ? std::optional(static_cast<quint16>(*port)) : std::nullopt;
}

void runDemo(const Invocation &call, Run &run)
{
    if (call.has("foreground"_L1)) {
        if (const std::optional<NamedProcess> demo = runningDemo(run)) {
            return announce(run, call,
                            failureReport({ErrorCode::AlreadyRunning,
                                           u"The demo upstream runs already on port %1."_s.arg(portOf(*demo)),
                                           u"`qcc demo stop` ends it."_s},
                                          Exit::AlreadyRunning));
        }
        return hostDemo(call, wantedPort(call), run);
    }
    ensureDemo(run, wantedPort(call), [&run](const Result<DemoState> &demo) {
        if (!demo)
            return run.fail(demo.error());
        if (demo->ranBefore)
            run.terminal().lines(u"The demo is running already.\n\n"_s);
        run.terminal().line(demoRuns(demo->config, demo->port));
        printNextSteps(demo->config, run.terminal());
        run.finish();
    });
}

void runDemoStop(const Invocation &, Run &run)
{
    const std::optional<NamedProcess> demo = runningDemo(run);
    if (!demo) {
        QFile::remove(run.paths().demoPidFile());
        return run.fail({ErrorCode::NotRunning, u"The demo upstream is not running."_s,
                         u"Start it with `qcc demo`."_s});
    }
    if (!platform::requestEnd(demo->pid)) {
        return run.fail({ErrorCode::NotAllowed, u"The demo upstream (process %1) could not be ended."_s.arg(demo->pid),
                         u"It may belong to another user."_s});
    }
    auto *timer = new QTimer(&run);
    timer->setInterval(kInterval);
    const QDeadlineTimer deadline(kEndDeadline);
    QObject::connect(timer, &QTimer::timeout, &run, [&run, deadline, pid = demo->pid] {
        if (!platform::livingProcess(pid)) {
            QFile::remove(run.paths().demoPidFile());
            run.terminal().line(u"The demo upstream has stopped."_s);
            return run.finish();
        }
        if (deadline.hasExpired()) {
            run.fail({ErrorCode::Timeout, u"The demo upstream (process %1) did not end within 5 seconds."_s.arg(pid),
                      {}});
        }
    });
    timer->start();
}

} // namespace

bool leadsToDemo(const Config &config, const QString &name)
{
    if (name != kCluster)
        return false;
    const Cluster *cluster = config.cluster(name);
    return !cluster || cluster->endpoints.isEmpty() || isDemoCluster(*cluster);
}

void ensureDemo(Run &run, std::optional<quint16> port, const std::function<void(const Result<DemoState> &)> &done)
{
    if (const std::optional<NamedProcess> demo = runningDemo(run)) {
        const Result<Config> config = saveCluster(run, portOf(*demo));
        return done(config ? Result<DemoState>(DemoState{portOf(*demo), true, *config}) : config.error());
    }
    QStringList arguments{u"demo"_s, u"--foreground"_s};
    if (port)
        arguments.append(u"--port="_s + QString::number(*port));
    auto *launch = new Launch(run.paths(), arguments, &run);
    QObject::connect(launch, &Launch::finished, &run, [&run, done](const LaunchReport &report) {
        if (!report.ok)
            return done(Failure{ErrorCode::Failed, report.message, report.hint});
        const Result<Config> config = readConfig(run);
        done(config ? Result<DemoState>(DemoState{report.port, false, *config}) : config.error());
    });
    launch->start();
}

std::vector<Command> demoCommands()
{
    return {
        Command{.name = u"demo"_s,
                .summary = u"Starts a small upstream on this computer, to try everything without a key"_s,
                .options = {Option{.name = u"port"_s,
                                   .help = u"The port of the demo upstream (default 7861, or the next free one)."_s,
                                   .value = {.placeholder = u"PORT"_s,
                                             .kind = ValueKind::Integer,
                                             .min = 0,
                                             .max = 65'535}},
                            Option{.name = u"foreground"_s, .help = u"Run in this terminal until Ctrl+C."_s},
                            reportOption()},
                .examples = {{u"qcc demo && qcc proxy start --cluster demo"_s, u"From nothing to a working proxy"_s}},
                .details = u"Makes a cluster \"demo\" that leads to it, and makes that active when no cluster is."_s,
                .handler = runDemo},
        Command{.name = u"demo stop"_s,
                .summary = u"Stops the demo upstream; the cluster stays"_s,
                .examples = {{u"qcc demo stop"_s, u"When you have seen enough"_s}},
                .handler = runDemoStop},
    };
}

} // namespace qcc::cli
