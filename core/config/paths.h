#pragma once

#include <QString>

namespace qcc {

/// Where everything of one user lives: `$QCC_HOME`, by default `~/.fastcc`.
class Paths
{
public:
    explicit Paths(QString home) : m_home(std::move(home)) { }

    /// From the environment (`QCC_HOME`, else the home directory).
    static Paths fromEnvironment();

    QString home() const { return m_home; }
    QString config() const { return m_home + QStringLiteral("/config.json"); }
    QString log() const { return m_home + QStringLiteral("/proxy.log"); }
    QString pidFile() const { return m_home + QStringLiteral("/proxy.pid"); }
    QString demoPidFile() const { return m_home + QStringLiteral("/demo.pid"); }
    QString keyFile() const { return m_home + QStringLiteral("/secret.key"); }
    QString history() const { return m_home + QStringLiteral("/history.db"); }
    QString traySettings() const { return m_home + QStringLiteral("/tray.ini"); }

    /// Name of the local socket: a path inside home on Unix (a short hashed one in the runtime directory where the path would
    /// be too long for a Unix socket, or home's file system takes none), a pipe name derived from home and user on Windows.
    QString controlSocket() const;
    /// The same for the desktop application, of which there is one at a time.
    QString traySocket() const;

    /// Creates home with mode 0700, and narrows an existing one.
    /// Returns what is wrong with it, homeOwnerProblem() included; empty: nothing.
    QString ensureHome() const;

private:
    QString socketNamed(const QString &name) const;

    QString m_home;
};

} // namespace qcc
