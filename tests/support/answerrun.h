#pragma once

#include "tests/support/answercase.h"
#include "tests/support/http2server.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testclock.h"
#include "tests/support/testproxy.h"

#include <QStringList>

#include <map>
#include <memory>

namespace qcc::test {

/// How the bytes of a case's answers travel.
struct AnswerMode {
    enum class Kind {
        Plain, ///< Each answer in one piece.
        Bytes, ///< Every byte a write, and every byte of the body a chunk of its own.
        Coded, ///< Bodies compressed.
        Http2, ///< As Plain, over HTTP/2.
    };
    Kind kind = Kind::Plain;
    QByteArray coding; ///< Of Coded.

    /// "plain", "bytes", "coded", "http2": how cases call it.
    QByteArray word() const;
    /// All there are.
    static QList<AnswerMode> all();
};

/// Runs one case against a proxy of its own, over real sockets. Time stands still but for what the case says, the pauses between attempts,
/// and the moments in which a client may read the end of a broken answer.
class AnswerRun
{
public:
    /// `relay`: before the upstreams; null where they are asked over HTTP/1.1.
    AnswerRun(const AnswerCase &answerCase, const AnswerMode &mode, Http2Relay *relay);
    ~AnswerRun();
    Q_DISABLE_COPY_MOVE(AnswerRun)

    /// What did not come as the case expects; nothing when all did.
    QStringList differences();

private:
    /// An answer as it went out.
    struct Served {
        char endpoint = '\0';
        AnswerCase::Answer answer;
        QByteArray body; ///< As it was sent: compressed, where the mode says so.
    };

    bool waitFor(const std::function<bool()> &condition, std::chrono::milliseconds most);
    Script serve(char endpoint, const Arrived &arrived);
    QByteArray sentBody(const AnswerCase::Answer &answer) const;
    Script scriptOf(const Served &served, bool headOnly) const;

    void perform(const AnswerCase::Step &step);
    void nudge(const AnswerCase::Step &step);
    void waitOut(std::chrono::milliseconds time);
    void settle();
    void leaveNothingOpen();
    void pass(std::chrono::milliseconds time);

    void check(const AnswerCase::Step &step, const AnswerCase::Expectation &expectation);
    void checkBody(const AnswerCase::Step &step, const QByteArray &expected);
    void checkSupplied(const QByteArray &supplied);
    void checkErrorEvent(const AnswerCase::Step &step);
    void checkHeader(const QByteArray &expected);
    void checkStanding(const QByteArray &expected);
    void checkCount(const QByteArray &expected, const std::function<int(ScriptedUpstream &)> &count);
    void compare(const QByteArray &came, const QByteArray &expected);
    void differ(const QString &what);
    /// In one line, shortened in its middle.
    static QString shown(const QByteArray &bytes);

    QByteArray plainBody() const;
    bool isCoded() const { return m_mode.kind == AnswerMode::Kind::Coded; }
    /// Whether the case wants the client to see a broken transport, or allows it.
    static bool wantsBroken(const AnswerCase::Step &step);
    bool recordIsThere() const { return m_proxy->records().size() >= m_requests; }
    bool clientIsDone() const { return m_client->finished() > 0 || m_client->isClosed(); }

    const AnswerCase &m_case;
    const AnswerMode m_mode;
    Http2Relay *const m_relay;
    TestClock m_clock;
    std::map<char, std::unique_ptr<ScriptedUpstream>> m_upstreams;
    QList<QByteArray> m_urls; ///< Of the endpoints, in their order.
    std::unique_ptr<TestProxy> m_proxy;
    std::unique_ptr<RawClient> m_client; ///< Of the last request.
    QList<Served> m_served;
    std::map<char, int> m_turn;
    int m_requests = 0;
    bool m_finishesCoding = true;  ///< Of answers to the request under way.
    bool m_hasWaited = false;
    std::chrono::milliseconds m_nudged{0};
    std::chrono::milliseconds m_passed{0}; ///< Since the last request began.
    const AnswerCase::Expectation *m_checked = nullptr;
    QStringList m_differences;
};

} // namespace qcc::test
