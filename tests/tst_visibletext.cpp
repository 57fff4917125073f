#include "core/base/visibletext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

class VisibleTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aLineShowsWhatWouldAct_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("line");
        QTest::newRow("nothing to do") << u"✓ 响应成功 é 𝄞"_s << u"✓ 响应成功 é 𝄞"_s;
        QTest::newRow("line ends") << u"a\r\nb\tc"_s << u"a\\r\\nb\\tc"_s;
        QTest::newRow("escape sequence") << u"\x1b[31mred"_s << u"\\u001b[31mred"_s;
        QTest::newRow("NUL and DEL") << QString(QChar(0)) + u'\x7f' << u"\\u0000\\u007f"_s;
        QTest::newRow("C1") << u"\u0080\u009b\u009f"_s << u"\\u0080\\u009b\\u009f"_s;
        QTest::newRow("separators") << u"\u2028\u2029"_s << u"\\u2028\\u2029"_s;
        QTest::newRow("marks of direction") << u"\u061c\u200e\u200f"_s << u"\\u061c\\u200e\\u200f"_s;
        QTest::newRow("overrides and isolates") << u"\u202a\u202e\u2066\u2069"_s << u"\\u202a\\u202e\\u2066\\u2069"_s;
        QTest::newRow("hidden") << u"\u00ad\u200b\u2060\ufeff"_s << u"\\u00ad\\u200b\\u2060\\ufeff"_s;
        QTest::newRow("tags") << u"a"_s + QString::fromUcs4(U"\U000E0001\U000E0041") + u'b' << u"a\\udb40\\udc01\\udb40\\udc41b"_s;
        QTest::newRow("joined emoji") << u"👩\u200d💻❤\ufe0f"_s << u"👩\u200d💻❤\ufe0f"_s;
        QTest::newRow("Persian") << u"می\u200cخواهم"_s << u"می\u200cخواهم"_s;
        QTest::newRow("half a pair") << u"a"_s + QChar(0xd83d) << u"a"_s + QChar(0xd83d);
    }

    void aLineShowsWhatWouldAct()
    {
        QFETCH(QString, text);
        QFETCH(QString, line);
        QCOMPARE(visibleLine(text), line);
        QCOMPARE(visibleLine(line), line);
    }

    void linesKeepTheirEndsAndTabs()
    {
        QCOMPARE(visibleLines(u"a\tb\nc\r\x1b\n"_s), u"a\tb\nc\\r\\u001b\n"_s);
    }

    void jsonHasNothingThatActs()
    {
        const QJsonObject object{{QStringLiteral("CN=\u202eB\u009bC\u007f"), QStringLiteral("\u001b[31m 未来 \u2028")}};
        const QByteArray json = visibleJson(object, QJsonDocument::Compact);
        QCOMPARE(QJsonDocument::fromJson(json).object(), object);
        QCOMPARE(json, QByteArray("{\"CN=\\u202eB\\u009bC\\u007f\":\"\\u001b[31m \xe6\x9c\xaa\xe6\x9d\xa5 \\u2028\"}"));
    }

    void jsonStaysTheSameJson()
    {
        QString all;
        for (char32_t c = 0; c < 0xe0100; ++c) {
            if (isSteering(c) && c != 0)
                all += QChar::fromUcs4(c);
        }
        QVERIFY(all.size() > 150);
        const QJsonObject object{{all, QJsonArray{all, u"\\u202e \"\\"_s, 1.5}}, {u"plain"_s, true}};
        for (const auto format : {QJsonDocument::Compact, QJsonDocument::Indented}) {
            const QString shown = visibleLines(QString::fromUtf8(QJsonDocument(object).toJson(format)));
            for (const char32_t c : shown.toUcs4())
                QVERIFY(!isSteering(c) || c == U'\n');
            QCOMPARE(QJsonDocument::fromJson(shown.toUtf8()).object(), object);
        }
    }
};

QTEST_GUILESS_MAIN(VisibleTextTest)
#include "tst_visibletext.moc"
