#pragma once

#include "app/tray/startup.h"
#include "core/base/result.h"
#include "core/config/paths.h"

#include <QObject>
#include <QThread>

#include <chrono>
#include <functional>
#include <future>

namespace qcc {

class HostedProxy;

/// What of qcc-tray needs no desktop, on a thread of its own: it reads the configuration, serves requests, and hears when the program is to end. It starts
/// before there is a QApplication, and goes on whatever the desktop does: the constructor of QApplication and any call of the GUI thread may wait
/// for a bus that does not answer, for minutes or for ever (ARCH-12).
/// Thread: the GUI thread, but for what says otherwise.
class TrayCore : public QObject
{
    Q_OBJECT

public:
    /// `arguments`: those of `options`, the program's name first, for the one that runs already.
    TrayCore(const Paths &paths, const TrayOptions &options, QStringList arguments);
    ~TrayCore() override { end(); }

    /// Ends the thread, and what lives there. Before the application object goes.
    void end();
    /// Becomes the one qcc-tray of this user, and then serves; once there is an application object. `alongside` is called on the core thread
    /// before all else; what it makes and gives the parent ends with this.
    void start(std::function<void(QObject *parent)> alongside);
    /// Waits until it is known that this is the one qcc-tray. Once there is an application object. Where another runs this does not return: that one is told what this was
    /// started with, and the process ends.
    /// Errors: NotAllowed.
    Result<void> claimed() { return m_claimed.get(); }

    /// Lives on the core thread, as everything does that is moved there.
    HostedProxy *host() { return m_host; }
    QThread *thread() { return &m_thread; }

    /// The system has the program end, which nothing takes back. Where the GUI thread does nothing about it within a second, or does not come to its end, the proxy
    /// is stopped and the process ended without it. Thread: the core thread.
    /// At the second time it does not wait for requests either.
    void requestStop(int count);
    /// Reads config.json again. Thread: any.
    void reload();
    /// Ends a proxy that is hosted here, and lets any other run: no new requests, and those that run get `grace`. ended() follows, unless another start or keep() is
    /// sooner, or a start was on its way already: then kept() does. Which comes first is decided on the core thread, so that whoever starts
    /// qcc-tray in this moment either has this one go on, or becomes the next.
    void quit(std::chrono::milliseconds grace);
    /// Ends a quit() at once: ended() follows, unless kept() is on its way.
    void quitNow();
    /// Takes quit() back: kept() follows, unless ended() is on its way.
    void keep();

Q_SIGNALS:
    /// `atOnce`: not even requests that run are waited for.
    void stopRequested(bool atOnce);
    /// As TrayInstance::startedAgain(), whose token is in use by now. After kept(), where it has ended a quit().
    void startedAgain(const QStringList &arguments);
    /// The proxy goes on as if quit() had not been called, or is being started anew.
    void kept();
    /// The application is to end now.
    void ended();

private:
    /// Its event loop begins once there is an application object, without which Qt has none.
    class Thread final : public QThread
    {
        void run() override;
    };

    /// How far the end of the program has come. Final: it is not taken back any more.
    enum class End { No, Quitting, Final };

    void claim();
    void handOver();
    void takeHandOff(const QStringList &arguments, const QString &activationToken);
    void takeQuit(std::chrono::milliseconds grace, int handOffsTaken);
    void goOn();
    void proxyStopped();
    void endAlone(std::chrono::milliseconds grace);

    const TrayOptions m_options;
    const QStringList m_arguments;
    Thread m_thread;
    HostedProxy *m_host;
    TrayInstance *m_instance;
    std::promise<Result<void>> m_claim;
    std::future<Result<void>> m_claimed;
    int m_handOffsTaken = 0; ///< Those that the GUI thread has heard of.

    // Of the core thread.
    int m_claims = 0;
    int m_handOffs = 0;
    End m_end = End::No;
    bool m_guiEnds = false; ///< The GUI thread has begun to end the program.
};

} // namespace qcc
