#include "core/service/proxyservice.h"

#include "core/base/files.h"
#include "core/base/replacefile.h"
#include "core/config/configedit.h"
#include "core/config/configeditor.h"
#include "core/service/servicerun.h"

#include <QFile>
#include <QJsonDocument>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 longest = 64 * 1024;

} // namespace

Result<void> writePidFile(const QString &path, const QJsonObject &content)
{
    const QByteArray text = QJsonDocument(content).toJson(QJsonDocument::Compact) + '\n';
    const QString problem = replaceFile(path, text, QFile::ReadOwner | QFile::WriteOwner, Links::AsTheyAre);
    if (problem.isEmpty())
        return {};
    return Failure{ErrorCode::WriteFailed, QStringLiteral("cannot write %1: %2").arg(path, problem),
                   QStringLiteral("Check that the folder is writable and the disk is not full.")};
}

QJsonObject readPidFile(const QString &path)
{
    const Result<QByteArray> text = readOrdinary(path, longest);
    return text ? QJsonDocument::fromJson(*text).object() : QJsonObject();
}

namespace {

QHostAddress addressOf(const QString &host)
{
    return host == "localhost"_L1 ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(host);
}

/// What a run is begun with, by the command line and, where that is silent, by config.json.
/// Errors: NotFound, Usage, NotAllowed.
Result<RunSettings> settingsOf(const StartOptions &options, const ConfigSnapshot &config)
{
    if (options.cluster && !config->cluster(*options.cluster))
        return Failure{ErrorCode::NotFound, u"there is no cluster named \"%1\""_s.arg(*options.cluster),
                       u"See what there is with: qcc cluster list"_s};
    const QString host = options.host.value_or(config->listen.host);
    const QHostAddress address = addressOf(host);
    if (address.isNull())
        return Failure{ErrorCode::Usage, u"\"%1\" is not an address of this machine"_s.arg(host), u"Use 127.0.0.1, or leave --host out."_s};
    if (!address.isLoopback() && config->listen.accessToken.isEmpty())
        return Failure{ErrorCode::NotAllowed, u"listening on %1 needs an access token, because everybody who reaches it could use your keys"_s.arg(host),
                       u"Set listen.access_token in config.json, or listen on 127.0.0.1."_s};
    return RunSettings{config, options.cluster.value_or(QString()), host, address, options.port.value_or(config->listen.port), options.echoLog};
}

} // namespace

struct ProxyService::Private {
    Private(ProxyService *service, Paths where, KeyRing &ring)
        : q(service), paths(std::move(where)), keys(ring), editor(paths.config(), keys)
    {
    }

    ProxyService *q;
    Paths paths;
    KeyRing &keys;
    ConfigEditor editor;
    bool stopping = false;
    bool leftBehind = false;
    QString host; ///< Of the last run, and so is the rest.
    quint16 port = 0;
    QString address;
    QString unsaved; ///< The cluster in use, as long as config.json cannot be told of it.
    std::unique_ptr<ServiceRun> run; ///< Null while it is stopped.

    CommandTable commands();
    void saveCluster(bool told, const std::function<void(const Result<void> &)> &done);
    void ended();
};

ProxyService::ProxyService(Paths paths, KeyRing &keys, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, std::move(paths), keys))
{
}

ProxyService::~ProxyService() = default;

Result<void> ProxyService::start(const StartOptions &options)
{
    Q_ASSERT(!d->run);
    if (const QString problem = d->paths.ensureHome(); !problem.isEmpty())
        return Failure{ErrorCode::NotAllowed, problem, u"Set QCC_HOME to a folder that you may write to."_s};
    Result<Config> config = loadConfig(d->paths.config(), d->keys);
    if (!config)
        return config.error();
    const Result<RunSettings> settings = settingsOf(options, std::make_shared<const Config>(*std::move(config)));
    if (!settings)
        return settings.error();
    auto run = std::make_unique<ServiceRun>(d->paths, d->keys, d->commands());
    if (const Result<void> begun = run->begin(*settings); !begun)
        return begun;
    connect(run.get(), &ServiceRun::clusterChanged, this, &ProxyService::clusterChanged);
    // It goes when its signal has returned.
    connect(run.get(), &ServiceRun::drained, this, [this] { d->ended(); }, Qt::QueuedConnection);
    d->host = run->host();
    d->port = run->port();
    d->address = run->address();
    d->run = std::move(run);
    Q_EMIT started(d->address);
    return {};
}

