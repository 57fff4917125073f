#include "core/config/configparser.h"
#include "core/config/settings.h"
#include "traysupport/shots.h"
#include "ui/model/configchange.h"
#include "ui/model/words.h"
#include "ui/settings/settingspage.h"
#include "ui/tray/traymenu.h"
#include "ui/widgets/messages.h"
#include "ui/widgets/motion.h"
#include "ui/window/clusterpicker.h"
#include "ui/window/footcard.h"
#include "ui/window/mainwindow.h"

#include <QAccessible>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTest>
#include <QToolButton>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

ConfigChange deleting(const QString &name)
{
    return {[name](QJsonObject &config) -> Result<void> { config.remove(name); return {}; }, u"Deleted "_s + name,
            [name](QJsonObject &config, const QJsonObject &before) -> Result<void> {
                config.insert(name, before.value(name));
                return {};
            },
            name + u" is back"_s};
}

ProxyView viewOf(const QStringList &clusters, const QString &inUse)
{
    ProxyView view;
    view.state = ProxyState::Running;
    view.address = u"http://127.0.0.1:7860"_s;
    view.clusters = clusters;
    view.cluster = inUse;
    return view;
}

QHash<QWidget *, QRect> places(const QWidget &window)
{
    QHash<QWidget *, QRect> all;
    for (QWidget *each : window.findChildren<QWidget *>()) {
        for (const QWidget *above = each; above; above = above->parentWidget()) {
            if (qobject_cast<const MessageBar *>(above))
                each = nullptr;
        }
        if (each)
            all.insert(each, QRect(each->mapTo(&window, QPoint()), each->size()));
    }
    return all;
}

/// A window with an area, a field at its foot, and the bar over it.
struct Stage {
    QWidget window;
    QWidget *area = new QWidget(&window);
    QLineEdit *field = new QLineEdit(area);
    MessageBar bar{&window, area};

    Stage()
    {
        window.resize(700, 500);
        area->setGeometry(100, 50, 600, 450);
        field->setGeometry(20, 410, 200, 24);
        window.show();
        QCursor::setPos(window.mapToGlobal(QPoint(5, 5)));
    }
    bool activate()
    {
        window.activateWindow();
        return QTest::qWaitForWindowActive(&window);
    }
    QPushButton *action() { return bar.findChild<QPushButton *>(); }
    QToolButton *close() { return bar.findChild<QToolButton *>(); }
};

} // namespace

class TrayMessagesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWasDeletedLastComesBackFirst()
    {
        UndoStack stack;
        QJsonObject config{{u"a"_s, 1}, {u"b"_s, 2}, {u"c"_s, 3}};
        const QJsonObject all = config;
        for (const QString &name : {u"a"_s, u"b"_s, u"c"_s}) {
            const ConfigChange change = deleting(name);
            const QJsonObject before = config;
            QVERIFY(change.apply(config));
            stack.push(change, before);
        }
        QVERIFY(config.isEmpty());
        for (const QString &name : {u"c"_s, u"b"_s, u"a"_s}) {
            const auto back = stack.takeBack();
            QVERIFY(back);
            QCOMPARE(back->done, name + u" is back"_s);
            QVERIFY(!back->undo);
            QVERIFY(back->apply(config));
            stack.wasTakenBack(back->undoes);
        }
        QCOMPARE(config, all);
        QVERIFY(!stack.takeBack());
    }

    void twoPressesTakeBackTwo()
    {
        UndoStack stack;
        stack.push(deleting(u"a"_s), {{u"a"_s, 1}});
        stack.push(deleting(u"b"_s), {{u"b"_s, 1}});
        const auto first = stack.takeBack();
        const auto second = stack.takeBack();
        QVERIFY(first && second);
        QCOMPARE(first->done, u"b is back"_s);
        QCOMPARE(second->done, u"a is back"_s);
        QVERIFY(!stack.takeBack());
    }

    void whatIsRefusedStaysAndStandsInNobodysWay()
    {
        UndoStack stack;
        stack.push(deleting(u"a"_s), {{u"a"_s, 1}});
        stack.push(deleting(u"b"_s), {{u"b"_s, 1}});
        QCOMPARE(stack.takeBack()->done, u"b is back"_s);
        stack.wasRefused();
        const auto other = stack.takeBack();
        QCOMPARE(other->done, u"a is back"_s);
        stack.wasTakenBack(other->undoes);
        QCOMPARE(stack.takeBack()->done, u"b is back"_s);
    }

    void theStackIsBounded()
    {
        UndoStack stack;
        for (int i = 0; i < UndoStack::most + 5; ++i)
            stack.push(deleting(QString::number(i)), {});
        int left = 0;
        while (stack.takeBack())
            ++left;
        QCOMPARE(left, int(UndoStack::most));
    }

    void aMessageMovesNothing()
    {
        MainWindow window;
        window.setView(viewOf({u"work"_s}, u"work"_s));
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QCoreApplication::processEvents();
        for (const auto page : {MainWindow::Page::Overview, MainWindow::Page::Requests, MainWindow::Page::Clusters, MainWindow::Page::Settings}) {
            window.showPage(page);
            QCoreApplication::processEvents();
            const auto before = places(window);
            window.messages()->showProblem(u"Something long happened, which takes more than one line to tell. "_s.repeated(6));
            QCoreApplication::processEvents();
            QVERIFY(window.messages()->isVisible());
            QCOMPARE(places(window), before);
            test::keepShot(window, u"message-%1"_s.arg(int(page)));
            window.messages()->dismiss();
            QTRY_VERIFY(!window.messages()->isVisible());
        }
    }

    void itLiesAtTheFootOfItsArea()
    {
        Stage stage;
        stage.bar.showDone(u"Done"_s, {});
        QCOMPARE(stage.bar.geometry(), QRect(240, 444, 320, 40));
        stage.area->setGeometry(100, 50, 600, 300);
        QCOMPARE(stage.bar.geometry(), QRect(240, 294, 320, 40));
        // No wider than its words, up to all of the area.
        stage.bar.showDone(u"Done, and this is what it was done to"_s, {});
        QVERIFY(stage.bar.width() >= 320 && stage.bar.width() < 568);
        QCOMPARE(stage.bar.height(), 40);
        stage.bar.showDone(u"Done, and this is what it was done to. "_s.repeated(6), {});
        QCOMPARE(stage.bar.width(), 568);
    }

    void itComesUpOutOfNothing()
    {
        Stage stage;
        stage.bar.showDone(u"Done"_s, {});
        QCOMPARE(stage.bar.graphicsEffect() != nullptr, mayMove());
        QTRY_VERIFY(!stage.bar.graphicsEffect());
        QVERIFY(stage.bar.isVisible());
    }

    void itNeverComesUnderThePointer()
    {
        Stage stage;
        QVERIFY(QTest::qWaitForWindowExposed(&stage.window));
        QCursor::setPos(stage.window.mapToGlobal(QPoint(500, 460)));
        stage.bar.showDone(u"Done"_s, [] { });
        QCOMPARE(stage.bar.geometry(), QRect(240, 66, 320, 40));
    }

    void itNeverHidesWhereOneTypes()
    {
        Stage stage;
        QVERIFY(stage.activate());
        stage.field->setFocus();
        stage.bar.showProblem(u"Problem"_s);
        QCOMPARE(stage.bar.geometry().top(), 66);
    }

    void aSecondClickReachesNothingBelow()
    {
        Stage stage;
        QVERIFY(stage.activate());
        auto *below = new QPushButton(stage.area);
        below->setGeometry(stage.area->rect());
        below->show();
        QSignalSpy pressed(below, &QPushButton::clicked);
        stage.bar.showDone(u"Done"_s, [] { });
        QCoreApplication::processEvents();
        const QPoint at = stage.action()->mapTo(&stage.window, stage.action()->rect().center());
        // The pointer is over the bar, as it is when its button is pressed.
        stage.bar.setAttribute(Qt::WA_UnderMouse);
        QTest::mouseClick(stage.window.windowHandle(), Qt::LeftButton, {}, at);
        QCOMPARE(stage.bar.text(), QString());
        QTest::mouseClick(stage.window.windowHandle(), Qt::LeftButton, {}, at);
        QCOMPARE(pressed.size(), 0);
        QTRY_VERIFY(!stage.bar.isVisible());
        QTest::mouseClick(stage.window.windowHandle(), Qt::LeftButton, {}, at);
        QCOMPARE(pressed.size(), 1);
    }

    void oneAtATime()
    {
        Stage stage;
        stage.bar.showProblem(u"first"_s);
        stage.bar.showProblem(u"second"_s);
        stage.bar.showProblem(u"second"_s);
        stage.bar.showDone(u"done"_s, {});
        QCOMPARE(stage.bar.text(), u"first"_s);
        stage.bar.dismiss();
        QCOMPARE(stage.bar.text(), u"second"_s);
        stage.bar.dismiss();
        QCOMPARE(stage.bar.text(), u"done"_s);
        stage.bar.dismiss();
        QCOMPARE(stage.bar.text(), QString());
        QVERIFY(!stage.bar.isVisible());
    }

    /// A problem does not wait until something done has been read, nor is the way back lost.
    void aProblemTakesThePlaceOfWhatWasDone()
    {
        Stage stage;
        int undone = 0;
        stage.bar.showDone(u"done"_s, [&undone] { ++undone; });
        stage.bar.showProblem(u"first"_s);
        QCOMPARE(stage.bar.text(), u"first"_s);
        stage.bar.showProblem(u"second"_s);
        stage.bar.withdraw(u"first"_s);
        QCOMPARE(stage.bar.text(), u"second"_s);
        stage.bar.withdraw(u"second"_s);
        QCOMPARE(stage.bar.text(), u"done"_s);
        stage.action()->click();
        QCOMPARE(undone, 1);
        QVERIFY(!stage.bar.isVisible());
    }

    void whatWasDoneComesAgainForTheTimeThatItHadLeft()
    {
        Stage stage;
        stage.bar.showDone(u"done"_s, [] { });
        QTRY_VERIFY(stage.bar.timeLeft() < MessageBar::undoTime);
        const auto before = stage.bar.timeLeft();
        stage.bar.showProblem(u"problem"_s);
        QVERIFY(stage.bar.timeLeft() < std::chrono::milliseconds(0));
        stage.bar.withdraw(u"problem"_s);
        QVERIFY(stage.bar.timeLeft() <= before);
        QVERIFY(stage.bar.timeLeft() > MessageBar::leastTime);
    }

    void aClickMeantForWhatWasDoneDoesNothingToTheProblem()
    {
        Stage stage;
        int undone = 0, steps = 0;
        stage.bar.showDone(u"done"_s, [&undone] { ++undone; });
        stage.bar.showProblem(u"problem"_s, u"&Open file"_s, [&steps] { ++steps; });
        stage.action()->click();
        stage.close()->click();
        QCOMPARE(undone + steps, 0);
        QCOMPARE(stage.bar.text(), u"problem"_s);
        QTRY_VERIFY((stage.action()->click(), steps > 0)); // once a second click is over
        stage.close()->click();
        QCOMPARE(stage.bar.text(), u"done"_s);
    }

    void whatWasDoneLaterReplacesWhatWaits()
    {
        Stage stage;
        int undone = 0;
        stage.bar.showDone(u"one"_s, [&undone] { undone = 1; });
        stage.bar.showProblem(u"problem"_s);
        stage.bar.showDone(u"two"_s, [&undone] { undone = 2; });
        QCOMPARE(stage.bar.text(), u"problem"_s);
        stage.bar.dismiss();
        QCOMPARE(stage.bar.text(), u"two"_s);
        stage.action()->click();
        QCOMPARE(undone, 2);
        QVERIFY(!stage.bar.isVisible());
    }

    void whatWasDoneLastIsOffered()
    {
        Stage stage;
        int undone = 0;
        stage.bar.showDone(u"one"_s, [&undone] { undone = 1; });
        stage.bar.showDone(u"two"_s, [&undone] { undone = 2; });
        QCOMPARE(stage.bar.text(), u"two"_s);
        stage.action()->click();
        QCOMPARE(undone, 2);
        QVERIFY(!stage.bar.isVisible());
    }

    void aSolvedProblemGoesSeenOrNot()
    {
        Stage stage;
        stage.bar.showProblem(u"first"_s);
        stage.bar.showProblem(u"second"_s);
        stage.bar.withdraw(u"second"_s);
        stage.bar.withdraw(u"first"_s);
        QVERIFY(!stage.bar.isVisible());
        QCOMPARE(stage.bar.text(), QString());
    }

    void aFloodIsBounded()
    {
        Stage stage;
        for (int i = 0; i < 50; ++i)
            stage.bar.showProblem(QString::number(i));
        int shown = 0;
        for (; stage.bar.isVisible() && shown < 60; ++shown)
            stage.bar.dismiss();
        QCOMPARE(shown, 1 + MessageBar::mostWaiting);
    }

    void ctrlZReachesThePageUnlessSomethingWasTyped_data()
    {
        QTest::addColumn<bool>("typed");
        QTest::newRow("nothing typed") << false;
        QTest::newRow("typed") << true;
    }
    void ctrlZReachesThePageUnlessSomethingWasTyped()
    {
        QFETCH(bool, typed);
        MainWindow window;
        window.setView(viewOf({u"work"_s}, u"work"_s));
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.showPage(MainWindow::Page::Requests);
        QTest::keyClick(&window, Qt::Key_F, Qt::ControlModifier);
        auto *field = qobject_cast<QLineEdit *>(window.focusWidget());
        QVERIFY(field);
        if (typed)
            QTest::keyClicks(field, u"abc"_s);
        QSignalSpy undo(&window, &MainWindow::undoRequested);
        QTest::keyClick(field, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(undo.size(), typed ? 0 : 1);
        QCOMPARE(field->text(), QString());
    }

    void aProblemMayHaveItsOwnStep()
    {
        Stage stage;
        int steps = 0;
        stage.bar.showProblem(u"config.json (line 3): no"_s, u"&Open file"_s, [&steps] { ++steps; });
        QCOMPARE(stage.action()->text(), u"&Open file"_s);
        stage.action()->click();
        stage.action()->click();
        QCOMPARE(steps, 2);
        QVERIFY(stage.bar.isVisible());
        stage.bar.withdraw(u"config.json (line 3): no"_s);
        QVERIFY(!stage.bar.isVisible());
    }

    void aBrokenConfigIsSaidWhereItsContentWouldBe()
    {
        const QString fault = u"config.json (line 3): not valid JSON."_s;
        ProxyView view;
        view.configFault = fault;
        MainWindow window;
        window.setView(view);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        const auto says = [&window](const QString &text) {
            const auto labels = window.findChildren<QLabel *>();
            return std::ranges::any_of(labels, [&text](const QLabel *label) { return label->isVisible() && label->text().contains(text); });
        };
        const auto button = [&window](const QString &text) {
            const auto buttons = window.findChildren<QPushButton *>();
            const auto found = std::ranges::find_if(buttons, [&text](const QPushButton *each) { return each->isVisible() && each->text().remove(u'&') == text; });
            return found == buttons.end() ? nullptr : *found;
        };
        QVERIFY(says(fault));
        QVERIFY(!says(u"Welcome"_s));
        QVERIFY(button(u"Open file"_s));
        test::keepShot(window, u"broken-config"_s);
        // What cannot work says why.
        const auto *toggle = window.findChild<FootCard *>()->findChild<QAbstractButton *>();
        QVERIFY(!toggle->isEnabled());
        QVERIFY(toggle->toolTip().contains(u"config.json"_s));
        window.showPage(MainWindow::Page::Clusters);
        QVERIFY(says(fault));
        QVERIFY(!says(u"No clusters yet"_s));
        QVERIFY(button(u"Open file"_s));
        window.showPage(MainWindow::Page::Settings);
        QVERIFY(says(fault));
        const auto numbers = window.settings()->findChildren<QDoubleSpinBox *>();
        QVERIFY(!numbers.isEmpty() && std::ranges::none_of(numbers, [](const QDoubleSpinBox *each) { return each->isEnabled(); }));
        test::keepShot(window, u"broken-config-settings"_s);
        QCOMPARE(StateText::line(view), u"Stopped · config.json has a fault"_s);
        // Once it is mended all is as ever.
        view.configFault.clear();
        window.setView(view);
        QVERIFY(!says(fault));
        QVERIFY(toggle->isEnabled());
        QVERIFY(std::ranges::all_of(numbers, [](const QDoubleSpinBox *each) { return each->isEnabled(); }));
    }

    void aBrokenConfigLeavesWhatIsInForce()
    {
        ProxyView view = viewOf({u"work"_s}, u"work"_s);
        view.configFault = u"config.json (line 3): not valid JSON."_s;
        FootCard foot;
        foot.setView(view);
        QVERIFY(foot.findChild<QAbstractButton *>()->isEnabled());
        QVERIFY(StateText::line(view).startsWith(u"Running"_s));
    }

    void sentencesLeaveNamesAsTheyAreSpelled()
    {
        QCOMPARE(Words::sentence(u"the disk is full"_s), u"The disk is full."_s);
        QCOMPARE(Words::sentence(u"Done."_s), u"Done."_s);
        QCOMPARE(Words::sentence(u"config.json (line 1): not valid"_s), u"config.json (line 1): not valid."_s);
        QCOMPARE(Words::sentence(u"relay-a refused"_s), u"relay-a refused."_s);
        QCOMPARE(Words::sentence(u"127.0.0.1:7860 is taken"_s), u"127.0.0.1:7860 is taken."_s);
        QCOMPARE(Words::sentence(QString()), QString());
    }

    void longNamesAndManyOfThemTakeNoRoom_data()
    {
        QTest::addColumn<MainWindow::Page>("page");
        QTest::newRow("overview") << MainWindow::Page::Overview;
        QTest::newRow("clusters") << MainWindow::Page::Clusters;
    }
    void longNamesAndManyOfThemTakeNoRoom()
    {
        QFETCH(MainWindow::Page, page);
        const QString longName = u"n"_s.repeated(400);
        QJsonArray endpoints;
        for (int i = 0; i < 200; ++i)
            endpoints << QJsonObject{{u"name"_s, longName + QString::number(i)}, {u"base_url"_s, u"https://relay-%1.example/"_s.arg(i) + longName}};
        QJsonArray clusters{QJsonObject{{u"name"_s, longName}, {u"endpoints"_s, endpoints}}};
        for (int i = 0; i < 20; ++i)
            clusters << QJsonObject{{u"name"_s, u"cluster %1"_s.arg(i)}, {u"endpoints"_s, QJsonArray()}};
        QJsonObject json = defaultConfigJson();
        json.insert(u"clusters"_s, clusters);
        json.insert(u"active_cluster"_s, longName);
        const Result<Config> parsed = parseConfig(QJsonDocument(json).toJson());
        QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
        const auto config = std::make_shared<const Config>(*parsed);
        ProxyView view = viewOf({}, longName);
        for (const Cluster &each : config->clusters)
            view.clusters << each.name;
        for (const Endpoint &each : config->clusters.constFirst().endpoints) {
            EndpointView seen;
            seen.id = each.id;
            seen.name = each.name;
            seen.health = EndpointHealth::Healthy;
            view.endpoints << seen;
        }
        MainWindow window;
        window.resize(window.minimumSize());
        window.setView(view);
        window.setConfig(config);
        window.showPage(page);
        QElapsedTimer shown;
        shown.start();
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QCoreApplication::processEvents();
        qInfo("shown after %lld ms", shown.elapsed());
        QCOMPARE(window.size(), window.minimumSize());
        QVERIFY2(window.minimumSizeHint().width() <= window.minimumSize().width(), qPrintable(QString::number(window.minimumSizeHint().width())));
        test::keepShot(window, u"long-names-%1"_s.arg(int(page)));
        TrayMenu menu;
        menu.setView(view);
        for (const QAction *action : menu.actions())
            QVERIFY2(action->text().size() < 100, qPrintable(action->text()));
        QCOMPARE(Words::shortName(longName).size(), 40);
        QVERIFY(longName.startsWith(Words::shortName(longName).chopped(1)));
    }

    void aMaximizedWindowComesBackMaximized()
    {
        MainWindow window;
        window.showMaximized();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.close();
        window.present(MainWindow::Page::Overview);
        QVERIFY(window.isVisible());
        QVERIFY(window.isMaximized());
        window.setWindowState(window.windowState() | Qt::WindowMinimized);
        window.present(MainWindow::Page::Overview);
        QVERIFY(!window.isMinimized());
        QVERIFY(window.isMaximized());
    }

    void hanIsNotMadeBold()
    {
        QCOMPARE(metrics::strong(QFont(), u"No endpoints in work yet"_s).weight(), QFont::DemiBold);
        QCOMPARE(metrics::strong(QFont(), u"No endpoints in 集群 yet"_s).weight(), QFont::Normal);
        EmptyState empty(u"集群"_s, {});
        QCOMPARE(empty.findChild<QLabel *>()->font().weight(), QFont::Normal);
        empty.setTexts(u"work"_s, {});
        QCOMPARE(empty.findChild<QLabel *>()->font().weight(), QFont::DemiBold);
    }

    void screenReadersAreToldOfAWindow()
    {
        MainWindow window;
        QCOMPARE(QAccessible::queryAccessibleInterface(&window)->role(), QAccessible::Window);
    }
};

QTEST_MAIN(TrayMessagesTest)
#include "tst_traymessages.moc"
