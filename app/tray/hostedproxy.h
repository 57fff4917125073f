#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/config/paths.h"
#include "core/import/importinto.h"
#include "core/import/importplaces.h"
#include "core/service/proxyservice.h"
#include "ui/model/configchange.h"

#include <QObject>

#include <chrono>
#include <memory>
#include <optional>

namespace qcc {

class ConfigEditor;
class ConfigWatcher;
class KeyRing;
class Keychain;

/// The part of the tray application that touches files and serves requests: the configuration, and the proxy while it runs in
/// this process.
/// Thread: the core thread; all calls are posted there, and the signals carry values back.
class HostedProxy : public QObject
{
    Q_OBJECT

public:
    /// With the keys of this session's keychain.
    explicit HostedProxy(Paths paths, QObject *parent = nullptr);
    HostedProxy(Paths paths, std::unique_ptr<Keychain> keychain, QObject *parent = nullptr);
    ~HostedProxy() override;

    /// Reads config.json and serves by it, before anybody listens: nothing is signalled before introduce(). Where another proxy runs, where the demo's
    /// upstream is needed, or where it cannot be started, nothing is served yet.
    void serve(const StartOptions &options);
    /// From now on signals come. configChanged or configRejected follows, and started where it serves, or stopped where it did.
    void introduce();
    /// Reads config.json and follows it: configChanged or configRejected follows, and again with every change.
    void watchConfig();
    /// Reads it again now. Once watched.
    void reload();
    /// Reads it now, apart from what is followed, without waiting for the keychain: configRead follows.
    void readConfig();
    /// started or startFailed follows; when another run is still ending, after its stopped.
    void start(const StartOptions &options);
    /// stopped follows, at once when nothing runs here.
    void stop(std::chrono::milliseconds grace);
    /// Takes a stop() back that is under way: what runs goes on, and nothing follows. Where it is too late for that, or the port is another's meanwhile, as start()
    /// with what the last one was given.
    void goOn();
    /// Changes config.json: configEdited and configChanged follow, or editRefused. `change` may be applied more than once. An endpoint
    /// that names the port of qcc has its host looked up first.
    void edit(const qcc::ConfigChange &change);
    /// Looks where other programs keep their endpoints: importsFound follows, or editRefused where config.json cannot be read. While the
    /// keychain is being asked, that comes after its answer; while it is being looked already, one answer is for all who asked.
    void lookForImports();
    /// Makes `name` the active cluster of config.json; configChanged or saveFailed follows.
    void saveActiveCluster(const QString &name);

Q_SIGNALS:
    void started();
    void startFailed(const qcc::Failure &failure);
    void stopped();
    /// Before stopped(): a part of the proxy hangs and could not be ended. This program had better be started anew.
    void leftBehind();
    void configChanged(const qcc::ConfigSnapshot &config);
    void configRejected(const QString &message);
    void configMended();
    void configRead(const qcc::Result<qcc::Config> &config);
    /// `before`: the file's JSON before the change.
    void configEdited(const qcc::ConfigChange &change, const QJsonObject &before);
    /// `preview`: what taking over each endpoint found would come to.
    void importsFound(const QList<qcc::ImportedEndpoint> &preview, const QList<qcc::SearchedPlace> &searched);
    void editRefused(const qcc::Failure &failure);
    void saveFailed(const qcc::Failure &failure);

private:
    struct ImportSearch;

    void offer(const QList<ImportedEndpoint> &preview, const QList<SearchedPlace> &searched);
    void follow(const ConfigSnapshot &config);
    void tellConfig();
    void takeEnd();
    void save(const ConfigChange &change);

    Paths m_paths;
    KeyRing *m_keys; ///< A child, so that it moves to the core thread along with this.
    ConfigEditor *m_editor;
    ConfigWatcher *m_config = nullptr;
    bool m_served = false; ///< By serve().
    bool m_isRead = false; ///< config.json was good once.
    QString m_rejection;   ///< What is wrong with it now; empty: nothing.
    std::unique_ptr<ProxyService> m_service;
    std::shared_ptr<ImportSearch> m_search; ///< Null while none runs. Shared with the thread that searches, which may outlive this.
    StartOptions m_options; ///< Of the last start.
    std::optional<StartOptions> m_next; ///< To start with as soon as the run that is ending has ended.
};

} // namespace qcc
