#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/config/secretvalues.h"
#include "core/keys/sealing.h"

#include <QByteArray>
#include <QJsonObject>
#include <QObject>
#include <QString>

#include <chrono>
#include <functional>
#include <optional>

class QFileSystemWatcher;
class QTimer;

namespace qcc {

/// Reads `path`. A missing file is the default configuration. May wait for the keychain, unless that is forbidden.
/// Errors: NotAllowed, ConfigUnreadable, InvalidConfig.
Result<Config> loadConfig(const QString &path, KeyRing &keys, KeyRing::Waiting waiting = KeyRing::Waiting::Allowed);

/// As loadConfig(), but sealed keys stay closed, so that it never waits for a keychain.
Result<Config> loadConfigWithoutKeys(const QString &path);

/// The JSON of `path`, which need not validate, with its keys opened; defaultConfigJson() where there is no file.
/// Errors: NotAllowed, ConfigUnreadable, InvalidConfig (no JSON object).
Result<QJsonObject> loadConfigJson(const QString &path, KeyRing &keys, KeyRing::Waiting waiting = KeyRing::Waiting::Allowed);

/// Changes config.json: reads it, hands the JSON with its keys opened to `change`, validates the result, seals its keys (under every rule
/// but plain) and writes it atomically with mode 0600 (ARCH-10). A key that stays the same keeps its sealed text; one that cannot be opened stays
/// sealed, in the JSON too. May wait for the keychain.
/// Keys that qcc does not know survive. Two processes that edit at once do not lose each other's change (lock file).
/// The folder must exist; a missing file begins as defaultConfigJson(). A file that does not validate may be mended so.
/// Errors: those of loadConfig, of `change`, Busy, WriteFailed (the old file is whole), those of KeyRing::sealingKey() where `change` brought a
/// new key that cannot be sealed.
Result<Config> editConfig(const QString &path, KeyRing &keys, const std::function<Result<void>(QJsonObject &)> &change);

/// How long an edit may wait for another one, which may be waiting for the keychain.
inline constexpr std::chrono::milliseconds editTimeout = KeyRing::usualTimeout + std::chrono::seconds(3);

/// What an edit made of config.json, and its JSON before with the keys opened: restoreCluster() and restoreEndpoint() take things back
/// from that.
struct ConfigEdit {
    Config config;
    QJsonObject before;
};

/// As editConfig(), for edits that can be undone. Where waiting is forbidden, a key is sealed only with what is at hand, and where somebody else
/// is editing the file it fails at once (Busy), see ConfigEditor.
Result<ConfigEdit> editConfigUndoably(const QString &path, KeyRing &keys, const std::function<Result<void>(QJsonObject &)> &change,
                                      KeyRing::Waiting waiting = KeyRing::Waiting::Allowed);

/// What editConfig() with `change` will want a master key for; nothing where the change or the file is no good. Never waits.
OpenedSecrets::Unsealed unsealedAfter(const QString &path, KeyRing &keys, const std::function<Result<void>(QJsonObject &)> &change);

/// What rekeyConfig() did.
struct Rekeyed {
    Config config;
    AtRest place;    ///< Where the master key lies now: Keychain or File; Plain where the keys are not sealed.
    int keys = 0;    ///< Keys in config.json that are as asked now.
    int closed = 0;  ///< Keys that could not be opened and so stayed as they were.
};

/// Puts all keys of config.json under `rule` in one atomic write: seals them under the master key of that place, which is made where there
/// is none, or opens them. No key is lost: what cannot be opened stays. A key file that nothing needs any more is removed.
/// Errors: those of editConfig().
Result<Rekeyed> rekeyConfig(const QString &path, KeyRing &keys, AtRest rule);

/// config.json as it is now, kept up to date while the file changes on disk. It never waits for the keychain: until that has answered, the
/// last good configuration stays in force.
/// Thread: the one that made it.
class ConfigWatcher : public QObject
{
    Q_OBJECT

public:
    /// `keys` outlives it.
    ConfigWatcher(QString path, ConfigSnapshot initial, KeyRing &keys, QObject *parent = nullptr);
    ~ConfigWatcher() override;

    /// The last good configuration.
    ConfigSnapshot current() const { return m_current; }
    /// Reads the file now instead of waiting for the system's notice.
    void reload();
    /// What rejected() says, for those who have read a good one before.
    static QString withLastGood(const QString &problem);

Q_SIGNALS:
    /// The file changed and is good; only when something that Config holds differs.
    void changed(const qcc::ConfigSnapshot &config);
    /// The file changed and is not good; the last good configuration stays in force.
    void rejected(const QString &message);
    /// The file is good again after a rejection; what it holds now is in force.
    void mended();

private:
    void watch();
    void refuse(const QString &problem);

    QString m_path;
    KeyRing &m_keys;
    ConfigSnapshot m_current;
    QByteArray m_lastText;  ///< Null while it is not known.
    bool m_wasThere;        ///< There has been a file.
    QString m_lastProblem;  ///< The last rejection; empty while the file is good.
    bool m_readAgain = false; ///< The same text may mean something else now: the keychain has answered.
    QFileSystemWatcher *m_watcher;
    QTimer *m_settle;
    QTimer *m_lookAgain; ///< Runs only while the file is there and cannot be read.
};

/// What the file `path` of the home holds, or nothing where there is none. Never what another user has put there, and never what might not end.
/// Errors: NotAllowed (fileOwnerProblem), ConfigUnreadable.
Result<std::optional<QByteArray>> readConfigText(const QString &path);

} // namespace qcc
