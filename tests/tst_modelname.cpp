#include "core/forward/forwarding.h"
#include "tests/support/bodies.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace qcc;
using namespace qcc::test;

using ModelMap = QMap<QString, QString>;

class TestModelName : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void choosesTheModel_data();
    void choosesTheModel();
    void replacesNothingButTheModel_data();
    void replacesNothingButTheModel();
    void readsTheModelOfAGeminiTarget_data();
    void readsTheModelOfAGeminiTarget();
    void replacesTheModelOfAGeminiTarget_data();
    void replacesTheModelOfAGeminiTarget();
};

void TestModelName::choosesTheModel_data()
{
    QTest::addColumn<bool>("overrides");
    QTest::addColumn<QString>("by");
    QTest::addColumn<ModelMap>("map");
    QTest::addColumn<QString>("asked");
    QTest::addColumn<QString>("model");
    const auto row = [](const char *name, const ModelMap &map, const QString &asked, const QString &model) {
        QTest::newRow(name) << false << QString() << map << asked << model;
    };
    row("no map", {}, u"a"_s, u"a"_s);
    row("exact", {{u"a"_s, u"x"_s}}, u"a"_s, u"x"_s);
    row("another", {{u"a"_s, u"x"_s}}, u"b"_s, u"b"_s);
    row("case matters", {{u"a"_s, u"x"_s}}, u"A"_s, u"A"_s);
    row("a key without star is no prefix", {{u"a"_s, u"x"_s}}, u"ab"_s, u"ab"_s);
    row("prefix", {{u"claude-*"_s, u"x"_s}}, u"claude-sonnet"_s, u"x"_s);
    row("prefix alone", {{u"claude-*"_s, u"x"_s}}, u"claude-"_s, u"x"_s);
    row("shorter than the prefix", {{u"claude-*"_s, u"x"_s}}, u"claude"_s, u"claude"_s);
    row("exact before prefix", {{u"claude-*"_s, u"x"_s}, {u"claude-a"_s, u"y"_s}}, u"claude-a"_s, u"y"_s);
    row("longest prefix", {{u"*"_s, u"w"_s}, {u"claude-*"_s, u"x"_s}, {u"claude-opus-*"_s, u"y"_s}}, u"claude-opus-4"_s, u"y"_s);
    row("star", {{u"*"_s, u"w"_s}, {u"claude-*"_s, u"x"_s}}, u"gpt"_s, u"w"_s);
    row("star within is no pattern", {{u"a*c"_s, u"x"_s}}, u"abc"_s, u"abc"_s);
    row("star within and at the end", {{u"a*c*"_s, u"x"_s}}, u"a*cd"_s, u"x"_s);
    row("not mapped twice", {{u"a"_s, u"b"_s}, {u"b"_s, u"c"_s}}, u"a"_s, u"b"_s);
    row("no target", {{u"a"_s, QString()}}, u"a"_s, u"a"_s);
    row("no target, but a prefix", {{u"a"_s, QString()}, {u"*"_s, u"w"_s}}, u"a"_s, u"w"_s);
    row("nothing asked", {{u"a"_s, u"x"_s}}, QString(), QString());
    QTest::newRow("override") << true << u"o"_s << ModelMap() << u"a"_s << u"o"_s;
    QTest::newRow("override, then the map") << true << u"o"_s << ModelMap{{u"o"_s, u"x"_s}, {u"a"_s, u"y"_s}} << u"a"_s << u"x"_s;
    QTest::newRow("empty override") << true << QString() << ModelMap{{u"a"_s, u"y"_s}} << u"a"_s << u"y"_s;
    QTest::newRow("an override that is off") << false << u"o"_s << ModelMap() << u"a"_s << u"a"_s;
}

void TestModelName::choosesTheModel()
{
    QFETCH(bool, overrides);
    QFETCH(QString, by);
    QFETCH(ModelMap, map);
    QFETCH(QString, asked);
    QTEST(modelFor({overrides ? ModelMode::Override : ModelMode::Passthrough, by}, map, asked), "model");
}

