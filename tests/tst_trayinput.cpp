#include "core/config/configparser.h"
#include "core/config/settings.h"
#include "ui/clusters/clusterspage.h"
#include "ui/overview/overviewpage.h"
#include "ui/requests/requestspage.h"
#include "ui/settings/settingspage.h"
#include "ui/widgets/inputguard.h"
#include "ui/widgets/messages.h"
#include "ui/window/mainwindow.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSet>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTabBar>
#include <QTest>
#include <QVBoxLayout>
#include <QWheelEvent>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

ConfigSnapshot twoClusters()
{
    const auto cluster = [](const QString &name) {
        return QJsonObject{{u"name"_s, name},
                           {u"endpoints"_s, QJsonArray{QJsonObject{{u"name"_s, u"relay"_s}, {u"base_url"_s, u"https://relay.example"_s}}}}};
    };
    QJsonObject json = defaultConfigJson();
    json.insert(u"clusters"_s, QJsonArray{cluster(u"home"_s), cluster(u"work"_s)});
    json.insert(u"active_cluster"_s, u"home"_s);
    const Result<Config> config = parseConfig(QJsonDocument(json).toJson());
    return config ? std::make_shared<const Config>(*config) : nullptr;
}

ProxyView running()
{
    ProxyView view;
    view.state = ProxyState::Running;
    view.address = u"http://127.0.0.1:7860"_s;
    view.clusters = {u"home"_s, u"work"_s};
    view.cluster = u"home"_s;
    return view;
}

/// Shows `window` with all that it can show, to be typed into.
bool comesUp(MainWindow &window, MainWindow::Page page)
{
    window.setView(running());
    window.setConfig(twoClusters());
    window.show();
    window.activateWindow();
    const bool isActive = QTest::qWaitForWindowActive(&window);
    window.showPage(page);
    return isActive;
}

/// One notch down, and one up. Whether the widget took either.
bool turn(QWidget *widget)
{
    bool taken = false;
    for (const int notch : {-120, 120}) {
        const QPointF at = widget->rect().center();
        QWheelEvent wheel(at, widget->mapToGlobal(at), {}, {0, notch}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        // As the window system's is passed on: to whoever does not ignore it.
        QApplication::sendEvent(widget, &wheel);
        taken = taken || wheel.isAccepted();
    }
    return taken;
}

} // namespace

