#include "core/config/endpointtext.h"

#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

class TestKeyText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesAwayWhatCopyingAdds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("as it is") << u"sk-a_b.c/d+e=~1:2"_s;
        QTest::newRow("blanks around") << u" \tsk-a_b.c/d+e=~1:2 "_s;
        QTest::newRow("line breaks around") << u"\r\nsk-a_b.c/d+e=~1:2\n"_s;
        QTest::newRow("a blank that does not break") << u"\u00a0sk-a_b.c/d+e=~1:2\u3000"_s;
        QTest::newRow("without width") << u"\ufeffsk-\u200ba_\u200db.c/\u2060d+e=~1:2\u200e"_s;
        QTest::newRow("soft hyphens") << u"sk-a_b.\u00adc/d+e=~1:2"_s;
        QTest::newRow("full width") << u"\uff53\uff4b\uff0da_b.c/d+e\uff1d~1\uff1a2"_s;
        QTest::newRow("quotes") << u"\"sk-a_b.c/d+e=~1:2\""_s;
        QTest::newRow("single quotes") << u"'sk-a_b.c/d+e=~1:2'"_s;
        QTest::newRow("backticks") << u"`sk-a_b.c/d+e=~1:2`"_s;
        QTest::newRow("curly quotes") << u"\u201csk-a_b.c/d+e=~1:2\u201d"_s;
        QTest::newRow("corner quotes") << u"\u300csk-a_b.c/d+e=~1:2\u300d"_s;
        QTest::newRow("full-width quotes") << u"\uff02sk-a_b.c/d+e=~1:2\uff02"_s;
        QTest::newRow("Bearer") << u"Bearer sk-a_b.c/d+e=~1:2"_s;
        QTest::newRow("bearer") << u"bearer  sk-a_b.c/d+e=~1:2"_s;
        QTest::newRow("a header") << u"Authorization: Bearer sk-a_b.c/d+e=~1:2\r\n"_s;
        QTest::newRow("another header") << u"x-api-key:sk-a_b.c/d+e=~1:2"_s;
        QTest::newRow("all of it") << u" \u201c\ufeffAuthorization\uff1a Bearer \"sk-a_b.c/d+e=~1:2\" \u201d\n"_s;
    }

    void takesAwayWhatCopyingAdds()
    {
        QFETCH(QString, text);
        const KeyText read = readKey(text);
        QCOMPARE(read.key, u"sk-a_b.c/d+e=~1:2"_s);
        QVERIFY(read.isGood() && faultText(read).isEmpty());
    }

    void aWordThatOnlyBeginsAlikeStays()
    {
        for (const QString &key : {u"bearer-1"_s, u"Bearer"_s, u"api-key-1"_s, u"authorization"_s, QString()})
            QCOMPARE(readKey(key).key, key);
    }

    void whatIsNotPlainIsRefusedByName_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("fault");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const QString &text, KeyFault fault, const QString &words) {
            QTest::newRow(name) << text << int(fault) << words;
        };
        row("two lines", u"sk-secret\nsk-other"_s, KeyFault::LineBreak, u"line break"_s);
        row("two lines of another kind", u"sk-secret\u2028sk-other"_s, KeyFault::LineBreak, u"line break"_s);
        row("a space", u"sk-secret mine"_s, KeyFault::Space, u"space"_s);
        row("a tab", u"sk-secret\tmine"_s, KeyFault::Space, u"space"_s);
        row("a control character", u"sk-secret\u0007"_s, KeyFault::Control, u"control"_s);
        row("one quote", u"\"sk-secret"_s, KeyFault::Quote, u"quote"_s);
        row("a quote in its midst", u"sk-'secret"_s, KeyFault::Quote, u"quote"_s);
        row("shortened", u"sk-\u2026secret"_s, KeyFault::Masked, u"masked"_s);
        row("dots", u"\u2022\u2022\u2022\u2022cret"_s, KeyFault::Masked, u"masked"_s);
        row("asterisks", u"sk-****cret"_s, KeyFault::Masked, u"masked"_s);
        row("a letter that looks like one", u"sk-s\u0435cret"_s, KeyFault::Foreign, u"\u0435"_s);
        row("a letter with an accent of its own", u"sk-se\u0301cret"_s, KeyFault::Foreign, u"\u0301"_s);
        row("a dash that was made of a hyphen", u"sk\u2013secret"_s, KeyFault::Foreign, u"\u2013"_s);
        row("a placeholder", u"\u4f60\u7684\u5bc6\u94a5"_s, KeyFault::Foreign, u"\u4f60"_s);
        row("beyond the first plane", u"sk-\U0001F511"_s, KeyFault::Foreign, u"\U0001F511"_s);
    }

    void whatIsNotPlainIsRefusedByName()
    {
        QFETCH(QString, text);
        QFETCH(int, fault);
        QFETCH(QString, words);
        const KeyText read = readKey(text);
        QCOMPARE(int(read.fault), fault);
        QVERIFY(read.key.isEmpty());
        QVERIFY2(faultText(read).contains(words), qPrintable(faultText(read)));
        QVERIFY(!faultText(read).contains("secret"_L1));
    }
};

QTEST_GUILESS_MAIN(TestKeyText)
#include "tst_keytext.moc"
