#include "core/config/configparser.h"
#include "core/config/settings.h"
#include "tests/traysupport/clientsamples.h"
#include "tests/traysupport/shots.h"
#include "ui/clients/clientspage.h"
#include "ui/clusters/clusterspage.h"
#include "ui/model/proxyview.h"
#include "ui/overview/overviewpage.h"
#include "ui/requests/requestspage.h"
#include "ui/settings/settingfield.h"
#include "ui/settings/settingspage.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/style.h"
#include "ui/window/clusterpicker.h"
#include "ui/window/commandpalette.h"
#include "ui/window/footcard.h"
#include "ui/window/mainwindow.h"
#include "ui/window/sidebar.h"

#include <QAccessible>
#include <QComboBox>
#include <QDataStream>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QTranslator>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

EndpointView endpoint(const QString &name, EndpointHealth health)
{
    EndpointView view;
    view.id = view.name = name;
    view.health = health;
    return view;
}

ProxyView running()
{
    ProxyView view;
    view.state = ProxyState::Running;
    view.address = u"http://127.0.0.1:7860"_s;
    view.cluster = u"work"_s;
    view.clusters = {u"work"_s, u"nightly"_s, u"empty"_s};
    view.inFlight = 12;
    view.figures.liveCounted = 205;
    view.endpoints = {endpoint(u"relay-a"_s, EndpointHealth::Healthy), endpoint(u"relay-b"_s, EndpointHealth::Degraded), endpoint(u"relay-c"_s, EndpointHealth::Open),
                      endpoint(u"spare"_s, EndpointHealth::Disabled)};
    return view;
}

QString nameOf(QObject *object)
{
    return QAccessible::queryAccessibleInterface(object)->text(QAccessible::Name);
}

class WindowTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { applyTheme(Theme::System); }

    void theSwitchStartsAndStops()
    {
        FootCard card;
        auto *toggle = card.findChild<Switch *>();
        QSignalSpy starts(&card, &FootCard::startRequested), stops(&card, &FootCard::stopRequested);
        ProxyView view = running();
        card.setView(view);
        QVERIFY(toggle->isChecked());
        toggle->click();
        QCOMPARE(stops.count(), 1);
        // It stands as the proxy does, not as somebody wished.
        QVERIFY(toggle->isChecked());
        view.state = ProxyState::Finishing;
        card.setView(view);
        QVERIFY(!toggle->isEnabled());
        view.state = ProxyState::Stopped;
        card.setView(view);
        QVERIFY(toggle->isEnabled() && !toggle->isChecked());
        toggle->click();
        QCOMPARE(starts.count(), 1);
        view.configFault = u"config.json (line 3): not valid JSON."_s;
        card.setView(view);
        QVERIFY(!toggle->isEnabled());
        QVERIFY(toggle->toolTip().contains(u"config.json"_s));
    }

    void theFootTellsHowBusyItIs_data()
    {
        QTest::addColumn<ProxyView>("view");
        QTest::addColumn<QString>("line");
        ProxyView view = running();
        QTest::newRow("running") << view << u"41 / min · 12 in flight"_s;
        view.figures.startTime = QDateTime::currentDateTimeUtc().addSecs(-120);
        QTest::newRow("for two minutes") << view << u"103 / min · 12 in flight"_s;
        view.figures.startTime = QDateTime::currentDateTimeUtc();
        QTest::newRow("just started") << view << u"205 / min · 12 in flight"_s;
        view.state = ProxyState::Finishing;
        view.inFlight = 2;
        QTest::newRow("finishing") << view << u"2 request(s) left"_s;
        view.state = ProxyState::Stopped;
        QTest::newRow("stopped") << view << u"Takes no requests"_s;
        view.configFault = u"not valid"_s;
        QTest::newRow("a broken config") << view << u"config.json has a fault"_s;
        view.configFault.clear();
        view.state = ProxyState::Starting;
        QTest::newRow("starting") << view << QString();
    }
    void theFootTellsHowBusyItIs()
    {
        QFETCH(ProxyView, view);
        FootCard card;
        card.setView(running());
        const int height = card.sizeHint().height(), width = card.minimumSizeHint().width();
        card.setView(view);
        const QList<QLabel *> labels = card.findChildren<QLabel *>();
        QFETCH(QString, line);
        QVERIFY(std::ranges::any_of(labels, [&line](const QLabel *label) { return label->text() == line; }));
        QCOMPARE(card.sizeHint().height(), height);
        // Nothing moves where the state changes.
        QVERIFY(card.minimumSizeHint().width() <= width || line.size() > 24);
    }

    void thePickerTellsHowManyCanBeUsed()
    {
        ClusterPicker picker;
        picker.setView(running());
        QCOMPARE(nameOf(&picker), u"Cluster in use: work, 2 / 3 endpoints usable"_s);
        ProxyView none;
        picker.setView(none);
        QVERIFY(!picker.isEnabled());
        QCOMPARE(nameOf(&picker), u"Cluster in use: No clusters yet"_s);
        none.clusters = {u"work"_s};
        picker.setView(none);
        QCOMPARE(nameOf(&picker), u"Cluster in use: Choose a cluster"_s);
        none.clusters.clear();
        none.configFault = u"not valid"_s;
        picker.setView(none);
        QCOMPARE(nameOf(&picker), u"Cluster in use: –"_s);
    }

    void aClusterIsChosenByKeys()
    {
        ClusterPicker picker;
        picker.setView(running());
        picker.show();
        QVERIFY(QTest::qWaitForWindowActive(&picker));
        QSignalSpy chosen(&picker, &ClusterPicker::clusterChosen);
        QTest::keyClick(&picker, Qt::Key_Down);
        QVERIFY(picker.choice());
        QVERIFY(!picker.choice()->search());
        QTest::keyClick(picker.choice()->list(), Qt::Key_Down);
        QTest::keyClick(picker.choice()->list(), Qt::Key_Return);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.first().first().toString(), u"nightly"_s);
        QTRY_VERIFY(!picker.choice());
        // The one in use is no choice of another.
        QTest::keyClick(&picker, Qt::Key_Down);
        QTest::keyClick(picker.choice()->list(), Qt::Key_Return);
        QCOMPARE(chosen.count(), 1);
        // Closed like a menu.
        QTRY_VERIFY(!picker.choice());
        QTest::keyClick(&picker, Qt::Key_Down);
        QTest::keyClick(picker.choice()->list(), Qt::Key_Escape);
        QTRY_VERIFY(!picker.choice());
        QCOMPARE(chosen.count(), 1);
    }

    void manyClustersAreSearched()
    {
        ProxyView view = running();
        for (int i = 0; i < 9; ++i)
            view.clusters << u"team-%1"_s.arg(i);
        ClusterPicker picker;
        picker.setView(view);
        picker.show();
        QVERIFY(QTest::qWaitForWindowActive(&picker));
        QSignalSpy chosen(&picker, &ClusterPicker::clusterChosen);
        picker.click();
        QLineEdit *search = picker.choice()->search();
        QVERIFY(search);
        QTest::keyClicks(search, u"TEAM-"_s);
        QTest::keyClick(search, Qt::Key_Down);
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.first().first().toString(), u"team-1"_s);
        QTRY_VERIFY(!picker.choice());
        picker.click();
        QTest::keyClicks(picker.choice()->search(), u"nowhere"_s);
        QTest::keyClick(picker.choice()->search(), Qt::Key_Return);
        QCOMPARE(chosen.count(), 1);
        QVERIFY(picker.choice()); // nothing was chosen, and nothing is said to be
        picker.choice()->close();
    }

    void aPageWhereSomethingIsWrongHasAMark()
    {
        MainWindow window;
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        auto *pages = window.findChild<Sidebar *>()->findChild<QListWidget *>();
        const auto told = [pages](MainWindow::Page page) { return pages->item(static_cast<int>(page))->data(Qt::AccessibleTextRole).toString(); };
        ProxyView view = running();
        window.setView(view);
        QVERIFY(!told(MainWindow::Page::Clusters).contains(u"wrong"_s));
        view.state = ProxyState::Degraded;
        window.setView(view);
        QCOMPARE(told(MainWindow::Page::Clusters), u"Clusters, something is wrong there"_s);
        view.state = ProxyState::NoNetwork;
        view.configFault = u"config.json (line 3): not valid JSON."_s;
        window.setView(view);
        QCOMPARE(told(MainWindow::Page::Clusters), u"Clusters"_s);
        QCOMPARE(told(MainWindow::Page::Settings), u"Settings, something is wrong there"_s);
    }

    void aPageHasOnePlaceEverywhere()
    {
        MainWindow window;
        window.setView(running());
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        auto *list = window.findChild<Sidebar *>()->findChild<QListWidget *>();
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        auto *found = window.commandPalette()->findChild<QListWidget *>();
        QStringList names;
        for (int i = 0; i < list->count(); ++i) {
            const QString keys = QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + i)).toString(QKeySequence::NativeText);
            const QList<QListWidgetItem *> items = found->findItems(list->item(i)->text(), Qt::MatchExactly);
            QVERIFY2(std::ranges::any_of(items, [&keys](const QListWidgetItem *item) { return item->data(Qt::AccessibleTextRole).toString().endsWith(keys); }),
                     qPrintable(list->item(i)->text()));
            names << list->item(i)->text();
        }
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        QCOMPARE(names, QStringList({u"Overview"_s, u"Requests"_s, u"Clusters"_s, u"Clients"_s, u"Log"_s, u"Settings"_s}));
        constexpr std::array pages{MainWindow::Page::Overview, MainWindow::Page::Requests, MainWindow::Page::Clusters, MainWindow::Page::Clients, MainWindow::Page::Log,
                                   MainWindow::Page::Settings};
        for (int i = int(pages.size()) - 1; i >= 0; --i) {
            QTest::keyClick(&window, Qt::Key(Qt::Key_1 + i), Qt::ControlModifier);
            QCOMPARE(list->currentRow(), i);
            QCOMPARE(window.page(), pages[static_cast<std::size_t>(i)]);
            window.showPage(pages[static_cast<std::size_t>(i)]);
            QCOMPARE(list->currentRow(), i);
        }
    }

    void thePaletteConnectsClients()
    {
        MainWindow window;
        window.setView(running());
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QSignalSpy wanted(window.clients(), &ClientsPage::changeWanted);
        const auto choose = [&window](const QString &words) {
            QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
            window.commandPalette()->field()->setText(words);
            const QString text = window.commandPalette()->list()->currentItem()->text();
            QTest::keyClick(window.commandPalette()->field(), Qt::Key_Return);
            return text;
        };
        // Before it is known how any stands: it opens then.
        QCOMPARE(choose(u"connect codex"_s), u"Connect Codex…"_s);
        QCOMPARE(window.page(), MainWindow::Page::Clients);
        window.clients()->setClients(test::allClients(QDateTime::currentDateTimeUtc()));
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(choose(u"connect claude"_s), u"Disconnect Claude Code…"_s);
        QCOMPARE(wanted.count(), 2);
        QVERIFY(!wanted.at(1).at(1).toBool());
        // Escape closes what is open, and not the window.
        QTest::keyClick(&window, Qt::Key_Escape);
        QVERIFY(window.isVisible() && !window.clients()->leaveChange());
        QCOMPARE(choose(u"another client"_s), u"Another client…"_s);
    }

    void whoLacksAClientIsLedToThem()
    {
        MainWindow window;
        Q_EMIT window.requests()->clientsWanted();
        QCOMPARE(window.page(), MainWindow::Page::Clients);
        window.showPage(MainWindow::Page::Overview);
        Q_EMIT window.overview()->clientsWanted();
        QCOMPARE(window.page(), MainWindow::Page::Clients);
    }

    void anEndpointThatFailedIsShownWhereItIsEdited()
    {
        MainWindow window;
        window.showPage(MainWindow::Page::Requests);
        Q_EMIT window.requests()->endpointRequested(u"work"_s, u"relay-a"_s);
        QCOMPARE(window.page(), MainWindow::Page::Clusters);
    }

    void whatTheClustersPageKeepsIsKeptWithTheWindow()
    {
        MainWindow window, other;
        window.clusters()->restoreState("whole form");
        other.restoreState(window.saveState());
        QCOMPARE(other.clusters()->saveState(), "whole form"_ba);
        // An older version kept nothing of it.
        QByteArray older;
        QDataStream out(&older, QIODevice::WriteOnly);
        out << window.saveGeometry() << window.requests()->saveState();
        other.restoreState(older);
        QCOMPARE(other.clusters()->saveState(), QByteArray());
    }

    void whatHoldsEverywhereIsTheSameOnEveryPage()
    {
        MainWindow window;
        window.setView(running());
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        auto *sidebar = window.findChild<Sidebar *>();
        const QRect place = sidebar->geometry();
        const QRect foot = sidebar->foot()->geometry();
        QCOMPARE(place.left(), 0);
        QVERIFY(place.width() >= tokens::size::sidebar);
        for (const auto page : {MainWindow::Page::Requests, MainWindow::Page::Clusters, MainWindow::Page::Log, MainWindow::Page::Settings, MainWindow::Page::Overview}) {
            window.showPage(page);
            QCOMPARE(sidebar->geometry(), place);
            QCOMPARE(sidebar->foot()->geometry(), foot);
            QCOMPARE(sidebar->currentPage(), static_cast<int>(page));
        }
    }

    void thePaletteFindsByTheBeginningsOfWords_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QStringList>("found");
        QTest::newRow("nothing typed, without settings") << QString() << QStringList{u"relay-a"_s, u"relay-b"_s, u"work"_s, u"Requests"_s, u"Reset breakers of work"_s, u"Quit"_s};
        QTest::newRow("a beginning") << u"re"_s << QStringList{u"relay-a"_s, u"relay-b"_s, u"Requests"_s, u"Reset breakers of work"_s, u"Restless"_s};
        QTest::newRow("by the words of its section") << u"break"_s << QStringList{u"Reset breakers of work"_s, u"Restless"_s};
        QTest::newRow("of a later word") << u"WORK"_s << QStringList{u"work"_s, u"Reset breakers of work"_s};
        QTest::newRow("two words, in any order") << u"work reset"_s << QStringList{u"Reset breakers of work"_s};
        QTest::newRow("inside of a word") << u"uest"_s << QStringList{u"Requests"_s};
        QTest::newRow("what is not shown") << u"relay.example"_s << QStringList{u"relay-b"_s};
        QTest::newRow("nothing") << u"xyzzy"_s << QStringList{};
    }
    void thePaletteFindsByTheBeginningsOfWords()
    {
        using Group = PaletteEntry::Group;
        const QList<PaletteEntry> entries{{Group::Pages, u"Requests"_s, {}, {}, {}, {}, {}},
                                          {Group::Endpoints, u"relay-a"_s, {}, {}, {}, {}, {}},
                                          {Group::Endpoints, u"relay-b"_s, {}, {}, {}, u"https://relay.example"_s, {}},
                                          {Group::Actions, u"Reset breakers of work"_s, {}, {}, {}, {}, {}},
                                          {Group::Actions, u"Quit"_s, {}, {}, {}, {}, {}},
                                          {Group::Settings, u"Restless"_s, u"Breaker"_s, {}, {}, {}, {}},
                                          {Group::Clusters, u"work"_s, {}, {}, {}, {}, {}}};
        QFETCH(QString, query);
        QStringList texts;
        for (const PaletteEntry &entry : matching(entries, query))
            texts << entry.text;
        QTEST(texts, "found");
    }

    void ofAGroupThePaletteShowsTheBest()
    {
        QList<PaletteEntry> entries;
        for (int i = 0; i < 200; ++i)
            entries.append({PaletteEntry::Group::Endpoints, u"the relay %1"_s.arg(i), {}, {}, {}, {}, {}});
        entries.append({PaletteEntry::Group::Endpoints, u"a-elay"_s, {}, {}, {}, {}, {}});
        entries.append({PaletteEntry::Group::Actions, u"relay"_s, {}, {}, {}, {}, {}});
        const QList<PaletteEntry> found = matching(entries, u"elay"_s, 6);
        QCOMPARE(found.size(), 7);
        QCOMPARE(found.first().text, u"a-elay"_s);
        QCOMPARE(found.last().text, u"relay"_s);
    }

    void thePaletteDoesWhatWasChosenAndGoes()
    {
        ProxyView view = running();
        MainWindow window;
        window.setView(view);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QSignalSpy resets(&window, &MainWindow::resetRequested), prefers(&window, &MainWindow::preferRequested), chosen(&window, &MainWindow::clusterChosen);
        auto *pages = window.findChild<Sidebar *>()->findChild<QListWidget *>();
        pages->setFocus();
        CommandPalette *palette = window.commandPalette();
        const auto choose = [&window, palette](const QString &text) {
            QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
            QVERIFY(palette->isOpen());
            QVERIFY(palette->field()->hasFocus());
            QTest::keyClicks(palette->field(), text);
            QTest::keyClick(palette->field(), Qt::Key_Return);
            QVERIFY(!palette->isOpen());
        };
        choose(u"relay-c"_s);
        QCOMPARE(resets.count(), 1);
        QCOMPARE(resets.last().first().toString(), u"relay-c"_s);
        QVERIFY(pages->hasFocus());
        choose(u"relay-a"_s);
        QCOMPARE(prefers.last().first().toString(), u"relay-a"_s);
        choose(u"nightly"_s);
        QCOMPARE(chosen.last().first().toString(), u"nightly"_s);
        choose(u"log"_s);
        QCOMPARE(window.page(), MainWindow::Page::Log);
        choose(u"reset breakers"_s);
        QVERIFY(resets.last().first().toString().isEmpty());
    }

    void thePaletteLeadsToEverySetting_data()
    {
        QTest::addColumn<bool>("chinese");
        QTest::newRow("English") << false;
        QTest::newRow("Chinese") << true;
    }
    void thePaletteLeadsToEverySetting()
    {
        QFETCH(bool, chinese);
        QTranslator translator;
        QVERIFY(translator.load(u":/i18n/qcc_zh_CN.qm"_s));
        if (chinese)
            QCoreApplication::installTranslator(&translator);
        MainWindow window;
        window.setConfig(std::make_shared<const Config>(*parseConfig(QJsonDocument(defaultConfigJson()).toJson())));
        window.setView(running());
        window.resize(900, 560);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QSignalSpy changes(window.settings(), &SettingsPage::changeRequested), tray(window.settings(), &SettingsPage::traySettingsChanged),
            logins(window.settings(), &SettingsPage::startAtLoginChosen);
        CommandPalette *palette = window.commandPalette();
        const QList<SettingField *> fields = window.settings()->findChildren<SettingField *>();
        QVERIFY(fields.size() > 30);
        for (const SettingField *field : fields) {
            window.showPage(MainWindow::Page::Overview);
            QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
            palette->field()->setText(field->label());
            const QList<QListWidgetItem *> items = palette->list()->findItems(field->label(), Qt::MatchExactly);
            const auto setting = std::ranges::find_if(items, [&window](const QListWidgetItem *item) {
                return std::ranges::any_of(window.settings()->places(), [item](const SettingPlace &place) {
                    return item->data(Qt::AccessibleTextRole).toString() == u"%1, %2"_s.arg(place.label, place.section);
                });
            });
            QVERIFY2(setting != items.end(), qPrintable(field->label()));
            palette->list()->setCurrentItem(*setting);
            QTest::keyPress(palette->field(), Qt::Key_Return);
            QCOMPARE(window.page(), MainWindow::Page::Settings);
            QWidget *focus = window.focusWidget();
            QVERIFY2(focus && field->isAncestorOf(focus) && focus->hasFocus(), qPrintable(field->label()));
            QTest::keyRelease(focus, Qt::Key_Return);
            QVERIFY2(!field->visibleRegion().isEmpty() && field->visibleRegion().boundingRect() == field->rect(), qPrintable(field->label()));
        }
        // It leads there, and changes nothing.
        QVERIFY(changes.isEmpty() && tray.isEmpty() && logins.isEmpty());
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        const QString section = window.settings()->places().at(0).section;
        palette->field()->setText(section);
        QVERIFY(!palette->list()->findItems(window.settings()->places().at(0).label, Qt::MatchExactly).isEmpty());
        test::keepShot(window, u"palette-setting-%1"_s.arg(QString::fromLatin1(QTest::currentDataTag())));
    }

    void aSettingThatTheSearchHidesIsShown()
    {
        MainWindow window;
        window.showPage(MainWindow::Page::Settings);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_F, Qt::ControlModifier);
        QTest::keyClicks(window.focusWidget(), u"breaker"_s);
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(window.commandPalette()->field(), u"language"_s);
        QTest::keyClick(window.commandPalette()->field(), Qt::Key_Return);
        auto *box = qobject_cast<QComboBox *>(window.focusWidget());
        QVERIFY(box && box->isVisible());
        test::keepShot(window, u"palette-chose-setting"_s);
    }

    void thePaletteGoesByKeysAndLeavesThePageAlone()
    {
        MainWindow window;
        window.setView(running());
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        CommandPalette *palette = window.commandPalette();
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        QVERIFY(palette->graphicsEffect()); // it comes up out of nothing
        // The one that needs somebody comes first.
        QCOMPARE(palette->list()->currentItem()->text(), u"relay-c"_s);
        QTest::keyClick(palette->field(), Qt::Key_Up); // around, past the name of the group
        QCOMPARE(palette->list()->currentRow(), palette->list()->count() - 1);
        QTest::keyClick(palette->field(), Qt::Key_Down);
        QCOMPARE(palette->list()->currentItem()->text(), u"relay-c"_s);
        QTest::keyClick(palette->field(), Qt::Key_Tab);
        QVERIFY(palette->field()->hasFocus());
        QTest::keyClick(palette->field(), Qt::Key_Escape);
        QVERIFY(!palette->isOpen());
        QVERIFY(window.isVisible());
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        QTest::mouseClick(palette, Qt::LeftButton, {}, {4, 4});
        QVERIFY(!palette->isOpen());
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(palette->field(), u"xyzzy"_s);
        QTest::keyClick(palette->field(), Qt::Key_Return);
        QVERIFY(palette->isOpen()); // nothing was chosen
    }

    void longNamesStayInside()
    {
        ProxyView view = running();
        view.cluster = QString(200, u'w');
        view.clusters = {view.cluster};
        view.address = u"http://[2001:db8:1234:5678:9abc:def0:1234:5678]:65535"_s;
        MainWindow window;
        window.setView(view);
        window.resize(window.minimumSize());
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        auto *sidebar = window.findChild<Sidebar *>();
        for (const QWidget *part : {static_cast<QWidget *>(sidebar->picker()), static_cast<QWidget *>(sidebar->foot())})
            QVERIFY(sidebar->rect().contains(part->geometry()));
        QVERIFY(sidebar->width() <= tokens::size::sidebar + 60);
        test::keepShot(window, u"long-names"_s);
    }

    void shots_data()
    {
        QTest::addColumn<ProxyState>("state");
        QTest::addColumn<bool>("dark");
        QTest::newRow("running") << ProxyState::Running << false;
        QTest::newRow("degraded") << ProxyState::Degraded << true;
        QTest::newRow("down") << ProxyState::Down << false;
        QTest::newRow("stopped") << ProxyState::Stopped << true;
    }
    void shots()
    {
        QFETCH(ProxyState, state);
        QFETCH(bool, dark);
        applyTheme(dark ? Theme::Dark : Theme::Light);
        ProxyView view = running();
        view.state = state;
        MainWindow window;
        window.setView(view);
        window.resize(1160, 760);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        test::keepShot(window, u"shell-%1"_s.arg(QString::fromLatin1(QTest::currentDataTag())));
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(window.commandPalette()->field(), u"re"_s);
        test::keepShot(window, u"palette-%1"_s.arg(QString::fromLatin1(QTest::currentDataTag())));
        QCOMPARE(window.size(), QSize(1160, 760));
    }
};

} // namespace

QTEST_MAIN(WindowTest)
#include "tst_traywindow.moc"
