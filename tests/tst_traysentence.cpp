#include "tests/traysupport/overviewsamples.h"
#include "ui/model/endpointwords.h"
#include "ui/overview/sentence.h"

#include <QTest>

using namespace qcc;
using namespace qcc::test;

namespace {

ProxyView viewIn(ProxyState state, const QList<EndpointHealth> &healths = {EndpointHealth::Healthy, EndpointHealth::Healthy, EndpointHealth::Healthy})
{
    ProxyView view = fullView();
    view.state = state;
    view.liveRate = 100;
    view.endpoints.clear();
    for (qsizetype i = 0; i < healths.size(); ++i)
        view.endpoints.append(endpointOf(QStringLiteral("relay-") + QChar(u'a' + static_cast<char16_t>(i)), 1, healths.at(i)));
    return view;
}

ProxyView with(ProxyView view, const std::function<void(ProxyView &)> &change)
{
    change(view);
    return view;
}

QString actionsOf(const Sentence &sentence)
{
    QStringList texts;
    for (const Sentence::Action &action : sentence.actions)
        texts.append(QString(action.text).remove(QLatin1Char('&')));
    return texts.join(QStringLiteral(" | "));
}

} // namespace

class TraySentenceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void itAnswers_data();
    void itAnswers();
    void warningsStandBesideIt();
    void aBrokenConfigIsToldWhileTheProxyGoesOn();
    void reasonsAreWords_data();
    void reasonsAreWords();
    void notesSayWhyOrWhere();
    void whoIsAskedInOrderSaysItsTurn();
};

