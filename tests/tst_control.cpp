#include "core/control/commands.h"
#include "core/control/controlclient.h"
#include "core/control/controlserver.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#endif

using namespace qcc;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QJsonObject cmd(const QString &name)
{
    return {{"cmd"_L1, name}};
}

/// What a call was told, in order.
struct Answers {
    QList<Result<QJsonObject>> all;
    auto sink()
    {
        return [this](const Result<QJsonObject> &result) { all.append(result); };
    }
};

} // namespace

class TestControl : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QList<QJsonObject> m_requests;
    QList<ControlReply> m_held; ///< Replies to "later", not yet given.
    std::unique_ptr<ControlServer> m_server;

    QString name() const { return m_folder->filePath(u"s"_s); }
    void handle(const QJsonObject &request, const ControlReply &reply)
    {
        m_requests.append(request);
        const QString word = request.value("cmd"_L1).toString();
        if (word == "later"_L1)
            m_held.append(reply);
        else if (word == "fail"_L1)
            reply(controlFailure({ErrorCode::NotFound, u"There is no such thing."_s, u"Look again."_s}));
        else
            reply(controlOk(QJsonObject{{"echo"_L1, request}}));
    }
    std::unique_ptr<ControlServer> newServer()
    {
        return std::make_unique<ControlServer>(
            [this](const QJsonObject &request, const ControlReply &reply) { handle(request, reply); });
    }
    /// Everything that `bytes` sent on a bare connection is answered with until the server closes it.
    QByteArray answerTo(const QByteArray &bytes)
    {
        QLocalSocket socket;
        QByteArray got;
        QObject::connect(&socket, &QLocalSocket::readyRead, &socket, [&] { got += socket.readAll(); });
        socket.connectToServer(name());
        socket.write(bytes);
        const bool closed = QTest::qWaitFor([&] { return socket.state() == QLocalSocket::UnconnectedState; }, 10'000);
        return closed ? got + socket.readAll() : QByteArray("still open");
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_requests.clear();
        m_held.clear();
        m_server = newServer();
        const auto listening = m_server->listen(name());
        QVERIFY2(listening.has_value(), qPrintable(listening.has_value() ? QString() : listening.error().message));
    }

    void cleanup() { m_server.reset(); }

    void aRequestComesBackAsItsResult()
    {
        ControlClient client(name());
        Answers answers;
        const QJsonObject request{{"cmd"_L1, u"x"_s}, {"text"_L1, u"zwei\nZeilen ✓"_s}};
        client.call(request, answers.sink());
        QVERIFY(answers.all.isEmpty());
        QTRY_COMPARE(answers.all.size(), 1);
        QVERIFY(answers.all.at(0).has_value());
        QCOMPARE(answers.all.at(0)->value("echo"_L1).toObject(), request);
    }

    void aFailureKeepsItsReason()
    {
        ControlClient client(name());
        Answers answers;
        client.call(cmd(u"fail"_s), answers.sink());
        QTRY_COMPARE(answers.all.size(), 1);
        QVERIFY(!answers.all.at(0).has_value());
        QCOMPARE(answers.all.at(0).error().code, ErrorCode::NotFound);
        QCOMPARE(answers.all.at(0).error().message, u"There is no such thing."_s);
        QCOMPARE(answers.all.at(0).error().hint, u"Look again."_s);
    }

    void everyErrorCodeHasAWordOfItsOwn()
    {
        for (const ErrorCode code : EnumTable<ErrorCode>::values)
            QCOMPARE(fromWord<ErrorCode>(toWord(code)), code);
        QCOMPARE(fromWord<ErrorCode>(u"of a later version"), std::nullopt);
    }

    void answersComeInTheOrderOfTheRequests()
    {
        ControlClient client(name());
        Answers answers;
        client.call(cmd(u"later"_s), answers.sink());
        client.call(cmd(u"fail"_s), answers.sink());
        QTRY_COMPARE(m_held.size(), 1);
        QCOMPARE(m_requests.size(), 1); // The second waits for the first.
        m_held.takeFirst()(controlOk(QJsonObject()));
        QTRY_COMPARE(answers.all.size(), 2);
        QVERIFY(answers.all.at(0).has_value());
        QVERIFY(!answers.all.at(1).has_value());
    }

    void aLateAnswerIsNotTakenForTheNextOne()
    {
        ControlClient client(name());
        Answers answers;
        client.call(cmd(u"later"_s), answers.sink(), 30ms);
        QTRY_COMPARE(answers.all.size(), 1);
        QCOMPARE(answers.all.at(0).error().code, ErrorCode::Timeout);
        client.call(cmd(u"x"_s), answers.sink());
        m_held.takeFirst()(controlOk(QJsonObject{{"late"_L1, true}}));
        QTRY_COMPARE(answers.all.size(), 2);
        QVERIFY(answers.all.at(1)->contains("echo"_L1));
    }

    void nobodyListeningIsNotRunning()
    {
        ControlClient client(m_folder->filePath(u"nobody"_s));
        QSignalSpy lost(&client, &ControlClient::lost);
        Answers answers;
        client.call(cmd(u"x"_s), answers.sink());
        client.subscribe();
        QTRY_COMPARE(answers.all.size(), 1);
        QCOMPARE(answers.all.at(0).error().code, ErrorCode::NotRunning);
        QTRY_COMPARE(lost.size(), 1);
    }

    void aClosedServerFailsWhatIsUnderWayAndCanComeBack()
    {
        ControlClient client(name());
        Answers answers;
        client.call(cmd(u"later"_s), answers.sink());
        QTRY_COMPARE(m_held.size(), 1);
        m_server->close();
        QTRY_COMPARE(answers.all.size(), 1);
        QVERIFY(!answers.all.at(0).has_value());
        m_held.takeFirst()(controlOk()); // To nobody; must not crash.
        QVERIFY(m_server->listen(name()));
        client.call(cmd(u"x"_s), answers.sink());
        QTRY_COMPARE(answers.all.size(), 2);
        QVERIFY(answers.all.at(1).has_value());
    }

    void theLastAnswerLeavesBeforeTheServerCloses()
    {
        ControlClient client(name());
        Answers answers;
        client.call(cmd(u"later"_s), answers.sink());
        QTRY_COMPARE(m_held.size(), 1);
        m_held.takeFirst()(controlOk());
        m_server.reset();
        QTRY_COMPARE(answers.all.size(), 1);
        QVERIFY(answers.all.at(0).has_value());
    }

    void aClientMayGoInItsOwnCallback()
    {
        auto *client = new ControlClient(name());
        bool told = false;
        client->call(cmd(u"x"_s), [&](const Result<QJsonObject> &) {
            delete client;
            told = true;
        });
        client->call(cmd(u"x"_s), [](const Result<QJsonObject> &) { QFAIL("called back after it was deleted"); });
        QTRY_VERIFY(told);
    }

    void aSubscriberGetsEveryEventUntilTheEnd()
    {
        ControlClient client(name());
        QSignalSpy events(&client, &ControlClient::event);
        QSignalSpy lost(&client, &ControlClient::lost);
        Answers answers;
        QVERIFY(!m_server->hasSubscribers());
        client.subscribe();
        QTRY_VERIFY(m_server->hasSubscribers());
        for (int i = 0; i < 3; ++i)
            m_server->broadcast({{"n"_L1, i}});
        client.call(cmd(u"x"_s), answers.sink()); // Calls go on beside it.
        QTRY_COMPARE(events.size(), 3);
        QTRY_COMPARE(answers.all.size(), 1);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(events.at(i).at(0).toJsonObject().value("n"_L1).toInt(), i);
        QCOMPARE(lost.size(), 0);
        m_server->close();
        QTRY_COMPARE(lost.size(), 1);
        QVERIFY(!m_server->hasSubscribers());
    }

    void aSubscriberThatLeavesIsForgotten()
    {
        auto client = std::make_unique<ControlClient>(name());
        client->subscribe();
        QTRY_VERIFY(m_server->hasSubscribers());
        client.reset();
        QTRY_VERIFY(!m_server->hasSubscribers());
    }

    void aSubscriberThatDoesNotReadIsDropped()
    {
        QLocalSocket lazy;
        lazy.setReadBufferSize(1);
        lazy.connectToServer(name());
        lazy.write(toLine(cmd(u"subscribe"_s)));
        QTRY_VERIFY(m_server->hasSubscribers());
        const QJsonObject megabyte{{"x"_L1, QString(1024 * 1024, u'x')}};
        for (int i = 0; i < 3; ++i)
            m_server->broadcast(megabyte);
        QVERIFY(m_server->hasSubscribers());
        for (int i = 0; i < 3; ++i)
            m_server->broadcast(megabyte);
        QVERIFY(!m_server->hasSubscribers());
    }

    void garbageIsAnsweredWithAFailureAndTheEnd_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("no JSON") << QByteArray("GET / HTTP/1.1\r\n\r\n");
        QTest::newRow("no object") << QByteArray("[1]\n");
        QTest::newRow("empty line") << QByteArray("\n");
        QTest::newRow("endless line") << QByteArray(controlLineLimitBytes + 1, 'x');
    }

    void garbageIsAnsweredWithAFailureAndTheEnd()
    {
        QFETCH(QByteArray, bytes);
        const QByteArray answer = answerTo(bytes);
        QVERIFY(answer.endsWith('\n'));
        QCOMPARE(answer.count('\n'), 1);
        const QJsonObject failure = QJsonDocument::fromJson(answer).object();
        QCOMPARE(failure.value("ok"_L1), QJsonValue(false));
        QCOMPARE(failure.value("code"_L1).toString(), u"usage"_s);
        QVERIFY(m_requests.isEmpty());
    }

    void linesMayComeInPieces()
    {
        QLocalSocket socket;
        socket.connectToServer(name());
        socket.write("{\"cmd\":");
        QVERIFY(socket.flush());
        QTRY_COMPARE(socket.bytesToWrite(), 0);
        socket.write("\"a\"}\n{\"cmd\":\"b\"}\n");
        QTRY_COMPARE(m_requests.size(), 2);
        QCOMPARE(m_requests.at(1), cmd(u"b"_s));
        QTRY_VERIFY(socket.bytesAvailable() > 0);
    }

    void aLivingServerIsNotReplaced()
    {
        const auto second = newServer();
        const auto listening = second->listen(name());
        QVERIFY(!listening.has_value());
        QCOMPARE(listening.error().code, ErrorCode::AlreadyRunning);
        ControlClient client(name());
        Answers answers;
        client.call(cmd(u"x"_s), answers.sink());
        QTRY_COMPARE(answers.all.size(), 1);
        QVERIFY(answers.all.at(0).has_value());
    }

    void aFolderThatIsNotThereIsAFailure()
    {
        const auto listening = newServer()->listen(m_folder->filePath(u"none/s"_s));
        QVERIFY(!listening.has_value());
        QCOMPARE(listening.error().code, ErrorCode::NotAllowed);
    }

#ifdef Q_OS_UNIX
    void aDeadSocketIsReplaced()
    {
        const QString path = m_folder->filePath(u"dead"_s);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        qstrncpy(address.sun_path, QFile::encodeName(path).constData(), sizeof address.sun_path);
        const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        QVERIFY(fd >= 0);
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API's own idiom.
        QCOMPARE(::bind(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
        ::close(fd);
        QVERIFY(QFileInfo::exists(path));
        const auto server = newServer();
        QVERIFY(server->listen(path));
        ControlClient client(path);
        Answers answers;
        client.call(cmd(u"x"_s), answers.sink());
        QTRY_COMPARE(answers.all.size(), 1);
        QVERIFY(answers.all.at(0).has_value());
    }

    void onlyThisUserCanOpenTheSocket()
    {
        QCOMPARE(QFileInfo(name()).permissions()
                     & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
                 QFile::Permissions());
    }
#endif
};

QTEST_GUILESS_MAIN(TestControl)
#include "tst_control.moc"
