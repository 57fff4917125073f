#include "core/config/keycommand.h"
#include "core/routing/programkey.h"
#include "core/routing/router.h"
#include "tests/support/routerfixture.h"

#include <QJsonArray>
#include <QTest>

using namespace qcc;
using namespace qcc::test;
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
        QCOMPARE(key.leftUntil(at(9s)), at(10s));
        QCOMPARE(key.need(at(10s)), Need::Ask);
        QVERIFY(!key.leftUntil(at(10s)));
        key.asked();
        key.said("k", at(11s));
        QVERIFY(key.why().isEmpty() && !key.leftUntil(at(11s)));
    }

    /// It may be one that opens a window each time.
    void checksInTheBackgroundAskLessAndLess()
    {
        ProgramKey key = asking();
        QVERIFY(!key.checkFrom());
        auto now = at(0s);
        for (const auto pause : {10s, 20s, 40s, 80s, 160s, 300s, 300s}) {
            key.failed(u"its key program fails"_s, now);
            QCOMPARE(key.checkFrom(), now + pause);
            QCOMPARE(key.need(now + 10s), Need::Ask); // whoever needs it waits no longer for that
            now += pause;
        }
        key.said("k", now);
        QVERIFY(!key.checkFrom());
        key.failed(u"its key program fails"_s, now);
        QCOMPARE(key.checkFrom(), now + 10s);
    }

    void anotherTimeCountsForWhatWasSaid()
    {
        ProgramKey key;
        key.set({u"pass"_s}, 86'400s);
        key.said("k", at(0s));
        key.set({u"pass"_s}, 60s);
        QCOMPARE(key.need(at(59s)), Need::Nothing);
        QCOMPARE(key.need(at(60s)), Need::Ask);
        key.set({u"pass"_s}, 120s);
        QCOMPARE(key.need(at(119s)), Need::Nothing);
    }

    void anotherProgramForgetsTheKey()
    {
        ProgramKey key = asking();
        key.said("k", at(0s));
        key.set({u"pass"_s}, 301s); // only its time is another one
        QCOMPARE(key.need(at(300s)), Need::Nothing);
        key.set({u"another"_s}, 1s);
        QCOMPARE(key.need(at(0s)), Need::Ask);
        key.set({}, 1s);
        QCOMPARE(key.need(at(0s)), Need::Nothing);
        QVERIFY(key.key().isEmpty());
    }

    /// With the cheap test as with a message: what a refusal is worth is known once another key was asked for.
    void aCheckThatIsRefusedAsksForAnotherKey_data()
    {
        QTest::addColumn<bool>("withMessage");
        QTest::newRow("a check") << false;
        QTest::newRow("a message") << true;
    }

    void aCheckThatIsRefusedAsksForAnotherKey()
    {
        QFETCH(bool, withMessage);
        WithProgram f;
        const auto refused = [&](const QByteArray &key) {
            if (withMessage)
                f.router.messageTested(u"a"_s, FailureClass::Auth, f.now, key);
            else
                f.router.verified(u"a"_s, false, true, f.now, key);
        };
        f.say("k1");
        refused("k1");
        QCOMPARE(f.state(u"a"_s).rest, RestReason::None);
        QCOMPARE(f.first().kind, Choice::Full);
        QCOMPARE(f.asked, 2);
        f.say("k2");
        refused("k1"); // of before
        QCOMPARE(f.first().route.endpoint.apiKey, "k2"_ba);
        refused("k2");
        QCOMPARE(f.state(u"a"_s).rest, RestReason::Auth);
        QCOMPARE(f.asked, 2);
    }

    void checksFollowTheKey()
    {
        WithProgram f;
        f.say("k1");
        f.router.keysHaveWorked({u"a"_s});
        f.go(FailureClass::Auth); // the program is asked
        QCOMPARE(f.first().kind, Choice::Full);
        f.say("k1");
        f.go(FailureClass::Auth); // the key's fault, for now
        QCOMPARE(f.state(u"a"_s).rest, RestReason::Auth);
        f.now += HealthTracker::keyRest;
        const QList<Endpoint> due = f.router.verificationsDue(f.now);
        QCOMPARE(due.size(), 1);
        QCOMPARE(due.first().apiKey, "k1"_ba);
        f.router.verified(u"a"_s, false, true, f.now, due.first().apiKey);
        QVERIFY(f.router.verificationsDue(f.now).isEmpty());
        QCOMPARE(f.asked, 3);
        f.say("k2");
        QCOMPARE(f.first().route.endpoint.apiKey, "k2"_ba);
    }

    /// Gateways refuse to list models with keys that models answer to.
    void aRefusedListOfModelsSaysNothingOfTheKey()
    {
        WithProgram f;
        f.say("k1");
        const Choice choice = f.first();
        QVERIFY(!f.router.maySayAnotherKey(choice.route, FailureClass::Auth, true, f.now));
        QVERIFY(f.router.maySayAnotherKey(choice.route, FailureClass::Auth, false, f.now));
        f.router.attemptEnded(choice.route, {.failure = FailureClass::Auth, .status = 401, .auxiliary = true}, {}, f.now);
        QCOMPARE(f.first().route.endpoint.apiKey, "k1"_ba);
        QCOMPARE(f.asked, 1);
    }

    void aProgramThatFailsIsHardlyAskedInTheBackground()
    {
        WithProgram f;
        f.breakOpen(u"a"_s);
        // As RecoveryProbes does, for an hour.
        const auto until = f.now + 1h;
        while (f.now < until) {
            const auto next = f.router.nextVerification();
            QVERIFY(next);
            f.now = std::max(f.now, *next);
            const int before = f.asked;
            QVERIFY(f.router.verificationsDue(f.now).isEmpty());
            QCOMPARE(f.asked, before + 1);
            QVERIFY(!f.router.nextVerification()); // while it is asked
            f.router.keyFailed(f.config.clusters[0].endpoints[0], u"its key program fails"_s, f.now += 1s);
        }
        QVERIFY2(f.asked <= 17, qPrintable(QString::number(f.asked)));
    }

    void anEndpointWhoseProgramFailsTakesNothingOver()
    {
        WithProgram f(2);
        f.config.clusters[0].endpoints[1].priority = 0; // b is the first
        f.configure();
        QVERIFY(f.first().route.othersLeft);
        f.router.keyFailed(f.config.clusters[0].endpoints[0], u"its key program fails"_s, f.now);
        QVERIFY(!f.first().route.othersLeft);
        f.now += ProgramKey::afterFailure;
        QVERIFY(f.first().route.othersLeft);
    }

    void isShownAsOutOfUseWhileItIsLeftAlone()
    {
        WithProgram f;
        f.router.keyFailed(f.config.clusters[0].endpoints[0], u"its key program fails"_s, f.now);
        f.now += 9s;
        QCOMPARE(f.state(u"a"_s).rest, RestReason::Auth);
        QCOMPARE(f.state(u"a"_s).reopensInS, 1.0);
        f.now += 1s;
        QCOMPARE(f.state(u"a"_s).rest, RestReason::None);
        QVERIFY(f.state(u"a"_s).keyFault.isEmpty());
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
        QCOMPARE(shownCommand({u"pass"_s}), u"pass"_s);
        QCOMPARE(shownCommand({u"curl"_s, u"--header"_s, u"s3cret"_s}), u"curl …"_s);
    }

    /// A program that hangs is asked again and again; only the first request has waited for it.
    void nobodyWaitsForAProgramThatHasFailed()
    {
        WithProgram f(2);
        QCOMPARE(f.first().kind, Choice::Full);
        QCOMPARE(f.asked, 1);
        f.router.keyFailed(f.config.clusters[0].endpoints[0], u"its key program hangs"_s, f.now);
        QCOMPARE(f.first().route.endpoint.id, u"b"_s);
        f.now += ProgramKey::afterFailure;
        QCOMPARE(f.first().route.endpoint.id, u"b"_s);
        QCOMPARE(f.asked, 2);
        QCOMPARE(f.first().route.endpoint.id, u"b"_s);
        QCOMPARE(f.asked, 2);
        f.router.keySaid(f.config.clusters[0].endpoints[0], "k", f.now);
        QCOMPARE(f.first().route.endpoint.id, u"a"_s);
    }

    void whereNobodyElseServesItIsWaitedFor()
    {
        WithProgram f(1);
        static_cast<void>(f.first());
        f.router.keyFailed(f.config.clusters[0].endpoints[0], u"its key program hangs"_s, f.now);
        f.now += ProgramKey::afterFailure;
        QCOMPARE(f.first().kind, Choice::Full);
        QCOMPARE(f.asked, 2);
    }

private:
    /// The endpoint a has a program.
    struct WithProgram : RouterFixture {
        explicit WithProgram(int endpoints = 1) : RouterFixture(endpoints)
        {
            config.clusters[0].endpoints[0].apiKeyCommand = {u"pass"_s};
            configure();
            router.setKeyWanted([this](const Endpoint &) { ++asked; });
        }
        /// What it says, when it is asked.
        void say(const QByteArray &key)
        {
            if (asked == 0)
                static_cast<void>(first());
            router.keySaid(config.clusters[0].endpoints[0], key, now);
        }
        int asked = 0;
    };

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
