#include "core/upstream/http2connection.h"
#include "tests/support/bodies.h"
#include "tests/support/http2server.h"
#include "tests/support/rawclient.h"
#include "tests/support/residentmemory.h"
#include "tests/support/testclock.h"
#include "tests/support/testproxy.h"
#include "tests/support/upstreamclient.h"

#include <QTcpServer>
#include <QTest>

#include <memory>
#include <vector>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

/// What a request to a path of tests/http2/misbehave.py ends with.
struct Row {
    const char *path;
    int status = 200;                        ///< 0: there is no head.
    const char *body = "body";
    UpstreamFault fault = UpstreamFault::None;
    const char *text = "";                   ///< Part of what is said of it.
    bool sameConnection = true;              ///< The connection serves the next request.
    bool unread = false;
};

constexpr UpstreamFault noHttp = UpstreamFault::NoHttp;
constexpr UpstreamFault closed = UpstreamFault::Closed;

const std::vector<Row> rows{
    // The header: what HTTP/1.1 would not take is not taken here, and costs its stream alone.
    {"/unfolding-header", 0, "", noHttp, "larger than 512 KiB"},
    {"/many-fields", 0, "", noHttp, "more than 2000 fields"},
    {"/huge-header", 0, "", noHttp, "larger than 512 KiB"},
    {"/large-header"},
    {"/line-break-in-value", 0, "", noHttp, "control character"},
    {"/line-feed-in-value", 0, "", noHttp, "control character"},
    {"/nul-in-value", 0, "", noHttp, "control character"},
    {"/line-break-in-name", 0, "", noHttp, "malformed"},
    {"/blank-in-name", 0, "", noHttp, "malformed"},
    {"/colon-in-name", 0, "", noHttp, "malformed"},
    {"/empty-name", 0, "", noHttp, "malformed"},
    {"/upper-case-name", 0, "", noHttp, "malformed"},
    {"/connection-field", 0, "", noHttp, "malformed"},
    {"/transfer-encoding", 0, "", noHttp, "malformed"},
    {"/no-status", 0, "", noHttp, "status is malformed"},
    {"/no-fields", 0, "", noHttp, "status is malformed"},
    {"/two-statuses", 0, "", noHttp, "malformed"},
    {"/short-status", 0, "", noHttp, "status is malformed"},
    {"/low-status", 0, "", noHttp, "status is malformed"},
    {"/wordy-status", 0, "", noHttp, "status is malformed"},
    {"/late-status", 0, "", noHttp, "malformed"},
    {"/foreign-pseudo", 0, "", noHttp, "malformed"},
    {"/late-pseudo", 0, "", noHttp, "malformed"},
    {"/blanks-around-value"},
    {"/high-bytes"},
    {"/two-cookies"},
    // Lengths.
    {"/exact-length"},
    {"/same-length-twice"},
    {"/two-lengths", 0, "", noHttp, "Content-Length is malformed"},
    {"/bad-length", 0, "", noHttp, "Content-Length is malformed"},
    {"/negative-length", 0, "", noHttp, "Content-Length is malformed"},
    {"/short-of-length", 200, "body", closed, "after 4 of 10 bytes"},
    {"/beyond-length"},
    {"/beyond-length-later"},
    {"/length-and-no-end"},
    {"/no-body-and-no-end", 200, ""},
    {"/no-content", 204, ""},
    {"/no-content-with-body", 204, ""},
    {"/not-modified-with-body", 304, ""},
    {"/padded"},
    {"/empty", 200, ""},
    // The order of things.
    {"/early-hints"},
    {"/several-interims"},
    {"/interim-flood", 0, "", noHttp, "more than 100 interim answers"},
    {"/interim-bomb", 0, "", noHttp, "interim answers are larger than 512 KiB"},
    {"/interim-ends", 0, "", closed, "before the header was complete"},
    {"/interim-with-length", 0, "", noHttp, "interim answer announces a body"},
    {"/switching", 0, "", noHttp, "switched protocols"},
    {"/body-first", 0, "", noHttp, "does not keep to HTTP/2", false},
    {"/second-header", 200, "body", noHttp, "behind the answer's body is malformed"},
    {"/trailers"},
    {"/trailers-with-status", 200, "body", noHttp, "behind the answer's body is malformed"},
    {"/huge-trailers", 200, "body", noHttp, "what follows the answer's body is larger than 16 KiB"},
    // Ends that are none.
    {"/reset-well-in-body", 200, "body", closed, "reset before the end"},
    {"/reset-well-after-head", 200, "", closed, "reset before the end"},
    {"/reset-well-before-head", 0, "", closed, "reset before the end"},
    {"/reset-in-body", 200, "body", closed, "reset before the end"},
    {"/reset-before-head", 0, "", closed, "reset before the end"},
    {"/cancelled", 0, "", closed, "reset before the end"},
    {"/refused", 0, "", closed, "REFUSED_STREAM", false, true},
    {"/refused-after-head", 200, "body", closed, "reset before the end", false},
    {"/ends-then-resets"},
    {"/closes-in-body", 200, "body", closed, "closed before the end of the answer", false},
    {"/closes-before-head", 0, "", closed, "closed before an answer", false},
    {"/aborts-in-body", 200, "body", closed, "before the end of the answer", false},
    {"/aborts-before-head", 0, "", closed, "", false},
    {"/goodbye-below", 0, "", closed, "not taken the request", false, true},
    {"/goodbye-then-answer", 200, "body", UpstreamFault::None, "", false},
    {"/goodbye-in-body", 200, "body", closed, "before the end of the answer", false},
    {"/calm-down", 0, "", closed, "closed before an answer", false},
    // Frames.
    {"/bad-compression", 0, "", noHttp, "does not keep to HTTP/2", false},
    {"/push", 0, "", noHttp, "does not keep to HTTP/2", false},
    {"/large-frame", 200, "", noHttp, "does not keep to HTTP/2", false},
    {"/header-of-nobody", 0, "", noHttp, "does not keep to HTTP/2", false},
    {"/data-of-nobody", 0, "", noHttp, "does not keep to HTTP/2", false},
    {"/wide-window", 0, "", noHttp, "does not keep to HTTP/2", false},
    {"/no-window", 0, "", noHttp, "does not keep to HTTP/2", false},
    {"/bad-settings", 0, "", noHttp, "does not keep to HTTP/2", false},
    {"/garbage", 0, "", noHttp, "does not keep to HTTP/2", false},
    {"/continuations", 0, "", noHttp, "does not keep to HTTP/2", false},
    {"/unknown-frames"},
    {"/ping-flood", 0, "", noHttp, "does not keep to HTTP/2", false},
    {"/settings-flood", 0, "", noHttp, "does not keep to HTTP/2", false},
};

} // namespace

