#include "core/config/configfile.h"

#include "core/config/configtext.h"
#include "core/keys/keyring.h"

#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QTimer>

#include <utility>

namespace qcc {

ConfigWatcher::ConfigWatcher(QString path, ConfigSnapshot initial, KeyRing &keys, QObject *parent)
    : QObject(parent)
    , m_path(std::move(path))
    , m_keys(keys)
    , m_current(std::move(initial))
    , m_wasThere(QFileInfo::exists(m_path))
    , m_watcher(new QFileSystemWatcher(this))
    , m_settle(new QTimer(this))
    , m_lookAgain(new QTimer(this))
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
    m_lookAgain->setInterval(5s);
    connect(m_lookAgain, &QTimer::timeout, this, &ConfigWatcher::reload);
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

    const Result<std::optional<QByteArray>> read = readConfigText(m_path);
    if (!read || !*read) {
        if (read && !m_wasThere)
            return;
        m_lastText = QByteArray();
        // Whatever keeps us from reading it (descriptors have run out, the disk does not answer) may end without a notice.
        if (read)
            m_lookAgain->stop();
        else
            m_lookAgain->start();
        return refuse(read ? QStringLiteral("%1 is gone. Put it back, or make a new one.").arg(m_path)
                           : (read.error().message + u' ' + read.error().hint).trimmed());
    }
    const QByteArray &text = **read;
    m_lookAgain->stop();
    m_wasThere = true;
    if (text == m_lastText && !m_lastText.isNull() && !again)
        return;
    // Whoever has just changed the file may have unlocked the keychain for it.
    if (!again && !m_lastText.isNull())
        m_keys.forgetRefusal();
    bool unanswered = false;
    const SecretOpener open = m_keys.opener(KeyRing::Waiting::Forbidden);
    const Result<Config> parsed = parseConfig(text, [this, &open, &unanswered](const QByteArray &sealed, AtRest rule) {
        const Result<QByteArray> opened = open(sealed, rule);
        unanswered = unanswered || (!opened && m_keys.isAsking());
        return opened;
    });
    if (unanswered)
        return; // keychainAnswered follows.
    m_lastText = text.isNull() ? QByteArray("") : text;
    if (!parsed)
        return refuse(parsed.error().message);
    const bool wasBad = !std::exchange(m_lastProblem, QString()).isEmpty();
    if (*parsed != *m_current) {
        m_current = std::make_shared<const Config>(*parsed);
        Q_EMIT changed(m_current);
    }
    if (wasBad)
        Q_EMIT mended();
}

void ConfigWatcher::refuse(const QString &problem)
{
    if (std::exchange(m_lastProblem, problem) != problem)
        Q_EMIT rejected(problem + (problem.endsWith(u'.') ? QStringLiteral(" ") : QStringLiteral(". "))
                        + QStringLiteral("The last good configuration stays in force."));
}

} // namespace qcc
