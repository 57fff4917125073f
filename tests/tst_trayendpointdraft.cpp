#include "core/config/configparser.h"
#include "ui/clusters/clusterchanges.h"
#include "ui/clusters/clustersstate.h"
#include "ui/clusters/endpointdraft.h"
#include "ui/clusters/endpointdrafts.h"
#include "ui/clusters/endpointform.h"
#include "ui/clusters/endpointmodel.h"
#include "ui/clusters/probereport.h"
#include "ui/model/words.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

Endpoint stored()
{
    Endpoint endpoint;
    endpoint.name = u"relay-a"_s;
    endpoint.baseUrl = "https://relay-a.example/api";
    endpoint.apiKey = "sk-stored";
    endpoint.modelMap = {{u"opus"_s, u"gpt"_s}};
    return endpoint;
}

DraftSurroundings around()
{
    return {false, true, {u"relay-b"_s}, u"127.0.0.1"_s, 7860};
}

/// "BaseUrl! text" for a fault, "?" for a warning, "…" for what is missing.
QStringList told(const QList<DraftNote> &notes)
{
    static const QStringList fields{u"Name"_s, u"BaseUrl"_s, u"ApiKey"_s, u"Proxy"_s, u"CaFile"_s, u"ModelMap"_s, u"Headers"_s, u"Query"_s, u"KeyCommand"_s, u"ClientCert"_s, u"Auth"_s};
    static const QStringList marks{u"…"_s, u"!"_s, u"?"_s};
    QStringList lines;
    for (const DraftNote &note : notes)
        lines << fields.at(int(note.field)) + marks.at(int(note.gravity));
    return lines;
}

} // namespace

class TrayEndpointDraftTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aGoodDraftHasNoNotes() { QCOMPARE(told(notesOn(draftOf(stored()), around())), QStringList()); }

    void aLoginThatIsPassedOnIsJudgedByItsHost_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<std::optional<QString>>("key");
        QTest::addColumn<bool>("anywhere");
        QTest::addColumn<QStringList>("notes");
        const std::optional<QString> removed{QString()};
        QTest::newRow("at its vendor") << u"https://api.anthropic.com/"_s << removed << false << QStringList();
        QTest::newRow("at its vendor, anywhere") << u"https://api.anthropic.com"_s << removed << true << QStringList();
        QTest::newRow("without TLS") << u"http://api.anthropic.com"_s << removed << false << QStringList{u"Auth!"_s};
        QTest::newRow("elsewhere") << u"https://relay.example"_s << removed << false << QStringList{u"Auth!"_s};
        QTest::newRow("elsewhere, anywhere") << u"https://relay.example"_s << removed << true << QStringList{u"Auth?"_s};
        QTest::newRow("beside the stored key") << u"https://api.anthropic.com"_s << std::optional<QString>() << false << QStringList{u"Auth!"_s};
        QTest::newRow("beside a typed key") << u"https://api.anthropic.com"_s << std::optional<QString>(u"k"_s) << true << QStringList{u"Auth!"_s};
        QTest::newRow("no address yet") << u"relay"_s << removed << false << QStringList{u"BaseUrl!"_s};
    }

    void aLoginThatIsPassedOnIsJudgedByItsHost()
    {
        QFETCH(QString, url);
        QFETCH(bool, anywhere);
        EndpointDraft draft = draftOf(stored());
        draft.baseUrl = url;
        draft.auth = AuthStyle::Passthrough;
        draft.passthroughAnywhere = anywhere;
        QFETCH(std::optional<QString>, key);
        draft.apiKey = key;
        const QList<DraftNote> notes = notesOn(draft, around());
        QTEST(told(notes), "notes");
        // It is called by its name.
        QVERIFY(told(notes) != QStringList{u"Auth?"_s} || notes.first().text.startsWith(u"passthrough_anywhere: "_s));
        const EndpointFields fields = changedFields(draft, stored());
        QVERIFY(fields.auth == AuthStyle::Passthrough && fields.passthroughAnywhere.has_value() == anywhere);
    }

    void notesOnBaseUrls_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QStringList>("notes");
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("remedy");
        const QStringList fault{u"BaseUrl!"_s};
        const QStringList warning{u"BaseUrl?"_s};
        QTest::newRow("good") << u"https://relay.example"_s << QStringList() << QString() << QString();
        QTest::newRow("slash at the end") << u" https://relay.example/api/ "_s << QStringList() << QString() << QString();
        QTest::newRow("empty") << QString() << fault << u"needs"_s << QString();
        QTest::newRow("no scheme") << u"relay.example"_s << fault << u"https://"_s << QString();
        QTest::newRow("other scheme") << u"ftp://relay.example"_s << fault << u"https://"_s << QString();
        QTest::newRow("no host") << u"https://"_s << fault << u"host"_s << QString();
        QTest::newRow("space") << u"https://relay example"_s << fault << u"spaces"_s << QString();
        QTest::newRow("no width") << u"https://relay.example/\u200bapi"_s << warning << u"cannot be seen"_s << u"https://relay.example/api"_s;
        QTest::newRow("password") << u"https://me:pw@relay.example"_s << fault << u"password"_s << QString();
        QTest::newRow("query") << u"https://relay.example?x=1"_s << fault << u"query"_s << QString();
        QTest::newRow("fragment") << u"https://relay.example#x"_s << fault << u"fragment"_s << QString();
        QTest::newRow("port") << u"https://relay.example:0"_s << fault << u"port"_s << QString();
        QTest::newRow("qcc itself") << u"http://localhost:7860/x"_s << fault << u"qcc itself"_s << QString();
        QTest::newRow("v1") << u"https://relay.example/api/v1/"_s << warning << u"/v1"_s << u"https://relay.example/api"_s;
        QTest::newRow("messages") << u"https://relay.example/v1/messages"_s << warning << u"/v1"_s << u"https://relay.example"_s;
        QTest::newRow("completions") << u"https://relay.example/api/v1/chat/completions"_s << warning << u"/v1"_s << u"https://relay.example/api"_s;
        QTest::newRow("another version") << u"https://relay.example/paas/v4"_s << QStringList() << QString() << QString();
        QTest::newRow("v1 in its midst") << u"https://relay.example/v1/chat"_s << warning << u"v1"_s << u"https://relay.example/v1"_s;
        QTest::newRow("v1 in the name") << u"https://relay.example/apiv1"_s << QStringList() << QString() << QString();
    }
    void notesOnBaseUrls()
    {
        QFETCH(QString, url);
        EndpointDraft draft = draftOf(stored());
        draft.baseUrl = url;
        const QList<DraftNote> notes = notesOn(draft, around());
        QTEST(told(notes), "notes");
        QFETCH(QString, words);
        QVERIFY(notes.isEmpty() || notes.constFirst().text.contains(words));
        QTEST(notes.isEmpty() ? QString() : notes.constFirst().remedy, "remedy");
    }

    void notesOnTheRest_data()
    {
        QTest::addColumn<EndpointDraft>("draft");
        QTest::addColumn<QStringList>("notes");
        const auto with = [](auto field, auto value) {
            EndpointDraft draft = draftOf(stored());
            draft.*field = value;
            return draft;
        };
        using D = EndpointDraft;
        QTest::newRow("no name") << with(&D::name, u"  "_s) << QStringList{u"Name!"_s};
        QTest::newRow("taken name") << with(&D::name, u"relay-b "_s) << QStringList{u"Name!"_s};
        QTest::newRow("tab in the name") << with(&D::name, u"a\tb"_s) << QStringList{u"Name!"_s};
        QTest::newRow("key removed") << with(&D::apiKey, std::optional(QString())) << QStringList{u"ApiKey?"_s};
        QTest::newRow("key with a space") << with(&D::apiKey, std::optional(u"sk a"_s)) << QStringList{u"ApiKey!"_s};
        QTest::newRow("key with quotes around") << with(&D::apiKey, std::optional(u"\"sk-a\""_s)) << QStringList();
        QTest::newRow("key in full width") << with(&D::apiKey, std::optional(u"\uff53\uff4b-a\u200b"_s)) << QStringList();
        QTest::newRow("key of two lines") << with(&D::apiKey, std::optional(u"sk\na"_s)) << QStringList{u"ApiKey!"_s};
        QTest::newRow("key with a quote") << with(&D::apiKey, std::optional(u"sk\"a"_s)) << QStringList{u"ApiKey!"_s};
        QTest::newRow("key that is masked") << with(&D::apiKey, std::optional(u"sk-\u2026a"_s)) << QStringList{u"ApiKey!"_s};
        QTest::newRow("key of other letters") << with(&D::apiKey, std::optional(u"sk-\u0430"_s)) << QStringList{u"ApiKey!"_s};
        QTest::newRow("proxy that resolves names") << with(&D::proxy, u"socks5h://127.0.0.1:1080"_s) << QStringList();
        QTest::newRow("proxy without a scheme") << with(&D::proxy, u"127.0.0.1:7890"_s) << QStringList();
        QTest::newRow("proxy") << with(&D::proxy, u"socks5://127.0.0.1:1080"_s) << QStringList();
        QTest::newRow("proxy of a wrong kind") << with(&D::proxy, u"ftp://x"_s) << QStringList{u"Proxy!"_s};
        QTest::newRow("proxy not there yet") << with(&D::proxy, QString()) << QStringList{u"Proxy…"_s};
        QTest::newRow("CA file that is not there") << with(&D::caFile, u"/nonexistent/ca.pem"_s) << QStringList{u"CaFile!"_s};
        QTest::newRow("CA file without its folder") << with(&D::caFile, u"ca.pem"_s) << QStringList{u"CaFile!"_s};
        QTest::newRow("half a model") << with(&D::modelMap, PairLines{{u"a"_s, QString()}}) << QStringList{u"ModelMap!"_s};
        QTest::newRow("a program for the key") << with(&D::apiKeyCommand, u"pass show relay"_s) << QStringList{};
        QTest::newRow("a program without a name") << with(&D::apiKeyCommand, u"\"\""_s) << QStringList{u"KeyCommand!"_s};
        QTest::newRow("a certificate that is not there") << with(&D::clientCert, u"/nonexistent/me.pem"_s) << QStringList{u"ClientCert!"_s};
        QTest::newRow("a key without its certificate") << with(&D::clientKey, u"/nonexistent/me.key"_s) << QStringList{u"ClientCert!"_s};
        QTest::newRow("a header") << with(&D::headers, PairLines{{u"X-Team "_s, u" blue"_s}, {QString(), u" "_s}}) << QStringList{};
        QTest::newRow("half a header") << with(&D::headers, PairLines{{u"X-Team"_s, QString()}}) << QStringList{u"Headers!"_s};
        QTest::newRow("a header that carries the key") << with(&D::headers, PairLines{{u"Authorization"_s, u"Bearer x"_s}}) << QStringList{u"Headers!"_s};
        QTest::newRow("a header twice") << with(&D::headers, PairLines{{u"X-A"_s, u"b"_s}, {u"x-a"_s, u"c"_s}}) << QStringList{u"Headers!"_s};
        QTest::newRow("half a parameter") << with(&D::query, PairLines{{QString(), u"b"_s}}) << QStringList{u"Query!"_s};
        QTest::newRow("parameters that differ in a capital") << with(&D::query, PairLines{{u"A"_s, u"b"_s}, {u"a"_s, u"c"_s}}) << QStringList{};
        QTest::newRow("a model twice") << with(&D::modelMap, PairLines{{u"a"_s, u"b"_s}, {u" a"_s, u"c"_s}}) << QStringList{u"ModelMap!"_s};
    }
    void notesOnTheRest()
    {
        QFETCH(EndpointDraft, draft);
        const QList<DraftNote> notes = notesOn(draft, around());
        QTEST(told(notes), "notes");
        QCOMPARE(canBeSaved(notes), notes.isEmpty() || notes.constFirst().gravity == DraftNote::Gravity::Warning);
    }

    void noKeyIsNothingToWarnAboutWhereNoneIsSent()
    {
        EndpointDraft draft = draftOf(stored());
        draft.apiKey = QString();
        draft.auth = AuthStyle::None;
        QCOMPARE(told(notesOn(draft, around())), QStringList());
    }

    void anUntouchedNewEndpointIsBlamedForNothing()
    {
        DraftSurroundings isNew = around();
        isNew.isNew = true;
        isNew.hasStoredKey = false;
        const QList<DraftNote> notes = notesOn({}, isNew);
        QCOMPARE(told(notes), QStringList{u"BaseUrl…"_s});
        QVERIFY(!canBeSaved(notes));
    }

    void onlyEditedFieldsAreChanged()
    {
        QVERIFY(isEmpty(changedFields(draftOf(stored()), stored())));
        EndpointDraft draft = draftOf(stored());
        draft.baseUrl += u'/';
        draft.name += u' ';
        draft.apiKey = u"sk-stored"_s;
        QVERIFY(isEmpty(changedFields(draft, stored())));
        draft.weight = 7;
        draft.apiKey = u"sk-new "_s;
        const EndpointFields fields = changedFields(draft, stored());
        QCOMPARE(fields.weight, std::optional(7));
        QCOMPARE(fields.apiKey, std::optional(u"sk-new"_s));
        QVERIFY(!fields.name && !fields.baseUrl && !fields.modelMap && !fields.auth);
    }

    void aKeyThatCannotBeSavedCountsAsEdited()
    {
        Endpoint keyless = stored();
        keyless.apiKey.clear();
        EndpointDraft draft = draftOf(keyless);
        draft.apiKey = u"sk a"_s;
        QVERIFY(isEdited(draft, keyless));
    }

    void whatIsSavedIsWhatWasMeant()
    {
        EndpointDraft draft = draftOf(stored());
        draft.apiKey = u" \u201cBearer sk-new\u201d\u200b"_s;
        draft.proxy = u"127.0.0.1:7890"_s;
        QCOMPARE(changedFields(draft, stored()).apiKey, u"sk-new"_s);
        QCOMPARE(changedFields(draft, stored()).proxy, u"http://127.0.0.1:7890"_s);
        QCOMPARE(allFields(draft, {}).apiKey, u"sk-new"_s);
        draft.apiKey = u"'sk-stored'"_s;
        draft.proxy = u" system "_s;
        QVERIFY(isEmpty(changedFields(draft, stored())));
    }

    /// As it is written in config.json: only what somebody typed is tidied.
    void blanksThatAreStoredAreNoEdit()
    {
        Endpoint endpoint = stored();
        endpoint.query = {{u"x"_s, u" a"_s}, {u" y"_s, u"b"_s}};
        endpoint.headers = {{u"X-Team"_s, u"blue "_s}};
        EndpointDraft draft = draftOf(endpoint);
        QVERIFY(!isEdited(draft, endpoint));
        draft.name = u"other"_s;
        QVERIFY(!changedFields(draft, endpoint).query && !changedFields(draft, endpoint).headers);
        QCOMPARE(allFields(draft, endpoint).query, endpoint.query);
        draft.query.append({u" z "_s, u" c "_s});
        QCOMPARE(changedFields(draft, endpoint).query, (QMap<QString, QString>{{u"x"_s, u" a"_s}, {u" y"_s, u"b"_s}, {u"z"_s, u"c"_s}}));
        draft.query = {{u"x"_s, u" a "_s}};
        QCOMPARE(changedFields(draft, endpoint).query, (QMap<QString, QString>{{u"x"_s, u"a"_s}}));
    }

    void aNewEndpointIsRecognizedOnceItIsSaved_data()
    {
        QTest::addColumn<EndpointDraft>("draft");
        EndpointDraft draft;
        draft.name = u"new"_s;
        draft.baseUrl = u"https://new.example/api/"_s;
        QTest::newRow("without a key") << draft;
        draft.apiKey = u" Bearer sk-new "_s;
        QTest::newRow("with a key") << draft;
        draft.apiKey.reset();
        draft.apiKeyCommand = u"pass \"show it\" relay"_s;
        QTest::newRow("with a program") << draft;
        draft.apiKey = QString();
        QTest::newRow("with a program, and a key that was removed") << draft;
    }

    void aNewEndpointIsRecognizedOnceItIsSaved()
    {
        QFETCH(EndpointDraft, draft);
        const QString cluster = u"c"_s;
        EndpointDrafts drafts;
        drafts.begin(cluster, {});
        drafts.put({cluster, {}}, {}, draft);
        QJsonObject json{{u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, cluster}, {u"endpoints"_s, QJsonArray()}}}}};
        QVERIFY(addEndpoint(json, cluster, allFields(draft, {})));
        drafts.noteSaved(cluster, {});
        const Result<Config> config = parseConfig(QJsonDocument(json).toJson());
        QVERIFY2(config, config ? "" : qPrintable(config.error().message));
        QCOMPARE(drafts.find({cluster, {}})->savedId, config->clusters.first().endpoints.first().id);
        const QList<EndpointDrafts::Move> moves = drafts.follow(*config, true);
        QCOMPARE(moves.size(), 1);
        QCOMPARE(moves.first().to, (EndpointPlace{cluster, u"new"_s}));
        QVERIFY(!drafts.hasUnsaved());
    }

    /// There is nothing to be removed, and without the program there is no key.
    void aProgramIsNoStoredKey()
    {
        Endpoint endpoint = stored();
        endpoint.apiKey.clear();
        endpoint.apiKeyCommand = {u"pass"_s};
        Config config;
        config.clusters = {{.name = u"c"_s, .endpoints = {endpoint}}};
        ClustersState state;
        state.config = std::make_shared<const Config>(config);
        state.cluster = u"c"_s;
        state.endpoint = endpoint.name;
        QVERIFY(state.formContent().maskedKey.isEmpty() && state.formContent().notes.isEmpty());
        QVERIFY(!state.endpointRows().first().maskedKey.isEmpty());
        EndpointDraft draft = draftOf(endpoint);
        draft.apiKeyCommand.clear();
        state.drafts.put(state.place(), endpoint, draft);
        QCOMPARE(told(state.formContent().notes), QStringList{u"ApiKey?"_s});
    }

    /// One that was removed outside is added again from its draft.
    void whatADraftHasNoPlaceForIsKept()
    {
        Endpoint endpoint = stored();
        endpoint.apiKey.clear();
        endpoint.apiKeyCommand = {u"pass"_s};
        endpoint.apiKeyTtl = std::chrono::seconds(3600);
        QCOMPARE(allFields(draftOf(endpoint), endpoint).apiKeyTtlS, 3600);
        QVERIFY(!allFields(draftOf(stored()), stored()).apiKeyTtlS);
    }

    void aHalfFilledModelLineCountsAsEdited()
    {
        EndpointDraft draft = draftOf(stored());
        draft.modelMap.append({QString(), u"x"_s});
        QVERIFY(isEmpty(changedFields(draft, stored())));
        QVERIFY(isEdited(draft, stored()));
    }

    void rebaseKeepsEditsAndTakesTheRest()
    {
        EndpointDraft draft = draftOf(stored());
        draft.name = u"mine"_s;
        Endpoint after = stored();
        after.name = u"theirs"_s;
        after.weight = 3;
        const EndpointDraft rested = rebased(draft, stored(), after);
        QCOMPARE(rested.name, u"mine"_s);
        QCOMPARE(rested.weight, 3);
    }

    void reorderingNumbersThePrioritiesAsShown()
    {
        QJsonObject config{{u"clusters"_s, QJsonArray{QJsonObject{
            {u"name"_s, u"c"_s},
            {u"endpoints"_s, QJsonArray{QJsonObject{{u"name"_s, u"a"_s}, {u"base_url"_s, u"https://a"_s}, {u"priority"_s, 9}},
                                        QJsonObject{{u"name"_s, u"b"_s}, {u"base_url"_s, u"https://b"_s}, {u"priority"_s, 1}},
                                        QJsonObject{{u"name"_s, u"d"_s}, {u"base_url"_s, u"https://d"_s}, {u"priority"_s, 5}}}}}}}};
        QVERIFY(orderingEndpoints(u"c"_s, {u"d"_s, u"b"_s, u"a"_s}).apply(config));
        QStringList order;
        for (const QJsonValue &endpoint : config[u"clusters"_s][0][u"endpoints"_s].toArray())
            order << endpoint[u"name"_s].toString() + QString::number(endpoint[u"priority"_s].toInt());
        QCOMPARE(order, (QStringList{u"d1"_s, u"b2"_s, u"a3"_s}));
        const QJsonObject before = config;
        QVERIFY(!orderingEndpoints(u"c"_s, {u"a"_s, u"gone"_s}).apply(config));
        QCOMPARE(config, before);
    }

    void testLines_data()
    {
        QTest::addColumn<QJsonObject>("probe");
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("meaning");
        const auto row = [](const char *name, bool reachable, int status, const QString &error, const QString &line, Meaning meaning) {
            QTest::newRow(name) << QJsonObject{{u"reachable"_s, reachable}, {u"status"_s, status}, {u"error"_s, error}, {u"total_ms"_s, 412.0}}
                                << line << int(meaning);
        };
        row("answer on an open connection", true, 200, {}, u"HTTP 200 in 412 ms"_s, Meaning::Success);
        row("reachable, but no such path", true, 404, {}, u"HTTP 404 in 412 ms"_s, Meaning::Warning);
        row("refused key", false, 401, u"the key was refused (HTTP 401)"_s, u"the key was refused (HTTP 401)"_s, Meaning::Failure);
        row("with detail", false, 0, u"no TLS connection: expired 3"_s, u"no TLS connection: expired 3"_s, Meaning::Failure);
        row("silence", false, 0, u"no answer within 0.5 s"_s, u"no answer within 0.5 s"_s, Meaning::Failure);
        row("unknown words", false, 0, u"something new 7"_s, u"something new 7"_s, Meaning::Failure);
    }
    void testLines()
    {
        QFETCH(QJsonObject, probe);
        const ProbeReport report = probeReport(probe);
        QTEST(lineOf(report), "line");
        QTEST(int(meaningOf(report)), "meaning");
    }

    void aSentenceHasOneStopInAnyLanguage()
    {
        QCOMPARE(Words::sentence(u"the connection was refused"_s), u"The connection was refused."_s);
        QCOMPARE(Words::sentence(u"\u8fde\u63a5\u88ab\u62d2\u7edd"_s), u"\u8fde\u63a5\u88ab\u62d2\u7edd\u3002"_s);
        QCOMPARE(Words::sentence(u"\u8bf7\u518d\u8bd5\u3002"_s), u"\u8bf7\u518d\u8bd5\u3002"_s);
    }

    void aTestNamesTheNextStep_data()
    {
        QTest::addColumn<QJsonObject>("probe");
        QTest::addColumn<QString>("step");
        const auto row = [](const char *name, bool reachable, int status, const QString &error, const QString &step) {
            QTest::newRow(name) << QJsonObject{{u"reachable"_s, reachable}, {u"status"_s, status}, {u"error"_s, error}} << step;
        };
        row("good", true, 200, {}, {});
        row("no such path", true, 404, {}, u"Check the base URL."_s);
        row("refused key", false, 401, u"the key was refused (HTTP 401)"_s, u"Check the key."_s);
        row("no host", false, 0, u"the host was not found"_s, u"Check the base URL."_s);
        row("proxy", false, 0, u"no way through the proxy: x"_s, u"Check the proxy under More."_s);
        row("certificate", false, 0, u"no TLS connection: expired"_s, u"Check the CA file under More, or the base URL."_s);
        row("silence", false, 0, u"no answer within 10 s"_s, u"Test it again later, or check the base URL."_s);
        row("no key", false, 0, u"its key program \"pass\" ended with the code 1"_s, u"Check the key."_s);
        row("something else than a key", false, 0, u"what its key program \"pass\" says holds a quote"_s, u"Check the key."_s);
    }
    void aTestNamesTheNextStep()
    {
        QFETCH(QJsonObject, probe);
        QTEST(nextStepOf(probeReport(probe)), "step");
    }

    void aSecondRoundInAClusterGoesWithTheFirst()
    {
        TestRound round;
        round.begin(u"c"_s, {u"1"_s, u"2"_s});
        round.begin(u"c"_s, {u"3"_s});
        QCOMPARE(round.total(), 3);
        QVERIFY(round.waitsFor(u"c"_s, u"1"_s) && round.waitsFor(u"c"_s, u"3"_s));
        round.begin(u"d"_s, {u"4"_s});
        QCOMPARE(round.total(), 1);
        QVERIFY(!round.waitsFor(u"c"_s, u"1"_s));
    }

    void aRoundEndsWhenAllAnsweredOrAreGone()
    {
        TestRound round;
        round.begin(u"c"_s, {u"1"_s, u"1"_s, u"2"_s, u"3"_s});
        ProbeReport report;
        report.cluster = u"c"_s;
        report.id = u"1"_s;
        round.take(report);
        QCOMPARE(round.answered(), 1);
        QVERIFY(round.waitsFor(u"c"_s, u"1"_s));
        round.take(report);
        QVERIFY(!round.waitsFor(u"c"_s, u"1"_s));
        round.keepOnly({u"1"_s, u"2"_s});
        QCOMPARE(round.total(), 3);
        round.fail(u"other"_s, {}, u"no"_s);
        QVERIFY(round.isRunning());
        round.fail(u"c"_s, {}, u"stopped"_s);
        QVERIFY(!round.isRunning());
        QCOMPARE(round.finding(u"c"_s, u"2"_s)->line, u"stopped"_s);
        QVERIFY(!round.finding(u"c"_s, u"3"_s));
    }
};

QTEST_MAIN(TrayEndpointDraftTest)
#include "tst_trayendpointdraft.moc"
