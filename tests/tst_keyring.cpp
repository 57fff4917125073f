#include "core/keys/keyfile.h"
#include "core/keys/keyring.h"
#include "tests/support/fakekeychain.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;
constexpr auto shortPatience = 50ms;

} // namespace

class TestKeyRing : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    FakeKeychainState m_chain;

    QString file() const { return m_folder->filePath(QStringLiteral("secret.key")); }
    std::unique_ptr<KeyRing> ring() { return std::make_unique<KeyRing>(file(), std::make_unique<FakeKeychain>(m_chain), nullptr, shortPatience); }
    std::unique_ptr<KeyRing> ringWithoutKeychain() const { return std::make_unique<KeyRing>(file(), nullptr); }
    void writeKeyFile(const QByteArray &text) const
    {
        QFile key(file());
        QVERIFY(key.open(QIODevice::WriteOnly) && key.write(text) == text.size());
    }
    /// What opening a value that `key` sealed comes to: the secret, or else the message.
    static QString opened(KeyRing &keys, const MasterKey &key, AtRest rule = AtRest::Auto, KeyRing::Waiting waiting = KeyRing::Waiting::Allowed)
    {
        const Result<QByteArray> result = keys.opener(waiting)(*seal("secret", key), rule);
        return result ? QString::fromUtf8(*result) : result.error().message;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_chain = {};
    }

    void aKeyFileIsItsOwnersAlone()
    {
        const Result<MasterKey> made = makeKeyFile(file());
        QVERIFY(made);
        QCOMPARE(QFile::permissions(file()), ownerOnly);
        const Result<MasterKey> read = readKeyFile(file());
        QVERIFY(read && *read == *made);
    }

    void aKeyFileThatOthersCanReadIsNarrowed()
    {
        QVERIFY(makeKeyFile(file()));
        QVERIFY(QFile::setPermissions(file(), QFile::Permissions(ownerOnly) | QFile::ReadGroup | QFile::ReadOther));
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("secret\\.key could be read by others")));
        QVERIFY(readKeyFile(file()));
        QCOMPARE(QFile::permissions(file()), ownerOnly);
    }

    void aDamagedKeyFileIsNoReasonForANewOne_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("cut off") << MasterKey::random()->toText().first(20);
        QTest::newRow("no base64") << QByteArray(44, '!');
        QTest::newRow("a letter more") << MasterKey::random()->toText() + "A";
    }

    void aDamagedKeyFileIsNoReasonForANewOne()
    {
        QFETCH(QByteArray, text);
        writeKeyFile(text);
        const auto keys = ring();
        for (const AtRest rule : {AtRest::Auto, AtRest::File}) {
            const Result<PlacedKey> key = keys->sealingKey(rule, true, KeyRing::Waiting::Allowed);
            QVERIFY(!key);
            QVERIFY(key.error().message.contains(QStringLiteral("damaged")));
        }
        QVERIFY(opened(*keys, *MasterKey::random()).contains(QStringLiteral("damaged")));
        QFile key(file());
        QVERIFY(key.open(QIODevice::ReadOnly));
        QCOMPARE(key.readAll(), text);
        QCOMPARE(m_chain.reads + m_chain.writes, 0);
    }

    void withoutAKeychainTheKeyLiesInAFile()
    {
        const auto keys = ringWithoutKeychain();
        const Result<PlacedKey> key = keys->sealingKey(AtRest::Auto, true, KeyRing::Waiting::Allowed);
        QVERIFY(key);
        QCOMPARE(key->place, AtRest::File);
        QCOMPARE(opened(*keys, key->key), QStringLiteral("secret"));
        QVERIFY(!keys->sealingKey(AtRest::Keychain, true, KeyRing::Waiting::Allowed));
    }

    void withAKeychainTheKeyLiesThere()
    {
        const auto keys = ring();
        const Result<PlacedKey> key = keys->sealingKey(AtRest::Auto, true, KeyRing::Waiting::Allowed);
        QVERIFY(key);
        QCOMPARE(key->place, AtRest::Keychain);
        QCOMPARE(key->key.toText(), m_chain.secret);
        QVERIFY(!QFile::exists(file()));
        // Another process finds it there, and asks once for all values.
        const auto later = ring();
        m_chain.reads = 0;
        for (int i = 0; i < 3; ++i)
            QCOMPARE(opened(*later, key->key), QStringLiteral("secret"));
        QCOMPARE(m_chain.reads, 1);
    }

    void aFileThatIsThereIsUsedBeforeTheKeychain()
    {
        const Result<MasterKey> inFile = makeKeyFile(file());
        const auto keys = ring();
        const Result<PlacedKey> key = keys->sealingKey(AtRest::Auto, true, KeyRing::Waiting::Allowed);
        QVERIFY(key && key->key == *inFile && key->place == AtRest::File);
        QCOMPARE(opened(*keys, *inFile), QStringLiteral("secret"));
        QCOMPARE(m_chain.reads + m_chain.writes, 0);
    }

    void whatTheFileDoesNotOpenTheKeychainMay_data()
    {
        QTest::addColumn<AtRest>("rule");
        QTest::newRow("auto") << AtRest::Auto;
        QTest::newRow("file") << AtRest::File;
        QTest::newRow("keychain") << AtRest::Keychain;
        QTest::newRow("plain") << AtRest::Plain;
    }

    void whatTheFileDoesNotOpenTheKeychainMay()
    {
        QFETCH(AtRest, rule);
        QVERIFY(makeKeyFile(file()));
        const MasterKey inKeychain = *MasterKey::random();
        m_chain.secret = inKeychain.toText();
        QCOMPARE(opened(*ring(), inKeychain, rule), QStringLiteral("secret"));
    }

    void aKeychainOutOfReachGetsNoSecondKey()
    {
        m_chain.locked = true;
        const auto keys = ring();
        for (const AtRest rule : {AtRest::Auto, AtRest::Keychain}) {
            const Result<PlacedKey> key = keys->sealingKey(rule, false, KeyRing::Waiting::Allowed);
            QVERIFY(!key);
            QCOMPARE(key.error().code, ErrorCode::NotAllowed);
            QVERIFY(key.error().message.contains(QStringLiteral("locked")));
            QVERIFY(!key.error().hint.isEmpty());
        }
        QVERIFY(!QFile::exists(file()));
        QCOMPARE(m_chain.writes, 0);
        // Where nothing depends on the old one, the file does as well.
        QCOMPARE(keys->sealingKey(AtRest::Auto, true, KeyRing::Waiting::Allowed)->place, AtRest::File);
    }

    void aKeyBehindALockIsNotReplaced()
    {
        const QByteArray old = MasterKey::random()->toText();
        m_chain.secret = old;
        m_chain.hidden = true;
        const Result<PlacedKey> key = ring()->sealingKey(AtRest::Keychain, true, KeyRing::Waiting::Allowed);
        QVERIFY(key);
        QCOMPARE(key->key.toText(), old);
        QCOMPARE(m_chain.secret, old);
    }

    void aKeychainThatTakesNothingIsNoHindrance()
    {
        m_chain.refusesWriting = true;
        QCOMPARE(ring()->sealingKey(AtRest::Auto, true, KeyRing::Waiting::Allowed)->place, AtRest::File);
        QVERIFY(!ring()->sealingKey(AtRest::Keychain, true, KeyRing::Waiting::Allowed));
    }

    void aSilentKeychainIsWaitedForOnce()
    {
        m_chain.silent = true;
        const auto keys = ring();
        QElapsedTimer clock;
        clock.start();
        for (int i = 0; i < 20; ++i)
            QVERIFY(opened(*keys, *MasterKey::random()).contains(QStringLiteral("did not answer")));
        QVERIFY(clock.elapsed() >= shortPatience.count() - 5); // a timer may be that early
        QCOMPARE(m_chain.reads, 1);
    }

    void aLateAnswerIsTaken()
    {
        m_chain.silent = true;
        const MasterKey inKeychain = *MasterKey::random();
        const auto keys = ring();
        QVERIFY(opened(*keys, inKeychain).contains(QStringLiteral("did not answer")));
        QSignalSpy answered(keys.get(), &KeyRing::keychainAnswered);
        m_chain.secret = inKeychain.toText();
        m_chain.answerNow();
        QTRY_COMPARE(answered.size(), 1);
        QCOMPARE(opened(*keys, inKeychain), QStringLiteral("secret"));
        QCOMPARE(m_chain.reads, 1);
    }

    void whoMayNotWaitIsToldLater()
    {
        m_chain.silent = true;
        const MasterKey inKeychain = *MasterKey::random();
        m_chain.secret = inKeychain.toText();
        const auto keys = ring();
        QSignalSpy answered(keys.get(), &KeyRing::keychainAnswered);
        opened(*keys, inKeychain, AtRest::Auto, KeyRing::Waiting::Forbidden);
        QVERIFY(keys->isAsking());
        m_chain.answerNow();
        QTRY_COMPARE(answered.size(), 1);
        QVERIFY(!keys->isAsking());
        QCOMPARE(opened(*keys, inKeychain, AtRest::Auto, KeyRing::Waiting::Forbidden), QStringLiteral("secret"));
    }

    void whoMayNotWaitIsToldOfSilence()
    {
        m_chain.silent = true;
        const auto keys = ring();
        QSignalSpy answered(keys.get(), &KeyRing::keychainAnswered);
        opened(*keys, *MasterKey::random(), AtRest::Auto, KeyRing::Waiting::Forbidden);
        QTRY_COMPARE(answered.size(), 1);
        QVERIFY(!keys->isAsking());
    }

    void aRefusalCanBeForgotten()
    {
        m_chain.locked = true;
        const MasterKey inKeychain = *MasterKey::random();
        const auto keys = ring();
        QVERIFY(opened(*keys, inKeychain).contains(QStringLiteral("locked")));
        m_chain.locked = false;
        m_chain.secret = inKeychain.toText();
        QVERIFY(opened(*keys, inKeychain).contains(QStringLiteral("locked")));
        keys->forgetRefusal();
        QCOMPARE(opened(*keys, inKeychain), QStringLiteral("secret"));
    }

    void anAnswerMayOutliveTheRing()
    {
        m_chain.silent = true;
        QVERIFY(opened(*ring(), *MasterKey::random()).contains(QStringLiteral("did not answer")));
        QCOMPARE(m_chain.pending.size(), 1);
        m_chain.answerNow();
        QCoreApplication::processEvents();
    }

    void aDamagedEntryOfTheKeychainIsNotReplaced()
    {
        m_chain.secret = "nonsense";
        QVERIFY(!ring()->sealingKey(AtRest::Keychain, true, KeyRing::Waiting::Allowed));
        QCOMPARE(m_chain.writes, 0);
        QCOMPARE(m_chain.secret, "nonsense");
    }
};

QTEST_GUILESS_MAIN(TestKeyRing)
#include "tst_keyring.moc"
