#include "core/api/clientprogram.h"
#include "core/http/headers.h"
#include "core/routing/requestway.h"

#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

class TestRequestWay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void likens_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<bool>("isLike");
        const auto row = [](const char *text, const char *pattern, bool is) { QTest::newRow(qPrintable(QLatin1String(text) + " / "_L1 + QLatin1String(pattern))) << QString::fromLatin1(text) << QString::fromLatin1(pattern) << is; };
        row("claude-haiku-4-5", "claude-haiku-4-5", true);
        row("claude-haiku-4-5", "claude-haiku-*", true);
        row("claude-haiku-", "claude-haiku-*", true);
        row("claude-haiku", "claude-haiku-*", false);
        row("claude-haiku-4-5", "claude-haiku", false);
        row("claude-haiku-4-5", "haiku", false);
        row("claude-haiku-4-5", "*haiku*", true);
        row("claude-haiku-4-5", "*-5", true);
        row("claude-haiku-4-5", "*-4", false);
        row("claude-haiku-4-5", "*4*5*", true);
        row("claude-haiku-4-5", "*5*4*", false);
        row("claude-haiku-4-5", "*", true);
        row("", "*", false);
        row("aba", "ab*ba", false);
        row("abba", "ab*ba", true);
        row("abcb", "a*b*b", true);
        row("ab", "a**b", true);
        row("Claude", "claude", false);
    }
    void likens()
    {
        QFETCH(QString, text);
        QFETCH(QString, pattern);
        QTEST(isLike(text, pattern), "isLike");
    }

    /// What is long is no slower than it is long: nothing is tried again from the start.
    void doesNotTryForEver()
    {
        QVERIFY(!isLike(QString(20'000, u'a'), QString(u"a*"_s).repeated(2'000) + u'b'));
        QVERIFY(isLike(QString(20'000, u'a'), QString(u"a*"_s).repeated(2'000)));
    }

    void meetsAllConditions_data()
    {
        QTest::addColumn<RouteRule>("rule");
        QTest::addColumn<bool>("met");
        const auto row = [](const char *name, const RouteRule &rule, bool met) { QTest::newRow(name) << rule << met; };
        row("client", {.client = u"claude-code"_s}, true);
        row("client in capitals", {.client = u"Claude-Code"_s}, true);
        row("client by its User-Agent", {.client = u"claude-cli"_s}, true);
        row("another client", {.client = u"codex"_s}, false);
        row("class", {.requestClass = u"subagent"_s}, true);
        row("its second class", {.requestClass = u"explore"_s}, true);
        row("another class", {.requestClass = u"main"_s}, false);
        row("model", {.model = u"claude-haiku-*"_s}, true);
        row("another model", {.model = u"claude-opus-*"_s}, false);
        row("path", {.path = u"/v1/messages"_s}, true);
        row("path with more", {.path = u"/v1/messages/*"_s}, false);
        row("all of them", {.client = u"claude-code"_s, .requestClass = u"subagent"_s, .model = u"*haiku*"_s, .path = u"/v1/*"_s}, true);
        row("all but one", {.client = u"claude-code"_s, .requestClass = u"main"_s, .model = u"*haiku*"_s, .path = u"/v1/*"_s}, false);
    }
    void meetsAllConditions()
    {
        QFETCH(RouteRule, rule);
        const RequestTraits request{u"claude-cli"_s, u"claude-code"_s, {u"subagent"_s, u"explore"_s}, u"claude-haiku-4-5"_s, u"/v1/messages"_s};
        QTEST(meets(request, rule), "met");
    }

    void nothingIsNotAnything()
    {
        QVERIFY(!meets({}, {.client = u"*"_s}));
        QVERIFY(!meets({}, {.requestClass = u"*"_s}));
        QVERIFY(!meets({}, {.model = u"*"_s}));
    }

    void metInOrder()
    {
        const QList<RouteRule> routes{{.model = u"b*"_s, .cluster = u"1"_s}, {.model = u"a*"_s, .cluster = u"2"_s}, {.path = u"*"_s, .cluster = u"3"_s}};
        const QList<const RouteRule *> met = routesMet(routes, {.product = {}, .client = {}, .classes = {}, .model = u"ab"_s, .path = u"/"_s});
        QCOMPARE(met.size(), 2);
        QCOMPARE(met[0]->cluster, u"2"_s);
        QCOMPARE(met[1]->cluster, u"3"_s);
    }

    void namesAreTakenOffPaths_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("rest");
        const auto row = [](const char *target, const QString &name, const char *rest) { QTest::newRow(target) << QByteArray(target) << name << QByteArray(rest); };
        row("/@work/v1/messages", u"work"_s, "/v1/messages");
        row("/@work/v1/messages?beta=true", u"work"_s, "/v1/messages?beta=true");
        row("/%40work/v1/messages", u"work"_s, "/v1/messages");
        row("/@work", u"work"_s, "/");
        row("/@work/", u"work"_s, "/");
        row("/@work?x=1", u"work"_s, "/?x=1");
        row("/@my%20work/v1", u"my work"_s, "/v1");
        row("/@%E5%B7%A5%E4%BD%9C/v1", u"工作"_s, "/v1");
        row("/@a%2Fb/v1", u"a/b"_s, "/v1");
        row("/@/v1", QString(), "/v1");
        row("/@", QString(), "/");
        row("/@@a/v1", u"@a"_s, "/v1");
        row("/@work//v1", u"work"_s, "//v1");
        row("/@work/@other/v1", u"work"_s, "/@other/v1");
    }
    void namesAreTakenOffPaths()
    {
        QFETCH(QByteArray, target);
        const std::optional<NamedCluster> named = namedCluster(target);
        QVERIFY(named);
        QTEST(named->name, "name");
        QTEST(named->target, "rest");
    }

    void otherPathsNameNone_data()
    {
        QTest::addColumn<QByteArray>("target");
        for (const char *target : {"/", "/v1/@work", "//@work/v1", "*", "", "/%2540work/v1", "@work/v1", "/work@/v1", "/v1?x=/@work"})
            QTest::newRow(*target ? target : "empty") << QByteArray(target);
    }
    void otherPathsNameNone()
    {
        QFETCH(QByteArray, target);
        QVERIFY(!namedCluster(target));
    }

    void classes_data()
    {
        QTest::addColumn<HeaderList>("headers");
        QTest::addColumn<QStringList>("classes");
        QTest::newRow("none") << HeaderList{{"X-Request-Id", "a"}, {"Accept", "*/*"}} << QStringList();
        QTest::newRow("hint") << HeaderList{{"X-Claude-Code-Request-Class", "subagent"}, {"x-claude-code-agent-type", "Explore"}} << QStringList{u"subagent"_s, u"explore"_s};
        QTest::newRow("main") << HeaderList{{"x-claude-code-request-class", " main "}} << QStringList{u"main"_s};
        QTest::newRow("agent without hints") << HeaderList{{"x-claude-code-agent-id", "7"}} << QStringList{u"subagent"_s};
        QTest::newRow("agent with hints") << HeaderList{{"x-claude-code-agent-id", "7"}, {"x-claude-code-request-class", "workflow"}} << QStringList{u"workflow"_s};
        QTest::newRow("codex") << HeaderList{{"x-codex-turn-metadata", R"({"session_id":"s","request_kind":"turn"})"}} << QStringList{u"turn"_s};
        QTest::newRow("codex's sub-agent") << HeaderList{{"x-openai-subagent", "review"}, {"x-codex-turn-metadata", R"({"request_kind":"turn"})"}}
                                           << QStringList{u"subagent"_s, u"review"_s, u"turn"_s};
        QTest::newRow("twice the same") << HeaderList{{"x-openai-subagent", "subagent"}} << QStringList{u"subagent"_s};
        QTest::newRow("empty") << HeaderList{{"x-claude-code-request-class", ""}} << QStringList();
        QTest::newRow("no word") << HeaderList{{"x-claude-code-request-class", "two words"}} << QStringList();
        QTest::newRow("too long") << HeaderList{{"x-claude-code-request-class", QByteArray(41, 'a')}} << QStringList();
        QTest::newRow("metadata that is none") << HeaderList{{"x-codex-turn-metadata", "{\"request_kind\":"}} << QStringList();
        QTest::newRow("metadata of another kind") << HeaderList{{"x-codex-turn-metadata", R"({"request_kind":{"a":1}})"}} << QStringList();
    }
    void classes()
    {
        QFETCH(HeaderList, headers);
        QTEST(requestClassesOf(headers), "classes");
    }
};

QTEST_APPLESS_MAIN(TestRequestWay)
#include "tst_requestway.moc"
