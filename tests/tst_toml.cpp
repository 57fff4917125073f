#include "core/base/toml.h"

#include <QJsonArray>
#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

class TestToml : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryKindOfValue()
    {
        const auto read = readToml("s = 'x'\nn = -3\nf = 1.5\nb = true\nd = 2026-11-29\nl = [1, 'y', {z = 2}]\n[t.u]\nv = \"\\u00e9\"\n");
        QVERIFY(read.has_value());
        const QJsonObject list{{u"z"_s, 2}};
        QCOMPARE(*read, (QJsonObject{{u"s"_s, u"x"_s},
                                     {u"n"_s, -3},
                                     {u"f"_s, 1.5},
                                     {u"b"_s, true},
                                     {u"d"_s, u"2026-11-29"_s},
                                     {u"l"_s, QJsonArray{1, u"y"_s, list}},
                                     {u"t"_s, QJsonObject{{u"u"_s, QJsonObject{{u"v"_s, u"\u00e9"_s}}}}}}));
        QVERIFY(readToml({})->isEmpty());
    }

    void saysWhichLineIsWrong_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("why");
        QTest::newRow("torn") << QByteArray("a = 1\n[b\n") << u"line 2 is not valid TOML"_s;
        QTest::newRow("no value") << QByteArray("a = sk-secret\n") << u"line 1 is not valid TOML"_s;
        QTest::newRow("no text") << QByteArray("a = 1\nb = '\xff'\n") << u"line 2 is not valid TOML"_s;
        QTest::newRow("values in one another") << QByteArray("a = " + QByteArray(1'000, '[')) << u"line 1 is not valid TOML"_s;
        QTest::newRow("keys in one another") << QByteArray("\na" + QByteArray(".a").repeated(50'000) + " = 1\n")
                                             << u"line 2 is nested too deep for TOML that a person wrote"_s;
        QTest::newRow("a table in another") << QByteArray("[a" + QByteArray(".'a'").repeated(10'000) + "]\n")
                                            << u"line 1 is nested too deep for TOML that a person wrote"_s;
        QTest::newRow("large") << QByteArray(200'000, '\n') << u"it is larger than 128 KB"_s;
    }

    void saysWhichLineIsWrong()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, why);
        const auto read = readToml(text);
        QVERIFY(!read);
        QVERIFY(read.error().code == ErrorCode::InvalidConfig);
        QCOMPARE(read.error().message, why);
    }

    void bothKindsOfNestingTogetherAreBorne()
    {
        const QByteArray keys = "a" + QByteArray(".a").repeated(99);
        QByteArray text = "[" + keys + "]\n";
        for (int i = 0; i < 4; ++i)
            text += (i == 0 ? keys : "{" + keys) + " = [\n";
        QVERIFY(readToml(text + "1" + QByteArray("]}").repeated(3) + "]\n").has_value());
        QVERIFY(readToml(QByteArray("[[" + keys + ".b]]\n").repeated(400)).has_value());
    }
};

QTEST_GUILESS_MAIN(TestToml)
#include "tst_toml.moc"