void TestModelName::replacesNothingButTheModel_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("model");
    QTest::addColumn<QByteArray>("replaced");
    const auto row = [](const char *name, const QByteArray &body, const QString &model, const QByteArray &replaced) {
        QTest::newRow(name) << body << model << replaced;
    };
    row("plain", R"({"model":"a","max_tokens":1})", u"b"_s, R"({"model":"b","max_tokens":1})");
    row("blanks stay", "{ \"x\":1.0 ,\n\t\"model\" : \"a\" }\n", u"bb"_s, "{ \"x\":1.0 ,\n\t\"model\" : \"bb\" }\n");
    row("escapes", R"({"model":"a"})", u"\"\\\né"_s, "{\"model\":\"\\\"\\\\\\n\xc3\xa9\"}");
    row("every one of several", R"({"model":"a","x":2,"model":"c"})", u"b"_s, R"({"model":"b","x":2,"model":"b"})");
    row("a key with escapes", R"({"mod\u0065l":"a"})", u"b"_s, R"({"mod\u0065l":"b"})");
    row("the nested one stays", R"({"messages":[{"model":"a"}],"model":"a"})", u"b"_s, R"({"messages":[{"model":"a"}],"model":"b"})");
    row("only nested", R"({"x":{"model":"a"}})", u"b"_s, R"({"x":{"model":"a"}})");
    row("same already", R"({"model":"b"})", u"b"_s, R"({"model":"b"})");
    row("same with escapes", R"({"model":"\u0062"})", u"b"_s, R"({"model":"\u0062"})");
    row("number", R"({"model":1})", u"b"_s, R"({"model":1})");
    row("null", R"({"model":null,"model":"a"})", u"b"_s, R"({"model":null,"model":"b"})");
    row("cut off behind", R"({"model":"a","x":"y)", u"b"_s, R"({"model":"b","x":"y)");
    row("cut off within", R"({"model":"a)", u"b"_s, R"({"model":"a)");
    row("array", R"(["model","a"])", u"b"_s, R"(["model","a"])");
    row("invalid UTF-8 stays", "{\"x\":\"\xff\xfe\",\"model\":\"a\"}", u"b"_s, "{\"x\":\"\xff\xfe\",\"model\":\"b\"}");
    row("not JSON", "model=a", u"b"_s, "model=a");
    row("empty", "", u"b"_s, "");
}

void TestModelName::replacesNothingButTheModel()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, model);
    QTEST(bodyWithModel(body, model), "replaced");
}

void TestModelName::readsTheModelOfAGeminiTarget_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QString>("model");
    const auto row = [](const char *target, const QString &model) { QTest::addRow("%s", target) << QByteArray(target) << model; };
    row("/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse", u"gemini-2.5-pro"_s);
    row("/models/gemini-2.5-pro:countTokens", u"gemini-2.5-pro"_s);
    row("/relay/v1/models/g:generateContent?key=a:b/models/c:countTokens", u"g"_s);
    row("/v1/projects/p/locations/l/publishers/google/models/g:generateContent", u"g"_s);
    row("/v1beta/models/a%2Fb%20%E4%BD%A0:generateContent", u"a/b 你"_s);
    row("/v1beta/models/ft:x:generateContent", u"ft:x"_s);
    row("/v1beta/models/:generateContent", QString());
    row("/v1beta/models/gemini-2.5-pro", QString());
    row("/v1/models/ft:gpt-4o-mini:acme::id", QString());
    row("/v1beta/models/a/b:generateContent", QString());
    row("/v1beta/tunedModels/t:generateContent", QString());
    row("/v1internal:generateContent", QString());
    row("/v1/messages?x=/models/g:generateContent", QString());
    row("/v1beta/models/g:deleteAll", QString());
    row("*", QString());
    row("", QString());
}

void TestModelName::readsTheModelOfAGeminiTarget()
{
    QFETCH(QByteArray, target);
    QTEST(modelOfTarget(target), "model");
}

void TestModelName::replacesTheModelOfAGeminiTarget_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QString>("model");
    QTest::addColumn<QByteArray>("replaced");
    const auto row = [](const char *target, const QString &model, const char *replaced) {
        QTest::addRow("%s", target) << QByteArray(target) << model << QByteArray(replaced);
    };
    row("/v1beta/models/a:streamGenerateContent?alt=sse&key=%41", u"g-2.5_x~"_s,
        "/v1beta/models/g-2.5_x~:streamGenerateContent?alt=sse&key=%41");
    row("/%76/models/a:countTokens", u"a/b c:?#%你"_s, "/%76/models/a%2Fb%20c%3A%3F%23%25%E4%BD%A0:countTokens");
    row("/v1beta/models/%61:generateContent", u"a"_s, "/v1beta/models/%61:generateContent");
    row("/v1beta/models/a", u"b"_s, "/v1beta/models/a");
    row("/v1/chat/completions?model=a", u"b"_s, "/v1/chat/completions?model=a");
    row("", u"b"_s, "");
}

void TestModelName::replacesTheModelOfAGeminiTarget()
{
    QFETCH(QByteArray, target);
    QFETCH(QString, model);
    QTEST(targetWithModel(target, model), "replaced");
}

QTEST_APPLESS_MAIN(TestModelName)
#include "tst_modelname.moc"
