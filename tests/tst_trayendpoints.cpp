#include "tests/traysupport/overviewsamples.h"
#include "ui/model/words.h"
#include "ui/overview/endpointtable.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QJsonObject>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QToolTip>

#include <memory>

using namespace qcc;
using namespace qcc::test;

namespace {

QAction *actionCalled(const QMenu &menu, const QString &text)
{
    for (QAction *action : menu.actions()) {
        if (action->text().remove(QLatin1Char('&')) == text)
            return action;
    }
    return nullptr;
}

QString cellOf(const QTableView &table, int row, int column)
{
    return table.model()->index(row, column).data().toString();
}

QString toolTipAt(QAbstractItemView &view, const QModelIndex &index)
{
    const QPoint place = view.visualRect(index).center();
    QHelpEvent event(QEvent::ToolTip, place, view.viewport()->mapToGlobal(place));
    QCoreApplication::sendEvent(view.viewport(), &event);
    return QToolTip::text();
}

} // namespace

class TrayEndpointsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void endpointCells_data();
    void endpointCells();
    void connectionsOverHttp2AreNamedOnlyWhereThereAreSome();
    void timeThatIsLeftIsAsExactAsAnybodyNeeds();
    void whoseTurnItIsFollowsTheOthers();
    void countdownsGoOnWithTime();
    void menuPrefersResetsAndCopies();
    void selectionStaysWithItsEndpoint();
    void leastImportantColumnsGoFirst();
    void sparklinesShowTheLastHalfHour();
    void whatUpstreamsSayIsNeverHtml();
};

void TrayEndpointsTest::init()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void TrayEndpointsTest::endpointCells_data()
{
    QTest::addColumn<int>("row");
    QTest::addColumn<QString>("cells");
    QTest::newRow("healthy") << 0 << QStringLiteral("relay-a|Healthy||640 ms|99.9 %|9");
    QTest::newRow("degraded") << 1 << QStringLiteral("relay-b|Degraded||2.1 s|96.0 %|9");
    QTest::newRow("open") << 2 << QStringLiteral("relay-c|Paused, next try in 0:41||640 ms|71.2 %|0");
    QTest::newRow("disabled") << 3 << QStringLiteral("relay-d|Disabled||–|–|–");
}

void TrayEndpointsTest::endpointCells()
{
    QFETCH(int, row);
    QFETCH(QString, cells);
    EndpointTableModel model;
    const QList<EndpointView> endpoints = fullView().endpoints;
    model.setEndpoints(endpoints, std::chrono::steady_clock::now());
    model.setTimelines(hourTimeline().endpoints);
    QStringList found;
    for (int column = EndpointTableModel::Name; column < EndpointTableModel::ColumnCount; ++column)
        found.append(model.index(row, column).data().toString());
    QCOMPARE(found.join(QLatin1Char('|')), cells);
    QCOMPARE(model.index(0, 0).data(Qt::AccessibleTextRole).toString(), QStringLiteral("relay-a, priority 1, preferred"));
    // The second lines: where it is, and why it is so.
    QCOMPARE(model.index(2, EndpointTableModel::Name).data(EndpointTableModel::NoteRole).toString(), QStringLiteral("relay-c.example/api"));
    QCOMPARE(model.index(2, EndpointTableModel::State).data(EndpointTableModel::NoteRole).toString(), QStringLiteral("529 overloaded, 3 in a row"));
    QCOMPARE(model.index(0, EndpointTableModel::State).data(EndpointTableModel::NoteRole).toString(), QStringLiteral("Priority 1, preferred"));
}

void TrayEndpointsTest::connectionsOverHttp2AreNamedOnlyWhereThereAreSome()
{
    QJsonObject pool{{QStringLiteral("open"), 6}, {QStringLiteral("idle"), 3}};
    const auto toolTip = [&pool] {
        EndpointTableModel model;
        model.setEndpoints({endpointView({{QStringLiteral("id"), QStringLiteral("a")}, {QStringLiteral("pool"), pool}}, {})}, {});
        return model.index(0, EndpointTableModel::InFlight).data(Qt::ToolTipRole).toString();
    };
    const QString without = toolTip();
    QVERIFY2(without.contains(QStringLiteral("Open connections: 6, of which idle: 3")), qPrintable(without));
    QVERIFY2(!without.contains(QStringLiteral("HTTP/2")), qPrintable(without));
    pool.insert(QStringLiteral("http2"), 2);
    const QString with = toolTip();
    QVERIFY2(with.contains(QStringLiteral("Open connections: 6, of which idle: 3, over HTTP/2: 2")), qPrintable(with));
}