void TraySentenceTest::itAnswers_data()
{
    QTest::addColumn<ProxyView>("view");
    QTest::addColumn<TimelineView>("timeline");
    QTest::addColumn<Meaning>("meaning");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("actions");
    using H = EndpointHealth;
    const TimelineView none;
    const auto row = [&none](const char *name, const ProxyView &view, Meaning meaning, const QString &title, const QString &text, const QString &actions = {}) {
        QTest::newRow(name) << view << none << meaning << title << text << actions;
    };
    const ProxyView good = viewIn(ProxyState::Running);
    row("all is well", good, Meaning::Success, QStringLiteral("Everything works"), QStringLiteral("All 204 requests of the last 5 minutes were served."));
    row("the one request", with(good, [](ProxyView &v) { v.figures.liveCounted = 1; }), Meaning::Success, QStringLiteral("Everything works"),
        QStringLiteral("The one request of the last 5 minutes was served."));
    row("not all of them", with(good, [](ProxyView &v) { v.liveRate = 99.44; }), Meaning::Success, QStringLiteral("Everything works"),
        QStringLiteral("99.4 % of 204 requests of the last 5 minutes were served."));
    row("some fail", with(good, [](ProxyView &v) { v.liveRate = 95; }), Meaning::Warning, QStringLiteral("Working, but some requests fail"),
        QStringLiteral("95.0 % of 204 requests of the last 5 minutes were served."));
    row("many fail", with(good, [](ProxyView &v) { v.liveRate = 40; }), Meaning::Failure, QStringLiteral("Many requests fail"),
        QStringLiteral("40.0 % of 204 requests of the last 5 minutes were served."));
    row("all fail", with(good, [](ProxyView &v) { v.liveRate = 0; }), Meaning::Failure, QStringLiteral("No request is served"),
        QStringLiteral("0 % of 204 requests of the last 5 minutes were served."));
    row("quiet", with(good, [](ProxyView &v) { v.liveRate.reset(); }), Meaning::Success, QStringLiteral("Everything works"),
        QStringLiteral("No requests in the last 5 minutes."));
    row("before the first", with(good, [](ProxyView &v) { v.liveRate.reset(); v.figures.requests = 0; }), Meaning::Success, QStringLiteral("Everything works"),
        QStringLiteral("No request has come yet. Clients reach it at http://127.0.0.1:7860."));

    ProxyView degraded = viewIn(ProxyState::Degraded, {H::Healthy, H::Healthy, H::Open});
    degraded.endpoints[2].lastError = QStringLiteral("HTTP 529 (overloaded_error: Overloaded)");
    degraded.endpoints[2].failuresInRow = 3;
    row("without one", degraded, Meaning::Warning, QStringLiteral("Working, without relay-c"),
        QStringLiteral("relay-c is paused after 3 failures in a row (529 overloaded). relay-a and relay-b serve all requests."));
    row("without two", with(degraded, [](ProxyView &v) { v.endpoints[1].health = H::KeyRefused; }), Meaning::Warning, QStringLiteral("Working, without relay-b and relay-c"),
        QStringLiteral("relay-b refuses its key. relay-c is paused after 3 failures in a row (529 overloaded). relay-a serves all requests."));
    row("without many", viewIn(ProxyState::Degraded, {H::Healthy, H::Open, H::Open, H::Resting, H::Disabled}), Meaning::Warning,
        QStringLiteral("Working, without 3 of 4 endpoints"), QStringLiteral("All 204 requests of the last 5 minutes were served."));
    row("without one, and the others do not serve either", with(degraded, [](ProxyView &v) { v.liveRate = 12; }), Meaning::Failure, QStringLiteral("Many requests fail"),
        QStringLiteral("12.0 % of 204 requests of the last 5 minutes were served. relay-c is paused after 3 failures in a row (529 overloaded)."));
    row("one limps", viewIn(ProxyState::Degraded, {H::Healthy, H::Degraded}), Meaning::Warning, QStringLiteral("Working, but relay-b is not reliable"),
        QStringLiteral("relay-b is used after the others. relay-a and relay-b serve all requests."));
    row("a short rest is not named", with(degraded, [](ProxyView &v) { v.endpoints[1].health = H::Resting; v.endpoints[1].restsShortly = true; }), Meaning::Warning,
        QStringLiteral("Working, without relay-c"), QStringLiteral("relay-c is paused after 3 failures in a row (529 overloaded). relay-a serves all requests."));

    row("down", viewIn(ProxyState::Down, {H::Open, H::Open}), Meaning::Failure, QStringLiteral("No endpoint answers"), QString(), QStringLiteral("Test all"));
    row("down, with one alone", viewIn(ProxyState::Down, {H::KeyRefused, H::Disabled}), Meaning::Failure, QStringLiteral("relay-a does not answer"),
        QStringLiteral("relay-a refuses its key."), QStringLiteral("Test it"));
    const QString since = downTimeline().from.addSecs(51 * 60).toLocalTime().time().toString(QStringLiteral("HH:mm"));
    QTest::newRow("down, and another cluster is there") << downView() << downTimeline() << Meaning::Failure << QStringLiteral("No endpoint answers")
        << QStringLiteral("All 36 requests since %1 failed. Cluster nightly has 2 other endpoints.").arg(since) << QStringLiteral("Use nightly | Test all");

    row("stopped", withoutProxy(good), Meaning::Neutral, QStringLiteral("Stopped"), QStringLiteral("Clients that use http://127.0.0.1:7860 get no answer."),
        QStringLiteral("Start"));
    row("starting", with(withoutProxy(good), [](ProxyView &v) { v.state = ProxyState::Starting; }), Meaning::Neutral, QStringLiteral("Starting…"),
        QStringLiteral("The proxy takes requests as soon as it listens on http://127.0.0.1:7860."));
    row("finishing", with(good, [](ProxyView &v) { v.state = ProxyState::Finishing; }), Meaning::Neutral, QStringLiteral("Finishing…"),
        QStringLiteral("The proxy takes no new requests, and ends when those that run have ended."));
    row("no config", with(withoutProxy(good), [](ProxyView &v) { v.configFault = QStringLiteral("config.json (line 2): no value"); }), Meaning::Failure,
        QStringLiteral("config.json cannot be read"),
        QStringLiteral("config.json (line 2): no value. The proxy cannot be started before config.json is corrected."), QStringLiteral("Open file"));
    row("no endpoint", viewIn(ProxyState::Unconfigured, {}), Meaning::Neutral, QStringLiteral("No endpoint yet"), QStringLiteral("Cluster work has no endpoints."),
        QStringLiteral("Add an endpoint…"));
    row("all disabled", viewIn(ProxyState::Unconfigured, {H::Disabled}), Meaning::Neutral, QStringLiteral("No endpoint yet"),
        QStringLiteral("All endpoints of cluster work are disabled."));
    row("no cluster", with(viewIn(ProxyState::Unconfigured, {}), [](ProxyView &v) { v.cluster.clear(); v.enabledIn = {{QStringLiteral("home"), 1}}; }), Meaning::Neutral,
        QStringLiteral("No endpoint yet"), QStringLiteral("No cluster is in use, so that requests are refused. Choose one."), QStringLiteral("Use home"));
    row("no network", viewIn(ProxyState::NoNetwork, {H::Unhealthy}), Meaning::Failure, QStringLiteral("No network"),
        QStringLiteral("Nothing leads out of this computer, which is no endpoint's fault. It goes on by itself once there is a network again."));
}

