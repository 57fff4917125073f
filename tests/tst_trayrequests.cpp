#include "tests/traysupport/exchanges.h"
#include "tests/traysupport/shots.h"
#include "ui/model/words.h"
#include "ui/requests/attemptschart.h"
#include "ui/requests/exchangesmodel.h"
#include "ui/requests/exchangedetail.h"
#include "ui/requests/exchangesview.h"
#include "ui/requests/filterchips.h"
#include "ui/requests/requestspage.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDataStream>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScopeGuard>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSplitter>
#include <QTest>
#include <QToolButton>
#include <QTranslator>

using namespace qcc;
using namespace qcc::test;

namespace {

/// A page of the size that the window gives it, with the parts that a user touches.
struct Shown {
    Shown()
    {
        QObject::connect(&page, &RequestsPage::pastWanted, &page, [this](int question, const HistoryQuery &query) {
            asked = query;
            page.addPast(question, kept);
        });
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
    QAction *action(const QString &text) const
    {
        for (QAction *candidate : page.findChildren<QAction *>()) {
            if (candidate->text().remove(QLatin1Char('&')) == text)
                return candidate;
        }
        return nullptr;
    }
    void choose(Asked which) const { QTest::mouseClick(chips->chip(which), Qt::LeftButton); }
    /// "1,974", where it is known.
    QString countOf(Asked which) const { return chips->chip(which)->accessibleName().section(QLatin1Char(' '), -1).remove(chips->chip(which)->text().section(QLatin1Char(' '), -1)); }
    void click(int row) const
    {
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(model->index(row, 0)).center());
        QApplication::processEvents();
    }
    QList<int> sizes() const { return page.findChild<QSplitter *>()->sizes(); }
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
        for (const QPlainTextEdit *words : page.findChildren<QPlainTextEdit *>()) {
            if (words->isVisible() && words->verticalScrollBar()->maximum() > 0)
                return words->toPlainText();
        }
        return {};
    }
    bool shows(const QString &text) const
    {
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->isVisible() && label->text().contains(text))
                return true;
        }
        for (const QPlainTextEdit *words : page.findChildren<QPlainTextEdit *>()) {
            if (words->isVisible() && words->toPlainText().contains(text))
                return true;
        }
        return false;
    }

    HistoryPage kept;   ///< Of earlier runs; nothing.
    HistoryQuery asked; ///< The last.
    RequestsPage page;
    ExchangesView *view = page.findChild<ExchangesView *>();
    ExchangesModel *model = page.findChild<ExchangesModel *>();
    QLineEdit *search = page.findChild<QLineEdit *>();
    FilterChips *chips = page.findChild<FilterChips *>();
    QComboBox *time = page.findChild<QComboBox *>();
    ExchangeDetail *detail = page.findChild<ExchangeDetail *>();
    QPushButton *pause = button(QStringLiteral("Pause"));
    QAction *opensDetails = action(QStringLiteral("Details open with a row"));
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
        QTRY_VERIFY(shown.shows(QStringLiteral("No requests yet")));
        QCOMPARE(shown.cutOff(), QString());
        QVERIFY(!shown.view->isVisible());
        QSignalSpy asked(&shown.page, &RequestsPage::clientsWanted);
        QTest::mouseClick(shown.button(QStringLiteral("Connect a client…")), Qt::LeftButton);
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
        shown.choose(Asked::Recovered);
        QCOMPARE(shown.model->rowCount(), 1);
        shown.page.select(exchangeKey(finished(1)));
        QCOMPARE(shown.selected(), quint64(1));
        QCOMPARE(shown.chips->asked(), Asked::All);
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

    void detailsAreCopiedOfWhatRunsToo()
    {
        Shown shown;
        shown.page.addExchanges({recovered(1)});
        shown.page.setRunning({someRunning().at(1)});
        shown.page.select(exchangeKey(finished(40)));
        QTest::mouseClick(shown.button(QStringLiteral("Copy details")), Qt::LeftButton);
        const QString sofar = QGuiApplication::clipboard()->text();
        QVERIFY2(sofar.startsWith(QStringLiteral("req-40: asking\nPOST /v1/messages\n")), qPrintable(sofar));
        QVERIFY2(sofar.contains(QStringLiteral("qcc: no connection to relay-b.example:443: refused")), qPrintable(sofar));
        QVERIFY2(!sofar.contains(QStringLiteral("good")) && !sofar.contains(QStringLiteral("complete")), qPrintable(sofar));
        shown.page.select(exchangeKey(finished(1)));
        QTest::mouseClick(shown.button(QStringLiteral("Copy details")), Qt::LeftButton);
        QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("Upstream: overloaded_error: Overloaded")));
    }

    void theEndpointThatFailedIsOneStepAway()
    {
        Shown shown;
        QSignalSpy wanted(&shown.page, &RequestsPage::endpointRequested);
        const auto leads = [&shown]() -> QPushButton * {
            for (QPushButton *each : shown.detail->findChildren<QPushButton *>()) {
                if (each->isVisible() && each->text().startsWith(QStringLiteral("Show relay")))
                    return each;
            }
            return nullptr;
        };
        const auto configOf = [](const QString &name) {
            Endpoint endpoint;
            endpoint.id = QStringLiteral("77c0ffee");
            endpoint.name = name;
            Cluster cluster;
            cluster.name = QStringLiteral("work");
            cluster.endpoints = {endpoint};
            auto config = std::make_shared<Config>();
            config->clusters = {cluster};
            return ConfigSnapshot(config);
        };
        shown.page.addExchanges({finished(2), recovered(1)});
        shown.page.select(exchangeKey(finished(2)));
        QVERIFY(!leads()); // Nothing failed.
        shown.page.select(exchangeKey(finished(1)));
        QVERIFY(leads() && !leads()->isEnabled()); // Nobody knows yet whether it is there.
        shown.page.setConfig(configOf(QStringLiteral("relay-c")));
        QVERIFY(leads()->isEnabled());
        QCOMPARE(leads()->text(), QStringLiteral("Show relay-c"));
        QTest::mouseClick(leads(), Qt::LeftButton);
        QCOMPARE(wanted.takeFirst(), QVariantList({QStringLiteral("work"), QStringLiteral("relay-c")}));
        // It has another name by now.
        shown.page.setConfig(configOf(QStringLiteral("relay-x")));
        QTest::mouseClick(leads(), Qt::LeftButton);
        QCOMPARE(wanted.takeFirst().last().toString(), QStringLiteral("relay-x"));
        shown.page.setConfig(std::make_shared<Config>());
        QVERIFY(!leads()->isEnabled());
        QVERIFY2(leads()->toolTip().contains(QStringLiteral("relay-c is no longer")), qPrintable(leads()->toolTip()));
        QVERIFY(leads()->accessibleDescription().contains(QStringLiteral("no longer")));
        // All of the buttons are whole, whatever it is called.
        shown.page.setConfig(configOf(QString(60, u'r')));
        for (const int width : {820, 1400}) {
            shown.page.resize(width, 590);
            QApplication::processEvents();
            for (QPushButton *each : shown.detail->findChildren<QPushButton *>())
                QVERIFY2(!each->isVisible() || each->mapTo(shown.detail, QPoint(each->width(), 0)).x() <= shown.detail->width(), qPrintable(each->text()));
            keepShot(shown.page, QStringLiteral("requests-endpoint-%1").arg(width));
        }
    }

    void wordsOfOthersAreShownAsTheyAre()
    {
        Shown shown;
        ExchangeRecord exchange = failed(1);
        exchange.attempts[0].error = QStringLiteral("<img src=x> & more");
        exchange.model = QStringLiteral("<b>bold</b>");
        exchange.error = QStringLiteral("<i>all</i>");
        shown.page.addExchanges({exchange});
        shown.page.select(exchangeKey(finished(1)));
        for (const QString &text : {exchange.attempts.at(0).error, exchange.model, exchange.error})
            QVERIFY2(shown.shows(text), qPrintable(text));
        for (const QLabel *label : shown.detail->findChildren<QLabel *>())
            QCOMPARE(label->textFormat(), Qt::PlainText);
    }

    void detailsOpenWithARowAndClose()
    {
        Shown shown;
        shown.page.addExchanges({finished(2), finished(1)});
        QVERIFY(!shown.detail->isVisible());
        shown.click(1);
        QVERIFY(shown.detail->isVisible());
        QVERIFY(shown.detail->graphicsEffect()); // they come up out of nothing
        QTRY_VERIFY(!shown.detail->graphicsEffect());
        QVERIFY(shown.shows(QStringLiteral("Answered by relay-a")));
        // The row stays chosen, and opens them again.
        auto *close = shown.detail->findChild<QToolButton *>();
        QCOMPARE(close->accessibleName(), QStringLiteral("Close the details"));
        QTest::mouseClick(close, Qt::LeftButton);
        QVERIFY(!shown.detail->isVisible());
        QCOMPARE(shown.selected(), quint64(1));
        shown.click(1);
        QVERIFY(shown.detail->isVisible());
        QVERIFY(shown.page.clearFilter());
        QVERIFY(!shown.detail->isVisible());
        QVERIFY(!shown.page.clearFilter());
    }

    void theFocusAloneOpensNothing()
    {
        Shown shown;
        shown.page.addExchanges({finished(2), finished(1)});
        QApplication::setActiveWindow(&shown.page);
        shown.page.focusFilter();
        QTest::keyClick(shown.search, Qt::Key_Down);
        QVERIFY(shown.view->hasFocus());
        QVERIFY(!shown.detail->isVisible());
        QTest::keyClick(shown.view, Qt::Key_Down);
        QVERIFY(shown.detail->isVisible());
        QVERIFY(shown.view->hasFocus());
    }

    void theUserMayKeepThemShut()
    {
        Shown shown;
        shown.page.addExchanges({finished(2), finished(1)});
        shown.click(1);
        shown.opensDetails->trigger();
        QVERIFY(!shown.detail->isVisible());
        shown.click(0);
        QCOMPARE(shown.selected(), quint64(2));
        QVERIFY(!shown.detail->isVisible());
        // Whoever asks for them gets them.
        QTest::keyClick(shown.view, Qt::Key_Return);
        QVERIFY(shown.detail->isVisible());
        QVERIFY(!shown.opensDetails->isChecked());
    }

    void detailsStandWhereThereIsRoom()
    {
        Shown shown;
        shown.page.addExchanges(manyFinished(100, 100));
        shown.page.select(exchangeKey(finished(50)));
        auto *splitter = shown.page.findChild<QSplitter *>();
        shown.page.resize(1'199, 860);
        QApplication::processEvents();
        QCOMPARE(splitter->orientation(), Qt::Vertical);
        QCOMPARE(shown.sizes().at(1), 292);
        shown.page.resize(1'200, 860);
        QApplication::processEvents();
        QCOMPARE(splitter->orientation(), Qt::Horizontal);
        QCOMPARE(shown.sizes().at(1), 404);
        shown.page.resize(820, 500);
        QApplication::processEvents();
        QCOMPARE(splitter->orientation(), Qt::Vertical);
        QVERIFY(shown.sizes().at(0) >= shown.sizes().at(1));
        // What is chosen is still in view.
        QTRY_VERIFY(shown.view->viewport()->rect().contains(shown.view->visualRect(shown.view->currentIndex())));
    }

    void stateIsRestored()
    {
        QByteArray state;
        {
            Shown shown;
            shown.page.addExchanges({finished(1)});
            shown.view->setColumnWidth(ExchangesModel::Client, 133);
            shown.opensDetails->trigger();
            shown.page.resize(1'300, 700);
            shown.page.select(exchangeKey(finished(1)));
            auto *splitter = shown.page.findChild<QSplitter *>();
            splitter->setSizes({600, 450});
            Q_EMIT splitter->splitterMoved(600, 1);
            state = shown.page.saveState();
        }
        Shown shown;
        shown.page.addExchanges({finished(1)});
        shown.page.restoreState(state);
        QCOMPARE(shown.view->columnWidth(ExchangesModel::Client), 133);
        QVERIFY(!shown.opensDetails->isChecked());
        QVERIFY(!shown.detail->isVisible());
        shown.page.restoreState("nonsense");
        QCOMPARE(shown.view->columnWidth(ExchangesModel::Client), 133);
        shown.page.resize(1'300, 700);
        shown.page.select(exchangeKey(finished(1)));
        QApplication::processEvents();
        QVERIFY2(std::abs(shown.sizes().at(1) - 450) < 5, qPrintable(QString::number(shown.sizes().at(1))));
    }

    void anOlderStateIsTakenOver()
    {
        // As the version wrote it in which the details stood below alone.
        QByteArray columns;
        QDataStream columnStream(&columns, QIODevice::WriteOnly);
        columnStream << QList<int>{90, 120, 141, 200, 300, 80, 80, 100} << QSet<int>{ExchangesModel::Tokens} << int(ExchangesModel::Time) << int(Qt::AscendingOrder);
        QByteArray state;
        QDataStream stream(&state, QIODevice::WriteOnly);
        stream << qint32(1) << false << QSplitter().saveState() << columns;
        Shown shown;
        shown.page.addExchanges({finished(2), finished(1)});
        shown.page.restoreState(state);
        QVERIFY(!shown.opensDetails->isChecked());
        QCOMPARE(shown.view->columnWidth(ExchangesModel::Client), 141);
        QVERIFY(shown.view->isColumnHidden(ExchangesModel::Tokens));
        QCOMPARE(numberOf(shown.model->at(0).key), quint64(1));
    }

    void chipsTellHowManyThereAre()
    {
        Shown shown;
        shown.kept.counts = HistoryCounts{};
        shown.kept.counts->outcomes[Outcome::Complete] = 41'000;
        shown.kept.counts->outcomes[Outcome::Error] = 3;
        shown.kept.counts->outcomes[Outcome::Truncated] = 2;
        shown.kept.counts->outcomes[Outcome::Recovered] = 81;
        // What is in the file already is not counted again when the proxy tells it.
        ExchangeRecord told = failed(7);
        shown.kept.counts->newest = std::chrono::system_clock::time_point(std::chrono::milliseconds(endOfExchange(told).toMSecsSinceEpoch()));
        shown.page.setRunning({running(9)});
        QTRY_COMPARE(shown.countOf(Asked::All), QStringLiteral("41,087"));
        QCOMPARE(shown.countOf(Asked::Errors), QStringLiteral("3"));
        QCOMPARE(shown.countOf(Asked::Problems), QStringLiteral("86"));
        QCOMPARE(shown.countOf(Asked::Cancelled), QStringLiteral("0"));
        QCOMPARE(shown.countOf(Asked::Running), QStringLiteral("1"));
        ExchangeRecord later = failed(8);
        later.startedAt = later.startedAt.addSecs(60);
        shown.page.addExchanges({later, told});
        QCOMPARE(shown.countOf(Asked::Errors), QStringLiteral("4"));
        QCOMPARE(shown.countOf(Asked::All), QStringLiteral("41,088"));
        QVERIFY(shown.shows(QStringLiteral("The newest 3 of 41,088 requests that are kept")));
        shown.choose(Asked::Errors);
        QCOMPARE(shown.countOf(Asked::Errors), QStringLiteral("4"));
        QTRY_COMPARE(shown.asked.outcomes, QList<Outcome>{Outcome::Error});
        QCOMPARE(shown.countOf(Asked::Errors), QStringLiteral("4"));
        QVERIFY(shown.shows(QStringLiteral("The newest 2 of 4 requests that are kept")));
    }

    void whatIsNotKnownIsNotCounted()
    {
        Shown shown;
        shown.kept.hasMore = true;
        shown.kept.exchanges = {{1, 1, finished(1)}};
        shown.kept.counts = HistoryCounts{};
        shown.page.setRunning({running(3)});
        QTRY_COMPARE(shown.countOf(Asked::Errors), QStringLiteral("0"));
        // With words the file does not say how many.
        shown.kept.counts.reset();
        shown.search->setText(QStringLiteral("relay"));
        QCOMPARE(shown.countOf(Asked::Errors), QString());
        QCOMPARE(shown.countOf(Asked::Running), QStringLiteral("1"));
        QTRY_COMPARE(shown.asked.text, QStringLiteral("relay"));
        QCOMPARE(shown.countOf(Asked::All), QString());
        // Where all of it has come, it is known.
        shown.kept.hasMore = false;
        shown.search->setText(QStringLiteral("relay-a"));
        QTRY_COMPARE(shown.countOf(Asked::All), QStringLiteral("2"));
        shown.page.addExchanges({failed(2), finished(1)});
        QCOMPARE(shown.countOf(Asked::All), QStringLiteral("2"));
        shown.page.addExchanges({recovered(4)});
        QCOMPARE(shown.countOf(Asked::Recovered), QStringLiteral("1"));
    }

    void problemsAreShown()
    {
        Shown shown;
        shown.page.addExchanges({recovered(3), failed(2), finished(1)});
        shown.search->setText(QStringLiteral("nowhere"));
        shown.page.showProblems();
        QCOMPARE(shown.search->text(), QString());
        QVERIFY(shown.chips->chip(Asked::Problems)->isChecked());
        QCOMPARE(shown.model->rowCount(), 2);
        QTRY_COMPARE(shown.asked.outcomes, (QList<Outcome>{Outcome::Recovered, Outcome::Error, Outcome::Truncated}));
        QVERIFY(shown.page.clearFilter());
        QCOMPARE(shown.model->rowCount(), 3);
    }

    void aMinuteIsShownUntilAnotherTimeIsChosen()
    {
        Shown shown;
        const QDateTime from = endOfExchange(finished(1));
        ExchangeRecord later = finished(2);
        later.startedAt = later.startedAt.addSecs(60);
        ExchangeRecord earlier = finished(3);
        earlier.startedAt = earlier.startedAt.addMSecs(-1);
        shown.page.addExchanges({later, finished(1), earlier});
        shown.page.setRunning({running(4)});
        shown.page.showOnly(Asked::All, from, from.addSecs(60));
        QCOMPARE(shown.model->rowCount(), 1);
        QCOMPARE(numberOf(shown.model->at(0).key), quint64(1));
        QCOMPARE(shown.time->count(), 5);
        QTRY_VERIFY(shown.asked.to.has_value());
        QCOMPARE(*shown.asked.to - *shown.asked.from, std::chrono::minutes(1));
        shown.page.showOnly(Asked::Errors, from, from.addSecs(60));
        QCOMPARE(shown.time->count(), 5);
        QCOMPARE(shown.model->rowCount(), 0);
        QVERIFY(shown.page.clearFilter());
        QCOMPARE(shown.time->count(), 4);
        QCOMPARE(shown.model->rowCount(), 4);
    }

    void anOutcomesWordFindsWhatEndedSo()
    {
        Shown shown;
        shown.page.addExchanges({recovered(3), failed(2), finished(1)});
        shown.search->setText(QStringLiteral("Recover"));
        QCOMPARE(shown.model->rowCount(), 1);
        QTRY_COMPARE(shown.asked.orOutcomes, QList<Outcome>{Outcome::Recovered});
        QVERIFY(shown.asked.outcomes.isEmpty());
        shown.search->setText(QStringLiteral("relay-a"));
        QTRY_COMPARE(shown.asked.text, QStringLiteral("relay-a"));
        QVERIFY(shown.asked.orOutcomes.isEmpty());
    }

    void nothingIsSaidToBeEmptyBeforeTheFirstAnswer()
    {
        Shown shown;
        QVERIFY(!shown.shows(QStringLiteral("No requests yet")));
        QTRY_VERIFY(shown.shows(QStringLiteral("No requests yet")));
        // Nor is it taken back while the same is asked again.
        shown.page.hide();
        shown.page.show();
        QVERIFY(shown.shows(QStringLiteral("No requests yet")));
    }

    void nothingFoundIsNotNothingKept()
    {
        Shown shown;
        shown.page.hide();
        shown.page.show();
        shown.choose(Asked::Errors);
        QTRY_VERIFY(shown.shows(QStringLiteral("No request matches")));
        QTest::mouseClick(shown.button(QStringLiteral("Show all")), Qt::LeftButton);
        QTRY_VERIFY(shown.shows(QStringLiteral("No requests yet")));
    }

    void anExportTellsHowFarItIsAndIsCancelled()
    {
        Shown shown;
        QAction *write = shown.action(QStringLiteral("Export…"));
        QTRY_VERIFY(!write->isEnabled());
        shown.page.addExchanges({finished(1)});
        QVERIFY(write->isEnabled());
        shown.page.setExportProgress(1'234);
        QVERIFY(!write->isEnabled());
        QPushButton *cancel = shown.button(QStringLiteral("Cancel the export (1,234)"));
        QVERIFY(cancel && cancel->isVisible());
        QSignalSpy cancelled(&shown.page, &RequestsPage::exportCancelled);
        QTest::mouseClick(cancel, Qt::LeftButton);
        QCOMPARE(cancelled.count(), 1);
        shown.page.setExportProgress({});
        QVERIFY(!cancel->isVisible());
        QVERIFY(write->isEnabled());
    }

    void chipsAreOneStopAndGoByArrows()
    {
        Shown shown;
        QApplication::setActiveWindow(&shown.page);
        // Before one of them has had the focus, too.
        for (const Asked asked : allAsked)
            QCOMPARE(bool(shown.chips->chip(asked)->focusPolicy() & Qt::TabFocus), asked == Asked::All);
        shown.chips->chip(Asked::All)->setFocus();
        QTest::keyClick(shown.chips->chip(Asked::All), Qt::Key_Right);
        QCOMPARE(shown.chips->asked(), Asked::Running);
        QVERIFY(shown.chips->chip(Asked::Running)->hasFocus());
        QTest::keyClick(shown.chips->chip(Asked::Running), Qt::Key_Tab);
        QVERIFY(!shown.chips->isAncestorOf(QApplication::focusWidget()));
    }

    void chipsTakeAsManyLinesAsTheyNeed()
    {
        Shown shown;
        QApplication::processEvents();
        const ChipButton *first = shown.chips->chip(Asked::All);
        const ChipButton *last = shown.chips->chip(Asked::Cancelled);
        shown.page.resize(1'400, 600);
        QApplication::processEvents();
        QCOMPARE(first->y(), last->y());
        shown.page.resize(600, 600);
        QApplication::processEvents();
        QVERIFY(last->y() > first->geometry().bottom());
        QTRY_VERIFY(shown.chips->rect().contains(last->geometry()));
    }

    void columnsGiveWayToTheAttempts()
    {
        Shown shown;
        shown.page.addExchanges({finished(1)});
        const auto shownColumns = [&shown](int width) {
            shown.page.resize(width, 590);
            for (int i = 0; i < 3; ++i)
                QApplication::processEvents(); // what is laid out lays out what is in it
            QList<int> columns;
            for (int column = 0; column < ExchangesModel::columns; ++column) {
                if (!shown.view->isColumnHidden(column))
                    columns << column;
            }
            return columns;
        };
        using enum ExchangesModel::Column;
        QCOMPARE(shownColumns(1'150), (QList<int>{Time, State, Client, Model, Attempts, FirstByte, Total, Tokens}));
        const QList<int> least = shownColumns(592);
        QVERIFY(least.contains(Attempts) && least.contains(Total) && !least.contains(Tokens));
        const int before = shown.view->columnWidth(State);
        ExchangeRecord wide = recovered(2);
        wide.client = wide.model = QString(80, QLatin1Char('w'));
        shown.page.addExchanges({wide});
        QCOMPARE(shown.view->columnWidth(State), before);
        QCOMPARE(shownColumns(592), least);
    }

    void theLastAttemptIsWholeAndTheOthersShort()
    {
        const QFontMetrics font(QApplication::font());
        const QList<Chip> chips = chipsOf(finished(1, {unreachableAttempt(), overloadedAttempt(), overloadedAttempt(), goodAttempt()}, Outcome::Recovered));
        const auto words = [](const QList<ChipPiece> &pieces) {
            QStringList list;
            for (const ChipPiece &piece : pieces)
                list << (piece.name + QLatin1Char(' ') + piece.result).trimmed();
            return list.join(QLatin1Char('|'));
        };
        QCOMPARE(words(fitting(font, chips, 1'000)), QStringLiteral("+2|529|relay-a 200"));
        QCOMPARE(words(fitting(font, chips, 10)), QStringLiteral("+3|relay-a 200"));
        QCOMPARE(words(fitting(font, chips.first(2), 1'000)), QStringLiteral("no connection|relay-c 529"));
        QCOMPARE(words(fitting(font, chips.first(1), 10)), QStringLiteral("relay-b no connection"));
        QCOMPARE(fitting(font, {}, 1'000).size(), 0);
        QCOMPARE(fitting(font, chips, 1'000).at(1).mark, std::optional(Mark::Cross));
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
        QCOMPARE(chart.textAt({1, 8}), QStringLiteral("relay-c\nHTTP 529, overloaded, new connection, 520 ms, ended while reading the answer"));
        QCOMPARE(chart.textAt(chart.pointOfPause(1)), QStringLiteral("Pause of 880 ms"));
        QCOMPARE(chart.textAt({chart.width() - 1, chart.pointOfPause(1).y()}), QString());
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
        QVERIFY(!shown.chips->accessibleName().isEmpty());
        for (const QAbstractButton *button : shown.page.findChildren<QAbstractButton *>())
            QVERIFY2(button->parentWidget() == shown.search || !button->text().isEmpty() || !button->accessibleName().isEmpty(), button->metaObject()->className());
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

    void holdsWhatIsLong_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("long-beside") << QSize(1'300, 900);
        QTest::newRow("long-below") << QSize(900, 760);
        QTest::newRow("long-least") << QSize(592, 560);
    }
    void holdsWhatIsLong()
    {
        QFETCH(QSize, size);
        applyTheme(Theme::Light);
        const auto restore = qScopeGuard([] { applyTheme(Theme::System); });
        ExchangeRecord exchange = failed(1);
        exchange.path = "/" + QByteArray(300, 'p');
        exchange.client = exchange.model = exchange.cluster = QString(120, QLatin1Char('m'));
        exchange.error = QString(200, QLatin1Char('e'));
        exchange.attempts.clear();
        for (int i = 0; i < 12; ++i) {
            AttemptRecord attempt = overloadedAttempt(600.0 * i);
            attempt.endpointName = QStringLiteral("an endpoint with a name that nobody would call short %1").arg(i % 3);
            attempt.upstreamError = QString(90, QLatin1Char('x')) + QStringLiteral(" and so on").repeated(30);
            exchange.attempts.append(attempt);
        }
        exchange.totalMs = 7'200;
        Shown shown;
        shown.page.resize(size);
        shown.page.addExchanges({exchange, finished(2)});
        shown.page.select(exchangeKey(exchange));
        QTRY_COMPARE(shown.cutOff(), QString());
        QCOMPARE(shown.page.size(), size);
        for (const QLabel *label : shown.detail->findChildren<QLabel *>()) {
            if (label->isVisible())
                QVERIFY2(label->mapTo(&shown.page, QPoint(label->width(), 0)).x() <= size.width(), qPrintable(label->text()));
        }
        keepShot(shown.page, QString::fromLatin1(QTest::currentDataTag()));
    }

    void holdsInChinese_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("zh") << QSize(952, 760);
        QTest::newRow("zh-least") << QSize(592, 560);
    }
    void holdsInChinese()
    {
        QFETCH(QSize, size);
        QTranslator chinese;
        QVERIFY(chinese.load(QStringLiteral(":/i18n/qcc_zh_CN.qm")));
        QCoreApplication::installTranslator(&chinese);
        QLocale::setDefault(QLocale(QLocale::Chinese, QLocale::China));
        applyTheme(Theme::Light);
        const auto restore = qScopeGuard([] { applyTheme(Theme::System); });
        Shown shown;
        shown.page.resize(size);
        shown.page.addExchanges(colourful());
        shown.page.setRunning(someRunning());
        shown.page.select(exchangeKey(finished(36)));
        QTRY_COMPARE(shown.cutOff(), QString());
        QCOMPARE(shown.model->index(3, ExchangesModel::State).data().toString(), Words::of(Outcome::Recovered));
        QVERIFY(Words::of(Outcome::Recovered) != QStringLiteral("recovered"));
        // The search knows the words of both languages.
        for (const QString &word : {Words::of(Outcome::Recovered), QStringLiteral("recovered")}) {
            shown.search->setText(word);
            QVERIFY(shown.model->rowCount() > 0);
            QTRY_COMPARE(shown.asked.orOutcomes, QList<Outcome>{Outcome::Recovered});
        }
        shown.search->clear();
        keepShot(shown.page, QString::fromLatin1(QTest::currentDataTag()));
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
        QTest::newRow("beside") << Theme::Light << QSize(1'392, 1'000) << quint64(36);
        QTest::newRow("below") << Theme::Dark << QSize(952, 760) << quint64(36);
        QTest::newRow("least") << Theme::Light << QSize(592, 560) << quint64(36);
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
