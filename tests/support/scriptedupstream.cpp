#include "tests/support/scriptedupstream.h"

#include "tests/support/scriptedconnection.h"
#include "tests/support/scriptwords.h"
#include "tests/support/testcertificate.h"

#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpServer>

using namespace Qt::StringLiterals;

namespace qcc::test {

class ScriptedUpstream::Listener : public QTcpServer
{
public:
    explicit Listener(ScriptedUpstream *upstream)
        : QTcpServer(upstream)
        , m_upstream(upstream)
    {
        setListenBacklogSize(1024);
    }

protected:
    void incomingConnection(qintptr descriptor) override { m_upstream->take(descriptor); }

private:
    ScriptedUpstream *m_upstream;
};

ScriptedUpstream::ScriptedUpstream(QObject *parent)
    : QObject(parent)
    , m_listener(std::make_unique<Listener>(this))
{
    m_clock.start();
}

ScriptedUpstream::~ScriptedUpstream()
{
    // Before the counters and the mutex go: a connection reports its end.
    qDeleteAll(findChildren<ScriptedConnection *>(Qt::FindDirectChildrenOnly));
}

Result<quint16> ScriptedUpstream::listen(quint16 port)
{
    if (QThread::currentThread() != thread()) {
        Result<quint16> result(quint16(0));
        QMetaObject::invokeMethod(this, [this, port, &result] { result = listen(port); }, Qt::BlockingQueuedConnection);
        return result;
    }
    if (!m_listener->listen(QHostAddress::LocalHost, port))
        return Failure{ErrorCode::Failed, u"The scripted upstream cannot listen: "_s + m_listener->errorString(), {}};
    m_port = m_listener->serverPort();
    return m_port;
}

void ScriptedUpstream::stopListening()
{
    if (QThread::currentThread() != thread())
        QMetaObject::invokeMethod(this, &ScriptedUpstream::stopListening, Qt::BlockingQueuedConnection);
    else
        m_listener->close();
}

QByteArray ScriptedUpstream::baseUrl() const
{
    return (m_certificate ? "https://localhost:" : "http://127.0.0.1:") + QByteArray::number(m_port);
}

void ScriptedUpstream::useTls(const TestCertificate &certificate)
{
    m_certificate = std::make_unique<TestCertificate>(certificate);
}

void ScriptedUpstream::demandClientCertificate(const TestCertificate &authority)
{
    m_clientAuthority = std::make_unique<TestCertificate>(authority);
}

void ScriptedUpstream::setBehaviour(Behaviour behaviour)
{
    const QMutexLocker lock(&m_mutex);
    m_behaviour = std::move(behaviour);
}

void ScriptedUpstream::setHeadBehaviour(Behaviour behaviour)
{
    const QMutexLocker lock(&m_mutex);
    m_headBehaviour = std::move(behaviour);
}

void ScriptedUpstream::setDefaultScript(const QByteArray &words)
{
    const QMutexLocker lock(&m_mutex);
    m_defaultScript = words;
}

QList<Arrived> ScriptedUpstream::arrived() const
{
    const QMutexLocker lock(&m_mutex);
    return m_arrived;
}

int ScriptedUpstream::arrivedCount() const
{
    const QMutexLocker lock(&m_mutex);
    return int(m_arrived.size());
}

Arrived ScriptedUpstream::arrivedAt(int index) const
{
    const QMutexLocker lock(&m_mutex);
    return m_arrived.value(index - m_firstIndex);
}

int ScriptedUpstream::countOfBody(const QByteArray &sha256) const
{
    return countPerBody().value(sha256);
}

QHash<QByteArray, int> ScriptedUpstream::countPerBody() const
{
    const QMutexLocker lock(&m_mutex);
    QHash<QByteArray, int> counts;
    for (const Arrived &arrived : m_arrived) {
        if (arrived.bodyComplete)
            ++counts[arrived.bodySha256];
    }
    return counts;
}

int ScriptedUpstream::openConnections() const
{
    const QMutexLocker lock(&m_mutex);
    return m_openConnections;
}

int ScriptedUpstream::openStreams() const
{
    const QMutexLocker lock(&m_mutex);
    return m_openStreams;
}

int ScriptedUpstream::connectionsAccepted() const
{
    const QMutexLocker lock(&m_mutex);
    return m_accepted;
}

void ScriptedUpstream::forget()
{
    const QMutexLocker lock(&m_mutex);
    m_firstIndex += int(m_arrived.size());
    m_arrived.clear();
}

void ScriptedUpstream::take(qintptr descriptor)
{
    auto socket = std::make_unique<QSslSocket>();
    if (!socket->setSocketDescriptor(descriptor))
        return;
    int number = 0;
    {
        const QMutexLocker lock(&m_mutex);
        number = m_accepted++;
        ++m_openConnections;
    }
    if (m_certificate) {
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificate(m_certificate->certificate());
        configuration.setPrivateKey(m_certificate->privateKey());
        configuration.setPeerVerifyMode(m_clientAuthority ? QSslSocket::VerifyPeer : QSslSocket::VerifyNone);
        if (m_clientAuthority)
            configuration.setCaCertificates({m_clientAuthority->certificate()});
        socket->setSslConfiguration(configuration);
    }
    QSslSocket *raw = socket.release();
    new ScriptedConnection(raw, number, this);
    if (m_certificate)
        raw->startServerEncryption();
}

double ScriptedUpstream::now() const
{
    return double(m_clock.nsecsElapsed()) / 1e6;
}

void ScriptedUpstream::record(Arrived &arrived)
{
    const QByteArray words = wordsFor(arrived);
    const QMutexLocker lock(&m_mutex);
    arrived.index = m_firstIndex + int(m_arrived.size());
    if (!words.isEmpty())
        arrived.visit = m_visits[words + '\n' + arrived.wish("case")]++;
    m_arrived.append(arrived);
}

void ScriptedUpstream::update(const Arrived &arrived)
{
    const QMutexLocker lock(&m_mutex);
    const int place = arrived.index - m_firstIndex;
    if (place >= 0 && place < m_arrived.size())
        m_arrived[place] = arrived;
}

Script ScriptedUpstream::scriptAtHead(const Arrived &arrived) const
{
    QMutexLocker lock(&m_mutex);
    const Behaviour atHead = m_headBehaviour;
    const bool decidesLater = bool(m_behaviour);
    lock.unlock();
    if (atHead) {
        if (Script script = atHead(arrived); !script.isEmpty())
            return script;
    }
    if (decidesLater)
        return {};
    const Script script = scriptFromWords(wordsFor(arrived), arrived);
    return script.start() == Script::Start::Head ? script : Script();
}

Script ScriptedUpstream::scriptFor(const Arrived &arrived) const
{
    QMutexLocker lock(&m_mutex);
    const Behaviour behaviour = m_behaviour;
    lock.unlock();
    if (behaviour) {
        if (Script script = behaviour(arrived); !script.isEmpty())
            return script;
    }
    return scriptFromWords(wordsFor(arrived), arrived);
}

QByteArray ScriptedUpstream::wordsFor(const Arrived &arrived) const
{
    const QByteArray wish = arrived.wish("script");
    const QMutexLocker lock(&m_mutex);
    return wish.isEmpty() ? m_defaultScript : wish;
}

void ScriptedUpstream::connectionClosed()
{
    const QMutexLocker lock(&m_mutex);
    --m_openConnections;
}

void ScriptedUpstream::streamsChanged(int by)
{
    const QMutexLocker lock(&m_mutex);
    m_openStreams += by;
}

ThreadedUpstream::ThreadedUpstream()
    : m_upstream(new ScriptedUpstream)
{
    m_upstream->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_upstream, &QObject::deleteLater);
    m_thread.start();
}

ThreadedUpstream::~ThreadedUpstream()
{
    m_thread.quit();
    m_thread.wait();
}

} // namespace qcc::test