void TraySentenceTest::itAnswers()
{
    QFETCH(ProxyView, view);
    QFETCH(TimelineView, timeline);
    QFETCH(Meaning, meaning);
    QFETCH(QString, title);
    QFETCH(QString, text);
    QFETCH(QString, actions);
    const Sentence sentence = sentenceFor(view, timeline, now);
    QCOMPARE(sentence.title, title);
    QCOMPARE(sentence.text, text);
    QCOMPARE(sentence.meaning, meaning);
    QCOMPARE(actionsOf(sentence), actions);
    QVERIFY(sentence.warnings.isEmpty());
}

void TraySentenceTest::warningsStandBesideIt()
{
    ProxyView view = viewIn(ProxyState::Running);
    view.figures.peersUnknown = true;
    Sentence sentence = sentenceFor(view, {}, now);
    QCOMPARE(sentence.title, QStringLiteral("Working, but look at this"));
    QCOMPARE(sentence.meaning, Meaning::Warning);
    QCOMPARE(sentence.warnings.size(), 1);
    view.figures.stuckWorkers = 1;
    sentence = sentenceFor(view, {}, now);
    QCOMPARE(sentence.title, QStringLiteral("Working, but a part hangs"));
    QCOMPARE(sentence.warnings.size(), 2);
    // What is worse stays what is said.
    view.state = ProxyState::Down;
    QCOMPARE(sentenceFor(view, {}, now).meaning, Meaning::Failure);
}

void TraySentenceTest::aBrokenConfigIsToldWhileTheProxyGoesOn()
{
    ProxyView view = viewIn(ProxyState::Running);
    view.configFault = QStringLiteral("config.json (line 2): no value");
    const Sentence sentence = sentenceFor(view, {}, now);
    QCOMPARE(sentence.meaning, Meaning::Warning);
    QVERIFY(sentence.warnings.constFirst().contains(view.configFault));
    QCOMPARE(actionsOf(sentence), QStringLiteral("Open file"));
}

void TraySentenceTest::reasonsAreWords_data()
{
    QTest::addColumn<QString>("error");
    QTest::addColumn<QString>("words");
    QTest::newRow("nothing") << QString() << QString();
    QTest::newRow("overloaded") << QStringLiteral("HTTP 529 (overloaded_error: Overloaded)") << QStringLiteral("529 overloaded");
    QTest::newRow("overloaded, whatever the status") << QStringLiteral("HTTP 500 (overloaded_error: Overloaded)") << QStringLiteral("500 overloaded");
    QTest::newRow("a status alone") << QStringLiteral("HTTP 429") << QStringLiteral("429 rate limit");
    QTest::newRow("unavailable") << QStringLiteral("HTTP 503 (api_error: (a) b)") << QStringLiteral("503 unavailable");
    QTest::newRow("key") << QStringLiteral("HTTP 401 (authentication_error: invalid x-api-key)") << QStringLiteral("401 key refused");
    QTest::newRow("any server error") << QStringLiteral("HTTP 500 (api_error: boom)") << QStringLiteral("500 server error");
    QTest::newRow("another status") << QStringLiteral("HTTP 404 (not_found_error: no)") << QStringLiteral("HTTP 404 (not_found_error: no)");
    QTest::newRow("as routing says it") << QStringLiteral("transient (HTTP 529)") << QStringLiteral("server error, HTTP 529");
    QTest::newRow("words of others") << QStringLiteral("the host was not found") << QStringLiteral("the host was not found");
}

