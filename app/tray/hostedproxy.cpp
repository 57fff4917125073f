#include "app/tray/hostedproxy.h"

#include "app/tray/coretasks.h"
#include "core/config/configedit.h"
#include "core/config/configeditor.h"
#include "core/config/configfile.h"
#include "core/keys/keyring.h"
#include "core/upstream/ownaddress.h"

#include <QThreadPool>

#include <mutex>

namespace qcc {

/// A search in the files of other programs, which may be slow to answer, or hostile: who serves requests does not wait for them.
struct HostedProxy::ImportSearch {
    std::mutex mutex;
    HostedProxy *host; ///< Null when it has gone.

    explicit ImportSearch(HostedProxy *asking) : host(asking) { }

    /// `config`: what config.json holds.
    static void start(const std::shared_ptr<ImportSearch> &search, const ImportPlaces &places, const QJsonObject &config)
    {
        QThreadPool::globalInstance()->start([search, places, config] {
            const ImportFindings found = findEndpoints(places);
            QJsonObject after = config;
            const QList<ImportedEndpoint> preview = importInto(after, found.endpoints);
            const std::lock_guard lock(search->mutex);
            if (search->host)
                QMetaObject::invokeMethod(search->host, [host = search->host, preview, found] { host->offer(preview, found.searched); },
                                          Qt::QueuedConnection);
        });
    }
};

HostedProxy::HostedProxy(Paths paths, QObject *parent)
    : HostedProxy(std::move(paths), systemKeychain(), parent)
{
}

HostedProxy::HostedProxy(Paths paths, std::unique_ptr<Keychain> keychain, QObject *parent)
    : QObject(parent)
    , m_paths(std::move(paths))
    , m_keys(new KeyRing(m_paths.keyFile(), std::move(keychain), this))
    , m_editor(new ConfigEditor(m_paths.config(), *m_keys, this))
{
}

HostedProxy::~HostedProxy()
{
    if (m_search) {
        const std::lock_guard lock(m_search->mutex);
        m_search->host = nullptr;
    }
}

void HostedProxy::serve(const StartOptions &options)
{
    blockSignals(true);
    watchConfig();
    const QString cluster = options.cluster.value_or(m_config->current()->activeCluster);
    if (m_rejection.isEmpty() && cluster != DemoStart::cluster())
        start(options);
    m_served = m_service != nullptr;
}

void HostedProxy::introduce()
{
    blockSignals(false);
    // Before the configuration, which asks for a start where there was none.
    if (m_service)
        Q_EMIT started();
    else if (m_served)
        Q_EMIT stopped();
    tellConfig();
}

void HostedProxy::watchConfig()
{
    const Result<Config> config = loadConfig(m_paths.config(), *m_keys);
    m_rejection = config ? QString() : config.error().message;
    m_isRead = config.has_value();
    follow(std::make_shared<const Config>(config ? *config : Config()));
    tellConfig();
}

void HostedProxy::reload()
{
    if (m_config)
        m_config->reload();
    if (m_service)
        m_service->reload();
}

void HostedProxy::readConfig()
{
    const QString homeProblem = homeOwnerProblem(m_paths.home());
    Q_EMIT configRead(homeProblem.isEmpty() ? loadConfig(m_paths.config(), *m_keys, KeyRing::Waiting::Forbidden)
                                            : Failure{ErrorCode::NotAllowed, homeProblem, {}});
}

void HostedProxy::tellConfig()
{
    if (m_isRead)
        Q_EMIT configChanged(m_config->current());
    if (!m_rejection.isEmpty())
        Q_EMIT configRejected(m_rejection);
}

void HostedProxy::follow(const ConfigSnapshot &config)
{
    m_config = new ConfigWatcher(m_paths.config(), config, *m_keys, this);
    connect(m_config, &ConfigWatcher::changed, this, [this](const ConfigSnapshot &now) {
        m_rejection.clear();
        m_isRead = true;
        Q_EMIT configChanged(now);
    });
    connect(m_config, &ConfigWatcher::rejected, this, [this](const QString &message) {
        m_rejection = m_isRead ? ConfigWatcher::withLastGood(message) : message;
        Q_EMIT configRejected(m_rejection);
    });
    connect(m_config, &ConfigWatcher::mended, this, [this] {
        m_rejection.clear();
        // One that holds nothing but defaults is no change.
        if (!std::exchange(m_isRead, true))
            Q_EMIT configChanged(m_config->current());
        Q_EMIT configMended();
    });
}

void HostedProxy::start(const StartOptions &options)
{
    m_options = options;
    if (m_service) {
        m_next = options;
        return;
    }
    m_service = std::make_unique<ProxyService>(m_paths, *m_keys);
    connect(m_service.get(), &ProxyService::stopped, this, &HostedProxy::takeEnd);
    if (const Result<void> result = m_service->start(options); !result) {
        m_service.reset();
        Q_EMIT startFailed(result.error());
        return;
    }
    Q_EMIT started();
}

void HostedProxy::takeEnd()
{
    if (m_service->hasLeftBehind())
        Q_EMIT leftBehind();
    // The service is still on the stack: it goes with the next turn of the event loop.
    m_service.release()->deleteLater();
    Q_EMIT stopped();
    if (const auto next = std::exchange(m_next, std::nullopt))
        start(*next);
}

void HostedProxy::stop(std::chrono::milliseconds grace)
{
    m_next.reset();
    if (m_service)
        m_service->stop(grace);
    else
        Q_EMIT stopped();
}

void HostedProxy::goOn()
{
    if (!m_service || !m_service->resume())
        start(StartOptions(m_options));
}

void HostedProxy::edit(const ConfigChange &change)
{
    // Tried out first: what it does to the endpoints tells where they lead. A fault in it shows when it is saved.
    const Result<QJsonObject> before = loadConfigJson(m_paths.config(), *m_keys, KeyRing::Waiting::Forbidden);
    QJsonObject after = before ? *before : QJsonObject();
    if (!before || !change.apply(after))
        return save(change);
    const QList<QByteArray> urls = urlsToCheck(*before, after);
    if (urls.isEmpty())
        return save(change);
    refuseLoops(after, urls, this, [this, change](const Result<void> &leads) {
        if (!leads)
            Q_EMIT editRefused(leads.error());
        else
            save(change);
    });
}

void HostedProxy::save(const ConfigChange &change)
{
    m_editor->edit(change.apply, [this, change](const Result<ConfigEdit> &edited) {
        if (!edited) {
            Q_EMIT editRefused(edited.error());
            return;
        }
        m_config->reload();
        Q_EMIT configEdited(change, edited->before);
    });
}

void HostedProxy::lookForImports()
{
    if (m_search)
        return;
    const Result<QJsonObject> json = loadConfigJson(m_paths.config(), *m_keys, KeyRing::Waiting::Forbidden);
    if (!json) {
        Q_EMIT editRefused(json.error());
        return;
    }
    if (m_keys->isAsking()) {
        // Without its keys nobody can tell what is there already.
        connect(m_keys, &KeyRing::keychainAnswered, this, &HostedProxy::lookForImports,
                static_cast<Qt::ConnectionType>(Qt::UniqueConnection | Qt::SingleShotConnection));
        return;
    }
    m_search = std::make_shared<ImportSearch>(this);
    ImportSearch::start(m_search, ImportPlaces::ofThisUser(m_paths), *json);
}

void HostedProxy::offer(const QList<ImportedEndpoint> &preview, const QList<SearchedPlace> &searched)
{
    m_search.reset();
    Q_EMIT importsFound(preview, searched);
}

void HostedProxy::saveActiveCluster(const QString &name)
{
    m_editor->editSoon([name](QJsonObject &json) { return useCluster(json, name); }, [this](const Result<ConfigEdit> &saved) {
        if (!saved)
            Q_EMIT saveFailed(saved.error());
        else
            m_config->reload();
    });
}

} // namespace qcc
