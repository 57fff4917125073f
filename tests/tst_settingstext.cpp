#include "core/base/toml.h"
#include "core/clients/settingstext.h"

#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Json = SettingsFormat::Json;
constexpr auto Toml = SettingsFormat::Toml;
constexpr auto Env = SettingsFormat::Env;
const QStringList url{u"env"_s, u"URL"_s};

QByteArray after(SettingsFormat format, const QByteArray &text, const QStringList &path, const QByteArray &value)
{
    const Result<Splices> splices = setting(format, text, path, value);
    return splices ? applied(text, *splices) : "refused: " + splices.error().message.toUtf8();
}

QByteArray afterTaking(SettingsFormat format, const QByteArray &text, const QStringList &path, qsizetype own = 0)
{
    const Result<Splices> splices = taking(format, text, path, own);
    return splices ? applied(text, *splices) : "refused: " + splices.error().message.toUtf8();
}

} // namespace

class SettingsTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sets_data()
    {
        QTest::addColumn<SettingsFormat>("format");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("path");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("wanted");
        const auto json = [](const char *name, const QByteArray &text, const QByteArray &wanted) { QTest::newRow(name) << Json << text << url << "\"x\""_ba << wanted; };
        json("no file", "", "{\n  \"env\": {\n    \"URL\": \"x\"\n  }\n}\n");
        json("nothing but a mark", "\xEF\xBB\xBF", "\xEF\xBB\xBF{\n  \"env\": {\n    \"URL\": \"x\"\n  }\n}\n");
        json("an empty object", "{}", "{\n  \"env\": {\n    \"URL\": \"x\"\n  }\n}");
        json("an empty object of two lines", "{\n}\n", "{\n  \"env\": {\n    \"URL\": \"x\"\n  }\n}\n");
        json("a comment alone", "{\n  // mine\n}\n", "{\n  // mine\n  \"env\": {\n    \"URL\": \"x\"\n  }\n}\n");
        json("replaced", "{\"env\" : { \"URL\"  :\"old\" /* why */ } }", "{\"env\" : { \"URL\"  :\"x\" /* why */ } }");
        json("beside others", "{\n    \"a\": 1,\n    \"env\": {\n        \"B\": \"b\"\n    }\n}\n", "{\n    \"a\": 1,\n    \"env\": {\n        \"B\": \"b\",\n        \"URL\": \"x\"\n    }\n}\n");
        json("on one line", "{\"env\":{\"B\":\"b\"}}", "{\"env\":{\"B\":\"b\", \"URL\": \"x\"}}");
        json("a comma behind the last", "{\n  \"env\": {\n    \"B\": \"b\", // why\n  },\n}", "{\n  \"env\": {\n    \"B\": \"b\", // why\n    \"URL\": \"x\",\n  },\n}");
        json("a comment behind the last", "{\n  \"env\": {\n    \"B\": \"b\" // why\n  }\n}", "{\n  \"env\": {\n    \"B\": \"b\", // why\n    \"URL\": \"x\"\n  }\n}");
        json("tabs and CRLF", "{\r\n\t\"a\": 1\r\n}\r\n", "{\r\n\t\"a\": 1,\r\n\t\"env\": {\r\n\t\t\"URL\": \"x\"\r\n\t}\r\n}\r\n");
        json("a key that stands twice", "{\"env\":{\"URL\":\"1\"},\"env\":{\"URL\":\"2\"}}", "{\"env\":{\"URL\":\"1\"},\"env\":{\"URL\":\"x\"}}");
        json("a key with an escape", "{\"e\\u006ev\":{\"URL\":\"1\"}}", "{\"e\\u006ev\":{\"URL\":\"x\"}}");
        json("no JSON", "{\n  \"env\": {\n    oops\n", "refused: line 3 is not valid JSON");
        json("no object", "[1]", "refused: it is no JSON object");
        json("no object either", "null", "refused: it is no JSON object");
        json("more behind it", "{} {}", "refused: line 1 is not valid JSON");
        json("what should be an object is none", "{\"env\": 1}", "refused: \"env\" in it is no object");

        const QStringList top{u"model_provider"_s}, inner{u"model_providers"_s, u"qcc"_s, u"base_url"_s};
        const auto toml = [](const char *name, const QByteArray &text, const QStringList &path, const QByteArray &wanted) { QTest::newRow(name) << Toml << text << path << "\"x\""_ba << wanted; };
        toml("toml: no file", "", top, "model_provider = \"x\"\n");
        toml("toml: replaced", "a = 1\nmodel_provider='old' # why\n", top, "a = 1\nmodel_provider=\"x\" # why\n");
        toml("toml: before the first line", "# About\n\n# of a\na = 1\n[t]\nb = 2\n", top, "# About\n\nmodel_provider = \"x\"\n# of a\na = 1\n[t]\nb = 2\n");
        toml("toml: only tables", "[t]\nb = 2\n", top, "model_provider = \"x\"\n[t]\nb = 2\n");
        toml("toml: only comments, no end", "# About", top, "# About\nmodel_provider = \"x\"\n");
        toml("toml: a mark and CRLF", "\xEF\xBB\xBF" "a = 1\r\n", top, "\xEF\xBB\xBF" "model_provider = \"x\"\r\na = 1\r\n");
        toml("toml: a table of its own", "a = 1\n", inner, "a = 1\n\n[model_providers.qcc]\nbase_url = \"x\"\n");
        toml("toml: a table without an end", "a = 1", inner, "a = 1\n\n[model_providers.qcc]\nbase_url = \"x\"\n");
        toml("toml: within its table", "[model_providers.qcc]\nname = \"\xC3\xA4\" # why\n\n[t]\n", inner, "[model_providers.qcc]\nname = \"\xC3\xA4\" # why\nbase_url = \"x\"\n\n[t]\n");
        toml("toml: within an empty table", "[ model_providers . \"qcc\" ]\n[t]\n", inner, "[ model_providers . \"qcc\" ]\nbase_url = \"x\"\n[t]\n");
        toml("toml: replaced in a table", "[model_providers.qcc]\nbase_url=\"\"\"old\nold\"\"\"\n", inner, "[model_providers.qcc]\nbase_url=\"x\"\n");
        toml("toml: replaced by a dotted name", "model_providers.qcc.base_url = \"old\"\n", inner, "model_providers.qcc.base_url = \"x\"\n");
        toml("toml: in braces", "model_providers = { qcc = { name = \"a\" } }\n", inner, "refused: it is written in a way that cannot be edited safely");
        toml("toml: beside a table within it", "[model_providers.qcc.http_headers]\na = \"b\"\n", inner,
             "[model_providers.qcc.http_headers]\na = \"b\"\n\n[model_providers.qcc]\nbase_url = \"x\"\n");
        toml("toml: replaced in braces", "model_providers = { qcc = { base_url = 'old', name = \"a\" } }\n", inner, "model_providers = { qcc = { base_url = \"x\", name = \"a\" } }\n");
        toml("toml: letters in strings and comments", "a = \"\xE3\x80\x82\" # \xC3\xA4\nb = '\xC3\xA4' # '\nc = \"\"\"\\\"\xC3\xA4\n\"\"\"\n", top,
             "model_provider = \"x\"\na = \"\xE3\x80\x82\" # \xC3\xA4\nb = '\xC3\xA4' # '\nc = \"\"\"\\\"\xC3\xA4\n\"\"\"\n");
        toml("toml: a letter that is none", "a = \"\"\"\n\"\"\"\nb\xE3\x80\x82 = 1\n", top, "refused: line 3 is not valid TOML");
        toml("toml: a letter behind a value", "a = 'x' \xEF\xB8\x8F\n", top, "refused: line 1 is not valid TOML");
        toml("toml: a table without a name", "# only\n[ = true }\n", top, "refused: line 2 is not valid TOML");
        toml("toml: none", "a = \n", top, "refused: line 1 is not valid TOML");

        const auto env = [](const char *name, const QByteArray &text, const QByteArray &wanted) { QTest::newRow(name) << Env << text << QStringList(u"URL"_s) << "x"_ba << wanted; };
        env("env: no file", "", "URL=x\n");
        env("env: replaced", "A=1\nexport URL = \"old\" # why\nB=2", "A=1\nexport URL = x # why\nB=2");
        env("env: the last counts", "URL=1\nURL=2\n", "URL=1\nURL=x\n");
        env("env: no end", "A=1", "A=1\nURL=x\n");
        env("env: CRLF", "A=1\r\n", "A=1\r\nURL=x\r\n");
        env("env: over several lines", "URL='a\nb'\nC=3\n", "URL=x\nC=3\n");
        env("env: a comment is none", "#URL=1\nMY_URL=2\n", "#URL=1\nMY_URL=2\nURL=x\n");
        env("env: empty", "URL=\nA=1\n", "URL=x\nA=1\n");
    }
    void sets()
    {
        QFETCH(SettingsFormat, format);
        QFETCH(QByteArray, text);
        QFETCH(QStringList, path);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, wanted);
        QCOMPARE(after(format, text, path, value), wanted);
        if (wanted.startsWith("refused"))
            return;
        // Once more changes nothing, and undoing gives every byte back.
        QCOMPARE(setting(format, wanted, path, value)->size(), 0);
        const Result<Splices> splices = setting(format, text, path, value);
        QCOMPARE(undone(wanted, *splices), text);
        // What was not there is taken away again without what it was put in.
        if (!valueIn(format, text, path)->has_value())
            QCOMPARE(valueIn(format, afterTaking(format, wanted, path, *missingBefore(format, text, path)), path)->has_value(), false);
    }

    void takes_data()
    {
        QTest::addColumn<SettingsFormat>("format");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("path");
        QTest::addColumn<int>("own");
        QTest::addColumn<QByteArray>("wanted");
        const auto json = [](const char *name, const QByteArray &text, int own, const QByteArray &wanted) { QTest::newRow(name) << Json << text << url << own << wanted; };
        json("with its object", "{\n  \"a\": 1,\n  \"env\": {\n    \"URL\": \"x\"\n  }\n}\n", 1, "{\n  \"a\": 1\n}\n");
        json("without its object", "{\n  \"env\": {\n    \"URL\": \"x\"\n  }\n}\n", 0, "{\n  \"env\": {\n  }\n}\n");
        json("an object that holds more", "{\n  \"env\": {\n    \"URL\": \"x\",\n    \"B\": 1\n  }\n}\n", 1, "{\n  \"env\": {\n    \"B\": 1\n  }\n}\n");
        json("a comment in the object", "{\n  \"env\": {\n    // mine\n    \"URL\": \"x\"\n  }\n}\n", 1, "{\n  \"env\": {\n    // mine\n  }\n}\n");
        json("a comment before it", "{\"env\": {\"B\": 1, /* mine */ \"URL\": \"x\"}}", 0, "{\"env\": {\"B\": 1 /* mine */ }}");
        json("on one line", "{\"env\": {\"URL\": \"x\", \"B\": 1}}", 0, "{\"env\": {\"B\": 1}}");
        json("not there", "{\"env\": {}}", 1, "{\"env\": {}}");
        const QStringList inner{u"model_providers"_s, u"qcc"_s, u"base_url"_s};
        const auto toml = [&inner](const char *name, const QByteArray &text, int own, const QByteArray &wanted) { QTest::newRow(name) << Toml << text << inner << own << wanted; };
        toml("toml: with its table", "a = 1\n\n[model_providers.qcc]\nbase_url = \"x\"\n\n[t]\nb = 1\n", 2, "a = 1\n\n[t]\nb = 1\n");
        toml("toml: without its table", "[model_providers.qcc]\nbase_url = \"x\"\n", 0, "[model_providers.qcc]\n");
        toml("toml: a table that holds more", "[model_providers.qcc]\nbase_url = \"x\"\nname = \"b\"\n", 2, "[model_providers.qcc]\nname = \"b\"\n");
        toml("toml: in braces with others", "model_providers = { qcc = { base_url = \"x\", name = \"a\" } }\n", 0, "refused: it is written in a way that cannot be edited safely");
        QTest::newRow("env") << Env << "A=1\n  export URL='x'  # why\nB=2\n"_ba << QStringList(u"URL"_s) << 0 << "A=1\nB=2\n"_ba;
        QTest::newRow("env: the last line") << Env << "A=1\nURL=x"_ba << QStringList(u"URL"_s) << 0 << "A=1\n"_ba;
    }
    void takes()
    {
        QFETCH(SettingsFormat, format);
        QFETCH(QByteArray, text);
        QFETCH(QStringList, path);
        QFETCH(int, own);
        QFETCH(QByteArray, wanted);
        QCOMPARE(afterTaking(format, text, path, own), wanted);
    }

    void readsValues()
    {
        QCOMPARE(*valueIn(Json, "{\"env\":{\"URL\": \"a\\u0062\" }}", url), "\"a\\u0062\""_ba);
        QCOMPARE(textOf(Json, "\"a\\u0062\""), u"ab"_s);
        QCOMPARE(textOf(Json, "12"), std::nullopt);
        QCOMPARE(textOf(Toml, "'a\"b'"), u"a\"b"_s);
        QCOMPARE(textOf(Env, "\"ab\""), u"ab"_s);
        QCOMPARE(textOf(Env, "ab"), u"ab"_s);
        QCOMPARE(textOf(Json, quotedFor(Json, u"a\"\n\u00e4"_s)), u"a\"\n\u00e4"_s);
        QCOMPARE(textOf(Toml, quotedFor(Toml, u"a\"\n\u00e4"_s)), u"a\"\n\u00e4"_s);
        QVERIFY(!valueIn(Json, "{\"a\": \"\x01\"}", url));
        QVERIFY(!valueIn(Json, QByteArray(100'000, '['), url));
        QVERIFY(!valueIn(Json, "{\"a\":" + QByteArray(100'000, '['), url));
        QVERIFY(!valueIn(Json, "{\"a\": tru}", url));
        QVERIFY(!valueIn(Json, "{\"a\": 1 /* }", url));
        QVERIFY(!valueIn(Json, "{\"a\": 1,, \"b\": 2}", url));
        QVERIFY(!valueIn(Json, "{\"a\": 1 \"b\": 2}", url));
    }

    void readersThatAreStrictGetPlainJson()
    {
        QCOMPARE(plainJson("{ // a\n \"a//b\": [1, /* x\n */ 2, ], \"c\\\",}\": {\"d\": \"/*\",\n},\n}"), "{ \n \"a//b\": [1, \n 2  ], \"c\\\",}\": {\"d\": \"/*\" \n} \n}"_ba);
        QCOMPARE(plainJson("{\"a\": 1} /* open"), "{\"a\": 1} /* open"_ba); // which no reader takes
        QCOMPARE(plainJson("\"open\\"), "\"open\\"_ba);
    }

    void knowsWhereTomlStands()
    {
        const QByteArray text = "\xEF\xBB\xBF" "a = [ 1, [2],\n 3 ]\r\n[t.\"u v\"] # x\n\xC3\xA4 = 1\n[[l]]\nb = { c = 1 }\n[[l]]\n";
        const Result<QList<TomlPlace>> places = placesInToml(text);
        QVERIFY(!places); // a bare key takes no such letter
        const QByteArray good = QByteArray(text).replace("\xC3\xA4 =", "\"\xC3\xA4\" =");
        QStringList found;
        const Result<QList<TomlPlace>> them = placesInToml(good);
        QVERIFY(them);
        for (const TomlPlace &place : *them)
            found << QString::fromUtf8(good.mid(place.at, place.end - place.at));
        QCOMPARE(found, QStringList({u"[ 1, [2],\n 3 ]"_s, u"[t.\"u v\"]"_s, u"1"_s, u"[[l]]"_s, u"{ c = 1 }"_s, u"1"_s, u"[[l]]"_s}));
    }
};

QTEST_MAIN(SettingsTextTest)
#include "tst_settingstext.moc"
