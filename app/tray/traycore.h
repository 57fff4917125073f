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

    /// The program is to end. Where the GUI thread does nothing about it within a second, or does not come to its end, the proxy is stopped and the process
    /// ended without it. Thread: the core thread.
    /// At the second time it does not wait for requests either.
    void requestStop(int count);
    /// Reads config.json again. Thread: any.
    void reload();
    /// The GUI thread has begun to end the program.
    void guiEnds();

Q_SIGNALS:
    void stopRequested();
    /// As TrayInstance::startedAgain().
    void startedAgain(const QStringList &arguments);

private:
    /// Its event loop begins once there is an application object, without which Qt has none.
    class Thread final : public QThread
    {
        void run() override;
    };

    void handOver();
    void endAlone(std::chrono::milliseconds grace);

    const TrayOptions m_options;
    const QStringList m_arguments;
    Thread m_thread;
    HostedProxy *m_host;
    TrayInstance *m_instance;
    std::promise<Result<void>> m_claim;
    std::future<Result<void>> m_claimed;
    bool m_guiEnds = false; ///< Of the core thread.
};

} // namespace qcc