void TrayEndpointsTest::timeThatIsLeftIsAsExactAsAnybodyNeeds()
{
    const auto left = [](double seconds) { return Words::healthOf(EndpointHealth::Resting, seconds); };
    QCOMPARE(left(41), QStringLiteral("resting, back in 0:41"));
    QCOMPARE(left(119.5), QStringLiteral("resting, back in 2:00"));
    QCOMPARE(left(120), QStringLiteral("resting, back in 2 min"));
    QCOMPARE(left(1'440), QStringLiteral("resting, back in 24 min"));
    QCOMPARE(left(1'441), QStringLiteral("resting, back in 25 min"));
    QCOMPARE(left(18'000), QStringLiteral("resting, back in 5 h"));
    QCOMPARE(Words::healthOf(EndpointHealth::Open, 57), QStringLiteral("paused, next try in 0:57"));
}

void TrayEndpointsTest::whoseTurnItIsFollowsTheOthers()
{
    EndpointTableModel model;
    QList<EndpointView> endpoints{endpointOf(a, 1, EndpointHealth::Healthy), endpointOf(b, 2, EndpointHealth::Healthy)};
    model.setEndpoints(endpoints, {}, true);
    const auto note = [&model](int row) { return model.index(row, EndpointTableModel::State).data(EndpointTableModel::NoteRole).toString(); };
    QCOMPARE(note(1), QStringLiteral("Next in line"));
    QList<int> told;
    connect(&model, &QAbstractItemModel::dataChanged, this, [&told](const QModelIndex &from) { told.append(from.row()); });
    endpoints[0].health = EndpointHealth::Open;
    model.setEndpoints(endpoints, {}, true);
    QCOMPARE(told, QList<int>({0, 1}));
    QCOMPARE(note(1), QStringLiteral("Stands in for relay-a"));
    model.setEndpoints(endpoints, {}, false);
    QCOMPARE(note(1), QStringLiteral("Priority 2"));
}

void TrayEndpointsTest::countdownsGoOnWithTime()
{
    EndpointTableModel model;
    const EndpointTableModel::Time start{std::chrono::hours(1)};
    QList<EndpointView> endpoints = fullView().endpoints;
    endpoints[2].returnsAt = start + std::chrono::seconds(41);
    model.setEndpoints(endpoints, start);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.tick(start + std::chrono::seconds(11));
    QCOMPARE(model.index(2, EndpointTableModel::State).data().toString(), QStringLiteral("Paused, next try in 0:30"));
    QCOMPARE(changed.size(), 1);
    QVERIFY(model.countsDown());
    model.tick(start + std::chrono::seconds(41));
    QCOMPARE(model.index(2, EndpointTableModel::State).data().toString(), QStringLiteral("Paused"));
    QVERIFY(!model.countsDown());
    // Nobody may have told anything since, as while the window was closed.
    model.setEndpoints(endpoints, start + std::chrono::seconds(30));
    QCOMPARE(model.index(2, EndpointTableModel::State).data().toString(), QStringLiteral("Paused, next try in 0:11"));
}

void TrayEndpointsTest::menuPrefersResetsAndCopies()
{
    EndpointTable table;
    table.setEndpoints(fullView().endpoints);
    QSignalSpy preferred(&table, &EndpointTable::preferRequested);
    QSignalSpy reset(&table, &EndpointTable::resetRequested);

    const std::unique_ptr<QMenu> first(table.menuFor(0));
    actionCalled(*first, QStringLiteral("No longer prefer this endpoint"))->trigger();
    QCOMPARE(preferred.takeFirst().constFirst().toString(), QString());
    QVERIFY(!actionCalled(*first, QStringLiteral("Reset"))->isEnabled());
    QVERIFY(!actionCalled(*first, QStringLiteral("Copy last error"))->isEnabled());

    const std::unique_ptr<QMenu> third(table.menuFor(2));
    actionCalled(*third, QStringLiteral("Prefer this endpoint"))->trigger();
    QCOMPARE(preferred.takeFirst().constFirst().toString(), QStringLiteral("id-relay-c"));
    actionCalled(*third, QStringLiteral("Reset"))->trigger();
    QCOMPARE(reset.takeFirst().constFirst().toString(), QStringLiteral("id-relay-c"));
    actionCalled(*third, QStringLiteral("Copy last error"))->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), fullView().endpoints.at(2).lastError);

    const std::unique_ptr<QMenu> disabled(table.menuFor(3));
    QVERIFY(!actionCalled(*disabled, QStringLiteral("Prefer this endpoint"))->isEnabled());
}

void TrayEndpointsTest::selectionStaysWithItsEndpoint()
{
    EndpointTable table;
    QList<EndpointView> endpoints = fullView().endpoints;
    table.setEndpoints(endpoints);
    table.setCurrentIndex(table.model()->index(1, 0));
    QSignalSpy resets(table.model(), &QAbstractItemModel::modelReset);
    endpoints[1].inFlight = 4;
    table.setEndpoints(endpoints);
    QCOMPARE(resets.size(), 0);
    QCOMPARE(cellOf(table, 1, EndpointTableModel::InFlight), QStringLiteral("4"));
    QCOMPARE(table.currentIndex().row(), 1);
    endpoints.prepend(endpointOf(QStringLiteral("relay-e"), 1, EndpointHealth::Unknown));
    table.setEndpoints(endpoints);
    QCOMPARE(table.currentIndex().row(), 2);
    // What stands in the cells has moved along.
    QVERIFY(table.stepRect(2).isEmpty());
    QVERIFY(!table.stepRect(3).isEmpty());
}

void TrayEndpointsTest::leastImportantColumnsGoFirst()
{
    EndpointTable table;
    table.setEndpoints(fullView().endpoints);
    table.resize(1'200, 200);
    table.show();
    QVERIFY(QTest::qWaitForWindowExposed(&table));
    const auto shown = [&table] {
        int columns = 0;
        for (int column = 0; column < EndpointTableModel::ColumnCount; ++column)
            columns += table.isColumnHidden(column) ? 0 : 1;
        return columns;
    };
    QCOMPARE(shown(), int(EndpointTableModel::ColumnCount));
    for (int width = 1'200; shown() == int(EndpointTableModel::ColumnCount) && width > 0; width -= 10)
        table.resize(width, 200);
    QVERIFY(table.isColumnHidden(EndpointTableModel::Recent));
    QVERIFY(!table.isColumnHidden(EndpointTableModel::FirstByte) && !table.isColumnHidden(EndpointTableModel::InFlight));
    table.resize(200, 200);
    QTRY_COMPARE(shown(), 3);
    for (const auto column : {EndpointTableModel::Name, EndpointTableModel::State, EndpointTableModel::Success})
        QVERIFY(!table.isColumnHidden(column));
}

void TrayEndpointsTest::sparklinesShowTheLastHalfHour()
{
    EndpointTableModel model;
    model.setEndpoints(fullView().endpoints, {});
    EndpointTimeline hour;
    hour.ok = QList<int>(60, 1);
    hour.failed = QList<int>(60, 0);
    hour.ok[0] = 1'000;
    hour.failed[59] = 7;
    model.setTimelines({{QStringLiteral("id-relay-a"), hour}});
    const QModelIndex cell = model.index(0, EndpointTableModel::Recent);
    QCOMPARE(cell.data(EndpointTableModel::SparklineRole).value<EndpointTimeline>().ok, QList<int>(30, 1));
    // Failures are on a scale of their own.
    QCOMPARE(cell.data(EndpointTableModel::SparklinePeakRole).toInt(), 1);
    QCOMPARE(cell.data(Qt::AccessibleTextRole).toString(), QStringLiteral("Attempts of the last 30 minutes: 30 good, 7 failed"));
    QCOMPARE(model.index(1, EndpointTableModel::Recent).data(Qt::AccessibleTextRole).toString(),
             QStringLiteral("Attempts of the last 30 minutes: 0 good, 0 failed"));
}

void TrayEndpointsTest::whatUpstreamsSayIsNeverHtml()
{
    EndpointTable table;
    QList<EndpointView> endpoints = fullView().endpoints;
    endpoints[2].lastError = QStringLiteral("<h1>Bad</h1> gateway");
    table.setEndpoints(endpoints);
    table.resize(900, 200);
    table.show();
    QVERIFY(QTest::qWaitForWindowExposed(&table));
    const QString shown = toolTipAt(table, table.model()->index(2, EndpointTableModel::State));
    QVERIFY2(shown.contains(QStringLiteral("&lt;h1&gt;Bad&lt;/h1&gt; gateway")), qPrintable(shown));
}

QTEST_MAIN(TrayEndpointsTest)
#include "tst_trayendpoints.moc"