void TraySentenceTest::reasonsAreWords()
{
    QFETCH(QString, error);
    QFETCH(QString, words);
    QCOMPARE(EndpointWords::reason(error), words);
}

void TraySentenceTest::notesSayWhyOrWhere()
{
    EndpointView endpoint = endpointOf(a, 2, EndpointHealth::Open);
    QCOMPARE(EndpointWords::note(endpoint, {}), QStringLiteral("priority 2"));
    endpoint.lastError = QStringLiteral("HTTP 529");
    QCOMPARE(EndpointWords::note(endpoint, {}), QStringLiteral("529 overloaded"));
    endpoint.failuresInRow = 3;
    QCOMPARE(EndpointWords::note(endpoint, {}), QStringLiteral("529 overloaded, 3 in a row"));
    // One that is full does not fail; one that fails is not full first of all.
    endpoint.full = true;
    QCOMPARE(EndpointWords::note(endpoint, {}), QStringLiteral("529 overloaded, 3 in a row"));
    endpoint.health = EndpointHealth::Healthy;
    endpoint.lastError.clear();
    QCOMPARE(EndpointWords::note(endpoint, {}), QStringLiteral("full: as many requests as its limits allow"));
    QCOMPARE(EndpointWords::address(endpoint), QStringLiteral("relay-a.example/api"));
    endpoint.baseUrl = QStringLiteral("https://relay-a/");
    QCOMPARE(EndpointWords::address(endpoint), QStringLiteral("https://relay-a/"));
}

void TraySentenceTest::whoIsAskedInOrderSaysItsTurn()
{
    const auto notes = [](const QList<EndpointView> &line) {
        QStringList all;
        for (const EndpointView &each : line)
            all << EndpointWords::note(each, line);
        return all;
    };
    // Listed in another order than they are asked in.
    QList<EndpointView> line{endpointOf(c, 3, EndpointHealth::Unknown), endpointOf(a, 1, EndpointHealth::Healthy), endpointOf(b, 2, EndpointHealth::Healthy)};
    const QString first = QStringLiteral("first in line"), next = QStringLiteral("next in line"), later = QStringLiteral("others come first");
    QCOMPARE(notes(line), QStringList({later, first, next}));
    line[1].health = EndpointHealth::Open;
    line[1].lastError = QStringLiteral("HTTP 529");
    QCOMPARE(notes(line), QStringList({next, QStringLiteral("529 overloaded"), QStringLiteral("stands in for relay-a")}));
    line[2].health = EndpointHealth::KeyRefused;
    QCOMPARE(notes(line).first(), QStringLiteral("stands in for 2 others"));
    // One that is used after the others comes after them.
    line[1].health = line[2].health = EndpointHealth::Healthy;
    line[1].lastError.clear();
    line[1].health = EndpointHealth::Degraded;
    QCOMPARE(notes(line), QStringList({next, later, first}));
    line[0].preferred = true;
    QCOMPARE(notes(line), QStringList({QStringLiteral("first, picked by hand"), later, next}));
    // Who is off has no turn, and is nobody's lack.
    line[0].preferred = false;
    line[1].health = EndpointHealth::Disabled;
    QCOMPARE(notes(line), QStringList({next, QStringLiteral("priority 1"), first}));
}

QTEST_MAIN(TraySentenceTest)
#include "tst_traysentence.moc"
