#include "core/config/configparser.h"
#include "core/config/settings.h"
#include "ui/clusters/clusterspage.h"
#include "ui/window/mainwindow.h"

#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTabBar>
#include <QTest>
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
class TrayWheelTest : public QObject
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
        QVERIFY(choices > 5); // the header's on every page, the strategy, the log's level, the settings'
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

private:
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TrayWheelTest)
#include "tst_traywheel.moc"
