#include "app/tray/startup.h"
#include "tests/traysupport/clientsamples.h"
#include "tests/traysupport/exchanges.h"
#include "tests/traysupport/overviewsamples.h"
#include "tests/traysupport/shots.h"
#include "tests/traysupport/wholewindow.h"
#include "ui/clients/clientspage.h"
#include "ui/clusters/clusterspage.h"
#include "ui/log/logpage.h"
#include "ui/requests/requestspage.h"
#include "ui/settings/settingspage.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QScrollArea>
#include <QSet>
#include <QTest>

#include <array>

// Every page in every state that people meet: nothing is cut, and with QCC_SHOTS a picture of each is kept for human eyes. With QCC_SHOTS_ALL all
// of them, else as few as hold each pair of values once.

using namespace qcc;
using namespace Qt::StringLiterals;
using test::configNamed, test::cutIn, test::showTogether;

namespace {

using Page = MainWindow::Page;

/// What a picture is of, as a place in each of these.
constexpr std::array pages{"overview", "requests", "clusters", "clients", "log", "settings"};
constexpr std::array sizes{QSize(800, 560), QSize(980, 660), QSize(1160, 760), QSize(1600, 1000)};
constexpr std::array scales{1, 2};
constexpr std::array themes{"light", "dark", "platform"};
constexpr std::array languages{"en", "zh_CN"};
constexpr std::array endpoints{0, 1, 200};
constexpr std::array<int, 6> counts{static_cast<int>(pages.size()), static_cast<int>(sizes.size()), static_cast<int>(scales.size()), static_cast<int>(themes.size()),
                                    static_cast<int>(languages.size()), static_cast<int>(endpoints.size())};
using Shot = std::array<int, counts.size()>;

QList<Shot> allShots()
{
    QList<Shot> shots{Shot{}};
    for (std::size_t of = 0; of < counts.size(); ++of) {
        QList<Shot> longer;
        for (const Shot &shot : std::as_const(shots)) {
            for (int value = 0; value < counts[of]; ++value) {
                longer.append(shot);
                longer.last()[of] = value;
            }
        }
        shots = longer;
    }
    return shots;
}

using Pair = std::array<std::size_t, 4>; ///< Of what, and which; twice.

QList<Pair> pairsOf(const Shot &shot)
{
    QList<Pair> pairs;
    for (std::size_t one = 0; one < shot.size(); ++one) {
        for (std::size_t other = one + 1; other < shot.size(); ++other)
            pairs.append({one, static_cast<std::size_t>(shot[one]), other, static_cast<std::size_t>(shot[other])});
    }
    return pairs;
}

/// Always the one that shows most of what is not shown yet.
QList<Shot> fewestShots()
{
    QList<Shot> candidates = allShots(), chosen;
    QList<Pair> missing;
    for (const Shot &shot : std::as_const(candidates)) {
        for (const Pair &pair : pairsOf(shot)) {
            if (!missing.contains(pair))
                missing.append(pair);
        }
    }
    while (!missing.isEmpty()) {
        const auto worth = [&missing](const Shot &shot) { return std::ranges::count_if(pairsOf(shot), [&missing](const Pair &pair) { return missing.contains(pair); }); };
        const Shot best = *std::ranges::max_element(candidates, {}, worth);
        chosen.append(best);
        for (const Pair &pair : pairsOf(best))
            missing.removeAll(pair);
    }
    return chosen;
}

QString nameOf(const Shot &shot)
{
    const QSize size = sizes[static_cast<std::size_t>(shot[1])];
    return u"%1-%2x%3-%4x-%5-%6-%7"_s.arg(QLatin1StringView(pages[static_cast<std::size_t>(shot[0])])).arg(size.width()).arg(size.height())
        .arg(scales[static_cast<std::size_t>(shot[2])]).arg(QLatin1StringView(themes[static_cast<std::size_t>(shot[3])]),
                                                           QLatin1StringView(languages[static_cast<std::size_t>(shot[4])])).arg(endpoints[static_cast<std::size_t>(shot[5])]);
}

QString endpointName(int number)
{
    return number == 3 ? u"a relay whose owner has given it a name that is longer than any column is wide"_s : u"relay-%1"_s.arg(number, 3, 10, QLatin1Char('0'));
}

ConfigSnapshot configOf(int count)
{
    QStringList names;
    for (int i = 0; i < count; ++i)
        names << endpointName(i);
    return configNamed(names);
}

ProxyView viewOf(int count)
{
    ProxyView view = test::fullView();
    view.clusters = count > 0 ? QStringList{u"work"_s, u"nightly"_s} : QStringList();
    if (count == 0) {
        view.cluster.clear();
        view.state = ProxyState::Unconfigured;
        view.figures = {};
        view.liveRate.reset();
        view.hourRate.reset();
        view.inFlight = 0;
    }
    QList<EndpointView> all;
    for (int i = 0; i < count; ++i) {
        EndpointView each = test::endpointOf(endpointName(i), i + 1, i % 7 == 5 ? EndpointHealth::Open : i % 11 == 9 ? EndpointHealth::Disabled : EndpointHealth::Healthy);
        if (each.health == EndpointHealth::Open)
            each.returnsAt = std::chrono::steady_clock::now() + std::chrono::seconds(59);
        all.append(each);
    }
    view.endpoints = all;
    if (count == 1)
        view.state = ProxyState::Running;
    return view;
}

void fill(MainWindow &window, int count)
{
    window.clients()->setAddress(u"http://127.0.0.1:7860"_s, {});
    window.clients()->setClients(count == 0 ? test::noClients() : test::allClients(QDateTime::currentDateTimeUtc()));
    // With all that can lie open, and with a page that scrolls.
    if (count > 1) {
        window.clients()->openChange(ClientProgram::ClaudeCode, ClientChange::Kind::Connect);
        window.clients()->showChange(test::claudeChange(true));
    }
    if (count == 0) {
        window.setConfig(configOf(0));
        window.setView(viewOf(0));
        return;
    }
    showTogether(window, configOf(count), viewOf(count), test::hourTimeline());
    QList<ExchangeRecord> exchanges;
    for (int i = 0; i < std::min(count, 60); ++i)
        exchanges << (i % 9 == 4 ? test::finished(static_cast<quint64>(100 - i), {test::overloadedAttempt(), test::goodAttempt(600)}, Outcome::Recovered) : test::finished(static_cast<quint64>(100 - i)));
    window.requests()->addExchanges(exchanges);
    window.overview()->setProblems(exchanges.size() > 4 ? QList{exchanges.at(4)} : QList<ExchangeRecord>());
    window.log()->setLines({u"2026-11-30 14:02:31,123 - INFO - qcc 0.1.0 listens on http://127.0.0.1:7860, cluster \"work\""_s,
                            u"2026-11-30 14:02:33,001 - WARNING - [req-12] relay-a is left alone for 60 s: server error, HTTP 529; it is checked in the background"_s}, 2);
}

class ShotsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup()
    {
        QApplication::setPalette({});
        applyTheme(Theme::System);
    }

