#pragma once

#include "core/exchange/clientstream.h"
#include "core/http/answerobserver.h"
#include "core/http/requestreader.h"
#include "core/journal/exchangerecord.h"
#include "core/routing/router.h"

#include <QBuffer>
#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QObject>
#include <QTimer>

#include <atomic>
#include <functional>

namespace qcc {

class UpstreamReply;

/// What exchanges of one worker share.
struct ExchangeContext {
    QNetworkAccessManager &upstream; ///< An UpstreamPool.
    Router &router;
    std::atomic<quint64> &numbers;   ///< The last number given to an exchange, over all workers.
    std::atomic<int> &inFlight;
    std::function<void(ExchangeRecord &&)> record;             ///< Called once for each exchange, before the client sees its end.
    std::function<void(const QString &endpoint)> staleRecovered;
};

/// One client request's life: received → attempts → committed → ended in exactly one terminal state.
/// Thread: its worker's. Lifetime: the client stream outlives it; ended() is the last it says.
class Exchange : public QObject
{
    Q_OBJECT

public:
    Exchange(ExchangeContext &context, Request request, ClientStream &client, QObject *parent);
    ~Exchange() override;

    void start();
    /// The client can take more.
    void clientHasRoom();
    /// The client left. Aborts the upstream at once; ended() follows.
    void clientGone();

Q_SIGNALS:
    void ended();

private:
    enum class State { Waiting, Attempting, Committed, Ended };

    void attempt(const Route &route, bool freshConnection);
    QNetworkReply *send(const Route &route, bool freshConnection);
    void answerBegan();
    void forward();
    void attemptFinished();
    void conclude();
    bool tryAgain(FailureClass failure);
    std::optional<Route> nextRoute() const;
    FailureClass classOf(int status) const;
    void breakOff(FailureClass failure, const QString &why);
    void answerFailure(int status, const QString &message);
    AttemptRecord closeAttempt(FailureClass failure, const QString &error);
    void releaseReply();
    void end(Outcome outcome, int status, const QString &error);
    void totalTimeUp();
    double elapsedMs() const;
    bool headRequest() const { return m_request.head.method == "HEAD"; }

    ExchangeContext &m_context;
    Request m_request;
    ClientStream &m_client;
    State m_state = State::Waiting;
    Dialect m_dialect;
    ExchangeRecord m_record;
    QElapsedTimer m_clock;
    QTimer m_total;

    Route m_route;
    QSet<QString> m_tried;
    UpstreamReply *m_reply = nullptr;
    QBuffer *m_upload = nullptr;
    double m_attemptStart = 0;
    bool m_recoveringStale = false;
    bool m_upstreamDone = false; ///< The reply has finished; its last bytes may still wait for the client.
    std::optional<AnswerObserver> m_observer;
    std::optional<double> m_attemptFirstByte;
};

} // namespace qcc
