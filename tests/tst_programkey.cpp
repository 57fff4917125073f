#include "core/config/keycommand.h"
#include "core/routing/programkey.h"

#include <QJsonArray>
#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Need = ProgramKey::Need;

class TestProgramKey : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutAProgramNothingIsNeeded()
    {
        const ProgramKey key;
        QVERIFY(!key.isUsed());
        QCOMPARE(key.need(at(0s)), Need::Nothing);
        QVERIFY(!key.mayDiffer("k", at(0s)));
    }

    void isAskedAtTheFirstNeedAndAfterItsTime()
    {
        ProgramKey key = asking();
        QCOMPARE(key.need(at(0s)), Need::Ask);
        key.asked();
        QCOMPARE(key.need(at(9s)), Need::Wait);
        QVERIFY(key.said("k", at(10s)));
        QCOMPARE(key.need(at(309s)), Need::Nothing);
        QCOMPARE(key.key(), "k"_ba);
        QCOMPARE(key.need(at(310s)), Need::Ask);
        key.asked();
        QVERIFY(!key.said("k", at(311s))); // the same as before
        QCOMPARE(key.need(at(610s)), Need::Nothing);
    }

    void aRefusalAsksOnceAMinute()
    {
        ProgramKey key = asking();
        key.said("old", at(0s));
        QVERIFY(key.refused("old", at(1s)));
        QCOMPARE(key.need(at(1s)), Need::Ask);
        key.asked();
        // Who went out with the old one before, does not ask once more.
        QVERIFY(key.refused("old", at(2s)));
        key.said("new", at(3s));
        QVERIFY(key.refused("old", at(4s)));
        QCOMPARE(key.need(at(4s)), Need::Nothing);
        // The new one is refused as well: that is the key's fault, for a minute.
        QVERIFY(!key.mayDiffer("new", at(5s)));
        QVERIFY(!key.refused("new", at(60s)));
        QCOMPARE(key.need(at(60s)), Need::Nothing);
        QVERIFY(key.refused("new", at(61s)));
        QCOMPARE(key.need(at(61s)), Need::Ask);
    }

    void isLeftAloneAfterAFailure()
    {
        ProgramKey key = asking();
        key.asked();
        key.failed(u"its key program fails"_s, at(0s));
        QCOMPARE(key.need(at(0s)), Need::Leave);
        QCOMPARE(key.why(), u"its key program fails"_s);
        QCOMPARE(key.retryAt(), at(10s));
        QCOMPARE(key.need(at(10s)), Need::Ask);
        key.asked();
        key.said("k", at(11s));
        QVERIFY(key.why().isEmpty() && !key.retryAt());
    }

    void anotherProgramForgetsTheKey()
    {
        ProgramKey key = asking();
        key.said("k", at(0s));
        key.set({u"pass"_s}, 1s); // only its time is another one, from the next key on
        QCOMPARE(key.need(at(200s)), Need::Nothing);
        key.set({u"another"_s}, 1s);
        QCOMPARE(key.need(at(0s)), Need::Ask);
        key.set({}, 1s);
        QCOMPARE(key.need(at(0s)), Need::Nothing);
        QVERIFY(key.key().isEmpty());
    }

    void readsCommands_data()
    {
        QTest::addColumn<QJsonValue>("written");
        QTest::addColumn<QStringList>("command");
        QTest::addColumn<bool>("good");
        const auto row = [](const char *name, const QJsonValue &written, const QStringList &command, bool good = true) {
            QTest::newRow(name) << written << command << good;
        };
        row("a text", u"pass show relay"_s, {u"pass"_s, u"show"_s, u"relay"_s});
        row("quotes", u"\"/opt/my tools/key\" --for \"a b\""_s, {u"/opt/my tools/key"_s, u"--for"_s, u"a b"_s});
        row("what a shell would read", u"echo $HOME > x; y"_s, {u"echo"_s, u"$HOME"_s, u">"_s, u"x;"_s, u"y"_s});
        row("a list", QJsonArray{u"pass"_s, u"show it"_s, QString()}, {u"pass"_s, u"show it"_s, QString()});
        row("none", QJsonValue::Null, {}, false);
        row("an empty list", QJsonArray(), {});
        row("an empty text", QString(), {}, false);
        row("blanks", u"  "_s, {}, false);
        row("without a program", QJsonArray{QString(), u"x"_s}, {}, false);
        row("a number", 5, {}, false);
        row("a list with a number", QJsonArray{u"pass"_s, 5}, {u"pass"_s, QString()}, false);
        row("an object", QJsonObject{{u"sealed"_s, u"x"_s}}, {}, false);
        row("the character 0", QJsonArray{u"pa\0ss"_s}, {u"pa\0ss"_s}, false);
    }

    void readsCommands()
    {
        QFETCH(QJsonValue, written);
        QTEST(keyCommandOf(written), "command");
        QTEST(keyCommandFault(written).isEmpty(), "good");
    }

    void showsNoKey()
    {
        QCOMPARE(shownCommand({u"pass"_s, u"show it"_s, u"say \"x\""_s}), u"pass \"show it\" \"say \"\"\"x\"\"\"\""_s);
        QVERIFY(!shownCommand({u"curl"_s, u"--header"_s, u"Authorization: Bearer abcdefgh0123456789"_s}).contains(u"abcdefgh"_s));
    }

private:
    static ProgramKey asking()
    {
        ProgramKey key;
        key.set({u"pass"_s}, 300s);
        return key;
    }
    static ProgramKey::Time at(std::chrono::seconds time) { return ProgramKey::Time{} + 1000h + time; }
};

QTEST_APPLESS_MAIN(TestProgramKey)
#include "tst_programkey.moc"
