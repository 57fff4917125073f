#include "core/http/jsonreader.h"

#include <QTest>

using namespace qcc;

namespace {

QByteArray valueOf(const QByteArray &text, QByteArrayView name)
{
    const auto range = findMember(text, name);
    return range ? text.sliced(range->at, range->length) : QByteArray("(none)");
}

} // namespace

class TestJsonScan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheFirstTopLevelMember_data();
    void findsTheFirstTopLevelMember();
    void readsAStringAsParsersDo_data();
    void readsAStringAsParsersDo();
    void handsOutEveryMemberInOrder();
    void tellsAWholeObjectFromABrokenOne_data();
    void tellsAWholeObjectFromABrokenOne();
    void handsOutElements_data();
    void handsOutElements();
    void manyEscapesTakeLinearTime();
};

void TestJsonScan::findsTheFirstTopLevelMember_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("value");
    const auto row = [](const char *name, const QByteArray &text, const QByteArray &value) {
        QTest::newRow(name) << text << value;
    };
    row("string", R"({"a":"x"})", "\"x\"");
    row("after blanks", " \r\n\t{ \"a\" :\t\"x\" }", "\"x\"");
    row("number", R"({"b":1,"a":-1.5e3})", "-1.5e3");
    row("object", R"({"b":[{"a":1}],"a":{"a":[2]}})", R"({"a":[2]})");
    row("not the nested one", R"({"b":{"a":1},"c":["a"],"a":2})", "2");
    row("not a value that looks like it", R"({"b":"\"a\":1","a":2})", "2");
    row("escaped backslash ends a string", R"({"b":"\\","a":2})", "2");
    row("escaped backslash and quote", R"({"b":"\\\"","a":2})", "2");
    row("first of two", R"({"a":1,"a":2})", "1");
    row("key with escapes", R"({"\u0061":3})", "3");
    row("key with broken escapes", R"({"\u00":3})", "(none)");
    row("brackets in strings", R"({"b":["}]{"],"a":4})", "4");
    row("what is broken later does not matter", R"({"a":5,"b":)", "5");
    row("broken before", R"({"b":tru"a":5})", "(none)");
    row("cut in the value", R"({"a":"x)", "(none)");
    row("cut after a backslash", R"({"a":"x\)", "(none)");
    row("cut after the colon", R"({"a":)", "(none)");
    row("no value", R"({"a":})", "(none)");
    row("no comma", R"({"b":1 "a":2})", "(none)");
    row("array", R"(["a",1])", "(none)");
    row("empty object", "{}", "(none)");
    row("empty", "", "(none)");
    row("blanks", "  ", "(none)");
}

void TestJsonScan::findsTheFirstTopLevelMember()
{
    QFETCH(QByteArray, text);
    QTEST(valueOf(text, "a"), "value");
}

void TestJsonScan::readsAStringAsParsersDo_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("value");
    const auto row = [](const char *name, const QByteArray &text, const QByteArray &value) {
        QTest::newRow(name) << text << value;
    };
    row("plain", R"({"a":"x y"})", "x y");
    row("escapes", R"({"a":"\"\\\/\n\u00e9\ud83d\ude00"})", "\"\\/\n\xc3\xa9\xf0\x9f\x98\x80");
    row("UTF-8", "{\"a\":\"\xe4\xbd\xa0\"}", "\xe4\xbd\xa0");
    row("empty", R"({"a":""})", "");
    row("broken escape", R"({"a":"\u12"})", "(none)");
    row("number", R"({"a":12})", "(none)");
    row("null", R"({"a":null})", "(none)");
    row("absent", R"({"b":"x"})", "(none)");
}

void TestJsonScan::readsAStringAsParsersDo()
{
    QFETCH(QByteArray, text);
    QTEST(stringMember(text, "a").value_or("(none)"), "value");
}

void TestJsonScan::handsOutEveryMemberInOrder()
{
    const QByteArray text = R"({"a":1,"b":{"a":2},"a":[3]})";
    JsonReader reader(text);
    QByteArrayList members;
    while (const auto member = reader.nextMember())
        members += member->key.toByteArray() + '=' + text.sliced(member->value.at, member->value.length);
    QCOMPARE(members, QByteArrayList({"a=1", R"(b={"a":2})", "a=[3]"}));
    QVERIFY(reader.atEnd());
    QVERIFY(!reader.nextMember());
}

void TestJsonScan::tellsAWholeObjectFromABrokenOne_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("whole");
    QTest::newRow("whole") << QByteArray(R"({"a":1})") << true;
    QTest::newRow("empty object") << QByteArray(" { } ") << true;
    QTest::newRow("cut") << QByteArray(R"({"a":1)") << false;
    QTest::newRow("comma at the end") << QByteArray(R"({"a":1,})") << false;
    QTest::newRow("comma at the start") << QByteArray(R"({,"a":1})") << false;
    QTest::newRow("array") << QByteArray("[]") << false;
    QTest::newRow("nothing") << QByteArray() << false;
}

void TestJsonScan::tellsAWholeObjectFromABrokenOne()
{
    QFETCH(QByteArray, text);
    JsonReader reader(text);
    while (reader.nextMember()) { }
    QTEST(reader.atEnd(), "whole");
}

void TestJsonScan::handsOutElements_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArrayList>("elements");
    QTest::newRow("mixed") << QByteArray(R"([ 1, "a,b" ,{"c":[2,3]},[4]])")
                           << QByteArrayList{"1", "\"a,b\"", R"({"c":[2,3]})", "[4]"};
    QTest::newRow("empty") << QByteArray("[]") << QByteArrayList();
    QTest::newRow("cut") << QByteArray("[1,[2") << QByteArrayList{"1"};
    QTest::newRow("object") << QByteArray(R"({"a":1})") << QByteArrayList();
}

void TestJsonScan::handsOutElements()
{
    QFETCH(QByteArray, text);
    JsonReader reader(text);
    QByteArrayList elements;
    while (const auto element = reader.nextElement())
        elements += text.sliced(element->at, element->length);
    QTEST(elements, "elements");
}

void TestJsonScan::manyEscapesTakeLinearTime()
{
    // Runs of backslashes before quotes are what going back from a quote could make quadratic.
    const QByteArray text = "{\"b\":\"" + QByteArray(4'000'000, '\\') + "\\\"" + QByteArray("\\\"").repeated(1'000'000) + "\",\"a\":1}";
    QCOMPARE(valueOf(text, "a"), "1");
    QCOMPARE(valueOf("{\"b\":" + QByteArray(2'000'000, '[') + QByteArray(2'000'000, ']') + ",\"a\":1}", "a"), "1");
}

QTEST_APPLESS_MAIN(TestJsonScan)
#include "tst_jsonscan.moc"
