#include "core/base/replacefile.h"
#include "core/config/configedit.h"
#include "core/config/configeditor.h"
#include "core/config/paths.h"
#include "tests/support/fakekeychain.h"
#include "tests/support/files.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <optional>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto oldKey = "sk-ant-aaaaaaaaaaaaaaaaaaaa"_L1;
constexpr auto newKey = "sk-ant-bbbbbbbbbbbbbbbbbbbb"_L1;
constexpr auto token = "token-cccccccccccccccccc"_L1;
/// Long enough for a test to tell waiting from not waiting.
constexpr auto timeout = 300ms;

ConfigEditor::Change addKey(const QString &key)
{
    return [key](QJsonObject &json) {
        EndpointFields fields;
        fields.baseUrl = u"https://%1.example"_s.arg(key.size() + key.back().unicode());
        fields.apiKey = key;
        return addEndpoint(json, u"work"_s, fields);
    };
}

Result<void> useSpare(QJsonObject &json)
{
    return useCluster(json, u"spare"_s);
}

} // namespace

/// Edits beside a keychain that is slow, silent or says no.
class TestConfigEditor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_chain = {};
        m_done.reset();
        write(oldKey);
        m_ring = std::make_unique<KeyRing>(paths().keyFile(), std::make_unique<FakeKeychain>(m_chain), nullptr, timeout);
        m_editor = std::make_unique<ConfigEditor>(paths().config(), *m_ring);
    }

    void cleanup()
    {
        m_editor.reset();
        m_ring.reset();
    }

    void withoutANewKeyNothingWaits_data()
    {
        QTest::addColumn<bool>("silent");
        QTest::newRow("a keychain that answers") << false;
        QTest::newRow("a keychain that does not") << true;
    }

    void withoutANewKeyNothingWaits()
    {
        QFETCH(bool, silent);
        m_chain.silent = silent;
        edit(useSpare);
        QVERIFY(m_done && m_done->has_value());
        QCOMPARE(json().value("active_cluster"_L1).toString(), u"spare"_s);
        QVERIFY(holds(oldKey)); // What cannot be sealed yet stays as it is.
        // Sealed when the keychain has answered, without another edit; where it does not, under the key file.
        QTRY_VERIFY(!holds(oldKey));
        QCOMPARE(m_chain.secret.isEmpty(), silent);
        QCOMPARE(QFile::exists(paths().keyFile()), silent);
        QCOMPARE(opened(0), oldKey);
        QCOMPARE(json().value("active_cluster"_L1).toString(), u"spare"_s);
    }

    void aNewKeyIsSealedByTheKeychainsKey()
    {
        edit(addKey(newKey));
        QVERIFY(!m_done); // The answer comes through the event loop.
        QVERIFY(!holds(newKey));
        QTRY_VERIFY(m_done);
        QVERIFY(m_done->has_value());
        QVERIFY(!m_chain.secret.isEmpty());
        QVERIFY(!holds(newKey) && !holds(oldKey));
        QCOMPARE(opened(1), newKey);
        QCOMPARE(m_chain.reads, 1);
        QCOMPARE(m_chain.writes, 1);
        // The next one is at hand.
        m_done.reset();
        edit(addKey(newKey + u"x"_s));
        QVERIFY(m_done && m_done->has_value());
        QCOMPARE(opened(2), newKey + u"x"_s);
        QCOMPARE(m_chain.reads + m_chain.writes, 2);
    }

    void aSilentKeychainHoldsUpNobodyElse()
    {
        m_chain.silent = true;
        QElapsedTimer clock;
        clock.start();
        edit(addKey(newKey));
        QVERIFY(std::chrono::milliseconds(clock.elapsed()) < timeout);
        QVERIFY(!m_done);
        QVERIFY(!holds(newKey));
        // Meanwhile another edit is done at once.
        std::optional<bool> used;
        m_editor->editSoon(useSpare, [&used](const Result<ConfigEdit> &edited) { used = edited.has_value(); });
        QCOMPARE(used, std::optional(true));
        QCOMPARE(json().value("active_cluster"_L1).toString(), u"spare"_s);
        QVERIFY(!m_done);
        QTRY_VERIFY(m_done);
        QVERIFY(std::chrono::milliseconds(clock.elapsed()) >= timeout - 10ms); // a timer may be that early
        QVERIFY(m_done->has_value());
        QVERIFY(!holds(newKey));
        QCOMPARE(opened(1), newKey);
        QVERIFY(QFile::exists(paths().keyFile()));
        QCOMPARE(json().value("active_cluster"_L1).toString(), u"spare"_s);
    }

    void aKeychainThatIsSilentWhenItShallKeepSomethingIsGivenUp()
    {
        m_chain.keepsInSilence = true;
        edit(addKey(newKey));
        QTRY_VERIFY(m_done);
        QVERIFY(m_done->has_value());
        QCOMPARE(m_chain.writes, 1);
        QCOMPARE(opened(1), newKey);
        QVERIFY(QFile::exists(paths().keyFile()));
    }

    void whereTheRuleIsKeychainItsRefusalIsTold()
    {
        setRule(u"keychain"_s);
        m_chain.locked = true;
        edit(addKey(newKey));
        QTRY_VERIFY(m_done);
        QVERIFY(!m_done->has_value());
        QVERIFY2(m_done->error().message.contains(u"it is locked"_s), qPrintable(m_done->error().message));
        QVERIFY(!holds(newKey));
        QVERIFY(holds(oldKey));
        // It is asked again with the next new key, and only then.
        m_chain.locked = false;
        std::optional<bool> used;
        m_editor->editSoon(useSpare, [&used](const Result<ConfigEdit> &edited) { used = edited.has_value(); });
        QCOMPARE(used, std::optional(true));
        QVERIFY(holds(oldKey));
        const int reads = m_chain.reads;
        m_done.reset();
        edit(addKey(newKey));
        QTRY_VERIFY(m_done);
        QVERIFY(m_done->has_value());
        QCOMPARE(m_chain.reads, reads + 1);
        QVERIFY(!holds(newKey) && !holds(oldKey));
        QCOMPARE(opened(1), newKey);
    }

    void aChangeThatIsNoGoodAsksNobody()
    {
        edit([](QJsonObject &json) { return useCluster(json, u"nowhere"_s); });
        QVERIFY(m_done && !m_done->has_value());
        QCOMPARE(m_done->error().code, ErrorCode::NotFound);
        QCOMPARE(m_chain.reads + m_chain.writes, 0);
        QVERIFY(holds(oldKey));
    }

    void theRulePlainAsksNobody()
    {
        setRule(u"plain"_s);
        edit(addKey(newKey));
        QVERIFY(m_done && m_done->has_value());
        QVERIFY(holds(newKey) && holds(oldKey));
        QCOMPARE(m_chain.reads + m_chain.writes, 0);
    }

    void whatCannotBeOpenedYetIsWaitedFor()
    {
        // The access token is sealed, and the keychain is being asked: without it the file is no good.
        QVERIFY(editConfig(paths().config(), *m_ring, [](QJsonObject &json) { return setValue(json, u"listen.access_token"_s, QString(token)); }));
        QVERIFY(!holds(token));
        m_ring = std::make_unique<KeyRing>(paths().keyFile(), std::make_unique<FakeKeychain>(m_chain), nullptr, timeout);
        m_editor = std::make_unique<ConfigEditor>(paths().config(), *m_ring);
        m_chain.silent = true;
        edit(useSpare);
        QVERIFY(!m_done);
        m_chain.answerNow();
        QTRY_VERIFY(m_done);
        QVERIFY(m_done->has_value());
        QCOMPARE(json().value("active_cluster"_L1).toString(), u"spare"_s);
    }

    void whileAnotherEditsTheFileNobodyWaitsAndNothingIsLost()
    {
        QStringList order;
        const auto use = [&order, this](const QString &name) {
            m_editor->editSoon([name](QJsonObject &json) { return useCluster(json, name); },
                               [&order, name](const Result<ConfigEdit> &edited) { order.append(edited ? name : edited.error().message); });
        };
        FileLock other(paths().config() + u".lock"_s);
        QCOMPARE(other.lock(0ms), FileLock::Outcome::Locked);
        QElapsedTimer clock;
        clock.start();
        use(u"spare"_s);
        edit(addKey(newKey)); // the keychain answers meanwhile
        use(u"work"_s);
        QVERIFY(std::chrono::milliseconds(clock.elapsed()) < 250ms);
        QTRY_VERIFY(!m_ring->isAsking());
        QTest::qWait(200);
        QVERIFY(order.isEmpty() && !m_done);
        QCOMPARE(json().value("active_cluster"_L1).toString(), u"work"_s);
        other.unlock();
        QTRY_COMPARE(order, (QStringList{u"spare"_s, u"work"_s}));
        QTRY_VERIFY(m_done);
        QVERIFY(m_done->has_value());
        QCOMPARE(opened(1), newKey);
        QCOMPARE(json().value("active_cluster"_L1).toString(), u"work"_s);
    }

    void whoNeverLetsGoIsToldOf()
    {
        FileLock other(paths().config() + u".lock"_s);
        QCOMPARE(other.lock(0ms), FileLock::Outcome::Locked);
        edit(useSpare);
        QVERIFY(!m_done);
        QTRY_VERIFY_WITH_TIMEOUT(m_done, 15'000);
        QCOMPARE(m_done->error().code, ErrorCode::Busy);
    }

    void whenTheEditorHasGoneNothingIsWritten()
    {
        m_chain.silent = true;
        edit(addKey(newKey));
        m_editor.reset();
        m_chain.silent = false;
        m_chain.answerNow();
        QTRY_VERIFY(!m_ring->isAsking());
        QVERIFY(!m_done);
        QVERIFY(holds(oldKey));
        QCOMPARE(json().value("clusters"_L1).toArray().at(0).toObject().value("endpoints"_L1).toArray().size(), 1);
    }

private:
    Paths paths() const { return Paths(m_folder->path()); }

    QJsonObject json() const { return QJsonDocument::fromJson(readFile(paths().config())).object(); }
    bool holds(QLatin1String secret) const { return readFile(paths().config()).contains(QByteArrayView(secret)); }

    void write(const QString &key) const
    {
        const QJsonObject endpoint{{"name"_L1, "a"_L1}, {"base_url"_L1, "https://a.example"_L1}, {"api_key"_L1, key}};
        const QJsonArray clusters{QJsonObject{{"name"_L1, "work"_L1}, {"endpoints"_L1, QJsonArray{endpoint}}},
                                  QJsonObject{{"name"_L1, "spare"_L1}, {"endpoints"_L1, QJsonArray()}}};
        writeFile(paths().config(), QJsonDocument(QJsonObject{{"active_cluster"_L1, "work"_L1}, {"clusters"_L1, clusters}}).toJson());
    }

    void setRule(const QString &rule) const
    {
        QJsonObject config = json();
        config.insert("keys"_L1, QJsonObject{{"at_rest"_L1, rule}});
        writeFile(paths().config(), QJsonDocument(config).toJson());
    }

    /// The key of an endpoint, as another process reads it.
    QString opened(qsizetype endpoint)
    {
        FakeKeychainState chain;
        chain.secret = m_chain.secret;
        KeyRing ring(paths().keyFile(), std::make_unique<FakeKeychain>(chain), nullptr, timeout);
        const Result<Config> config = loadConfig(paths().config(), ring);
        return config ? QString::fromUtf8(config->clusters.first().endpoints.at(endpoint).apiKey) : config.error().message;
    }

    void edit(const ConfigEditor::Change &change)
    {
        m_editor->edit(change, [this](const Result<ConfigEdit> &edited) {
            QVERIFY(!m_done); // once
            m_done = edited;
        });
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    FakeKeychainState m_chain;
    std::unique_ptr<KeyRing> m_ring;
    std::unique_ptr<ConfigEditor> m_editor;
    std::optional<Result<ConfigEdit>> m_done;
};

QTEST_GUILESS_MAIN(TestConfigEditor)
#include "tst_configeditor.moc"