    void eachPairOfValuesIsShown()
    {
        const QList<Shot> shots = fewestShots();
        QVERIFY2(shots.size() <= 30, qPrintable(QString::number(shots.size())));
        for (const Shot &any : allShots()) {
            for (const Pair &pair : pairsOf(any))
                QVERIFY(std::ranges::any_of(shots, [&pair](const Shot &shot) { return pairsOf(shot).contains(pair); }));
        }
    }

    void nothingIsCut_data()
    {
        QTest::addColumn<QList<int>>("values");
        for (const Shot &shot : qEnvironmentVariableIsSet("QCC_SHOTS_ALL") ? allShots() : fewestShots())
            QTest::newRow(qPrintable(nameOf(shot))) << QList<int>(shot.begin(), shot.end());
    }
    void nothingIsCut()
    {
        QFETCH(QList<int>, values);
        const auto at = [&values](qsizetype of) { return static_cast<std::size_t>(values.at(of)); };
        const std::size_t theme = at(3);
        if (theme == 2)
            QApplication::setStyle(u"fusion"_s); // as any style of a platform is to us
        else
            applyTheme(theme == 0 ? Theme::Light : Theme::Dark);
        Translations translations;
        translations.use(QLatin1StringView(languages[at(4)]));
        MainWindow window;
        window.resize(sizes[at(1)]);
        window.showPage(static_cast<Page>(values.at(0)));
        fill(window, endpoints[at(5)]);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QCoreApplication::processEvents();
        const QString folder = QFile::decodeName(qgetenv("QCC_SHOTS"));
        if (!folder.isEmpty()) {
            QDir().mkpath(folder);
            const int scale = scales[at(2)];
            QPixmap picture(window.size() * scale);
            picture.setDevicePixelRatio(scale);
            window.render(&picture);
            QVERIFY(picture.save(u"%1/%2.png"_s.arg(folder, QString::fromLatin1(QTest::currentDataTag()))));
        }
        QCOMPARE(window.size(), sizes[at(1)].expandedTo(window.minimumSize()));
        const QStringList cut = cutIn(window);
        QVERIFY2(cut.isEmpty(), qPrintable(cut.join(u'\n')));
    }

