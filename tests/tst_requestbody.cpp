#include "core/http/jsonreader.h"
#include "core/http/requestbody.h"
#include "tests/support/bodies.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MiB = 1024 * 1024;

/// Bytes of which no piece is like another.
QByteArray pattern(qint64 size)
{
    QByteArray bytes(static_cast<qsizetype>(size), Qt::Uninitialized);
    quint32 state = 1;
    for (char &byte : bytes) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

bool appendAll(RequestBody &body, const QByteArray &bytes, qsizetype step = 100'000)
{
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        if (!body.append(QByteArrayView(bytes).sliced(at, qMin(step, bytes.size() - at))))
            return false;
    }
    return true;
}

QByteArray readAll(const RequestBody &body)
{
    QByteArray all(static_cast<qsizetype>(body.size()), '\0');
    return body.read(0, all.data(), all.size()) == all.size() ? all : QByteArray();
}

} // namespace

class TestRequestBody : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void liesWhereItsSizeSays_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::addColumn<bool>("announced");
        QTest::addColumn<bool>("inFile");
        QTest::newRow("empty") << qint64(0) << true << false;
        QTest::newRow("small") << qint64(1000) << true << false;
        QTest::newRow("small, in chunks") << qint64(1000) << false << false;
        QTest::newRow("with pages of its own") << qint64(300'000) << true << false;
        QTest::newRow("growing to pages of its own") << qint64(300'000) << false << false;
        QTest::newRow("the largest in memory") << BodyStore::mostInMemory << true << false;
        QTest::newRow("the largest in memory, in chunks") << BodyStore::mostInMemory << false << false;
        QTest::newRow("one byte more") << BodyStore::mostInMemory + 1 << true << true;
        QTest::newRow("one byte more, in chunks") << BodyStore::mostInMemory + 1 << false << true;
        QTest::newRow("large") << 30 * MiB << true << true;
        QTest::newRow("large, in chunks") << 30 * MiB << false << true;
    }

    void liesWhereItsSizeSays()
    {
        QFETCH(qint64, size);
        QFETCH(bool, announced);
        QFETCH(bool, inFile);
        BodyStore store(m_folder->path());
        const QByteArray bytes = pattern(size);
        {
            RequestBody body(store, announced ? std::optional(size) : std::nullopt);
            QVERIFY(body.reserve());
            QVERIFY2(appendAll(body, bytes), body.problem().constData());
            QCOMPARE(body.finalSize(), announced ? std::optional(size) : std::nullopt);
            body.complete();
            QCOMPARE(body.finalSize(), std::optional(size));
            QCOMPARE(body.isInFile(), inFile);
            QVERIFY(readAll(body) == bytes);
            QVERIFY(bytes.startsWith(body.beginning()));
            QCOMPARE(body.heldInMemory(), inFile ? qint64(RequestBody::keptBeginning) : size);
            QCOMPARE(store.held(), body.heldInMemory());
            // Nothing in the folder tells of it.
            QVERIFY(QDir(m_folder->path()).isEmpty());
        }
        QCOMPARE(store.held(), 0);
    }

    void allTogetherHoldNoMoreThanTheStoreLets()
    {
        BodyStore store(m_folder->path(), 100'000);
        const QByteArray bytes = pattern(60'000);
        RequestBody first(store, bytes.size());
        QVERIFY(first.reserve() && appendAll(first, bytes));
        RequestBody second(store, bytes.size());
        QVERIFY(second.reserve());
        QVERIFY(second.append(QByteArrayView(bytes).first(40'000)));
        QVERIFY(!second.append(QByteArrayView(bytes).sliced(40'000)));
        QVERIFY2(second.problem().contains("memory"), second.problem().constData());
        QVERIFY(!second.append("x"));
        // One of which nobody knows how long it gets goes to the disk instead.
        RequestBody third(store, std::nullopt);
        QVERIFY2(appendAll(third, bytes, 7000), third.problem().constData());
        QVERIFY(third.isInFile());
        QVERIFY(readAll(third) == bytes);
        QVERIFY(store.held() <= 100'000);
    }

    void saysThatTheDiskHasNoRoom()
    {
        BodyStore store(u"/nowhere/at/all"_s);
        RequestBody announced(store, 20 * MiB);
        QVERIFY(!announced.reserve());
        QVERIFY2(announced.problem().contains("disk"), announced.problem().constData());
        RequestBody growing(store, std::nullopt);
        QVERIFY(!appendAll(growing, QByteArray(9 * MiB, 'x')));
        QVERIFY2(growing.problem().contains("disk"), growing.problem().constData());
    }

    void mayBeginOnceEnoughOfALargeOneIsHere()
    {
        BodyStore store(m_folder->path());
        RequestBody large(store, 20 * MiB);
        QVERIFY(large.reserve());
        QVERIFY(large.append(QByteArray(RequestBody::keptBeginning - 1, 'x')));
        QVERIFY(!large.mayBegin());
        QVERIFY(large.append("x"));
        QVERIFY(large.mayBegin());
        RequestBody small(store, 1 * MiB);
        QVERIFY(small.reserve() && small.append(QByteArray(500'000, 'x')));
        QVERIFY(!small.mayBegin());
    }

    void canBeReadWhileItArrives_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::newRow("in memory") << qint64(500'000);
        QTest::newRow("in a file") << 9 * MiB;
    }

    void canBeReadWhileItArrives()
    {
        QFETCH(qint64, size);
        BodyStore store(m_folder->path());
        const QByteArray bytes = pattern(size);
        const auto body = std::make_shared<RequestBody>(store, size);
        QVERIFY(body->reserve());
        BodyReader reader(body, {});
        QSignalSpy more(&reader, &QIODevice::readyRead);
        QCOMPARE(reader.size(), size);
        QByteArray read;
        for (qsizetype at = 0; at < bytes.size(); at += 70'000) {
            QVERIFY(!reader.atEnd());
            char none = 0;
            QCOMPARE(reader.read(&none, 1), 0);
            QVERIFY(body->append(QByteArrayView(bytes).sliced(at, qMin<qsizetype>(70'000, bytes.size() - at))));
            reader.bodyGrew();
            for (QByteArray piece = reader.read(1000); !piece.isEmpty(); piece = reader.read(50'000))
                read += piece;
        }
        QVERIFY(!reader.atEnd());
        body->complete();
        QVERIFY(reader.atEnd());
        QVERIFY(read == bytes);
        char none = 0;
        QCOMPARE(reader.read(&none, 1), -1);
        QCOMPARE(more.size(), (size + 69'999) / 70'000);
        // And again, by who tries next.
        BodyReader again(body, {});
        QVERIFY(again.readAll() == bytes);
    }

    void givesOtherBytesWhereItIsPatched_data()
    {
        QTest::addColumn<qsizetype>("filler");
        QTest::newRow("in memory") << qsizetype(100);
        QTest::newRow("in a file") << qsizetype(9 * MiB);
    }

    void givesOtherBytesWhereItIsPatched()
    {
        QFETCH(qsizetype, filler);
        BodyStore store(m_folder->path());
        const QByteArray stuff(filler, 'x');
        const QByteArray bytes = "{\"model\":\"a\",\"x\":\"" + stuff + "\",\"mod\\u0065l\": \"a\" ,\"y\":{\"model\":\"a\"},\"model\":\"bb\"}";
        const QByteArray wanted = "{\"model\":\"bb\",\"x\":\"" + stuff + "\",\"mod\\u0065l\": \"bb\" ,\"y\":{\"model\":\"a\"},\"model\":\"bb\"}";
        const auto body = std::make_shared<RequestBody>(store, std::nullopt);
        QVERIFY(appendAll(*body, bytes, 1000));
        body->complete();
        QCOMPARE(body->models().size(), 3);
        for (const qint64 step : {qint64(1), qint64(7), qint64(1'000'000'000)}) {
            if (step < 100 && filler > 1000)
                continue; // a million reads more tell nothing more
            BodyReader reader(body, patchesForModel(body->models(), u"bb"_s));
            QCOMPARE(reader.size(), wanted.size());
            QByteArray read;
            for (QByteArray piece = reader.read(step); !piece.isEmpty(); piece = reader.read(step))
                read += piece;
            QVERIFY(read == wanted);
        }
    }

    void findsMembersHoweverTheTextIsCut_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *name, const QByteArray &text) { QTest::newRow(name) << text; };
        row("plain", "{\"model\":\"a\",\"x\":1}");
        row("late", "{\"messages\":[{\"role\":\"user\",\"content\":\"a \\\" } ] , \\\\\"}],\"n\":-1.5e3,\"t\":true,\"z\":null,\"model\":\"late\"}");
        row("several", "{\"model\":\"a\",\"model\":\"b\", \"model\" : \"c\"}");
        row("escaped key", "{\"\\u006dodel\":\"a\",\"mod\\u0065l\":\"b\",\"m\\odel\":\"c\"}");
        row("no string", "{\"model\":1,\"model\":null,\"model\":{\"model\":\"x\"},\"model\":[\"model\"],\"model\":\"y\"}");
        row("nested", "{\"a\":{\"model\":\"x\",\"b\":[{\"model\":\"y\"}]},\"model\":\"z\"}");
        row("escapes in the value", "{\"model\":\"a\\\"b\\\\\"}");
        row("a very long value", "{\"model\":\"" + QByteArray(5000, 'm') + "\",\"model\":\"short\"}");
        row("a very long key", "{\"" + QByteArray(5000, 'k') + "\":1,\"model\":\"short\"}");
        row("blanks", "\n { \t\"model\"\r\n:\n\"a\" , \"b\" : 1 } \n");
        row("cut off", "{\"model\":\"a\",\"x\":\"y");
        row("cut off within", "{\"model\":\"a");
        row("faulty before", "{\"a\":1]),\"model\":\"x\"}");
        row("faulty comma", "{,\"model\":\"x\"}");
        row("two commas", "{\"a\":1,,\"model\":\"x\"}");
        row("no colon", "{\"a\" 1,\"model\":\"x\"}");
        row("no value", "{\"a\":,\"model\":\"x\"}");
        row("array", "[\"model\",\"x\"]");
        row("text", "model=x");
        row("empty object", "{}");
        row("two objects", "{\"model\":\"a\"}{\"model\":\"b\"}");
        row("nothing", "");
    }

    void findsMembersHoweverTheTextIsCut()
    {
        QFETCH(QByteArray, text);
        const QList<MemberScan::Found> expected = modelsIn(text);
        for (const qsizetype step : {1, 2, 3, 5, 1000, 100'000}) {
            MemberScan scan("model");
            for (qsizetype at = 0; at < text.size(); at += step)
                scan.feed(QByteArrayView(text).sliced(at, qMin(step, text.size() - at)));
            QCOMPARE(scan.found().size(), expected.size());
            for (qsizetype i = 0; i < expected.size(); ++i) {
                QCOMPARE(scan.found()[i].at, expected[i].at);
                QCOMPARE(scan.found()[i].token, expected[i].token);
            }
        }
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestRequestBody)
#include "tst_requestbody.moc"
