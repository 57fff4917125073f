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
    void whatLooksLikeAKeyIsMasked_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("masked");
        QTest::newRow("nothing to do") << u"overloaded_error: Overloaded"_s << u"overloaded_error: Overloaded"_s;
        QTest::newRow("empty") << QString() << QString();
        QTest::newRow("two") << u"sk-0123456789ab or AIza0123456789"_s << u"*** or ***"_s;
        QTest::newRow("in quotes") << u"\"sk-0123456789ab\" is bad"_s << u"\"***\" is bad"_s;
        QTest::newRow("at the end of a sentence") << u"no: sk-0123456789ab"_s << u"no: ***"_s;
        QTest::newRow("a web token") << u"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig-_x expired"_s << u"*** expired"_s;
        QTest::newRow("bearer") << u"Bearer 0123456789abcdef"_s << u"Bearer ***"_s;
        QTest::newRow("in a query") << u"https://h/p?a=1&key=0123456789abcdef&b=2"_s << u"https://h/p?a=1&key=***&b=2"_s;
        QTest::newRow("in JSON") << u"{\"api_key\": \"0123456789abcdef\"}"_s << u"{\"api_key\": \"***\"}"_s;
        QTest::newRow("too short to be one") << u"token=abc, sk-no"_s << u"token=abc, sk-no"_s;
        QTest::newRow("masked already") << u"key: sk-…cdef, key=***"_s << u"key: sk-…cdef, key=***"_s;
        QTest::newRow("a word after the word") << u"invalid key authentication_error"_s << u"invalid key authentication_error"_s;
        QTest::newRow("ids") << u"req_011CTxyz0123456789 of 0b1f3c5e-1111-2222-3333-444455556666"_s
                             << u"req_011CTxyz0123456789 of 0b1f3c5e-1111-2222-3333-444455556666"_s;
    }

    void whatLooksLikeAKeyIsMasked()
    {
        QFETCH(QString, text);
        QFETCH(QString, masked);
        QCOMPARE(withoutKeyLikes(text), masked);
    }

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
