#include "app/tray/traycore.h"

#include "app/tray/hostedproxy.h"
#include "core/base/eventdispatcher.h"
#include "core/base/visibletext.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QTimer>

#include <cstdlib>

namespace qcc {

using namespace std::chrono_literals;

namespace {

constexpr auto guiTime = 1s; ///< In which a GUI thread that is well begins to end the program.
constexpr auto endTime = 1s; ///< From the end of the proxy to that of the process.
constexpr auto quitGrace = 10s;

} // namespace

void TrayCore::Thread::run()
{
    // It is there at the very beginning of QApplication's constructor, but nothing tells when.
    while (!QCoreApplication::instance())
        msleep(1);
    exec();
}

TrayCore::TrayCore(const Paths &paths, const TrayOptions &options, QStringList arguments)
    : m_options(options)
    , m_arguments(std::move(arguments))
    , m_host(new HostedProxy(paths))
    , m_instance(new TrayInstance(paths.traySocket()))
    , m_claimed(m_claim.get_future())
{
    m_thread.setObjectName(QStringLiteral("core"));
    if (std::unique_ptr<QAbstractEventDispatcher> dispatcher = makeEventDispatcher())
        m_thread.setEventDispatcher(dispatcher.release());
    for (QObject *object : std::initializer_list<QObject *>{m_host, m_instance}) {
        object->moveToThread(&m_thread);
        connect(&m_thread, &QThread::finished, object, &QObject::deleteLater);
    }
    connect(m_instance, &TrayInstance::startedAgain, this, &TrayCore::startedAgain);
}

void TrayCore::end()
{
    m_thread.quit();
    m_thread.wait();
}

void TrayCore::start(std::function<void(QObject *)> alongside)
{
    QMetaObject::invokeMethod(m_instance, [this, alongside = std::move(alongside)] {
        alongside(m_instance);
        const Result<void> claimed = m_instance->claim();
        if (!claimed && claimed.error().code == ErrorCode::AlreadyRunning)
            return handOver();
        if (claimed)
            m_host->serve({m_options.cluster, {}, m_options.port});
        m_claim.set_value(claimed);
    }, Qt::QueuedConnection);
    m_thread.start();
}

/// Brings the qcc-tray that runs already to the front. Not the GUI thread's business, which may wait for the desktop.
void TrayCore::handOver()
{
    m_instance->forward(m_arguments, [](const Result<void> &result) {
        if (!result)
            printError(tr("qcc-tray runs already, but does not answer."));
        std::_Exit(result ? EXIT_SUCCESS : EXIT_FAILURE);
    });
}

void TrayCore::requestStop(int count)
{
    Q_EMIT stopRequested();
    if (count > 1 && !m_guiEnds)
        return endAlone(0ms);
    QTimer::singleShot(guiTime, m_host, [this] {
        if (!m_guiEnds)
            endAlone(quitGrace);
    });
}

void TrayCore::reload()
{
    QMetaObject::invokeMethod(m_host, &HostedProxy::reload);
}

void TrayCore::guiEnds()
{
    QMetaObject::invokeMethod(m_host, [this] { m_guiEnds = true; });
}

void TrayCore::endAlone(std::chrono::milliseconds grace)
{
    connect(m_host, &HostedProxy::stopped, m_host, [host = m_host] {
        // What QApplication holds waits for the desktop, and so would everything at the end of main().
        QTimer::singleShot(endTime, host, [] { std::_Exit(EXIT_SUCCESS); });
    });
    m_host->blockSignals(false);
    m_host->stop(grace);
}

} // namespace qcc
