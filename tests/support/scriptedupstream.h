#pragma once

#include "core/base/result.h"
#include "tests/support/arrived.h"
#include "tests/support/script.h"

#include <QElapsedTimer>
#include <QHash>
#include <QMutex>
#include <QObject>
#include <QThread>

#include <functional>
#include <memory>

namespace qcc::test {

class ScriptedConnection;
struct TestCertificate;

/// An upstream on loopback that records every request as it came and answers it by script: the test's, the request's own
/// (`x-script` header or `script` in the query, see scriptFromWords), the default words, else as the real API would.
/// Thread: works in any one thread with an event loop; everything that says so may be called from others. In a test's own thread
/// QTRY_* lets it run every 10 ms only: where times matter, use ThreadedUpstream.
class ScriptedUpstream : public QObject
{
    Q_OBJECT

public:
    using Behaviour = std::function<Script(const Arrived &)>;

    explicit ScriptedUpstream(QObject *parent = nullptr);
    ~ScriptedUpstream() override;

    /// Listens on 127.0.0.1; port 0 lets the system choose. Thread: any; from another one it waits.
    Result<quint16> listen(quint16 port = 0);
    quint16 port() const { return m_port; }
    /// "http://127.0.0.1:<port>", or "https://localhost:<port>" with TLS.
    QByteArray baseUrl() const;
    /// Refuses new connections from now on and keeps the port's number; running connections go on. Thread: as listen.
    void stopListening();
    /// Speaks TLS with this certificate. Before listen.
    void useTls(const TestCertificate &certificate);
    /// Turns away who shows no certificate that `authority` vouches for. Before listen.
    void demandClientCertificate(const TestCertificate &authority);

    /// Decides for each complete request; a script without steps leaves the decision to the request's own words.
    /// Thread: set from any; called in the upstream's.
    void setBehaviour(Behaviour behaviour);
    /// Decides for each head, before the body is there; a script without steps waits for the request. Thread: as setBehaviour.
    void setHeadBehaviour(Behaviour behaviour);
    /// The script of requests that ask for none, in the words of `x-script`. Thread: any.
    void setDefaultScript(const QByteArray &words);

    /// Everything that arrived, in order. Thread: any, as all below.
    QList<Arrived> arrived() const;
    int arrivedCount() const;
    Arrived arrivedAt(int index) const;
    /// How many complete requests had the body with this hash (hex): more than 1 is a double submission.
    int countOfBody(const QByteArray &sha256) const;
    QHash<QByteArray, int> countPerBody() const;
    int openConnections() const;
    /// Requests whose script is running.
    int openStreams() const;
    int connectionsAccepted() const;
    /// Forgets the records; numbers go on.
    void forget();

Q_SIGNALS:
    /// A head came; the record is there.
    void headArrived(int index);
    /// A request came in full, or broke off before.
    void requestArrived(int index);
    /// The script of a request ended, or the client left it.
    void requestEnded(int index);

private:
    friend class ScriptedConnection;
    class Listener;

    void take(qintptr descriptor);
    double now() const;
    void record(Arrived &arrived);
    void update(const Arrived &arrived);
    Script scriptAtHead(const Arrived &arrived) const;
    Script scriptFor(const Arrived &arrived) const;
    QByteArray wordsFor(const Arrived &arrived) const;
    void connectionClosed();
    void streamsChanged(int by);

    std::unique_ptr<Listener> m_listener;
    std::unique_ptr<TestCertificate> m_certificate;
    std::unique_ptr<TestCertificate> m_clientAuthority;
    QElapsedTimer m_clock;
    quint16 m_port = 0;

    mutable QMutex m_mutex; ///< Guards all below.
    Behaviour m_behaviour;
    Behaviour m_headBehaviour;
    QByteArray m_defaultScript;
    QList<Arrived> m_arrived;
    int m_firstIndex = 0; ///< Of m_arrived, after forget().
    QHash<QByteArray, int> m_visits;
    int m_openConnections = 0;
    int m_openStreams = 0;
    int m_accepted = 0;
};

/// A scripted upstream in a thread of its own, so that a test that is busy does not slow it down.
class ThreadedUpstream
{
public:
    ThreadedUpstream();
    ~ThreadedUpstream();
    Q_DISABLE_COPY_MOVE(ThreadedUpstream)

    ScriptedUpstream *operator->() const { return m_upstream; }
    ScriptedUpstream &operator*() const { return *m_upstream; }

private:
    QThread m_thread;
    ScriptedUpstream *m_upstream; ///< Deleted in its thread when that ends.
};

} // namespace qcc::test
