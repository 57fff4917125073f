#include "app/tray/startup.h"
#include "tests/traysupport/clientsamples.h"
#include "tests/traysupport/lookstates.h"
#include "tests/traysupport/shots.h"
#include "tests/traysupport/wholewindow.h"
#include "ui/clients/clientspage.h"
#include "ui/clients/diffview.h"
#include "ui/clusters/clusterspage.h"
#include "ui/overview/welcomepage.h"
#include "ui/requests/requestspage.h"
#include "ui/settings/settingspage.h"
#include "ui/tray/panel.h"
#include "ui/widgets/style.h"
#include "ui/window/commandpalette.h"

#include <QApplication>
#include <QLineEdit>
#include <QListWidget>
#include <QTest>

// The window in the states that its look was drawn in, at the drawings' sizes: what the drawings say is there, nothing is cut, and with QCC_SHOTS a picture
// of each is kept, to be laid beside the drawing (tests/desktop/shots.sh).

using namespace qcc;
using namespace Qt::StringLiterals;
using test::look::State;

namespace {

using Page = MainWindow::Page;

/// All that can be read in `widget` now, in labels and buttons.
QStringList wordsOf(const QWidget &widget)
{
    QStringList words;
    for (const auto *label : widget.findChildren<QLabel *>()) {
        if (label->isVisible())
            words << label->text();
    }
    for (const auto *button : widget.findChildren<QAbstractButton *>()) {
        if (button->isVisible())
            words << button->text();
    }
    return words;
}

bool says(const QWidget &widget, const QString &words)
{
    return std::ranges::any_of(wordsOf(widget), [&words](const QString &each) { return each.contains(words); });
}

QJsonObject probe(const QString &cluster, const Endpoint &endpoint, double ms)
{
    return {{u"cluster"_s, cluster}, {u"id"_s, endpoint.id}, {u"name"_s, endpoint.name}, {u"reachable"_s, true}, {u"status"_s, 200}, {u"error"_s, QJsonValue::Null},
            {u"first_byte_ms"_s, ms}, {u"total_ms"_s, ms}};
}

} // namespace

class DrawnTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup()
    {
        m_window.reset();
        applyTheme(Theme::System);
    }

    void overview_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("isDark");
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char *name, State state, QSize size, bool isDark, const QString &language, const QString &sentence) {
            QTest::newRow(name) << static_cast<int>(state) << size << isDark << language << sentence;
        };
        row("overview-light", State::Good, {1160, 760}, false, u"en"_s, u"Everything works"_s);
        row("overview-dark", State::Degraded, {1160, 760}, true, u"en"_s, u"Working, without relay-c"_s);
        row("overview-wide", State::Degraded, {1600, 1000}, false, u"en"_s, u"Working, without relay-c and relay-d"_s);
        row("overview-zh", State::Degraded, {1160, 760}, false, u"zh_CN"_s, u"relay-c 除外"_s);
        row("trouble-light", State::Down, {1160, 760}, false, u"en"_s, u"No endpoint answers"_s);
    }
    void overview()
    {
        QFETCH(int, state);
        QFETCH(QSize, size);
        QFETCH(bool, isDark);
        QFETCH(QString, language);
        QFETCH(QString, sentence);
        open(Page::Overview, static_cast<State>(state), size, isDark ? Theme::Dark : Theme::Light, language);
        keep(QString::fromLatin1(QTest::currentDataTag()));
        QVERIFY2(says(*m_window, sentence), qPrintable(wordsOf(*m_window).join(u'\n')));
    }

    void requests_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("isDark");
        QTest::newRow("requests-detail-light") << QSize(1280, 760) << false;
        QTest::newRow("requests-below-dark") << QSize(1160, 760) << true;
    }
    void requests()
    {
        QFETCH(QSize, size);
        QFETCH(bool, isDark);
        open(Page::Requests, State::Degraded, size, isDark ? Theme::Dark : Theme::Light);
        const QList<ExchangeRecord> exchanges = test::look::exchanges();
        m_window->requests()->addExchanges(exchanges);
        m_window->requests()->setRunning(test::look::runningOnes());
        m_window->requests()->select(exchangeKey(exchanges.at(2)));
        keep(QString::fromLatin1(QTest::currentDataTag()));
        QVERIFY2(says(*m_window, u"Recovered by relay-a"_s), qPrintable(wordsOf(*m_window).join(u'\n')));
    }

    void clusters()
    {
        open(Page::Clusters, State::Degraded, {1160, 760}, Theme::Light);
        ProxyView view = test::look::view(State::Degraded, false);
        view.endpoints[2].health = EndpointHealth::KeyRefused;
        view.endpoints[2].lastError = u"HTTP 401 (authentication_error: invalid x-api-key)"_s;
        view.endpoints[2].returnsAt.reset();
        view.endpoints[3].health = EndpointHealth::Disabled;
        view.endpoints[2].baseUrl = u"https://relay-c.example/anthropic"_s;
        const ConfigSnapshot config = test::configShown(view);
        test::showTogether(*m_window, config, view, test::look::timeline(State::Degraded, false));
        m_window->clusters()->showTestResult(probe(u"work"_s, config->clusters.constFirst().endpoints.at(0), 35));
        m_window->clusters()->showTestResult(probe(u"work"_s, config->clusters.constFirst().endpoints.at(1), 61));
        m_window->clusters()->editEndpoint(u"work"_s, u"relay-c"_s);
        QLineEdit *key = nullptr;
        for (QLineEdit *field : m_window->clusters()->findChildren<QLineEdit *>()) {
            if (field->isVisible() && field->echoMode() == QLineEdit::Password)
                key = field;
        }
        QVERIFY(key);
        key->setFocus();
        QTest::keyClicks(key, u"sk-another-0123456789ab"_s);
        keep(u"clusters-light"_s);
        QVERIFY2(says(*m_window, u"Saving tests it at once"_s), qPrintable(wordsOf(*m_window).join(u'\n')));
    }

    void routes_data()
    {
        QTest::addColumn<bool>("isDark");
        QTest::addColumn<bool>("isNew");
        QTest::addColumn<QString>("language");
        QTest::newRow("routes-light") << false << false << u"en"_s;
        QTest::newRow("routes-new-dark") << true << true << u"en"_s;
        QTest::newRow("routes-zh") << false << false << u"zh_CN"_s;
    }
    void routes()
    {
        QFETCH(bool, isDark);
        QFETCH(bool, isNew);
        QFETCH(QString, language);
        open(Page::Clusters, State::Degraded, {1160, 760}, isDark ? Theme::Dark : Theme::Light, language);
        const ProxyView view = test::look::view(State::Degraded, false);
        Config config = *test::configShown(view);
        config.clusters[2].endpoints.clear();
        const QString other = config.clusters.at(1).name;
        config.routes = {{.client = u"claude-code"_s, .requestClass = u"subagent"_s, .cluster = other, .setModel = u"small-model"_s},
                         {.model = u"claude-haiku-*"_s, .cluster = other}, {.path = u"/v1/responses"_s, .cluster = config.clusters.at(2).name}};
        test::showTogether(*m_window, std::make_shared<const Config>(config), view, test::look::timeline(State::Degraded, false));
        m_window->clusters()->showRoutes();
        if (isNew)
            m_window->clusters()->addRoute();
        keep(QString::fromLatin1(QTest::currentDataTag()));
        QVERIFY2(isNew || language != u"en"_s || says(*m_window, u"Route 1"_s), qPrintable(wordsOf(*m_window).join(u'\n')));
    }

    void noRoutes()
    {
        open(Page::Clusters, State::Good, {1160, 760}, Theme::Light);
        m_window->clusters()->showRoutes();
        keep(u"routes-none-light"_s);
        QVERIFY2(says(*m_window, u"No routes yet"_s), qPrintable(wordsOf(*m_window).join(u'\n')));
    }

    void clients()
    {
        open(Page::Clients, State::Good, {1160, 760}, Theme::Light);
        ClientsPage *page = m_window->clients();
        page->setAddress(u"http://127.0.0.1:7860"_s, {});
        page->setClients(test::allClients(QDateTime::currentDateTimeUtc()));
        page->openChange(ClientProgram::Codex, ClientChange::Kind::Connect);
        page->showChange(test::codexChange());
        const auto *diff = page->findChild<DiffView *>();
        QTRY_COMPARE_WITH_TIMEOUT(diff->height(), diff->heightForWidth(diff->width()), 500); // All of it is seen.
        keep(u"clients-light"_s);
        QVERIFY2(says(*page, u"Connected, waits for its first request"_s), qPrintable(wordsOf(*page).join(u'\n')));
    }

    void settings()
    {
        open(Page::Settings, State::Good, {1160, 760}, Theme::Dark);
        keep(u"settings-dark"_s);
        QVERIFY2(says(*m_window, u"Start qcc when I log in"_s), qPrintable(wordsOf(*m_window).join(u'\n')));
    }

    void welcome()
    {
        open(Page::Overview, State::Good, {1160, 760}, Theme::Light);
        const auto found = [](ImportSource source, const QString &name, const QString &place) {
            FoundEndpoint endpoint;
            endpoint.source = source;
            endpoint.place = place;
            endpoint.fields.name = name;
            endpoint.fields.baseUrl = u"https://%1.example/api"_s.arg(name);
            endpoint.fields.apiKey = u"sk-secret-0123456789"_s;
            return ImportedEndpoint{endpoint, ImportOutcome::Added, name, {}};
        };
        ProxyView view;
        view.state = ProxyState::Unconfigured;
        view.address = u"http://127.0.0.1:7860"_s;
        m_window->setConfig(test::configNamed({}));
        m_window->setView(view);
        m_window->overview()->welcome()->setFound({found(ImportSource::ClaudeCode, u"relay-a"_s, u"/home/me/.claude/settings.json"_s),
                                                   found(ImportSource::CcSwitch, u"relay-b"_s, u"/home/me/.cc-switch/cc-switch.db"_s),
                                                   found(ImportSource::CcSwitch, u"relay-c"_s, u"/home/me/.cc-switch/cc-switch.db"_s),
                                                   found(ImportSource::Environment, u"api.openai.com"_s, u"OPENAI_API_KEY"_s)});
        keep(u"welcome-light"_s);
        QVERIFY2(says(*m_window, u"Which endpoints do you have?"_s), qPrintable(wordsOf(*m_window).join(u'\n')));
    }

    void palette()
    {
        open(Page::Overview, State::Degraded, {1160, 760}, Theme::Dark);
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        QVERIFY(m_window->commandPalette()->isOpen());
        m_window->commandPalette()->field()->setText(u"re"_s);
        keep(u"palette-dark"_s);
        QVERIFY(m_window->commandPalette()->list()->count() > 6);
    }

private:
    void open(Page page, State state, QSize size, Theme theme, const QString &language = u"en"_s)
    {
        applyTheme(theme);
        m_translations.use(language);
        m_window = std::make_unique<MainWindow>();
        m_window->resize(size);
        m_window->showPage(page);
        const bool isWide = size.width() >= 1600;
        const ProxyView view = test::look::view(state, isWide);
        const ConfigSnapshot config = test::configShown(view);
        QVERIFY(config);
        test::showTogether(*m_window, config, view, test::look::timeline(state, isWide));
        m_window->overview()->setProblems(test::look::problems(state));
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    /// The picture, and that nothing in it is cut.
    void keep(const QString &name)
    {
        QCoreApplication::processEvents();
        test::keepShot(*m_window, u"drawn-"_s + name);
        const QStringList cut = test::cutIn(*m_window);
        QVERIFY2(cut.isEmpty(), qPrintable(cut.join(u'\n')));
    }

    Translations m_translations;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(DrawnTest)
#include "tst_traydrawn.moc"
