#include "core/config/configparser.h"
#include "core/config/settings.h"
#include "traysupport/shots.h"
#include "ui/clusters/clusterspage.h"
#include "ui/clusters/formparts.h"
#include "ui/clusters/routeform.h"
#include "ui/clusters/routelist.h"
#include "ui/clusters/routespane.h"
#include "ui/clusters/rowdelegate.h"
#include "ui/model/configchange.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/inputguard.h"
#include "ui/widgets/style.h"

#include <QAbstractButton>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <utility>

// The table of routes on the page of clusters: what is typed there comes to config.json, in its order, and can be taken back.

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

QJsonObject clusterOf(const QString &name, bool enabled)
{
    const QJsonObject endpoint{{u"name"_s, u"relay"_s}, {u"base_url"_s, u"https://relay.example"_s}, {u"api_key"_s, u"sk-0123456789"_s}, {u"enabled"_s, enabled}};
    return {{u"name"_s, name}, {u"endpoints"_s, QJsonArray{endpoint}}};
}

const QJsonObject subagents{{u"client"_s, u"claude-code"_s}, {u"class"_s, u"subagent"_s}, {u"cluster"_s, u"cheap"_s}, {u"set_model"_s, u"small-model"_s}, {u"note"_s, u"mine"_s}};
const QJsonObject haiku{{u"model"_s, u"claude-haiku-*"_s}, {u"cluster"_s, u"nightly"_s}};
const QJsonObject responses{{u"path"_s, u"/v1/responses"_s}, {u"cluster"_s, u"away & gone"_s}};

/// The page with its routes on it, and a config.json in memory that takes its changes.
class Desk : public QObject
{
    Q_OBJECT

public:
    explicit Desk(const QJsonArray &routes = {subagents, haiku, responses}, QSize size = {952, 760})
    {
        json = defaultConfigJson();
        json.insert(u"clusters"_s, QJsonArray{clusterOf(u"work"_s, true), clusterOf(u"cheap"_s, true), clusterOf(u"nightly"_s, true), clusterOf(u"away & gone"_s, false)});
        json.insert(u"active_cluster"_s, u"work"_s);
        if (!routes.isEmpty())
            json.insert(u"routes"_s, routes);
        connect(&page, &ClustersPage::changeRequested, this, &Desk::take);
        ProxyView view;
        view.address = u"http://127.0.0.1:7860"_s;
        page.resize(size);
        page.setView(view);
        publish();
        page.show();
        page.showRoutes();
        page.activateWindow();
        isUp = QTest::qWaitForWindowActive(&page);
    }

    void take(const ConfigChange &change)
    {
        if (std::exchange(isHeld, false)) {
            last = change;
            return;
        }
        if (!refusal.isEmpty())
            return page.editRefused(refusal);
        const QJsonObject before = json;
        if (const Result<void> applied = change.apply(json); !applied)
            return page.editRefused(applied.error().message);
        last = change;
        beforeLast = before;
        publish();
        page.editDone();
    }
    void publish()
    {
        const Result<Config> config = parseConfig(QJsonDocument(json).toJson());
        if (!config)
            qFatal("%s", qPrintable(config.error().message));
        page.setConfig(std::make_shared<const Config>(*config));
    }
    void setRoutes(const QJsonArray &routes)
    {
        json.insert(u"routes"_s, routes);
        publish();
    }

    QJsonArray routes() const { return json.value("routes"_L1).toArray(); }
    RoutesPane *pane() const { return page.findChild<RoutesPane *>(); }
    RowView *table() const { return page.findChild<RouteList *>()->view(); }
    QString cell(int row, RouteModel::Column column, int role = Qt::DisplayRole) const { return table()->model()->index(row, column).data(role).toString(); }
    /// The field whose label says so, without its mnemonic.
    template <typename Field>
    Field *field(const QString &label) const
    {
        for (const QLabel *each : pane()->findChildren<QLabel *>()) {
            if (each->buddy() && QString(each->text()).remove(u'&') == label)
                return qobject_cast<Field *>(each->buddy());
        }
        return nullptr;
    }
    QPushButton *button(const QString &text) const
    {
        for (QPushButton *each : pane()->findChildren<QPushButton *>()) {
            if (each->isVisible() && QString(each->text()).remove(u'&') == text)
                return each;
        }
        return nullptr;
    }
    /// What stands in the pane now.
    QString words() const
    {
        QStringList words;
        for (const QLabel *each : pane()->findChildren<QLabel *>()) {
            if (each->isVisible() && !each->text().isEmpty())
                words << each->text();
        }
        return words.join(u'\n');
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(table(), key, modifiers); }