void ProxyService::stop(std::chrono::milliseconds grace)
{
    if (!isRunning())
        return;
    d->stopping = true;
    if (!d->unsaved.isEmpty())
        d->run->clusterNotSaved(d->unsaved, {ErrorCode::Busy, u"another process is still editing config.json"_s, {}});
    d->run->drain(grace);
}

Result<void> ProxyService::resume()
{
    if (!d->run)
        return Failure{ErrorCode::NotRunning, u"the proxy does not run"_s, u"Start it with: qcc proxy start"_s};
    if (!d->stopping)
        return {};
    if (const Result<void> resumed = d->run->resume(); !resumed)
        return resumed;
    d->stopping = false;
    return {};
}

void ProxyService::Private::ended()
{
    leftBehind = leftBehind || run->hasLeftBehind();
    run.reset();
    // Only now: whoever starts again must not find the remains of this run.
    stopping = false;
    Q_EMIT q->stopped();
}

/// Makes `unsaved` the active cluster of config.json, however long another process holds that file; a later wish replaces an earlier one.
/// `told`: the log says already that it waits. `done` is called from within alone.
void ProxyService::Private::saveCluster(bool told, const std::function<void(const Result<void> &)> &done)
{
    const auto awaited = std::make_shared<bool>(true);
    const QString name = unsaved;
    editor.editSoon(
        [this, name](QJsonObject &json) { return unsaved == name ? qcc::useCluster(json, name) : Result<void>(); },
        [this, name, told, awaited, done](const Result<ConfigEdit> &edited) {
            if (*awaited && done)
                done(edited ? Result<void>() : Result<void>(edited.error()));
            if (unsaved != name)
                return;
            const bool again = !edited && edited.error().code == ErrorCode::Busy && run && !stopping;
            if (!again)
                unsaved.clear();
            if (edited && run)
                run->useConfiguredCluster(name);
            else if (!edited && run && !*awaited && !told)
                run->clusterNotSaved(name, edited.error());
            if (again)
                saveCluster(true, {});
        });
    *awaited = false;
}

CommandTable ProxyService::Private::commands()
{
    CommandTable table;
    table.answerAtOnce(ControlCommand::UseCluster, [this](const QJsonObject &request) -> Result<QJsonObject> {
        const Result<void> used = q->useCluster(request.value("name"_L1).toString());
        return used ? Result<QJsonObject>(run->status()) : used.error();
    });
    table[ControlCommand::Stop] = [this](const QJsonObject &, const ControlReply &reply) {
        reply(controlOk(run->status()));
        q->stop();
    };
    return table;
}

bool ProxyService::hasLeftBehind() const
{
    return d->leftBehind;
}

bool ProxyService::isRunning() const
{
    return d->run && !d->stopping;
}

QString ProxyService::host() const
{
    return d->host;
}

quint16 ProxyService::port() const
{
    return d->port;
}

QString ProxyService::cluster() const
{
    return d->run ? d->run->cluster() : QString();
}

QString ProxyService::address() const
{
    return d->address;
}

void ProxyService::reload()
{
    if (isRunning())
        d->run->reload();
}

Result<void> ProxyService::useCluster(const QString &name)
{
    if (!isRunning())
        return Failure{ErrorCode::NotRunning, u"the proxy does not run"_s, u"Start it with: qcc proxy start"_s};
    // Shared with the edit, which may end after this returned.
    const auto outcome = std::make_shared<std::optional<Result<void>>>();
    const QString before = std::exchange(d->unsaved, name);
    d->saveCluster(false, [outcome](const Result<void> &saved) { *outcome = saved; });
    if (*outcome)
        return **outcome;
    // Another process is editing the file: requests need not wait for it.
    if (d->run->useCluster(name))
        return {};
    d->unsaved = before;
    return Failure{ErrorCode::Busy, u"config.json is being edited, and the cluster \"%1\" is not known yet"_s.arg(name), u"Try again."_s};
}

QJsonObject ProxyService::stats()
{
    return d->run ? d->run->stats() : QJsonObject();
}

} // namespace qcc