/// The wheel changes nothing that it only passes over.
class TrayInputTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_window = std::make_unique<MainWindow>();
        m_window->setConfig(twoClusters());
        m_window->setView(running());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }

    void cleanup() { m_window.reset(); }

    void nothingOfAnyPageTurns()
    {
        QSignalSpy chosen(m_window.get(), &MainWindow::clusterChosen);
        int choices = 0, numbers = 0;
        for (const MainWindow::Page page : {MainWindow::Page::Overview, MainWindow::Page::Requests, MainWindow::Page::Clusters, MainWindow::Page::Log,
                                            MainWindow::Page::Settings}) {
            m_window->showPage(page);
            QCoreApplication::processEvents();
            for (QComboBox *box : m_window->findChildren<QComboBox *>()) {
                if (!box->isVisible())
                    continue;
                ++choices;
                const int before = box->currentIndex();
                QVERIFY2(!turn(box), qPrintable(box->accessibleName()));
                QCOMPARE(box->currentIndex(), before);
                QVERIFY2(box->focusPolicy() != Qt::WheelFocus, qPrintable(box->accessibleName()));
            }
            for (QAbstractSpinBox *box : m_window->findChildren<QAbstractSpinBox *>()) {
                if (!box->isVisible() || box->hasFocus())
                    continue;
                ++numbers;
                const QString before = box->text();
                QVERIFY2(!turn(box), qPrintable(box->accessibleName()));
                QCOMPARE(box->text(), before);
                QVERIFY2(box->focusPolicy() != Qt::WheelFocus, qPrintable(box->accessibleName()));
            }
        }
        QVERIFY(choices > 2); // the strategy, the log's level, the settings'
        QVERIFY(numbers > 5);
        QCOMPARE(chosen.size(), 0);
    }

    /// Whoever has just chosen has left the focus there, and scrolls on.
    void aChoiceIsNotTurnedWithTheFocusEither()
    {
        QComboBox box;
        box.addItems({u"a"_s, u"b"_s, u"c"_s});
        box.setCurrentIndex(1);
        box.show();
        box.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&box));
        box.setFocus();
        QVERIFY(!turn(&box));
        QCOMPARE(box.currentIndex(), 1);
    }

    void aNumberTurnsWithTheFocus()
    {
        QWidget window;
        auto *one = new QSpinBox(&window);
        one->setValue(10);
        auto *other = new QSpinBox(&window);
        other->move(0, 40);
        other->setValue(10);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        one->setFocus();
        QVERIFY(turn(one));
        QVERIFY(!turn(other));
    }

    /// What is not ours by type is not ours to guard: pages scroll.
    void pagesScroll()
    {
        QWidget window;
        QScrollBar bar(Qt::Vertical, &window);
        bar.setRange(0, 100);
        QSlider slider(Qt::Horizontal, &window);
        slider.setValue(50);
        QTabBar tabs(&window);
        tabs.addTab(u"a"_s);
        tabs.addTab(u"b"_s);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        tabs.setFocus();
        QVERIFY(turn(&bar));
        QVERIFY(!turn(&slider));
        QCOMPARE(slider.value(), 50);
        QVERIFY(!turn(&tabs));
        QCOMPARE(tabs.currentIndex(), 0);
    }

    void aButtonThatIsSwitchedOffHandsItsFocusToNobody_data()
    {
        QTest::addColumn<bool>("hides");
        QTest::newRow("switched off") << false;
        QTest::newRow("hidden") << true;
    }
    void aButtonThatIsSwitchedOffHandsItsFocusToNobody()
    {
        QFETCH(bool, hides);
        InputGuard guard;
        qApp->installEventFilter(&guard);
        QWidget window;
        QVBoxLayout column(&window);
        QPushButton before(u"before"_s);
        QPushButton button(u"Test"_s);
        QLineEdit name(u"relay-a"_s);
        for (QWidget *each : std::initializer_list<QWidget *>{&before, &button, &name})
            column.addWidget(each);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        button.setFocus();
        const auto turn = [&button, hides](bool on) { hides ? button.setVisible(on) : button.setEnabled(on); };
        turn(false);
        QCoreApplication::processEvents();
        QTest::keyClick(&window, Qt::Key_Space);
        QCOMPARE(name.text(), u"relay-a"_s);
        QVERIFY(!name.hasFocus());
        QVERIFY(!name.hasSelectedText());
        // It gets it back.
        turn(true);
        QVERIFY(button.hasFocus());
        // Tab goes on from there.
        turn(false);
        QCoreApplication::processEvents();
        QTest::keyClick(&window, Qt::Key_Tab);
        QVERIFY(name.hasFocus());
        // And who has it by now, keeps it.
        turn(true);
        QVERIFY(name.hasFocus());
    }

    void whatIsClickedMeanwhileKeepsTheFocus()
    {
        InputGuard guard;
        qApp->installEventFilter(&guard);
        QWidget window;
        QVBoxLayout column(&window);
        QPushButton button(u"Test"_s);
        QLineEdit name;
        column.addWidget(&button);
        column.addWidget(&name);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        button.setFocus();
        button.setEnabled(false);
        QCoreApplication::processEvents();
        QTest::mouseClick(&name, Qt::LeftButton);
        QVERIFY(name.hasFocus());
        button.setEnabled(true);
        QVERIFY(name.hasFocus());
        // Leaving a button by Tab is no hand-over.
        button.setFocus();
        QTest::keyClick(&button, Qt::Key_Tab);
        QCoreApplication::processEvents();
        QVERIFY(name.hasFocus());
    }

    void escapeClearsBeforeItHides_data()
    {
        QTest::addColumn<MainWindow::Page>("page");
        QTest::newRow("requests") << MainWindow::Page::Requests;
        QTest::newRow("log") << MainWindow::Page::Log;
        QTest::newRow("settings") << MainWindow::Page::Settings;
    }
    void escapeClearsBeforeItHides()
    {
        QFETCH(MainWindow::Page, page);
        MainWindow window;
        QVERIFY(comesUp(window, page));
        if (page == MainWindow::Page::Requests) {
            ExchangeRecord exchange;
            exchange.number = 1;
            window.requests()->addExchanges({exchange});
        }
        QTest::keyClick(&window, Qt::Key_F, Qt::ControlModifier);
        auto *field = qobject_cast<QLineEdit *>(window.focusWidget());
        QVERIFY(field);
        QTest::keyClicks(field, u"abc"_s);
        window.messages()->showProblem(u"Something failed."_s);
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(window.messages()->text(), QString());
        QCOMPARE(field->text(), u"abc"_s);
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(field->text(), QString());
        QVERIFY(window.isVisible());
        QTest::keyClick(field, Qt::Key_Escape);
        QVERIFY(!window.isVisible());
    }

    void escapeInAListOfChoicesClosesThatAlone()
    {
        InputGuard guard;
        qApp->installEventFilter(&guard);
        MainWindow window;
        QVERIFY(comesUp(window, MainWindow::Page::Settings));
        const QList<QComboBox *> choices = window.settings()->findChildren<QComboBox *>();
        QVERIFY(!choices.isEmpty());
        choices.first()->showPopup();
        QWidget *list = QApplication::activePopupWidget();
        QVERIFY(list);
        QTest::keyClick(choices.first()->view(), Qt::Key_Escape);
        QTRY_VERIFY(!list->isVisible());
        QVERIFY(window.isVisible());
    }

    void escapeNeverHidesWhatWasTyped()
    {
        MainWindow window;
        QVERIFY(comesUp(window, MainWindow::Page::Clusters));
        window.clusters()->addEndpoint();
        auto *field = qobject_cast<QLineEdit *>(window.focusWidget());
        QVERIFY(field);
        QTest::keyClicks(field, u"https://relay.example"_s);
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(&window, Qt::Key_Escape);
        QVERIFY(window.isVisible());
        QCOMPARE(field->text(), u"https://relay.example"_s);
        QVERIFY(!field->hasFocus());
    }

    void withoutATrayEscapeClearsAndHidesNothing()
    {
        MainWindow window;
        window.setHasTray(false);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.messages()->showProblem(u"Something failed."_s);
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(&window, Qt::Key_Escape);
        QCOMPARE(window.messages()->text(), QString());
        QVERIFY(window.isVisible());
    }

    void thePageStaysWhereItIsWhenTheStateChanges()
    {
        MainWindow window;
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QSet<int> lefts;
        for (int state = 0; state <= int(lastProxyState); ++state) {
            ProxyView view = running();
            view.state = ProxyState(state);
            window.setView(view);
            QCoreApplication::processEvents();
            lefts << window.overview()->mapTo(&window, QPoint()).x();
        }
        QCOMPARE(lefts.size(), 1);
    }

    void whatIsPastedOrDroppedOutsideOfAFieldIsOffered()
    {
        MainWindow window;
        window.setView(running());
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QSignalSpy texts(&window, &MainWindow::textOffered);
        QSignalSpy files(&window, &MainWindow::fileOffered);
        QGuiApplication::clipboard()->setText(u"https://relay.example"_s);
        window.setFocus();
        QTest::keyClick(&window, Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(texts.size(), 1);
        QCOMPARE(texts.first().first().toString(), u"https://relay.example"_s);
        // A field takes its own.
        window.showPage(MainWindow::Page::Log);
        QTest::keyClick(&window, Qt::Key_F, Qt::ControlModifier);
        auto *field = qobject_cast<QLineEdit *>(window.focusWidget());
        QVERIFY(field);
        QTest::keyClick(field, Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(field->text(), u"https://relay.example"_s);
        QCOMPARE(texts.size(), 1);
        for (const QUrl &url : {QUrl::fromLocalFile(u"/tmp/settings.json"_s), QUrl(u"https://relay.example/v1"_s)}) {
            QMimeData data;
            data.setUrls({url});
            QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, {});
            QCoreApplication::sendEvent(&window, &enter);
            QVERIFY(enter.isAccepted());
            QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, {});
            QCoreApplication::sendEvent(&window, &drop);
        }
        QCOMPARE(files.size(), 1);
        QCOMPARE(files.first().first().toString(), u"/tmp/settings.json"_s);
        QCOMPARE(texts.size(), 2);
    }

private:
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TrayInputTest)
#include "tst_trayinput.moc"
