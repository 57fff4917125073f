#pragma once

#include <QString>

class QFile;

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
    /// What connecting did to the settings of clients.
    QString clients() const { return m_home + QStringLiteral("/clients.json"); }
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

/// What is wrong with whose the files in `home` are, as sentences that name the file and the next step; empty: nothing.
/// Refused are a home that everybody may write to, and what another user has put there: files, folders, and links of qcc's names, and what such
/// a link of the user's own leads to (people keep their settings under version control so), where another user owns it or may write it, or
/// something on the way there. What qcc writes by itself must be no link that leads out of the home: following it would overwrite something else.
QString homeOwnerProblem(const QString &home);

/// The same for one file of the home and that folder, as they are now; and for one that has been opened as `path`, whatever has taken that name since.
QString fileOwnerProblem(const QString &path);
QString fileOwnerProblem(const QFile &open, const QString &path);

/// Why nobody can say whether `path` is there, as fileOwnerProblem(); empty: one can. `home`: see there.
QString closedProblem(const QString &path, const QString &home);

/// Why the folder `home` cannot be made, with whose the place is.
QString cannotBeMade(const QString &home);

/// Whether `path` is a link, to be followed by nobody who writes by himself.
bool leadsOut(const QString &path, const QString &home);

} // namespace qcc
