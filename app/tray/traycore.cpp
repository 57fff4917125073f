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
constexpr int mostClaims = 100; ///< For something that takes connections and closes them, again and again.

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
    connect(m_instance, &TrayInstance::startedAgain, m_instance, [this](const QStringList &started, const QString &token) { takeHandOff(started, token); });
    connect(m_host, &HostedProxy::stopped, m_host, [this] { proxyStopped(); });
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
        claim();
    }, Qt::QueuedConnection);
    m_thread.start();
}

void TrayCore::claim()
{
    ++m_claims;
    const Result<void> claimed = m_instance->claim();
    if (!claimed && claimed.error().code == ErrorCode::AlreadyRunning)
        return handOver();
    if (claimed)
        m_host->serve({m_options.cluster, {}, m_options.port});
    m_claim.set_value(claimed);
}

/// Brings the qcc-tray that runs already to the front, or takes its place once it has ended. Not the GUI thread's business, which may wait for the desktop.
void TrayCore::handOver()
{
    m_instance->forward(m_arguments, [this](const Result<void> &result) {
        if (!result && result.error().code == ErrorCode::NotRunning && m_claims < mostClaims)
            return claim();
        if (!result)
            printError(tr("qcc-tray runs already, but does not answer."));
        std::_Exit(result ? EXIT_SUCCESS : EXIT_FAILURE);
    });
}

void TrayCore::takeHandOff(const QStringList &arguments, const QString &activationToken)
{
    ++m_handOffs;
    goOn();
    QMetaObject::invokeMethod(this, [this, arguments, activationToken] {
        ++m_handOffsTaken;
        useActivationToken(activationToken);
        Q_EMIT startedAgain(arguments);
    }, Qt::QueuedConnection);
}

void TrayCore::quit(std::chrono::milliseconds grace)
{
    QMetaObject::invokeMethod(m_host, [this, grace, taken = m_handOffsTaken] { takeQuit(grace, taken); });
}

void TrayCore::takeQuit(std::chrono::milliseconds grace, int handOffsTaken)
{
    if (m_end == End::No && handOffsTaken != m_handOffs) {
        // Another start was told that qcc runs, and has ended.
        Q_EMIT kept();
        return;
    }
    m_guiEnds = true;
    if (m_end == End::No)
        m_end = End::Quitting;
    m_host->stop(grace);
}

void TrayCore::quitNow()
{
    QMetaObject::invokeMethod(m_host, [this] {
        if (m_end == End::No)
            return;
        m_end = End::Final;
        m_instance->turnAway(); // until end() has cut what runs and let go of the port
        Q_EMIT ended();
    });
}

void TrayCore::keep()
{
    QMetaObject::invokeMethod(m_host, [this] { goOn(); });
}

void TrayCore::goOn()
{
    if (m_end != End::Quitting)
        return;
    m_end = End::No;
    m_guiEnds = false;
    m_host->goOn();
    Q_EMIT kept();
}

void TrayCore::proxyStopped()
{
    if (m_end == End::No)
        return;
    m_end = End::Final;
    m_instance->release();
    Q_EMIT ended();
}

void TrayCore::requestStop(int count)
{
    m_end = End::Final;
    m_instance->turnAway();
    Q_EMIT stopRequested(count > 1);
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
