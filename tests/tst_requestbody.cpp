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

/// An array that belongs to nobody else, as one that came from a socket.
QByteArray own(QByteArrayView bytes)
{
    return bytes.toByteArray();
}

/// All that `reader` gives, in pieces that are taken rather than copied.
QByteArray takeAll(BodyReader &reader, qint64 most)
{
    QByteArray all;
    while (const std::optional<QByteArray> piece = reader.take(most)) {
        if (piece->isEmpty())
            return QByteArray("it gave nothing, though all of it is here");
        all += *piece;
    }
    return all;
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

    void isKeptAsItCameWhereItCameAtOnce_data()
    {
        QTest::addColumn<bool>("announced");
        QTest::newRow("announced") << true;
        QTest::newRow("in one chunk") << false;
    }

    void isKeptAsItCameWhereItCameAtOnce()
    {
        QFETCH(bool, announced);
        BodyStore store(m_folder->path());
        const QByteArray wanted = pattern(200'000);
        QByteArray bytes = own(wanted);
        const char *const data = bytes.constData();
        const auto body = std::make_shared<RequestBody>(store, announced ? std::optional(bytes.size()) : std::nullopt);
        QVERIFY(body->reserve() && body->adopt(std::move(bytes)));
        body->complete();
        QVERIFY(body->beginning().data() == data);
        QCOMPARE(store.held(), wanted.size());
        // For every attempt.
        for (int attempt = 0; attempt < 2; ++attempt) {
            BodyReader reader(body, {});
            const std::optional<QByteArray> all = reader.take(1 * MiB);
            QVERIFY(all && *all == wanted);
            QVERIFY(all->constData() == data);
            QVERIFY(reader.atEnd());
            QVERIFY(!reader.take(1 * MiB));
        }
        // Who wants it in other pieces, or as it was read before, gets it, too.
        BodyReader reader(body, {});
        QVERIFY(takeAll(reader, 7'000) == wanted);
        QVERIFY(readAll(*body) == wanted);
    }

    void whatIsSentOnOutlivesIt()
    {
        BodyStore store(m_folder->path());
        const QByteArray wanted = pattern(100'000);
        auto body = std::make_shared<RequestBody>(store, wanted.size());
        QVERIFY(body->adopt(own(wanted)));
        body->complete();
        const std::optional<QByteArray> sent = body->take(0, wanted.size());
        body.reset();
        QCOMPARE(store.held(), 0);
        QVERIFY(sent && *sent == wanted);
    }

    void keepsNoLargeArrayForAFewBytes()
    {
        BodyStore store(m_folder->path());
        // As one from a socket's buffer is, behind a header.
        QByteArray bytes = own(pattern(1000));
        bytes.reserve(16 * 1024);
        bytes.remove(0, 400);
        const char *const data = bytes.constData();
        RequestBody body(store, bytes.size());
        QVERIFY(body.adopt(bytes));
        QVERIFY(body.beginning() == bytes);
        QVERIFY(body.beginning().data() != data);
    }

    void isHardlyMovedHoweverItComes_data()
    {
        QTest::addColumn<qsizetype>("step");
        QTest::addColumn<bool>("announced");
        QTest::newRow("byte by byte") << qsizetype(1) << true;
        QTest::newRow("byte by byte, in chunks") << qsizetype(1) << false;
        QTest::newRow("packet by packet") << qsizetype(1400) << true;
        QTest::newRow("packet by packet, in chunks") << qsizetype(1400) << false;
    }

    void isHardlyMovedHoweverItComes()
    {
        QFETCH(qsizetype, step);
        QFETCH(bool, announced);
        BodyStore store(m_folder->path());
        const QByteArray bytes = pattern(900'000);
        RequestBody body(store, announced ? std::optional(bytes.size()) : std::nullopt);
        QVERIFY(body.reserve());
        int places = 0;
        const char *place = nullptr;
        bool counted = true;
        for (qsizetype at = 0; at < bytes.size(); at += step) {
            const qsizetype length = qMin(step, bytes.size() - at);
            QVERIFY(body.adopt(own(QByteArrayView(bytes).sliced(at, length))));
            places += body.beginning().data() != std::exchange(place, body.beginning().data());
            // What is here is counted, and nothing else: there is no second place that it lies at, and no node for a byte.
            counted = counted && body.heldInMemory() == at + length && store.held() == at + length;
        }
        QVERIFY(counted);
        QVERIFY2(places <= 4, qPrintable(QString::number(places)));
        QVERIFY(body.beginning() == bytes);
    }

    void whatCameLastIsSentOnWithoutBeingReadBack()
    {
        BodyStore store(m_folder->path());
        const QByteArray bytes = pattern(9 * MiB);
        const auto body = std::make_shared<RequestBody>(store, bytes.size());
        QVERIFY(body->reserve());
        BodyReader prompt(body, {});
        constexpr qsizetype step = 250'000;
        QByteArray read;
        for (qsizetype at = 0; at < bytes.size(); at += step) {
            QByteArray piece = own(QByteArrayView(bytes).sliced(at, qMin(step, bytes.size() - at)));
            const char *const data = piece.constData();
            QVERIFY(body->adopt(std::move(piece)));
            const std::optional<QByteArray> taken = prompt.take(64 * 1024);
            QVERIFY(taken);
            QVERIFY(taken->constData() == data);
            read += *taken;
            const std::optional<QByteArray> none = prompt.take(64 * 1024);
            QVERIFY(none && none->isEmpty());
        }
        QVERIFY(read == bytes);
        body->complete();
        QVERIFY(!prompt.take(64 * 1024));
        // And again, by who tries next.
        BodyReader again(body, {});
        QVERIFY(takeAll(again, 100'000) == bytes);
    }

    void nothingOldIsTakenForWhatCameLast()
    {
        BodyStore store(m_folder->path());
        const QByteArray bytes = pattern(9 * MiB);
        const auto body = std::make_shared<RequestBody>(store, bytes.size());
        QVERIFY(body->reserve());
        BodyReader prompt(body, {});
        QByteArray read;
        // A piece is kept, and the next one, behind which another request stands, is not.
        bool adopts = true;
        for (qsizetype at = 0; at < bytes.size(); at += 250'000, adopts = !adopts) {
            const QByteArray piece = own(QByteArrayView(bytes).sliced(at, qMin<qsizetype>(250'000, bytes.size() - at)));
            QVERIFY(adopts ? body->adopt(piece) : body->append(piece));
            if (adopts)
                continue;
            for (QByteArray more = prompt.take(300'000).value_or(QByteArray()); !more.isEmpty(); more = prompt.take(300'000).value_or(QByteArray()))
                read += more;
        }
        body->complete();
        read += takeAll(prompt, 300'000);
        QVERIFY(read == bytes);
    }

    void whoIsBehindReadsFromTheDiskUpToWhatCameLast_data()
    {
        QTest::addColumn<bool>("taken");
        QTest::newRow("as pieces") << true;
        QTest::newRow("copied") << false;
    }

    void whoIsBehindReadsFromTheDiskUpToWhatCameLast()
    {
        QFETCH(bool, taken);
        BodyStore store(m_folder->path());
        const QByteArray bytes = pattern(9 * MiB);
        const auto body = std::make_shared<RequestBody>(store, std::nullopt);
        QVERIFY(appendAll(*body, bytes.chopped(100'000), 250'000));
        QByteArray latest = own(bytes.last(100'000));
        const char *const data = latest.constData();
        QVERIFY(body->adopt(std::move(latest)));
        body->complete();
        BodyReader reader(body, {});
        QByteArray read;
        if (taken) {
            const char *last = nullptr;
            while (const std::optional<QByteArray> piece = reader.take(60'000)) {
                last = piece->constData();
                read += *piece;
            }
            QVERIFY(last == data);
        } else {
            for (QByteArray piece = reader.read(60'000); !piece.isEmpty(); piece = reader.read(60'000))
                read += piece;
        }
        QVERIFY(read == bytes);
    }

    void anArrayForWhichThereIsNoRoomIsNotKept()
    {
        BodyStore store(m_folder->path(), 50'000);
        const QByteArray bytes = pattern(60'000);
        RequestBody announced(store, bytes.size());
        QVERIFY(!announced.adopt(own(bytes)));
        QVERIFY2(announced.problem().contains("memory"), announced.problem().constData());
        QVERIFY(!announced.adopt(own(bytes)));
        RequestBody growing(store, std::nullopt);
        QVERIFY(growing.adopt(own(bytes)));
        QVERIFY(growing.isInFile());
        QVERIFY(readAll(growing) == bytes);
        QVERIFY(store.held() <= 50'000);
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

    void isPatchedWhereverItsPiecesEnd_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::addColumn<bool>("adopted");
        QTest::newRow("as it came") << qint64(100'000) << true;
        QTest::newRow("in memory") << qint64(100'000) << false;
        QTest::newRow("in a file") << 9 * MiB << false;
    }

    void isPatchedWhereverItsPiecesEnd()
    {
        QFETCH(qint64, size);
        QFETCH(bool, adopted);
        constexpr qint64 most = 20'000;
        BodyStore store(m_folder->path());
        const QByteArray bytes = pattern(size);
        const auto body = std::make_shared<RequestBody>(store, size);
        QVERIFY(body->reserve());
        QVERIFY(adopted ? body->adopt(own(bytes)) : appendAll(*body, bytes, 30'001));
        body->complete();
        const QList<BodyPatch> patches{
            {0, 3, "the first"},       {most - 1, 2, "over a border"}, {2 * most, 5, ""},        {3 * most - 4, 4, "up to one"},
            {4 * most + 10, 1, QByteArray(3 * most, 'l')}, {size - 2, 2, "end"},
        };
        QByteArray wanted = bytes;
        for (auto patch = patches.crbegin(); patch != patches.crend(); ++patch)
            wanted.replace(patch->at, patch->length, patch->bytes);
        BodyReader taken(body, patches);
        QCOMPARE(taken.size(), wanted.size());
        QVERIFY(takeAll(taken, most) == wanted);
        // However one is mixed with the other.
        BodyReader mixed(body, patches);
        QByteArray all;
        while (!mixed.atEnd())
            all += all.size() % 2 == 0 ? mixed.take(most).value_or("none") : mixed.read(777);
        QVERIFY(all == wanted);
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
        row("escapes at every place of a long text", "{\"x\":\"" + QByteArray("0123456789abcde\\n\\\"").repeated(40) + "\",\"model\":\"late\"}");
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

    /// Each byte looked at once takes a moment; from each escape on to the end of what is here, hours.
    void readsALongTextOnce()
    {
        const QByteArray text = "{\"x\":\"" + QByteArray("\\n").repeated(8 * MiB) + "\",\"model\":\"late\"}";
        MemberScan scan("model");
        scan.feed(text);
        QCOMPARE(scan.found().size(), 1);
        QCOMPARE(scan.found().constFirst().token, "\"late\"");
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestRequestBody)
#include "tst_requestbody.moc"