    /// Those of the README, of a day with a bad half hour.
    void ofADay_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<int>("page");
        QTest::addColumn<QSize>("size");
        QTest::newRow("overview") << u"en"_s << static_cast<int>(Page::Overview) << QSize(1080, 760);
        QTest::newRow("requests") << u"en"_s << static_cast<int>(Page::Requests) << QSize(1280, 760);
        QTest::newRow("clusters-zh") << u"zh_CN"_s << static_cast<int>(Page::Clusters) << QSize(1080, 760);
        QTest::newRow("overview-contrast") << u"en"_s << static_cast<int>(Page::Overview) << QSize(1080, 760);
        QTest::newRow("requests-contrast") << u"en"_s << static_cast<int>(Page::Requests) << QSize(1280, 760);
        QTest::newRow("settings-contrast") << u"en"_s << static_cast<int>(Page::Settings) << QSize(1080, 760);
        QTest::newRow("requests-zh") << u"zh_CN"_s << static_cast<int>(Page::Requests) << QSize(1280, 760);
    }
    void ofADay()
    {
        QFETCH(QString, language);
        QFETCH(int, page);
        QFETCH(QSize, size);
        if (QByteArrayView(QTest::currentDataTag()).endsWith("-contrast")) {
            applyTheme(Theme::System);
            QPalette strong(Qt::white, Qt::black, Qt::white, Qt::white, Qt::white, Qt::white, Qt::white, Qt::black, Qt::black);
            strong.setColor(QPalette::Highlight, QColor(0x1a, 0xeb, 0xff));
            strong.setColor(QPalette::HighlightedText, Qt::black);
            QApplication::setPalette(strong);
        } else {
            applyTheme(Theme::Light);
        }
        Translations translations;
        translations.use(language);
        MainWindow window;
        window.resize(size);
        window.showPage(static_cast<Page>(page));
        QList<ExchangeRecord> exchanges;
        for (quint64 i = 0; i < 24; ++i) {
            const bool repaired = i % 7 == 2;
            exchanges << (repaired ? test::finished(1'204 - i, {test::overloadedAttempt(), test::goodAttempt(900)}, Outcome::Recovered) : test::finished(1'204 - i));
            exchanges.last().startedAt = exchanges.last().startedAt.addSecs(-static_cast<qint64>(i) * 23);
        }
        const ConfigSnapshot config = configNamed({u"relay-a"_s, u"relay-b"_s, u"relay-c"_s, u"relay-d"_s});
        // Those that were asked are those that there are.
        for (ExchangeRecord &exchange : exchanges) {
            for (AttemptRecord &attempt : exchange.attempts)
                attempt.endpointId = std::ranges::find(config->clusters.constFirst().endpoints, attempt.endpointName, &Endpoint::name)->id;
        }
        ProxyView view = test::fullView();
        view.inOrder = view.clusters;
        view.endpoints[0].preferred = false;
        showTogether(window, config, view, test::hourTimeline());
        window.overview()->setProblems({exchanges.at(2), exchanges.at(9)});
        window.requests()->addExchanges(exchanges);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        if (static_cast<Page>(page) == Page::Requests)
            window.requests()->select(exchangeKey(exchanges.at(2)));
        QCoreApplication::processEvents();
        test::keepShot(window, u"readme-%1"_s.arg(QString::fromLatin1(QTest::currentDataTag())));
        const QStringList cut = cutIn(window);
        QVERIFY2(cut.isEmpty(), qPrintable(cut.join(u'\n')));
    }
};

} // namespace

QTEST_MAIN(ShotsTest)
#include "tst_trayshots.moc"