    QJsonObject json;
    QJsonObject beforeLast;
    ConfigChange last;
    QString refusal; ///< Of the next change.
    bool isHeld = false; ///< The next change gets no answer.
    bool isUp = false;
    ClustersPage page;
};

} // namespace

class RoutesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { applyTheme(Theme::Light); }
    void cleanupTestCase() { applyTheme(Theme::System); }

    void rowsSayWhatIsInTheFile()
    {
        Desk desk;
        QCOMPARE(desk.table()->model()->rowCount(), 3);
        QCOMPARE(desk.cell(0, RouteModel::Number), u"1"_s);
        QCOMPARE(desk.cell(0, RouteModel::Client), u"claude-code"_s);
        QCOMPARE(desk.cell(0, RouteModel::Class), u"subagent"_s);
        QCOMPARE(desk.cell(0, RouteModel::AsksFor), u"small-model"_s);
        QCOMPARE(desk.cell(1, RouteModel::Client), u"Any"_s);
        QCOMPARE(desk.cell(1, RouteModel::Model), u"claude-haiku-*"_s);
        QCOMPARE(desk.cell(2, RouteModel::Path), u"/v1/responses"_s);
        QCOMPARE(desk.cell(2, RouteModel::Cluster), u"away & gone"_s);
        QCOMPARE(desk.cell(0, RouteModel::Client, Qt::AccessibleTextRole), u"Client: claude-code"_s);
        // The order counts, and the page says so.
        QVERIFY2(desk.words().contains(u"The order counts"_s), qPrintable(desk.words()));
    }

    void aRouteToNowhereIsMarked()
    {
        Desk desk;
        QCOMPARE(desk.cell(0, RouteModel::Cluster, TwoLineDelegate::CaptionRole), QString());
        QCOMPARE(desk.cell(2, RouteModel::Cluster, TwoLineDelegate::CaptionRole), u"Passed over"_s);
        QVERIFY(desk.cell(2, RouteModel::Cluster, Qt::AccessibleTextRole).contains(u"Passed over"_s));
        QVERIFY(desk.cell(2, RouteModel::Cluster, Qt::ToolTipRole).contains(u"no enabled endpoint"_s));
        desk.table()->setCurrentRow(2);
        QVERIFY2(desk.words().contains(u"Until it has one, the route is passed over."_s), qPrintable(desk.words()));
        QJsonArray clusters = desk.json.value("clusters"_L1).toArray();
        clusters.replace(3, clusterOf(u"away & gone"_s, true));
        desk.json.insert(u"clusters"_s, clusters);
        desk.publish();
        QCOMPARE(desk.cell(2, RouteModel::Cluster, TwoLineDelegate::CaptionRole), QString());
    }

    void theEmptyPageTeaches()
    {
        Desk desk(QJsonArray{});
        QVERIFY2(desk.words().contains(u"No routes yet"_s), qPrintable(desk.words()));
        QVERIFY(desk.button(u"Add a route…"_s));
        QTest::mouseClick(desk.button(u"Add a route…"_s), Qt::LeftButton);
        auto *client = desk.field<QComboBox>(u"Client"_s);
        QVERIFY(client && client->isVisible());
        QTRY_VERIFY(client->lineEdit()->hasFocus());
        // To the cluster in use they go without a route.
        QCOMPARE(desk.field<QComboBox>(u"Goes to"_s)->currentText(), u"cheap"_s);
        QVERIFY(!desk.button(u"Save"_s)->isEnabled());
        QVERIFY2(desk.words().contains(u"At least one of client, class, model and path is needed."_s), qPrintable(desk.words()));
        QTest::keyClicks(client->lineEdit(), u"codex"_s);
        QVERIFY(desk.button(u"Save"_s)->isEnabled());
        QVERIFY(desk.page.hasUnsavedChanges());
        QTest::keyClick(client, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(desk.routes(), (QJsonArray{QJsonObject{{u"client"_s, u"codex"_s}, {u"cluster"_s, u"cheap"_s}}}));
        QCOMPARE(desk.table()->currentRow(), 0);
        QVERIFY(!desk.page.hasUnsavedChanges());
        QVERIFY2(desk.words().contains(u"Saved"_s), qPrintable(desk.words()));
        QVERIFY(!desk.button(u"Save"_s)->isEnabled());
    }

    void knownClientsAndClassesAreProposed()
    {
        Desk desk;
        const auto *client = desk.field<QComboBox>(u"Client"_s);
        const auto *kind = desk.field<QComboBox>(u"Class"_s);
        for (const auto &name : {u"claude-code"_s, u"codex"_s, u"gemini-cli"_s, u"opencode"_s, u"qwen-code"_s})
            QVERIFY2(client->findText(name) >= 0, qPrintable(name));
        for (const auto &name : {u"main"_s, u"subagent"_s, u"compaction"_s, u"auxiliary"_s})
            QVERIFY2(kind->findText(name) >= 0, qPrintable(name));
        QVERIFY(client->isEditable() && kind->isEditable() && !desk.field<QComboBox>(u"Goes to"_s)->isEditable());
    }

    void editingKeepsWhatIsNotKnown()
    {
        Desk desk;
        QCOMPARE(desk.table()->currentRow(), 0);
        QLineEdit *asks = desk.field<QLineEdit>(u"Asks for"_s);
        asks->setText(u"tiny-model"_s);
        QVERIFY(desk.words().contains(u"Edited, not saved"_s));
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        QCOMPARE(desk.routes().at(0)["set_model"_L1].toString(), u"tiny-model"_s);
        QCOMPARE(desk.routes().at(0)["note"_L1].toString(), u"mine"_s);
        QCOMPARE(desk.routes().size(), 3);
        asks->setText(u"another"_s);
        QTest::mouseClick(desk.button(u"Revert"_s), Qt::LeftButton);
        QCOMPARE(asks->text(), u"tiny-model"_s);
        QVERIFY(!desk.page.hasUnsavedChanges());
    }

    void whatWasTypedStays()
    {
        Desk desk;
        desk.field<QLineEdit>(u"Model"_s)->setText(u"typed"_s);
        desk.table()->setCurrentRow(1);
        QCOMPARE(desk.field<QLineEdit>(u"Model"_s)->text(), u"claude-haiku-*"_s);
        desk.table()->setCurrentRow(0);
        QCOMPARE(desk.field<QLineEdit>(u"Model"_s)->text(), u"typed"_s);
        // Changed elsewhere meanwhile: its cluster follows, what was typed stays.
        QJsonObject other = subagents;
        other.insert(u"cluster"_s, u"nightly"_s);
        desk.setRoutes({other, haiku, responses});
        QCOMPARE(desk.field<QLineEdit>(u"Model"_s)->text(), u"typed"_s);
        QCOMPARE(desk.field<QComboBox>(u"Goes to"_s)->currentText(), u"nightly"_s);
        // Removed elsewhere: it is a new one.
        desk.setRoutes({haiku, responses});
        QVERIFY(desk.page.hasUnsavedChanges());
        QCOMPARE(desk.table()->model()->rowCount(), 3);
        desk.table()->setCurrentRow(2);
        QCOMPARE(desk.cell(2, RouteModel::Number), u"New"_s);
        QCOMPARE(desk.field<QLineEdit>(u"Model"_s)->text(), u"typed"_s);
    }

    void whatIsTypedWhileItIsSavedStays()
    {
        Desk desk;
        QLineEdit *model = desk.field<QLineEdit>(u"Model"_s);
        model->setText(u"first"_s);
        desk.isHeld = true;
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        QVERIFY(!desk.button(u"Save"_s)->isEnabled());
        model->setText(u"second"_s);
        desk.take(ConfigChange(desk.last));
        QCOMPARE(desk.routes().at(0)["model"_L1].toString(), u"first"_s);
        QCOMPARE(model->text(), u"second"_s);
        QVERIFY(desk.words().contains(u"Edited, not saved"_s));
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        QCOMPARE(desk.routes().at(0)["model"_L1].toString(), u"second"_s);
        QCOMPARE(desk.routes().size(), 3);
        QVERIFY(!desk.page.hasUnsavedChanges());
    }

    void refusedChangesStayInTheForm()
    {
        Desk desk;
        QSignalSpy problems(&desk.page, &ClustersPage::problemFound);
        desk.field<QLineEdit>(u"Model"_s)->setText(u"typed"_s);
        desk.refusal = u"The disk is full."_s;
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        QVERIFY2(desk.words().contains(u"Not saved: The disk is full."_s), qPrintable(desk.words()));
        QCOMPARE(desk.field<QLineEdit>(u"Model"_s)->text(), u"typed"_s);
        QCOMPARE(problems.size(), 0);
        desk.press(Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(problems.size(), 1);
        desk.refusal.clear();
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        QCOMPARE(desk.routes().at(0)["model"_L1].toString(), u"typed"_s);
    }

    void theFormSaysWhatIsWrong_data()
    {
        QTest::addColumn<QString>("label");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("said");
        QTest::addColumn<bool>("isFault");
        QTest::newRow("no condition") << u"Model"_s << QString() << u"Fill in at least one of client, class, model and path."_s << true;
        QTest::newRow("a space before") << u"Model"_s << u" claude"_s << u"A space at its beginning or end"_s << true;
        QTest::newRow("a space behind") << u"Asks for"_s << u"small "_s << u"A space at its beginning or end"_s << true;
        QTest::newRow("only a space") << u"Path"_s << u" "_s << u"A space at its beginning or end"_s << true;
        QTest::newRow("a tab") << u"Model"_s << u"a\tb"_s << u"control characters"_s << true;
        QTest::newRow("no slash") << u"Path"_s << u"v1/messages"_s << u"begin with a slash"_s << false;
        QTest::newRow("a star that is sent") << u"Asks for"_s << u"small-*"_s << u"The * is sent as it is"_s << false;
        QTest::newRow("good") << u"Path"_s << u"*/messages"_s << QString() << false;
    }
    void theFormSaysWhatIsWrong()
    {
        QFETCH(QString, label);
        QFETCH(QString, typed);
        QFETCH(QString, said);
        QFETCH(bool, isFault);
        Desk desk({haiku});
        QLineEdit *field = desk.field<QLineEdit>(label);
        QVERIFY(field);
        field->setText(typed);
        const QStringList notes = [&desk] {
            QStringList texts;
            for (const FieldNote *note : desk.pane()->findChildren<FieldNote *>()) {
                if (!note->text().isEmpty())
                    texts << note->text();
            }
            return texts;
        }();
        QCOMPARE(notes.size(), said.isEmpty() ? 0 : 1);
        QVERIFY2(said.isEmpty() || notes.first().contains(said), qPrintable(notes.join(u'\n')));
        QCOMPARE(desk.button(u"Save"_s)->isEnabled(), !isFault);
        if (isFault)
            QVERIFY(isFaulty(label == u"Model"_s && typed.isEmpty() ? static_cast<QWidget *>(desk.field<QComboBox>(u"Client"_s)) : field));
        QTest::keyClick(field, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(desk.routes() == (QJsonArray{haiku}), isFault);
    }

    void aSpaceCanBeTakenAway()
    {
        Desk desk({haiku});
        QLineEdit *model = desk.field<QLineEdit>(u"Model"_s);
        model->setText(u" claude-haiku-4-5 "_s);
        QToolButton *remedy = nullptr;
        for (FieldNote *note : desk.pane()->findChildren<FieldNote *>()) {
            if (!note->text().isEmpty())
                remedy = note->findChild<QToolButton *>();
        }
        QVERIFY(remedy && remedy->isVisible());
        QTest::mouseClick(remedy, Qt::LeftButton);
        QCOMPARE(model->text(), u"claude-haiku-4-5"_s);
        QVERIFY(desk.button(u"Save"_s)->isEnabled());
    }

    void theOrderIsChangedByKeys()
    {
        Desk desk;
        desk.table()->setFocus();
        desk.table()->setCurrentRow(0);
        desk.press(Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(desk.routes(), (QJsonArray{haiku, subagents, responses}));
        QCOMPARE(desk.table()->currentRow(), 1);
        QCOMPARE(desk.cell(1, RouteModel::Number), u"2"_s);
        desk.press(Qt::Key_Down, Qt::AltModifier);
        desk.press(Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(desk.routes(), (QJsonArray{haiku, responses, subagents}));
        desk.press(Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(desk.routes(), (QJsonArray{haiku, subagents, responses}));
        QCOMPARE(desk.table()->currentRow(), 1);
        QVERIFY(desk.table()->accessibleDescription().contains(u"Alt+Up"_s));
    }

    void alikeOnesAreMovedByTheirPlace()
    {
        Desk desk({haiku, responses, haiku});
        desk.table()->setCurrentRow(2);
        desk.press(Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(desk.routes(), (QJsonArray{haiku, haiku, responses}));
        QCOMPARE(desk.table()->currentRow(), 1);
    }

    void deletedOnesComeBack()
    {
        Desk desk;
        desk.table()->setCurrentRow(0);
        desk.press(Qt::Key_Delete);
        QCOMPARE(desk.routes(), (QJsonArray{haiku, responses}));
        QCOMPARE(desk.last.done, u"Deleted route client=claude-code class=subagent"_s);
        QCOMPARE(desk.table()->currentRow(), 0);
        QVERIFY(desk.last.undo);
        // Others may have been moved since; it comes back to its place, with what only its owner knows.
        QVERIFY(desk.last.undo(desk.json, desk.beforeLast));
        desk.publish();
        QCOMPARE(desk.routes(), (QJsonArray{subagents, haiku, responses}));
        // Its cluster is gone: the file would be a wrong one.
        desk.table()->setCurrentRow(0);
        desk.press(Qt::Key_Delete);
        QCOMPARE(desk.routes().size(), 2);
        QVERIFY(removeCluster(desk.json, u"cheap"_s));
        QVERIFY(!desk.last.undo(desk.json, desk.beforeLast));
    }

    void theLastOneLeavesTheEmptyPage()
    {
        Desk desk({haiku});
        desk.table()->setFocus();
        desk.press(Qt::Key_Delete);
        QCOMPARE(desk.routes(), QJsonArray());
        QVERIFY2(desk.words().contains(u"No routes yet"_s), qPrintable(desk.words()));
    }

    void whatIsStaleChangesNothingElse()
    {
        Desk desk;
        desk.table()->setCurrentRow(1);
        // The file has changed, and the page does not know yet.
        desk.json.insert(u"routes"_s, QJsonArray{responses, subagents, haiku});
        desk.press(Qt::Key_Delete);
        QCOMPARE(desk.routes(), (QJsonArray{responses, subagents}));
        QSignalSpy problems(&desk.page, &ClustersPage::problemFound);
        desk.json.insert(u"routes"_s, QJsonArray{haiku});
        desk.table()->setCurrentRow(1);
        desk.press(Qt::Key_Delete);
        QCOMPARE(desk.routes(), (QJsonArray{haiku}));
        QCOMPARE(problems.size(), 1);
        QVERIFY(problems.first().first().toString().contains(u"changed or removed meanwhile"_s));
    }

    void theWheelPassesOver()
    {
        InputGuard guard;
        qApp->installEventFilter(&guard);
        Desk desk;
        QVERIFY(desk.isUp);
        for (const auto &label : {u"Client"_s, u"Class"_s, u"Goes to"_s}) {
            auto *box = desk.field<QComboBox>(label);
            const QString text = box->currentText();
            const QPointF at = QRectF(box->rect()).center();
            QWheelEvent wheel(at, box->mapToGlobal(at), {}, {0, -120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(box, &wheel);
            QCOMPARE(box->currentText(), text);
        }
        QVERIFY(!desk.page.hasUnsavedChanges());
        qApp->removeEventFilter(&guard);
    }

    void clustersAndRoutesTakeTurns()
    {
        Desk desk;
        auto *entry = [&desk]() -> QAbstractButton * {
            for (QAbstractButton *each : desk.page.findChildren<QAbstractButton *>()) {
                if (each->text() == u"Routes"_s)
                    return each;
            }
            return nullptr;
        }();
        QVERIFY(entry);
        QCOMPARE(entry->accessibleName(), u"Routes, 3"_s);
        QVERIFY(desk.pane()->isVisible());
        RowView *clusters = desk.page.findChild<ClusterList *>()->view();
        QCOMPARE(clusters->currentRow(), -1);
        QTest::mouseClick(clusters->viewport(), Qt::LeftButton, {}, clusters->visualRect(clusters->model()->index(0, 0)).center());
        QVERIFY(!desk.pane()->isVisible());
        QCOMPARE(clusters->currentRow(), 0);
        entry->setFocus();
        QTest::keyClick(entry, Qt::Key_Return);
        QVERIFY(desk.pane()->isVisible());
        QCOMPARE(clusters->currentRow(), -1);
    }

    void anAddressLeadsToEachCluster()
    {
        Desk desk;
        RowView *clusters = desk.page.findChild<ClusterList *>()->view();
        clusters->setCurrentRow(3);
        QAbstractButton *copy = nullptr;
        for (QAbstractButton *each : desk.page.findChildren<QAbstractButton *>()) {
            if (each->accessibleName() == u"Copy the address of this cluster"_s)
                copy = each;
        }
        QVERIFY(copy);
        QTRY_VERIFY(copy->isVisible());
        QCOMPARE(copy->text(), u"127.0.0.1:7860/@away%20%26%20gone"_s);
        QTest::mouseClick(copy, Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"http://127.0.0.1:7860/@away%20%26%20gone"_s);
        QAction *act = nullptr;
        for (QAction *each : clusters->actions()) {
            if (QString(each->text()).remove(u'&') == u"Copy address"_s)
                act = each;
        }
        QVERIFY(act);
        clusters->setCurrentRow(0);
        act->trigger();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"http://127.0.0.1:7860/@work"_s);
    }

    /// What is typed stays in sight however many there are.
    void manyScroll()
    {
        QJsonArray many;
        for (int i = 0; i < 40; ++i)
            many.append(QJsonObject{{u"model"_s, u"claude-haiku-%1"_s.arg(i)}, {u"cluster"_s, u"cheap"_s}});
        Desk desk(many, {752, 600});
        desk.table()->setCurrentRow(39);
        desk.field<QLineEdit>(u"Model"_s)->setText(u" "_s);
        QTest::qWait(0);
        test::keepShot(desk.page, u"routes-many"_s);
        QPushButton *save = desk.button(u"Save"_s);
        QVERIFY(desk.page.rect().contains(QRect(save->mapTo(&desk.page, QPoint()), save->size())));
        QVERIFY(desk.table()->viewport()->rect().contains(desk.table()->visualRect(desk.table()->model()->index(39, RouteModel::Model)).center()));
        QVERIFY(desk.table()->viewport()->height() >= 2 * desk.table()->rowHeight(0));
        desk.field<QLineEdit>(u"Model"_s)->setText(u"claude-haiku-39"_s);
        desk.press(Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(desk.routes().at(38)["model"_L1].toString(), u"claude-haiku-39"_s);
        QCOMPARE(desk.table()->currentRow(), 38);
    }

    void narrowOnesAreWhole()
    {
        Desk desk({subagents, haiku, responses}, {620, 560});
        QVERIFY(!desk.table()->isColumnHidden(RouteModel::Conditions));
        QVERIFY(desk.table()->isColumnHidden(RouteModel::Client));
        QCOMPARE(desk.cell(0, RouteModel::Conditions), u"claude-code · subagent"_s);
        QCOMPARE(desk.cell(0, RouteModel::Conditions, TwoLineDelegate::CaptionRole), u"Asks for small-model"_s);
        QTest::qWait(0);
        test::keepShot(desk.page, u"routes-narrow"_s);
    }
};

QTEST_MAIN(RoutesTest)
#include "tst_trayroutes.moc"
