#pragma once

#include "core/control/controlserver.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <QTranslator>

#include <functional>
#include <optional>

namespace qcc {

/// What the command line of qcc-tray says.
struct TrayOptions {
    bool hidden = false;      ///< Say nothing at the start; used by autostart.
    bool waitForTray = false; ///< A tray may come later than this program.
    std::optional<QString> cluster;
    std::optional<quint16> port;
};

/// A command line that was read: options, or the lines to print and the exit code.
struct CommandLine {
    std::optional<TrayOptions> options;
    QStringList lines;
    int exitCode = 0;
};

/// Reads `arguments`, the program's name first. Needs a QCoreApplication for its help text, and no desktop.
CommandLine readCommandLine(const QStringList &arguments);

/// The language of all screens.
/// Thread: the GUI thread.
class Translations
{
public:
    Translations() = default;
    ~Translations();
    Q_DISABLE_COPY_MOVE(Translations)

    /// "en", "zh_CN"; empty: the system's. Numbers and dates follow. Screens hear of it by QEvent::LanguageChange.
    void use(const QString &language);

private:
    void remove();

    QTranslator m_own;
    QTranslator m_qt;
};

/// The window that asks next comes to the front: on Wayland none does without a token of the program that the person used last. It is in
/// XDG_ACTIVATION_TOKEN, where Qt looks for it. Source: the protocol xdg-activation-v1.
/// Thread: the GUI thread.
void useActivationToken(const QString &token);

/// The one qcc-tray of a user: the first keeps a socket, a second one hands its command line over and ends. By the control protocol, which lets in
/// this user alone and replaces dead sockets already.
/// Thread: the one that it lives on.
class TrayInstance : public QObject
{
    Q_OBJECT

public:
    explicit TrayInstance(QString socketName, QObject *parent = nullptr);

    /// Becomes the one.
    /// Errors: AlreadyRunning (then forward() reaches it), NotAllowed.
    Result<void> claim();
    /// Hands `arguments` to the one that runs, and the desktop's leave to come to the front, where this process was given one; `done` follows exactly
    /// once. One that is ending takes nothing any more: `done` then comes when it has ended.
    /// Errors: NotRunning (it has ended, claim() again), Timeout (it does not answer).
    void forward(const QStringList &arguments, std::function<void(Result<void>)> done);
    /// This one is ending: from now on nothing is taken, and whoever comes waits for release(), or for the end of this process.
    void turnAway() { m_turnsAway = true; }
    /// Is the one no more.
    void release() { m_server.close(); }

Q_SIGNALS:
    /// Another start was made, with these arguments, the program's name first. `activationToken`: see useActivationToken(); empty: none.
    void startedAgain(const QStringList &arguments, const QString &activationToken);

private:
    QString m_socketName;
    const QString m_activationToken; ///< From before the desktop's libraries are loaded: some take it out of the environment.
    ControlServer m_server;
    bool m_turnsAway = false;
};

} // namespace qcc
