#include "core/keys/sealing.h"

#include <QSet>
#include <QTest>

using namespace qcc;

namespace {

MasterKey newKey()
{
    const Result<MasterKey> key = MasterKey::random();
    Q_ASSERT(key);
    return *key;
}

QByteArray sealed(const QByteArray &secret, const MasterKey &key)
{
    const Result<QByteArray> text = seal(secret, key);
    return text ? *text : QByteArray();
}

} // namespace

class TestSealing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsSealedOpens_data()
    {
        QTest::addColumn<QByteArray>("secret");
        QTest::newRow("a key") << QByteArray("sk-ant-0123456789");
        QTest::newRow("UTF-8") << QByteArray("schlüssel-钥匙");
        QTest::newRow("one byte") << QByteArray("k");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("long") << QByteArray(100'000, 'k');
    }

    void whatIsSealedOpens()
    {
        QFETCH(QByteArray, secret);
        const MasterKey key = newKey();
        const QByteArray text = sealed(secret, key);
        QVERIFY(text.startsWith("v1:"));
        QCOMPARE(QByteArray::fromBase64(text.sliced(3)).size(), 12 + secret.size() + 16);
        const Result<QByteArray> opened = unseal(text, key);
        QVERIFY(opened);
        QCOMPARE(*opened, secret);
    }

    void everyFlippedByteIsNoticed()
    {
        const MasterKey key = newKey();
        const QByteArray text = sealed("sk-ant-0123456789", key);
        const QByteArray bytes = QByteArray::fromBase64(text.sliced(3));
        for (qsizetype i = 0; i < bytes.size(); ++i) {
            for (const int bit : {0, 3, 7}) {
                QByteArray other = bytes;
                other[i] = char(other[i] ^ (1 << bit));
                const Result<QByteArray> opened = unseal("v1:" + other.toBase64(), key);
                QVERIFY2(!opened, QByteArray::number(i).constData());
                QCOMPARE(opened.error().code, ErrorCode::InvalidConfig);
            }
        }
    }

    void everyChangedCharacterIsNoticed()
    {
        const MasterKey key = newKey();
        // One and two characters of padding, too: there the last character has bits that say nothing.
        for (const char *secret : {"sk-ant-012345678", "sk-ant-0123456789", "sk-ant-01234567890"}) {
            const QByteArray text = sealed(secret, key);
            for (qsizetype i = 0; i < text.size(); ++i) {
                for (const char c : {'A', 'B', 'z', '+', '=', ' '}) {
                    QByteArray other = text;
                    other[i] = c;
                    QVERIFY2(other == text || !unseal(other, key), other.constData());
                }
                QVERIFY(!unseal(text.first(i), key));
            }
            QVERIFY(!unseal(text + 'A', key));
        }
    }

    void anotherMasterKeyOpensNothing()
    {
        const QByteArray text = sealed("sk-ant-0123456789", newKey());
        const Result<QByteArray> opened = unseal(text, newKey());
        QVERIFY(!opened);
        QVERIFY(opened.error().message.contains(QStringLiteral("another master key")));
    }

    void aLaterVersionIsNamed()
    {
        const Result<QByteArray> opened = unseal("v2:AAAA", newKey());
        QVERIFY(!opened);
        QVERIFY(opened.error().message.contains(QStringLiteral("later version")));
    }

    void noNonceComesTwice()
    {
        constexpr int seals = 10'000;
        const MasterKey key = newKey();
        QSet<QByteArray> nonces;
        for (int i = 0; i < seals; ++i)
            nonces.insert(QByteArray::fromBase64(sealed("sk-ant-0123456789", key).sliced(3)).first(12));
        QCOMPARE(nonces.size(), seals);
    }

    void aMasterKeyComesBackFromItsText()
    {
        const MasterKey key = newKey();
        QVERIFY(!(key == newKey()));
        const Result<MasterKey> back = MasterKey::fromText(key.toText() + '\n');
        QVERIFY(back && *back == key);
        for (const QByteArray &bad : {QByteArray(), QByteArray("AAAA"), key.toText().chopped(4), key.toText() + "AAAA", "!" + key.toText().sliced(1)})
            QVERIFY2(!MasterKey::fromText(bad), bad.constData());
    }
};

QTEST_GUILESS_MAIN(TestSealing)
#include "tst_sealing.moc"
