#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <QJsonObject>
#include <QObject>

#include <functional>

class QFileSystemWatcher;
class QTimer;

namespace qcc {

/// Parses and validates the text of config.json. Missing keys take their defaults; unknown keys are ignored.
/// Errors: InvalidConfig; the message names the key ("clusters[0].endpoints[1].base_url") and the line.
Result<Config> parseConfig(const QByteArray &text);

/// The configuration of a fresh installation: every documented key with its default, no cluster.
QJsonObject defaultConfigJson();

/// Reads `path`. A missing file is the default configuration.
/// Errors: ConfigUnreadable, InvalidConfig.
Result<Config> loadConfig(const QString &path);

/// The JSON of `path`, which need not validate; defaultConfigJson() where there is no file.
/// Errors: ConfigUnreadable, InvalidConfig (no JSON object).
Result<QJsonObject> loadConfigJson(const QString &path);

/// Changes config.json: reads it, hands the JSON to `change`, validates the result, writes it atomically with mode 0600.
/// Keys that qcc does not know survive. Two processes that edit at once do not lose each other's change (lock file).
/// The folder must exist; a missing file begins as defaultConfigJson(). A file that does not validate may be mended so.
/// Errors: those of loadConfig, of `change`, WriteFailed (the old file is whole).
Result<Config> editConfig(const QString &path, const std::function<Result<void>(QJsonObject &)> &change);

/// What an edit made of config.json, and its JSON before: restoreCluster() and restoreEndpoint() take things back from that.
struct ConfigEdit {
    Config config;
    QJsonObject before;
};

/// As editConfig(), for edits that can be undone.
Result<ConfigEdit> editConfigUndoably(const QString &path, const std::function<Result<void>(QJsonObject &)> &change);

/// config.json as it is now, kept up to date while the file changes on disk.
/// Thread: the one that made it.
class ConfigWatcher : public QObject
{
    Q_OBJECT

public:
    ConfigWatcher(QString path, ConfigSnapshot initial, QObject *parent = nullptr);
    ~ConfigWatcher() override;

    /// The last good configuration.
    ConfigSnapshot current() const { return m_current; }
    /// Reads the file now instead of waiting for the system's notice.
    void reload();

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
    ConfigSnapshot m_current;
    QByteArray m_lastText;  ///< Null while it is not known.
    bool m_wasThere;        ///< There has been a file.
    QString m_lastProblem;  ///< The last rejection; empty while the file is good.
    QFileSystemWatcher *m_watcher;
    QTimer *m_settle;
    QTimer *m_lookAgain; ///< Runs only while the file is there and cannot be read.
};

} // namespace qcc