/// HTTP/2 servers that break its rules on purpose: each case ends as its like does over HTTP/1.1, and costs nobody else anything.
class TestHttp2Faults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!Http2Server::isInstalled())
            QSKIP("Python with hpack is not installed.");
        m_upstream = std::make_unique<MisbehavingUpstream>();
        QVERIFY2(m_upstream->start(), qPrintable(m_upstream->problem()));
    }

    void init()
    {
        m_upstream->setSettings({});
        m_client = std::make_unique<UpstreamClient>();
        m_client->terms.http2 = true;
        m_client->terms.caFile = m_upstream->server().certificateFile();
    }

    void cleanup() { m_client.reset(); }

    void endsAsOverHttp1_data()
    {
        QTest::addColumn<int>("number");
        for (size_t i = 0; i < rows.size(); ++i)
            QTest::newRow(rows[i].path + 1) << static_cast<int>(i);
    }

    void endsAsOverHttp1()
    {
        QFETCH(int, number);
        const Row &row = rows[static_cast<size_t>(number)];
        MisbehavingUpstream &upstream = *m_upstream;
        // Beside it, another runs on the same connection.
        std::unique_ptr<UpstreamReply> first(m_client->get(upstream.baseUrl(), "/"));
        QTRY_VERIFY(first->isFinished());
        QCOMPARE(first->fault(), UpstreamFault::None);

        std::unique_ptr<UpstreamReply> reply(m_client->send("POST", upstream.baseUrl(), row.path, "{}"));
        QByteArray body;
        connect(reply.get(), &QNetworkReply::readyRead, reply.get(), [&] { body += reply->takeBody(); });
        QTRY_VERIFY_WITH_TIMEOUT(reply->isFinished(), 20000);
        body += reply->takeBody();
        QVERIFY2(reply->fault() == row.fault, qPrintable(toWord(reply->fault()) + QLatin1String(": ") + reply->errorString()));
        QVERIFY2(reply->errorString().contains(QLatin1String(row.text)), qPrintable(reply->errorString()));
        QCOMPARE(reply->hasHead() ? reply->head().status : 0, row.status);
        QCOMPARE(body, QByteArray(row.body));
        QCOMPARE(reply->provenUnread(), row.unread);
        QCOMPARE(reply->version(), HttpVersion::Http2);
        QCOMPARE(upstream.arrived(row.path), 1);

        std::unique_ptr<UpstreamReply> next(m_client->get(upstream.baseUrl(), "/"));
        QTRY_VERIFY(next->isFinished());
        QVERIFY2(next->fault() == UpstreamFault::None, qPrintable(next->errorString()));
        QCOMPARE(next->takeBody(), QByteArray("body"));
        QCOMPARE(next->version(), HttpVersion::Http2); // also of an endpoint that speaks nothing else
        QCOMPARE(upstream.connections(), row.sameConnection ? 1 : 2);
        QCOMPARE(m_client->figures().busy, 0);
        QCOMPARE(m_client->budget().held(), m_client->figures().open);
    }

    void passesHeadersAndTargetsAsTheyAre_data()
    {
        QTest::addColumn<QByteArray>("target");
        for (const char *target : {"/v1/messages?beta=true", "/v1beta/models/gemini:generateContent?alt=sse", "/v1/models/a%2Fb", "/v1/x?", "/v1/../admin",
                                   "/v1/%2e%2e/admin", "/%41", "/100%", "//double", "/a#b", "/\xc3\xa9", "*"})
            QTest::newRow(target) << QByteArray(target);
    }

    void passesHeadersAndTargetsAsTheyAre()
    {
        QFETCH(QByteArray, target);
        MisbehavingUpstream &upstream = *m_upstream;
        std::unique_ptr<UpstreamReply> reply(m_client->send("OPTIONS", upstream.baseUrl(), target, "question",
                                                            {{"X-Case", "Kept"}, {"x-twice", "1"}, {"x-twice", "2"}, {"Authorization", "Bearer k"},
                                                             {"Connection", "keep-alive"}, {"TE", "trailers"}}));
        QTRY_VERIFY(reply->isFinished());
        QVERIFY2(reply->fault() == UpstreamFault::None, qPrintable(reply->errorString()));
        QCOMPARE(reply->head().reason, QByteArray("OK"));
        const HeaderList &seen = reply->head().headers;
        QCOMPARE(firstValue(seen, "seen-path"), target);
        QCOMPARE(firstValue(seen, "seen-method"), QByteArray("OPTIONS"));
        QCOMPARE(firstValue(seen, "seen-scheme"), QByteArray("https"));
        QCOMPARE(firstValue(seen, "seen-authority"), upstream.baseUrl().sliced(8));
        QCOMPARE(firstValue(seen, "seen-x-case"), QByteArray("Kept"));
        QCOMPARE(firstValue(seen, "seen-authorization"), QByteArray("Bearer k"));
        QCOMPARE(firstValue(seen, "seen-content-length"), QByteArray("8"));
        QCOMPARE(std::count_if(seen.begin(), seen.end(), [](const HeaderField &f) { return f.name == "seen-x-twice"; }), 2);
        for (const char *dropped : {"seen-connection", "seen-te", "seen-host"})
            QVERIFY2(!contains(seen, dropped), dropped);
        QCOMPARE(reply->takeBody(), QByteArray("question"));
    }

    void answersHeadWithoutABody()
    {
        MisbehavingUpstream &upstream = *m_upstream;
        for (const char *path : {"/", "/exact-length"}) { // which sends one all the same
            std::unique_ptr<UpstreamReply> reply(m_client->send("HEAD", upstream.baseUrl(), path));
            QTRY_VERIFY(reply->isFinished());
            QVERIFY2(reply->fault() == UpstreamFault::None, qPrintable(reply->errorString()));
            QCOMPARE(reply->framing(), AnswerGate::Framing::None);
            QCOMPARE(reply->takeBody(), QByteArray());
        }
        QCOMPARE(upstream.connections(), 1);
    }

    void survivesAWindowThatShrinksAmidAnUpload()
    {
        MisbehavingUpstream &upstream = *m_upstream;
        std::unique_ptr<UpstreamReply> reply(m_client->send("POST", upstream.baseUrl(), "/shrinking-window", QByteArray(300'000, 'u')));
        QTRY_VERIFY(reply->isFinished());
        QVERIFY2(reply->fault() == UpstreamFault::None, qPrintable(reply->errorString()));
        QCOMPARE(reply->takeBody(), QByteArray("300000"));
    }

    void takesAnAnswerThatDoesNotWaitForTheUpload()
    {
        MisbehavingUpstream &upstream = *m_upstream;
        std::unique_ptr<UpstreamReply> reply(m_client->send("POST", upstream.baseUrl(), "/answers-early", QByteArray(8 << 20, 'u')));
        QTRY_VERIFY(reply->isFinished());
        QVERIFY2(reply->fault() == UpstreamFault::None, qPrintable(reply->errorString()));
        QCOMPARE(reply->head().status, 413);
        QCOMPARE(reply->takeBody(), QByteArray("body"));
        std::unique_ptr<UpstreamReply> next(m_client->get(upstream.baseUrl(), "/"));
        QTRY_VERIFY(next->isFinished());
        QVERIFY(next->reusedConnection());
        QCOMPARE(upstream.connections(), 1);
    }

    void holdsTheUpstreamBackForASlowReader()
    {
        MisbehavingUpstream &upstream = *m_upstream;
        std::unique_ptr<UpstreamReply> reply(m_client->get(upstream.baseUrl(), "/endless"));
        QTRY_COMPARE(upstream.server().count("full "), 1);
        QCOMPARE(upstream.server().await("full ").value(0).toInt(), Http2Connection::window);
        QTRY_COMPARE(reply->bytesAvailable(), qint64(Http2Connection::window));
        // It does not hold back others on the connection.
        const QByteArray question(1 << 20, 'q');
        std::unique_ptr<UpstreamReply> other(m_client->send("POST", upstream.baseUrl(), "/", question));
        QByteArray echo;
        connect(other.get(), &QNetworkReply::readyRead, other.get(), [&] { echo += other->takeBody(); });
        QTRY_VERIFY(other->isFinished());
        echo += other->takeBody();
        QVERIFY(echo == question);
        QCOMPARE(upstream.connections(), 1);
        // And goes on as it reads.
        qint64 taken = 0;
        QTRY_VERIFY((taken += reply->takeBody().size()) > 4 * Http2Connection::window);
        reply->leave();
        static_cast<void>(reply.release());
        QTRY_COMPARE(upstream.server().count("reset /endless 8"), 1);
    }

    void takesNoMoreThanItAskedFor()
    {
        MisbehavingUpstream &upstream = *m_upstream;
        std::unique_ptr<UpstreamReply> reply(m_client->get(upstream.baseUrl(), "/beyond-window"));
        QTRY_VERIFY(reply->isFinished());
        QCOMPARE(reply->fault(), UpstreamFault::NoHttp);
        constexpr int oneFrame = 16 * 1024;
        QVERIFY(reply->bytesAvailable() <= Http2Connection::window + oneFrame);
        std::unique_ptr<UpstreamReply> next(m_client->get(upstream.baseUrl(), "/"));
        QTRY_VERIFY(next->isFinished());
        QCOMPARE(next->fault(), UpstreamFault::None);
    }

    void isNotKeptWaitingByFramesWithoutContent()
    {
        MisbehavingUpstream &upstream = *m_upstream;
        m_client->terms.read = 500ms;
        for (const char *path : {"/empty-data-flood", "/silent", "/silent-in-body", "/half-header"}) {
            std::unique_ptr<UpstreamReply> reply(m_client->get(upstream.baseUrl(), path));
            QTRY_VERIFY(reply->isFinished());
            QCOMPARE(reply->fault(), UpstreamFault::TimedOut);
        }
    }

    void waitsForNoUploadThatTheServerDoesNotTake()
    {
        MisbehavingUpstream &upstream = *m_upstream;
        m_client->terms.read = 500ms;
        Endpoint endpoint = TestProxy::endpointAt(upstream.baseUrl(), 0);
        endpoint.http2 = true;
        endpoint.caFile = upstream.server().certificateFile();
        const auto body = std::make_shared<RequestBody>(testBodies(), 2'000'000);
        QVERIFY(body->reserve());
        BodyReader upload(body, {});
        UpstreamRequest request = UpstreamRequest::to(endpoint);
        request.verb = "POST";
        request.target = "/closes-its-window";
        request.headers = {{"Host", "localhost"}};
        request.upload = &upload;
        request.deadlines = {5s, 500ms};
        // A client that pauses, and then goes on.
        const HeldReply reply = m_client->pool().send(std::move(request));
        QTRY_COMPARE(upstream.server().count("begun /closes-its-window"), 1);
        QTRY_COMPARE(upstream.server().count("acknowledged"), 2); // the SETTINGS that close it, too
        QVERIFY(body->append(QByteArray(1'000'000, 'u')));
        upload.bodyGrew();
        QTRY_VERIFY(reply->isFinished());
        QCOMPARE(reply->fault(), UpstreamFault::TimedOut);
    }

    void noticesADeadConnection()
    {
        MisbehavingUpstream &upstream = *m_upstream;
        TestClock clock;
        m_client = std::make_unique<UpstreamClient>(UpstreamClient::fixedPool(), clock);
        m_client->terms.http2 = true;
        m_client->terms.caFile = upstream.server().certificateFile();
        m_client->terms.read = 10min;
        std::unique_ptr<UpstreamReply> silent(m_client->get(upstream.baseUrl(), "/silent"));
        QTRY_COMPARE(upstream.arrived("/silent"), 1);
        // One that thinks for minutes answers each PING.
        for (int i = 0; i < 10; ++i) {
            clock.advance(PingWatch::pingAfter);
            QTRY_COMPARE(upstream.server().count("ping"), i + 1);
            std::unique_ptr<UpstreamReply> other(m_client->get(upstream.baseUrl(), "/"));
            QTRY_VERIFY(other->isFinished()); // and with it the answer to the PING
            QVERIFY(!silent->isFinished());
        }
        std::unique_ptr<UpstreamReply> deaf(m_client->get(upstream.baseUrl(), "/deaf"));
        QTRY_COMPARE(upstream.arrived("/deaf"), 1);
        const auto began = clock.now();
        while (!silent->isFinished() && clock.now() - began < 10min) {
            clock.advance(1s);
            QCoreApplication::processEvents();
        }
        QTRY_VERIFY(silent->isFinished());
        QTRY_VERIFY(deaf->isFinished());
        QVERIFY(clock.now() - began >= PingWatch::lostAfter);
        QCOMPARE(silent->fault(), UpstreamFault::Closed);
        QVERIFY2(silent->errorString().contains(QLatin1String("no answer to a PING within")), qPrintable(silent->errorString()));
        QVERIFY(!silent->provenUnread());
        QCOMPARE(m_client->figures().open, 0);
    }

    void givesUpAServerThatDoesNotBegin()
    {
        MisbehavingUpstream upstream;
        QVERIFY2(upstream.start(), qPrintable(upstream.problem()));
        upstream.setSettings("none");
        TestClock clock;
        m_client = std::make_unique<UpstreamClient>(UpstreamClient::fixedPool(), clock);
        m_client->terms.http2 = true;
        m_client->terms.caFile = upstream.server().certificateFile();
        m_client->terms.read = 10min;
        std::unique_ptr<UpstreamReply> reply(m_client->get(upstream.baseUrl(), "/silent"));
        std::unique_ptr<UpstreamReply> behind(m_client->get(upstream.baseUrl(), "/"));
        QTRY_COMPARE(upstream.arrived("/silent"), 1);
        QCOMPARE(m_client->figures().queued, 1);
        clock.advance(Http2Connection::settleTime);
        QTRY_VERIFY(reply->isFinished());
        QVERIFY2(reply->errorString().contains(QLatin1String("did not begin to speak it")), qPrintable(reply->errorString()));
        // The other does not wait for anybody's connection again.
        QTRY_VERIFY(m_client->figures().queued == 0);
    }

    void takesWhatTheServerAllows_data()
    {
        QTest::addColumn<QByteArray>("settings");
        QTest::addColumn<int>("connections");
        QTest::newRow("one stream") << QByteArray("3=1") << 5;
        QTest::newRow("a thousand streams") << QByteArray("3=1000") << 1;
        QTest::newRow("no limit") << QByteArray("4=65535") << 1;
        QTest::newRow("small frames and windows") << QByteArray("4=10 1=0 3=100") << 1;
    }

    void takesWhatTheServerAllows()
    {
        QFETCH(QByteArray, settings);
        QFETCH(int, connections);
        MisbehavingUpstream upstream;
        QVERIFY2(upstream.start(), qPrintable(upstream.problem()));
        upstream.setSettings(settings);
        m_client->terms.caFile = upstream.server().certificateFile();
        std::unique_ptr<UpstreamReply> first(m_client->get(upstream.baseUrl(), "/"));
        QTRY_VERIFY(first->isFinished());
        std::vector<std::unique_ptr<UpstreamReply>> replies;
        for (int i = 0; i < 5; ++i)
            replies.emplace_back(m_client->send("POST", upstream.baseUrl(), "/silent", "{}"));
        QTRY_COMPARE(upstream.arrived("/silent"), 5);
        QCOMPARE(m_client->figures().open, connections);
        QCOMPARE(upstream.connections(), connections);
    }

    void repeatsWhatWasNotProcessedForFree()
    {
        MisbehavingUpstream upstream;
        QVERIFY2(upstream.start(), qPrintable(upstream.problem()));
        Config config = TestProxy::patient();
        config.retry.maxAttempts = 1;
        TestProxy proxy({upstream.baseUrl()}, config);
        proxy.setHttp2(true);
        proxy.setCaFile(upstream.server().certificateFile());
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/goodbye-once", "{}");
        QTRY_COMPARE(client.finished(), 1);
        QVERIFY2(client.response().status == 200, client.response().body.constData());
        QCOMPARE(proxy.last().attempts.size(), 2);
        QCOMPARE(proxy.last().attempts.first().failure, FailureClass::Stale);
        QCOMPARE(proxy.last().outcome, Outcome::Recovered);
        // Whoever refuses everything is not asked for ever.
        client.post("/refused", "{}");
        QTRY_COMPARE(client.finished(), 2);
        QCOMPARE(client.response(1).status, 502);
        QVERIFY(upstream.arrived("/refused") <= 6);
    }

    void takesWholeWhatComesBeforeTheEnd()
    {
        MisbehavingUpstream &upstream = *m_upstream;
        for (int i = 0; i < 10; ++i) {
            std::unique_ptr<UpstreamReply> reply(m_client->get(upstream.baseUrl(), "/closes-behind"));
            QByteArray body;
            connect(reply.get(), &QNetworkReply::readyRead, reply.get(), [&] { body += reply->takeBody(); });
            QTRY_VERIFY(reply->isFinished());
            body += reply->takeBody();
            QVERIFY2(reply->fault() == UpstreamFault::None, qPrintable(reply->errorString()));
            QCOMPARE(body.size(), 200'000);
        }
        QCOMPARE(upstream.connections(), 10);
    }

    void learnsALimitThatIsNotAnnounced()
    {
        MisbehavingUpstream &upstream = *m_upstream;
        Config config = TestProxy::patient();
        config.retry.maxAttempts = 1;
        TestProxy proxy({upstream.baseUrl()}, config);
        proxy.setHttp2(true);
        proxy.setCaFile(upstream.server().certificateFile());
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 60; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(proxy.port());
            clients.back()->post("/refused-beyond-three?" + QByteArray::number(i), "{}");
        }
        for (const auto &client : clients) {
            QTRY_VERIFY(client->response().complete);
            QVERIFY2(client->response().status == 200, client->response().body.constData());
        }
        QCOMPARE(upstream.server().count("answered /refused-beyond-three"), 60); // none twice
    }

    void sendsALargeHeader()
    {
        MisbehavingUpstream &upstream = *m_upstream;
        std::unique_ptr<UpstreamReply> reply(m_client->send("POST", upstream.baseUrl(), "/", "{}", {{"x-large", QByteArray(65'300, 'v')}}));
        QTRY_VERIFY(reply->isFinished());
        QVERIFY2(reply->fault() == UpstreamFault::None, qPrintable(reply->errorString()));
        QCOMPARE(firstValue(reply->head().headers, "seen-x-large").size(), 65'300);
    }

    void waitsNoLongerForAnothersConnectionThanForItsOwn()
    {
        QTcpServer silent; // accepts, and never begins TLS
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        TestClock clock;
        m_client = std::make_unique<UpstreamClient>(UpstreamClient::fixedPool(), clock);
        m_client->terms.http2 = true;
        m_client->terms.connect = 3s;
        const QByteArray url = "https://localhost:" + QByteArray::number(silent.serverPort());
        std::unique_ptr<UpstreamReply> first(m_client->get(url, "/")), second(m_client->get(url, "/"));
        QTRY_VERIFY(silent.hasPendingConnections());
        clock.advance(3s);
        QTRY_VERIFY(first->isFinished());
        QTRY_VERIFY(second->isFinished());
        QCOMPARE(second->fault(), UpstreamFault::TimedOut);
        QCOMPARE(m_client->budget().held(), 0);
        QCOMPARE(m_client->figures().queued, 0);
    }

    void losesNothingWhenTheServerSaysGoodbyeAmidst()
    {
        MisbehavingUpstream &upstream = *m_upstream;
        TestProxy proxy({upstream.baseUrl()}, TestProxy::patient());
        proxy.setHttp2(true);
        proxy.setCaFile(upstream.server().certificateFile());
        RawClient first;
        first.connectTo(proxy.port());
        first.post("/", "first");
        QTRY_VERIFY(first.response().complete);
        constexpr int all = 100;
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < all; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(proxy.port());
            // After the fiftieth the server takes no more on this connection, and drops what it had not begun.
            clients.back()->post("/goodbye-after-50?" + QByteArray::number(i), "body " + QByteArray::number(i));
        }
        for (int i = 0; i < all; ++i) {
            const auto &client = clients[static_cast<size_t>(i)];
            QTRY_VERIFY(client->response().complete);
            QCOMPARE(client->response().status, 200);
            QCOMPARE(client->response().body, "body " + QByteArray::number(i));
        }
        for (int i = 0; i < all; ++i)
            QCOMPARE(upstream.server().count("answered /goodbye-after-50?" + QByteArray::number(i) + ' '), 1);
        QVERIFY(upstream.connections() <= 3);
        QTRY_COMPARE(proxy.pool().busy, 0);
    }

    void keepsTheClientsConnectionInStep_data()
    {
        QTest::addColumn<QByteArray>("path");
        for (const char *path : {"/beyond-length", "/beyond-length-later", "/no-content-with-body", "/not-modified-with-body", "/early-hints", "/trailers",
                                 "/line-break-in-value"})
            QTest::newRow(path + 1) << QByteArray(path);
    }

    void keepsTheClientsConnectionInStep()
    {
        QFETCH(QByteArray, path);
        MisbehavingUpstream &upstream = *m_upstream;
        Config config = TestProxy::patient();
        config.retry.maxAttempts = 1;
        TestProxy proxy({upstream.baseUrl()}, config);
        proxy.setHttp2(true);
        proxy.setCaFile(upstream.server().certificateFile());
        RawClient client;
        client.connectTo(proxy.port());
        client.post(path, "{}");
        client.post("/", "the second");
        QTRY_COMPARE(client.finished(), 2);
        QVERIFY(client.response(0).complete);
        QVERIFY(client.response(0).header("set-cookie").isEmpty());
        QCOMPARE(client.response(1).status, 200);
        QCOMPARE(client.response(1).body, QByteArray("the second"));
    }

    void costsLittleMemoryForAnUnreadGigabyte()
    {
        MisbehavingUpstream &upstream = *m_upstream;
        TestProxy proxy({upstream.baseUrl()}, TestProxy::patient());
        proxy.setHttp2(true);
        proxy.setCaFile(upstream.server().certificateFile());
        RawClient warm;
        warm.connectTo(proxy.port());
        warm.post("/", QByteArray(1 << 20, 'w'));
        QTRY_VERIFY(warm.response().complete);
        const qint64 before = residentBytes();
        RawClient client;
        client.connectTo(proxy.port());
        QTRY_VERIFY(client.isConnected());
        client.pauseReading();
        client.get("/endless");
        // What the sockets between hold is the system's; then nothing moves any more.
        int seen = -1;
        QTRY_VERIFY_WITH_TIMEOUT(std::exchange(seen, upstream.server().count("full ")) == upstream.server().count("full ") && seen > 0, 10000);
        QTest::qWait(500);
        QVERIFY(residentBytes() - before < 2 * 1024 * 1024 + sanitizerBytes);
        client.reset();
        QTRY_COMPARE(proxy.inFlight(), 0);
    }

private:
    std::unique_ptr<MisbehavingUpstream> m_upstream; ///< For all that leave it as it is.
    std::unique_ptr<UpstreamClient> m_client;
};

QTEST_GUILESS_MAIN(TestHttp2Faults)
#include "tst_http2faults.moc"
