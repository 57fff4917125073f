#include "core/config/configfile.h"

#include "core/keys/keyring.h"

#include <QFile>
#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QTimer>

namespace qcc {

ConfigWatcher::ConfigWatcher(QString path, ConfigSnapshot initial, KeyRing &keys, QObject *parent)
    : QObject(parent)
    , m_path(std::move(path))
    , m_keys(keys)
    , m_current(std::move(initial))
    , m_watcher(new QFileSystemWatcher(this))
    , m_settle(new QTimer(this))
{
    using namespace std::chrono_literals;
    m_settle->setSingleShot(true);
    m_settle->setInterval(50ms);
    // Not restarted by further notices: a folder that never rests must not keep a change waiting for ever.
    const auto settle = [this] {
        if (!m_settle->isActive())
            m_settle->start();
    };
    connect(m_watcher, &QFileSystemWatcher::fileChanged, this, settle);
    connect(m_watcher, &QFileSystemWatcher::directoryChanged, this, settle);
    connect(m_settle, &QTimer::timeout, this, &ConfigWatcher::reload);
    // The ring may still be in the middle of a call that waited for the answer.
    connect(&m_keys, &KeyRing::keychainAnswered, this, [this] {
        m_readAgain = true;
        reload();
    }, Qt::QueuedConnection);
    watch();
    // The file may have changed between being loaded and being watched.
    m_settle->start();
}

ConfigWatcher::~ConfigWatcher() = default;

void ConfigWatcher::watch()
{
    // The folder tells of a file that is created or renamed into place, which ends the watch on the old file.
    const QString folder = QFileInfo(m_path).absolutePath();
    if (!m_watcher->directories().contains(folder) && QFileInfo(folder).isDir())
        m_watcher->addPath(folder);
    if (!m_watcher->files().contains(m_path) && QFileInfo::exists(m_path))
        m_watcher->addPath(m_path);
}

void ConfigWatcher::reload()
{
    const bool again = std::exchange(m_readAgain, false);
    // Before reading: a change after the read is then noticed.
    watch();

    QFile file(m_path);
    QByteArray text;
    QString problem;
    if (file.open(QIODevice::ReadOnly))
        text = file.readAll();
    else if (file.exists())
        problem = QStringLiteral("%1 cannot be read: %2.").arg(m_path, file.errorString());
    else if (m_lastText.isNull())
        return; // There was none before either.
    else
        problem = QStringLiteral("%1 is gone; the last good configuration stays in force.").arg(m_path);

    const bool sameText = text == m_lastText && text.isNull() == m_lastText.isNull();
    if (problem.isEmpty()) {
        if (sameText && !again)
            return;
        // Whoever has just changed the file may have unlocked the keychain for it.
        if (!again && !m_lastText.isNull())
            m_keys.forgetRefusal();
        const Result<Config> parsed = parseConfig(text, m_keys.opener(KeyRing::Waiting::Forbidden));
        if (m_keys.isAsking())
            return; // keychainAnswered follows.
        m_lastText = text;
        if (parsed) {
            m_lastProblem.clear();
            if (*parsed != *m_current) {
                m_current = std::make_shared<const Config>(*parsed);
                Q_EMIT changed(m_current);
            }
            return;
        }
        problem = parsed.error().message;
    } else {
        m_lastText = QByteArray();
        if (problem == m_lastProblem)
            return;
    }
    m_lastProblem = problem;
    Q_EMIT rejected(problem);
}

} // namespace qcc
