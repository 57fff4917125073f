#include "tests/traysupport/exchanges.h"
#include "tests/traysupport/shots.h"
#include "ui/requests/attemptschart.h"
#include "ui/requests/exchangesmodel.h"
#include "ui/requests/exchangesview.h"
#include "ui/requests/requestspage.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScopeGuard>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSplitter>
#include <QTest>

using namespace qcc;
using namespace qcc::test;

namespace {

/// A page of the size that the window gives it, with the parts that a user touches.
struct Shown {
    Shown()
    {
        // Nothing is kept of earlier runs.
        QObject::connect(&page, &RequestsPage::pastWanted, &page, [this](int question) { page.addPast(question, {}); });
        page.resize(820, 590);
        page.show();
    }

    QPushButton *button(const QString &text) const
    {
        for (QPushButton *candidate : page.findChildren<QPushButton *>()) {
            if (candidate->text().remove(QLatin1Char('&')) == text)
                return candidate;
        }
        return nullptr;
    }
    quint64 selected() const
    {
        const QModelIndexList rows = view->selectionModel()->selectedRows();
        return rows.isEmpty() ? 0 : numberOf(model->at(rows.constFirst().row()).key);
    }
    quint64 topmost() const { return numberOf(model->at(view->indexAt({0, 0}).row()).key); }
    /// The first text that is not whole.
    QString cutOff() const
    {
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->isVisible() && label->hasHeightForWidth() && label->height() < label->heightForWidth(label->width()))
                return label->text();
        }
        return {};
    }
    bool shows(const QString &text) const
    {
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->isVisible() && label->text().contains(text))
                return true;
        }
        return false;
    }

    RequestsPage page;
    ExchangesView *view = page.findChild<ExchangesView *>();
    ExchangesModel *model = page.findChild<ExchangesModel *>();
    QLineEdit *search = page.findChild<QLineEdit *>();
    QComboBox *asked = page.findChild<QComboBox *>();
    QPushButton *pause = button(QStringLiteral("Pause"));
    QPushButton *details = button(QStringLiteral("Details"));
};

} // namespace

class RequestsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void emptyPageLeadsToTheSetupOfAClient()
    {
        Shown shown;
        QVERIFY(shown.shows(QStringLiteral("No requests yet")));
        QCOMPARE(shown.cutOff(), QString());
        QVERIFY(!shown.view->isVisible());
        QSignalSpy asked(&shown.page, &RequestsPage::clientSetupRequested);
        QTest::mouseClick(shown.button(QStringLiteral("Set up a client…")), Qt::LeftButton);
        QCOMPARE(asked.count(), 1);
        keepShot(shown.page, QStringLiteral("empty"));

        shown.page.addExchanges({finished(1)});
        QVERIFY(shown.view->isVisible());
        // The proxy that served it has ended: it stays.
        shown.page.dropRunning();
        QVERIFY(shown.view->isVisible());
    }

    void atTheTopItStaysAtTheTop()
    {
        Shown shown;
        shown.page.addExchanges(manyFinished(100, 100));
        shown.page.addExchanges(manyFinished(110, 10));
        QCOMPARE(shown.view->verticalScrollBar()->value(), 0);
        QCOMPARE(shown.topmost(), quint64(110));
    }

    void furtherDownTheSameLinesStayInView()
    {
        Shown shown;
        shown.page.addExchanges(manyFinished(1'990, 1'990));
        shown.view->verticalScrollBar()->setValue(1'003);
        const quint64 top = shown.topmost();
        const int offset = shown.view->visualRect(shown.view->indexAt({0, 0})).top();
        const auto isInPlace = [&shown, top, offset] {
            return shown.topmost() == top && shown.view->visualRect(shown.view->indexAt({0, 0})).top() == offset;
        };
        shown.page.addExchanges(manyFinished(2'030, 40));
        QVERIFY(isInPlace());
        shown.page.setRunning({running(2'031), running(2'032)});
        QVERIFY(isInPlace());
        shown.page.addExchanges({finished(2'031)});
        QVERIFY(isInPlace());
        shown.page.setRunning({});
        shown.page.setRunning({});
        QVERIFY(isInPlace());
    }

    void theSelectionStaysWithItsRequest()
    {
        Shown shown;
        shown.page.addExchanges(manyFinished(100, 100));
        shown.page.setRunning({running(101), running(102)});
        shown.page.select(exchangeKey(finished(101)));
        QCOMPARE(shown.selected(), quint64(101));
        QVERIFY(shown.shows(QStringLiteral("The answer is on its way to the client.")));
        shown.page.addExchanges(manyFinished(130, 28));
        shown.page.addExchanges({recovered(101)});
        QCOMPARE(shown.selected(), quint64(101));
        QVERIFY(shown.shows(QStringLiteral("overloaded_error: Overloaded")));
        QVERIFY(shown.page.findChild<AttemptsChart *>()->isVisible());
    }

    void whatIsReadStaysReadableAfterItLeftTheTable()
    {
        Shown shown;
        shown.page.addExchanges({recovered(1)});
        shown.page.select(exchangeKey(finished(1)));
        shown.page.addExchanges(manyFinished(2'100, 2'050));
        QCOMPARE(shown.model->rowOf(1), -1);
        QCOMPARE(shown.selected(), quint64(0));
        QVERIFY(shown.shows(QStringLiteral("req-1")));
        QVERIFY(shown.shows(QStringLiteral("overloaded_error: Overloaded")));
    }

    void theSelectionComesBackFromBehindAFilter()
    {
        Shown shown;
        shown.page.addExchanges({recovered(2), finished(1)});
        shown.page.select(exchangeKey(finished(1)));
        shown.search->setText(QStringLiteral("relay-c"));
        QCOMPARE(shown.selected(), quint64(0));
        shown.search->clear();
        QCOMPARE(shown.selected(), quint64(1));
    }

    void selectShowsWhatTheFilterHides()
    {
        Shown shown;
        shown.page.addExchanges({recovered(2), finished(1)});
        shown.asked->setCurrentIndex(shown.asked->findText(QStringLiteral("Recovered")));
        QCOMPARE(shown.model->rowCount(), 1);
        shown.page.select(exchangeKey(finished(1)));
        QCOMPARE(shown.selected(), quint64(1));
        QCOMPARE(shown.asked->currentIndex(), 0);
    }

    void selectWaitsForWhatIsNotHereYet()
    {
        Shown shown;
        shown.page.select(exchangeKey(finished(2)));
        shown.page.addExchanges({finished(1)});
        QCOMPARE(shown.selected(), quint64(0));
        shown.page.addExchanges({finished(2)});
        QCOMPARE(shown.selected(), quint64(2));
    }

    void pauseHoldsBackAndSaysHowManyWait()
    {
        Shown shown;
        shown.page.addExchanges({finished(1)});
        shown.page.setRunning({running(2)});
        QTest::mouseClick(shown.pause, Qt::LeftButton);
        shown.page.addExchanges({finished(3), finished(2)});
        shown.page.addExchanges({finished(4)});
        shown.page.setRunning({running(5)});
        QCOMPARE(shown.model->rowCount(), 2);
        QVERIFY(shown.shows(QStringLiteral("paused, 3 wait")));
        QTest::mouseClick(shown.pause, Qt::LeftButton);
        QCOMPARE(shown.model->rowCount(), 5);
        QCOMPARE(numberOf(shown.model->at(0).key), quint64(5));
        QCOMPARE(numberOf(shown.model->at(1).key), quint64(4));
        QVERIFY(!shown.shows(QStringLiteral("paused")));
    }

    void saysHowManyMatch()
    {
        Shown shown;
        shown.page.addExchanges({recovered(3), finished(2), finished(1)});
        QVERIFY(shown.shows(QStringLiteral("3 requests")));
        QTest::keyClicks(shown.search, QStringLiteral("relay-c"));
        QVERIFY(shown.shows(QStringLiteral("1 of 3 requests")));
        QTest::keyClicks(shown.search, QStringLiteral(" nowhere"));
        QTRY_VERIFY(shown.shows(QStringLiteral("No request matches")));
        keepShot(shown.page, QStringLiteral("nomatch"));
        QTest::mouseClick(shown.button(QStringLiteral("Show all")), Qt::LeftButton);
        QCOMPARE(shown.model->rowCount(), 3);
        QVERIFY(shown.view->isVisible());
    }

    void theKeyboardReachesFilterAndLines()
    {
        Shown shown;
        shown.page.addExchanges({finished(2), finished(1)});
        QApplication::setActiveWindow(&shown.page);
        shown.page.focusFilter();
        QVERIFY(shown.search->hasFocus());
        QTest::keyClicks(shown.search, QStringLiteral("x"));
        QVERIFY(shown.page.clearFilter());
        QCOMPARE(shown.search->text(), QString());
        QTest::keyClick(shown.search, Qt::Key_Down);
        QVERIFY(shown.view->hasFocus());
        QTest::keyClick(shown.view, Qt::Key_Down);
        QVERIFY(shown.selected() != 0);
        QTest::keyClick(shown.view, Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("req-%1: complete").arg(shown.selected())));
    }

    void detailsAreCopiedWhenAllIsKnown()
    {
        Shown shown;
        shown.page.addExchanges({recovered(1)});
        shown.page.setRunning({running(2)});
        QPushButton *copy = shown.button(QStringLiteral("Copy details"));
        shown.page.select(exchangeKey(finished(2)));
        QVERIFY(!copy->isEnabled());
        shown.page.select(exchangeKey(finished(1)));
        QTest::mouseClick(copy, Qt::LeftButton);
        QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("Upstream: overloaded_error: Overloaded")));
    }

    void detailsAreEscaped()
    {
        Shown shown;
        ExchangeRecord exchange = failed(1);
        exchange.attempts[0].error = QStringLiteral("<img src=x> & more");
        shown.page.addExchanges({exchange});
        shown.page.select(exchangeKey(finished(1)));
        QVERIFY(shown.shows(QStringLiteral("&lt;img src=x&gt; &amp; more")));
    }

    void detailsClose()
    {
        Shown shown;
        shown.page.addExchanges({finished(1)});
        auto *splitter = shown.page.findChild<QSplitter *>();
        QVERIFY(splitter->sizes().at(1) > 0);
        QTest::mouseClick(shown.details, Qt::LeftButton);
        QVERIFY(!splitter->widget(1)->isVisible());
        shown.page.select(exchangeKey(finished(1)));
        QVERIFY(splitter->widget(1)->isVisible());
        QVERIFY(shown.details->isChecked());
    }

    void stateIsRestored()
    {
        QByteArray state;
        {
            Shown shown;
            shown.page.addExchanges({finished(1)});
            shown.view->setColumnWidth(ExchangesModel::Client, 133);
            QTest::mouseClick(shown.details, Qt::LeftButton);
            state = shown.page.saveState();
        }
        Shown shown;
        shown.page.addExchanges({finished(1)});
        shown.page.restoreState(state);
        QCOMPARE(shown.view->columnWidth(ExchangesModel::Client), 133);
        QVERIFY(!shown.details->isChecked());
        QVERIFY(!shown.page.findChild<QSplitter *>()->widget(1)->isVisible());
        shown.page.restoreState("nonsense");
        QCOMPARE(shown.view->columnWidth(ExchangesModel::Client), 133);
    }

    void theAttemptsTakeTheRestOfTheWidth()
    {
        Shown shown;
        shown.page.addExchanges({finished(1)});
        for (const int width : {820, 1'200, 1'000}) {
            shown.page.resize(width, 590);
            QApplication::processEvents();
            int sum = 0;
            for (int column = 0; column < ExchangesModel::columns; ++column)
                sum += shown.view->columnWidth(column);
            QCOMPARE(sum, shown.view->viewport()->width());
        }
    }

    void agesTickOnlyWhileVisible()
    {
        Shown shown;
        shown.page.setRunning({running(1)});
        QSignalSpy changed(shown.model, &QAbstractItemModel::dataChanged);
        QTRY_VERIFY(changed.count() > 0);
        shown.page.hide();
        changed.clear();
        // Whoever waits longer than the page's own clock has waited long enough.
        QTimer longer;
        QSignalSpy over(&longer, &QTimer::timeout);
        longer.start(600);
        QVERIFY(over.wait());
        QCOMPARE(changed.count(), 0);
        shown.page.show();
        QTRY_VERIFY(changed.count() > 0);
    }

    void theChartTellsItsSpans()
    {
        AttemptsChart chart;
        const ExchangeRecord exchange = recovered(1);
        chart.setExchange(exchange);
        chart.resize(600, chart.heightForWidth(600));
        const QList<Span> spans = spansOf(exchange.attempts.at(1));
        QCOMPARE(chart.textAt(chart.pointOf(1, spans.at(0))), QStringLiteral("waiting: 640 ms, from 1.4 s to 2.0 s"));
        QCOMPARE(chart.textAt({1, 1}), QStringLiteral("relay-c"));
        QCOMPARE(chart.textAt({chart.width() - 1, 1}), QString());
        QCOMPARE(chart.textAt({10, 1'000}), QString());
        const QStringList said = chart.accessibleDescription().split(QLatin1Char('\n'));
        QCOMPARE(said.size(), 2);
        QCOMPARE(said.at(1), QStringLiteral("Attempt 2, relay-a, after 1.4 s: 200, waiting 640 ms, streaming 1.8 s"));
    }

    void everythingHasAName()
    {
        Shown shown;
        shown.page.addExchanges({recovered(1)});
        shown.page.select(exchangeKey(finished(1)));
        QVERIFY(!shown.view->accessibleName().isEmpty());
        QVERIFY(!shown.search->accessibleName().isEmpty());
        QVERIFY(!shown.page.findChild<AttemptsChart *>()->accessibleName().isEmpty());
        bool hasBuddy = false;
        for (const QLabel *label : shown.page.findChildren<QLabel *>())
            hasBuddy = hasBuddy || label->buddy() == shown.asked;
        QVERIFY(hasBuddy);
    }

    void aBatchCostsLittle()
    {
        Shown shown;
        shown.page.addExchanges(manyFinished(2'000, 2'000));
        shown.page.select(1'995);
        shown.view->verticalScrollBar()->setValue(5'000);
        QApplication::processEvents();
        double sumMs = 0;
        double paintedMs = 0;
        constexpr int batches = 40;
        for (int i = 0; i < batches; ++i) {
            const auto newest = quint64(2'000 + (i + 1) * 50);
            const QList<ExchangeRecord> batch = manyFinished(newest, 50);
            QList<RunningView> runs;
            for (quint64 number = newest + 1; number <= newest + 60; ++number)
                runs.append(running(number));
            QElapsedTimer clock;
            clock.start();
            shown.page.addExchanges(batch);
            shown.page.setRunning(runs);
            sumMs += double(clock.nsecsElapsed()) / 1e6;
            QApplication::processEvents();
            paintedMs += double(clock.nsecsElapsed()) / 1e6;
        }
        qInfo("50 finished and 60 running into 2000 lines: %.2f ms, %.2f ms with painting", sumMs / batches, paintedMs / batches);
        // Far above what it takes, far below what would be felt: debug builds on busy machines must pass.
        QVERIFY(sumMs / batches < 60);
    }

    void holdsInLargeFonts()
    {
        const QFont usual = QApplication::font();
        const auto restore = qScopeGuard([&usual] { QApplication::setFont(usual); });
        QFont large = usual;
        large.setPointSizeF(usual.pointSizeF() * 1.5);
        QApplication::setFont(large);
        Shown shown;
        shown.page.addExchanges(colourful());
        shown.page.select(exchangeKey(finished(36)));
        QTRY_COMPARE(shown.cutOff(), QString());
        keepShot(shown.page, QStringLiteral("large"));
    }

    void pictures_data()
    {
        QTest::addColumn<Theme>("theme");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<quint64>("selected");
        QTest::newRow("light") << Theme::Light << QSize(820, 590) << quint64(38);
        QTest::newRow("dark") << Theme::Dark << QSize(820, 590) << quint64(36);
        QTest::newRow("small") << Theme::Light << QSize(670, 512) << quint64(32);
        QTest::newRow("tall") << Theme::Dark << QSize(820, 900) << quint64(36);
        QTest::newRow("wide-running") << Theme::Light << QSize(1'200, 700) << quint64(40);
        QTest::newRow("none") << Theme::Dark << QSize(900, 600) << quint64(0);
    }
    void pictures()
    {
        QFETCH(Theme, theme);
        QFETCH(QSize, size);
        QFETCH(quint64, selected);
        applyTheme(theme);
        Shown shown;
        shown.page.resize(size);
        shown.page.addExchanges(colourful());
        shown.page.setRunning(someRunning());
        if (selected != 0)
            shown.page.select(exchangeKey(finished(selected)));
        QApplication::processEvents();
        QCOMPARE(shown.selected(), selected);
        QTRY_COMPARE(shown.cutOff(), QString());
        keepShot(shown.page, QString::fromLatin1(QTest::currentDataTag()));
        applyTheme(Theme::System);
    }
};

QTEST_MAIN(RequestsTest)
#include "tst_trayrequests.moc"
