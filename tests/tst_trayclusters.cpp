#include "core/config/configparser.h"
#include "core/config/settings.h"
#include "traysupport/shots.h"
#include "ui/clusters/clusterhead.h"
#include "ui/clusters/clusterspage.h"
#include "ui/clusters/endpointform.h"
#include "ui/clusters/formparts.h"
#include "ui/clusters/pairtable.h"
#include "ui/clusters/rowdelegate.h"
#include "ui/clusters/rowview.h"
#include "ui/model/coretext.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/motion.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QAction>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>
#include <QToolTip>
#include <QTranslator>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

const QByteArray keyA = "sk-ant-aaaaaaaaaaaaaaaaaaaacdef";
const QByteArray keyB = "sk-ant-bbbbbbbbbbbbbbbbbbbb1234";

QJsonObject endpointJson(const QString &name, const QString &url, const QByteArray &key, int priority, bool enabled = true)
{
    return {{u"name"_s, name}, {u"base_url"_s, url}, {u"api_key"_s, QString::fromLatin1(key)}, {u"priority"_s, priority},
            {u"enabled"_s, enabled}};
}

QJsonObject twoClusters()
{
    QJsonObject config = defaultConfigJson();
    const QJsonArray work{endpointJson(u"relay-a"_s, u"https://relay-a.example/api"_s, keyA, 1),
                          endpointJson(u"relay-b"_s, u"https://relay-b.example/anthropic"_s, keyB, 2),
                          endpointJson(u"relay-c"_s, u"https://relay-c.example"_s, {}, 3, false)};
    const QJsonArray home{endpointJson(u"own"_s, u"http://10.0.0.4:9000"_s, keyB, 1)};
    config.insert(u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, u"work"_s}, {u"endpoints"_s, work}},
                                            QJsonObject{{u"name"_s, u"R&D at home"_s}, {u"endpoints"_s, home}}});
    config.insert(u"active_cluster"_s, u"work"_s);
    return config;
}

EndpointFields weightOf(int weight)
{
    EndpointFields fields;
    fields.weight = weight;
    return fields;
}

ConfigSnapshot snapshot(const QJsonObject &json)
{
    const Result<Config> config = parseConfig(QJsonDocument(json).toJson());
    if (!config)
        qFatal("%s", qPrintable(config.error().message));
    return std::make_shared<const Config>(*config);
}

ProxyView runningView(const Config &config)
{
    ProxyView view;
    view.state = ProxyState::Degraded;
    view.address = u"http://127.0.0.1:7860"_s;
    view.cluster = config.activeCluster;
    for (const Cluster &cluster : config.clusters)
        view.clusters << cluster.name;
    for (const Endpoint &endpoint : config.clusters.constFirst().endpoints) {
        EndpointView seen;
        seen.id = endpoint.id;
        seen.name = endpoint.name;
        seen.health = endpoint.name == u"relay-b"_s ? EndpointHealth::Open : EndpointHealth::Healthy;
        if (endpoint.name == u"relay-b"_s)
            seen.returnsAt = std::chrono::steady_clock::now() + std::chrono::seconds(41);
        view.endpoints << seen;
    }
    return view;
}

QJsonObject probeOf(const QString &cluster, const Endpoint &endpoint)
{
    return {{u"cluster"_s, cluster}, {u"id"_s, endpoint.id}, {u"name"_s, endpoint.name}, {u"reachable"_s, true}, {u"status"_s, 200},
            {u"error"_s, QJsonValue::Null}, {u"dns_ms"_s, 4.2}, {u"connect_ms"_s, 38.0}, {u"tls_ms"_s, 61.0},
            {u"first_byte_ms"_s, 400.0}, {u"total_ms"_s, 412.0}};
}

QJsonObject refusedProbe(const QString &cluster, const Endpoint &endpoint)
{
    QJsonObject probe = probeOf(cluster, endpoint);
    probe.insert(u"reachable"_s, false);
    probe.insert(u"status"_s, 401);
    probe.insert(u"error"_s, u"the key was refused (HTTP 401)"_s);
    return probe;
}

QJsonObject answeredProbe(const QString &cluster, const Endpoint &endpoint, double ms, const QString &words)
{
    QJsonObject probe = probeOf(cluster, endpoint);
    probe.insert(u"first_byte_ms"_s, ms);
    probe.insert(u"total_ms"_s, ms);
    probe.insert(u"message"_s, QJsonObject{{u"path"_s, u"/v1/messages"_s},
                                           {u"model"_s, u"claude-haiku-4-5"_s},
                                           {u"answered_model"_s, u"claude-haiku-4-5-20251001"_s},
                                           {u"words"_s, words},
                                           {u"input_tokens"_s, 8},
                                           {u"output_tokens"_s, 1}});
    return probe;
}

} // namespace

/// The page alone: what it asks for is answered by the test, or not.
struct Unanswered {
    QJsonObject json = twoClusters();
    ClustersPage page;
    QSignalSpy changes{&page, &ClustersPage::changeRequested};
    QLineEdit *name = nullptr;

    /// Renames the first endpoint and saves that. False: the window did not come up.
    bool saveAsOther()
    {
        page.resize(780, 560);
        page.show();
        page.setConfig(snapshot(json));
        page.activateWindow();
        if (!QTest::qWaitForWindowActive(&page))
            return false;
        name = page.findChild<EndpointForm *>()->findChildren<QLineEdit *>().constFirst();
        name->selectAll();
        QTest::keyClicks(name, u"other"_s);
        QTest::keyClick(&page, Qt::Key_S, Qt::ControlModifier);
        return true;
    }
};

/// The page with what carries its changes out: a config.json in memory.
class Desk : public QObject
{
    Q_OBJECT

public:
    explicit Desk(const QJsonObject &config)
        : json(config)
    {
        connect(&page, &ClustersPage::changeRequested, this, [this](const ConfigChange &change) {
            ++changes;
            done = change.done;
            undo = change.undo;
            before = json;
            if (const Result<void> applied = change.apply(json); !applied) {
                page.editRefused(applied.error().message);
                return;
            }
            publish();
            page.editDone();
        });
        page.resize(780, 560);
        page.show();
        publish();
    }

    /// Shortcuts work in the active window only.
    bool activate()
    {
        page.activateWindow();
        return QTest::qWaitForWindowActive(&page);
    }

    void publish() { page.setConfig(snapshot(json)); }
    void takeBack()
    {
        const Result<void> taken = undo(json, before);
        if (!taken)
            qFatal("%s", qPrintable(taken.error().message));
        publish();
    }
    Config config() const { return *snapshot(json); }
    const Cluster &cluster(int at)
    {
        last = config();
        return last.clusters.at(at);
    }

    RowView *view(const QString &name)
    {
        for (RowView *each : page.findChildren<RowView *>()) {
            if (each->accessibleName() == name)
                return each;
        }
        return nullptr;
    }
    RowView *clusters() { return view(u"Clusters"_s); }
    RowView *endpoints() { return view(u"Endpoints"_s); }
    QStringList names(RowView *of, int column)
    {
        QStringList texts;
        for (int row = 0; row < of->model()->rowCount(); ++row)
            texts << of->model()->index(row, column).data().toString();
        return texts;
    }
    QString health(int row) { return endpoints()->model()->index(row, EndpointModel::Health).data(Qt::AccessibleTextRole).toString(); }
    QString firstByte(int row) { return endpoints()->model()->index(row, EndpointModel::FirstByte).data(Qt::AccessibleTextRole).toString(); }
    /// Of any menu.
    QAction *act(const QString &text)
    {
        for (QAction *each : page.findChildren<QAction *>()) {
            if (each->text().remove(u'&') == text)
                return each;
        }
        return nullptr;
    }
    void selectEndpoint(int row) { endpoints()->setCurrentIndex(endpoints()->model()->index(row, EndpointModel::Name)); }
    void selectCluster(int row) { clusters()->setCurrentIndex(clusters()->model()->index(row, 0)); }

    QPushButton *button(const QString &text)
    {
        for (QPushButton *each : page.findChildren<QPushButton *>()) {
            if (each->text().remove(u'&') == text && each->isVisible())
                return each;
        }
        return nullptr;
    }
    /// Presses the button that is drawn at the end of the row.
    void testRow(int row)
    {
        RowView *view = endpoints();
        const QRect cell = view->visualRect(view->model()->index(row, EndpointModel::Act));
        const int menu = TwoLineDelegate::buttonsWidth(view->font(), {});
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, QPoint((cell.left() + cell.right() - menu) / 2, cell.center().y()));
    }
    /// One whose drawing stands for its words.
    QToolButton *glyph(const QString &name)
    {
        for (QToolButton *each : page.findChildren<QToolButton *>()) {
            if (each->accessibleName() == name && each->isVisible())
                return each;
        }
        return nullptr;
    }
    QAbstractButton *fold() { return page.findChild<Fold *>()->button(); }
    QList<int> priorities()
    {
        QList<int> numbers;
        for (const Endpoint &each : cluster(0).endpoints)
            numbers << each.priority;
        return numbers;
    }
    /// Presses on the row, and lets go over the cluster.
    void drag(int endpointRow, int clusterRow, const QString &shot = {})
    {
        RowView *view = endpoints();
        const QPoint start(150, view->rowViewportPosition(endpointRow) + view->rowHeight(endpointRow) / 2);
        const QPoint there(60, clusters()->rowViewportPosition(clusterRow) + clusters()->rowHeight(clusterRow) / 2);
        const QPoint end = view->viewport()->mapFromGlobal(clusters()->viewport()->mapToGlobal(there));
        QTest::mousePress(view->viewport(), Qt::LeftButton, {}, start);
        for (const QPoint at : {(start + end) / 2, end}) {
            QMouseEvent move(QEvent::MouseMove, QPointF(at), view->viewport()->mapToGlobal(QPointF(at)), Qt::NoButton, Qt::LeftButton, {});
            QCoreApplication::sendEvent(view->viewport(), &move);
        }
        if (!shot.isEmpty())
            test::keepShot(page, shot);
        QTest::mouseRelease(view->viewport(), Qt::LeftButton, {}, end);
    }
    /// Chosen from the submenu, as the menu of the row opens.
    void moveByMenu(const QString &cluster)
    {
        for (QMenu *menu : page.findChildren<QMenu *>()) {
            if (menu->actions().contains(act(u"Reset breaker"_s)))
                Q_EMIT menu->aboutToShow();
        }
        if (QAction *there = act(cluster))
            there->trigger();
    }
    /// The field that the label `text` names.
    template <typename T>
    T *field(const QString &text)
    {
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->text().remove(u'&') == text && label->buddy())
                return qobject_cast<T *>(label->buddy());
        }
        return nullptr;
    }
    QLineEdit *line(const QString &text) { return field<QLineEdit>(text); }
    void type(const QString &label, const QString &text)
    {
        QLineEdit *edit = line(label);
        edit->selectAll();
        if (text.isEmpty())
            QTest::keyClick(edit, Qt::Key_Delete);
        else
            QTest::keyClicks(edit, text);
    }
    /// Presses a button of the question that is asked; the question, or nothing where none is.
    QString answer(const QString &text)
    {
        const auto *box = page.findChild<QMessageBox *>();
        if (!box)
            return {};
        const QString question = box->text() + u' ' + box->informativeText();
        for (QAbstractButton *each : box->buttons()) {
            if (each->text().remove(u'&') == text)
                each->click();
        }
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        return question;
    }
    bool says(const QString &text)
    {
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->isVisibleTo(&page) && label->text().contains(text))
                return true;
        }
        return false;
    }

    ClustersPage page;
    QJsonObject json;
    QJsonObject before;
    Config last;
    QString done;
    std::function<Result<void>(QJsonObject &, const QJsonObject &)> undo;
    int changes = 0;
};

class TrayClustersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void ownHeadersAreHiddenUntilTheyAreTypedAnew()
    {
        HeaderTable table;
        const PairLines lines{{u"X-Team"_s, u"a secret"_s}, {u"X-Other"_s, u"another"_s}};
        table.setLines(lines);
        QCOMPARE(table.lines(), lines);
        for (int row = 0; row < 2; ++row) {
            QCOMPARE(table.item(row, 0)->text(), lines[row].first);
            for (const int role : {Qt::DisplayRole, Qt::ToolTipRole, Qt::AccessibleTextRole, Qt::AccessibleDescriptionRole})
                QVERIFY(!table.item(row, 1)->data(role).toString().contains(lines[row].second));
            QVERIFY(!table.item(row, 1)->text().isEmpty());
        }
        table.show();
        table.editItem(table.item(0, 1));
        const auto *editor = table.findChild<QLineEdit *>();
        QVERIFY(editor && editor->echoMode() != QLineEdit::Normal);
        QSignalSpy edited(&table, &PairTable::edited);
        table.item(0, 1)->setData(Qt::EditRole, u"new"_s);
        QCOMPARE(edited.size(), 1);
        QCOMPARE(table.lines(), (PairLines{{u"X-Team"_s, u"new"_s}, lines[1]}));
        // One that begins in the empty line is hidden as well, and another empty line follows.
        QTest::keyClick(&table, Qt::Key_Escape);
        auto *typed = table.itemPrototype()->clone();
        typed->setData(Qt::EditRole, u"typed"_s);
        table.setItem(2, 1, typed);
        QVERIFY(!table.item(2, 1)->text().contains(u"typed"_s));
        QCOMPARE(table.rowCount(), 4);
        ModelMapTable models;
        models.setLines({{u"a"_s, u"b"_s}});
        QCOMPARE(models.item(0, 1)->text(), u"b"_s);
    }

    void showsTheClusterInUseFirst()
    {
        Desk desk(twoClusters());
        QCOMPARE(desk.names(desk.clusters(), 0), (QStringList{u"work"_s, u"R&D at home"_s}));
        QCOMPARE(desk.names(desk.endpoints(), EndpointModel::Name), (QStringList{u"relay-a"_s, u"relay-b"_s, u"relay-c"_s}));
        QCOMPARE(desk.names(desk.endpoints(), EndpointModel::Key), (QStringList{u"sk-…cdef"_s, u"sk-…1234"_s, u"–"_s}));
        QVERIFY(desk.clusters()->model()->index(0, 0).data(Qt::AccessibleTextRole).toString().contains(u"In use"_s));
        QVERIFY(!desk.button(u"Use this cluster"_s));
    }

    void listsEndpointsByPriority()
    {
        Desk desk(twoClusters());
        EndpointFields later;
        later.priority = 9;
        QVERIFY(editEndpoint(desk.json, u"work"_s, u"relay-a"_s, later));
        desk.publish();
        QCOMPARE(desk.names(desk.endpoints(), EndpointModel::Name), (QStringList{u"relay-b"_s, u"relay-c"_s, u"relay-a"_s}));
        QCOMPARE(desk.endpoints()->currentRow(), 2);
    }

    void healthIsShownOfTheClusterInUseOnly()
    {
        Desk desk(twoClusters());
        desk.page.setView(runningView(desk.config()));
        QCOMPARE(desk.health(0), u"Healthy"_s);
        QCOMPARE(desk.health(1), u"Paused, next try in 0:41"_s);
        QCOMPARE(desk.health(2), u"Disabled"_s);
        desk.selectCluster(1);
        QCOMPARE(desk.health(0), u"Not tried yet"_s);
    }

    void countdownsGoOnBeforeTheUsersEyes()
    {
        Desk desk(twoClusters());
        desk.page.setView(runningView(desk.config()));
        desk.page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&desk.page));
        const QString first = desk.health(1);
        QVERIFY(first.startsWith(u"Paused, next try in 0:"_s));
        QTRY_VERIFY(desk.health(1) != first);
    }

    void theFieldsStayWhereTheyAreWhateverIsKnownOfTheEndpoint()
    {
        Desk desk(twoClusters());
        desk.selectEndpoint(1);
        QCoreApplication::processEvents();
        const QPoint before = desk.line(u"Name"_s)->mapTo(&desk.page, QPoint());
        ProxyView view = runningView(desk.config());
        for (const QString &error : {QString(), u"HTTP 500"_s, u"something that takes very many words to tell and more than one line "_s.repeated(5)}) {
            view.endpoints[1].lastError = error;
            desk.page.setView(view);
            QCoreApplication::processEvents();
            QCOMPARE(desk.line(u"Name"_s)->mapTo(&desk.page, QPoint()), before);
        }
    }

    void anOpenEndpointCanBeReset()
    {
        Desk desk(twoClusters());
        desk.page.setView(runningView(desk.config()));
        QSignalSpy reset(&desk.page, &ClustersPage::resetRequested);
        QVERIFY(!desk.button(u"Reset breaker"_s));
        desk.selectEndpoint(1);
        QTest::mouseClick(desk.button(u"Reset breaker"_s), Qt::LeftButton);
        QCOMPARE(reset.value(0), (QVariantList{u"work"_s, desk.cluster(0).endpoints.at(1).id}));
    }

    void theOtherClusterCanBeUsed()
    {
        Desk desk(twoClusters());
        QSignalSpy chosen(&desk.page, &ClustersPage::clusterChosen);
        desk.selectCluster(1);
        QTest::mouseClick(desk.button(u"Use this cluster"_s), Qt::LeftButton);
        QCOMPARE(chosen.value(0).value(0).toString(), u"R&D at home"_s);
        QCOMPARE(desk.changes, 0);
    }

    void theStoredKeyIsNeverInTheField()
    {
        Desk desk(twoClusters());
        QLineEdit *key = desk.line(u"Key"_s);
        QCOMPARE(key->text(), QString());
        QCOMPARE(key->placeholderText(), u"sk-…cdef, unchanged"_s);
        QCOMPARE(key->echoMode(), QLineEdit::Password);
        for (const QLineEdit *edit : desk.page.findChildren<QLineEdit *>())
            QVERIFY(!edit->text().contains(QString::fromLatin1(keyA)));
    }

    void savesOnlyWhatWasEdited()
    {
        Desk desk(twoClusters());
        QVERIFY(desk.activate());
        QVERIFY(!desk.button(u"Save"_s)->isEnabled());
        QVERIFY(!desk.button(u"Revert"_s)->isEnabled());
        desk.type(u"Name"_s, u"relay & co"_s);
        QVERIFY(desk.page.hasUnsavedChanges());
        QTest::keyClick(&desk.page, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(desk.changes, 1);
        const Endpoint saved = desk.cluster(0).endpoints.constFirst();
        QCOMPARE(saved.name, u"relay & co"_s);
        QCOMPARE(saved.apiKey, keyA);
        QVERIFY(!desk.page.hasUnsavedChanges());
        QVERIFY(!desk.button(u"Save"_s)->isEnabled());
        QCOMPARE(desk.endpoints()->currentRow(), 0);
        QCOMPARE(desk.line(u"Name"_s)->text(), u"relay & co"_s);
    }

    void aTypedKeyReplacesTheStoredOneAndCanBeShown()
    {
        Desk desk(twoClusters());
        auto buttons = desk.page.findChildren<QToolButton *>();
        const auto show = std::ranges::find_if(buttons, [](QToolButton *b) { return b->text() == u"Sh&ow"_s; });
        QVERIFY(show != buttons.end());
        QVERIFY(!(*show)->isEnabled());
        desk.type(u"Key"_s, u"sk-new"_s);
        QTest::mouseClick(*show, Qt::LeftButton);
        QCOMPARE(desk.line(u"Key"_s)->echoMode(), QLineEdit::Normal);
        desk.selectEndpoint(1);
        QCOMPARE(desk.line(u"Key"_s)->echoMode(), QLineEdit::Password);
        QCOMPARE(desk.line(u"Key"_s)->text(), QString());
        desk.selectEndpoint(0);
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        QCOMPARE(desk.cluster(0).endpoints.at(0).apiKey, QByteArray("sk-new"));
        QCOMPARE(desk.cluster(0).endpoints.at(1).apiKey, keyB);
    }

    void aDraftWaitsWhileAnotherEndpointIsLookedAt()
    {
        Desk desk(twoClusters());
        desk.type(u"Base URL"_s, u"https://elsewhere.example"_s);
        desk.selectEndpoint(1);
        QCOMPARE(desk.line(u"Base URL"_s)->text(), u"https://relay-b.example/anthropic"_s);
        desk.selectCluster(1);
        desk.selectCluster(0);
        QVERIFY(desk.endpoints()->model()->index(0, EndpointModel::Name).data(Qt::AccessibleTextRole).toString().contains(u"Edited"_s));
        desk.selectEndpoint(0);
        QCOMPARE(desk.line(u"Base URL"_s)->text(), u"https://elsewhere.example"_s);
        QTest::mouseClick(desk.button(u"Revert"_s), Qt::LeftButton);
        QCOMPARE(desk.line(u"Base URL"_s)->text(), u"https://relay-a.example/api"_s);
        QVERIFY(!desk.page.hasUnsavedChanges());
        QCOMPARE(desk.changes, 0);
    }

    void aChangeFromOutsideIsShownUnlessItIsBeingEdited()
    {
        Desk desk(twoClusters());
        QVERIFY(editEndpoint(desk.json, u"work"_s, u"relay-a"_s, weightOf(7)));
        desk.publish();
        QCOMPARE(desk.field<QSpinBox>(u"Weight"_s)->value(), 7);
        QVERIFY(!desk.says(u"meanwhile"_s));

        desk.type(u"Name"_s, u"mine"_s);
        EndpointFields theirs = weightOf(8);
        theirs.name = u"theirs"_s;
        QVERIFY(editEndpoint(desk.json, u"work"_s, u"relay-a"_s, theirs));
        desk.publish();
        QVERIFY(desk.says(u"meanwhile"_s));
        QCOMPARE(desk.line(u"Name"_s)->text(), u"mine"_s);
        QCOMPARE(desk.field<QSpinBox>(u"Weight"_s)->value(), 8);
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        QCOMPARE(desk.cluster(0).endpoints.constFirst().name, u"mine"_s);
        QCOMPARE(desk.cluster(0).endpoints.constFirst().weight, 8);
        QVERIFY(!desk.says(u"meanwhile"_s));
    }

    void whatWasRemovedOutsideWhileEditedCanBeSavedAgain()
    {
        Desk desk(twoClusters());
        desk.type(u"Base URL"_s, u"https://moved.example"_s);
        QVERIFY(removeEndpoint(desk.json, u"work"_s, u"relay-a"_s));
        desk.publish();
        QVERIFY(desk.says(u"removed from config.json"_s));
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        const Endpoint saved = desk.cluster(0).endpoints.constLast();
        QCOMPARE(saved.baseUrl, QByteArray("https://moved.example"));
        QCOMPARE(saved.apiKey, keyA);
        QVERIFY(!desk.page.hasUnsavedChanges());
    }

    void aRefusedChangeKeepsWhatWasTyped()
    {
        Unanswered unanswered;
        QVERIFY(unanswered.saveAsOther());
        auto &[json, page, changes, name] = unanswered;
        QTest::keyClick(&page, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(changes.size(), 1);
        page.editRefused(u"The disk is full."_s);
        QCOMPARE(name->text(), u"other"_s);
        QVERIFY(page.hasUnsavedChanges());
        const auto labels = page.findChildren<QLabel *>();
        QVERIFY(std::ranges::any_of(labels, [](QLabel *label) { return label->text().contains(u"Not saved: The disk is full."_s); }));
        QTest::keyClick(&page, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(changes.size(), 2);
    }

    void whatIsBeingSavedIsNotSavedTwiceWhateverElseChanges()
    {
        Unanswered unanswered;
        QVERIFY(unanswered.saveAsOther());
        auto &[json, page, changes, name] = unanswered;
        QCOMPARE(changes.size(), 1);
        const auto says = [&page](const QString &text) {
            const auto labels = page.findChildren<QLabel *>();
            return std::ranges::any_of(labels, [&text](QLabel *label) { return label->isVisible() && label->text().contains(text); });
        };
        QTRY_VERIFY(says(u"Being saved"_s));
        // The keychain is being asked; meanwhile somebody picks another cluster, and the user types on.
        json.insert(u"active_cluster"_s, u"R&D at home"_s);
        page.setConfig(snapshot(json));
        QTest::keyClicks(name, u"s"_s);
        QTest::keyClick(&page, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(changes.size(), 1);
        QVERIFY(says(u"Being saved"_s));
        const auto change = changes.first().first().value<ConfigChange>();
        QVERIFY(change.apply(json));
        page.setConfig(snapshot(json));
        page.editDone();
        QVERIFY(!says(u"Being saved"_s));
        QCOMPARE(name->text(), u"others"_s);
        QTest::keyClick(&page, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(changes.size(), 2);
    }

    void faultsAreSaidInWordsAndForbidToSave()
    {
        Desk desk(twoClusters());
        desk.type(u"Name"_s, u"relay-b"_s);
        QVERIFY(desk.says(u"Another endpoint of this cluster has this name."_s));
        QVERIFY(!desk.button(u"Save"_s)->isEnabled());
        desk.type(u"Name"_s, u"relay-z"_s);
        QVERIFY(!desk.says(u"Another endpoint"_s));
        QVERIFY(desk.button(u"Save"_s)->isEnabled());
        desk.type(u"Base URL"_s, u"https://relay-z.example/v1/messages"_s);
        QVERIFY(desk.button(u"Save"_s)->isEnabled());
        for (QToolButton *remedy : desk.page.findChildren<QToolButton *>()) {
            if (remedy->text() == u"Remove /v1/messages"_s)
                QTest::mouseClick(remedy, Qt::LeftButton);
        }
        QCOMPARE(desk.line(u"Base URL"_s)->text(), u"https://relay-z.example"_s);
    }

    void theFirstEndpointBringsTheClusterDefault()
    {
        Desk desk(defaultConfigJson());
        QVERIFY(desk.says(u"No clusters yet"_s));
        test::keepShot(desk.page, u"none"_s);
        QSignalSpy demo(&desk.page, &ClustersPage::demoRequested);
        QSignalSpy import(&desk.page, &ClustersPage::importRequested);
        QTest::mouseClick(desk.button(u"Try the demo"_s), Qt::LeftButton);
        QTest::mouseClick(desk.button(u"Import…"_s), Qt::LeftButton);
        QCOMPARE(demo.size(), 1);
        QCOMPARE(import.size(), 1);

        QTest::mouseClick(desk.button(u"Add an endpoint…"_s), Qt::LeftButton);
        QVERIFY(!desk.page.hasUnsavedChanges());
        test::keepShot(desk.page, u"first"_s);
        desk.type(u"Base URL"_s, u"https://relay.example/api"_s);
        QVERIFY(desk.page.hasUnsavedChanges());
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        QCOMPARE(desk.changes, 1);
        QCOMPARE(desk.config().activeCluster, u"default"_s);
        QCOMPARE(desk.cluster(0).endpoints.constFirst().name, u"relay.example"_s);
        QVERIFY(!desk.page.hasUnsavedChanges());
        QCOMPARE(desk.names(desk.endpoints(), EndpointModel::Name), QStringList{u"relay.example"_s});
    }

    void revertOfTheFirstEndpointGoesBackToTheBeginning()
    {
        Desk desk(defaultConfigJson());
        desk.page.addEndpoint();
        desk.type(u"Base URL"_s, u"https://relay.example"_s);
        QTest::mouseClick(desk.button(u"Revert"_s), Qt::LeftButton);
        QVERIFY(desk.says(u"No clusters yet"_s));
        QVERIFY(!desk.page.hasUnsavedChanges());
    }

    void aNewEndpointComesLastAndIsSelectedWhenSaved()
    {
        Desk desk(twoClusters());
        QTest::mouseClick(desk.button(u"Add…"_s), Qt::LeftButton);
        QCOMPARE(desk.endpoints()->currentRow(), 3);
        QCOMPARE(desk.field<QSpinBox>(u"Priority"_s)->value(), 4);
        desk.type(u"Base URL"_s, u"https://relay-a.example"_s);
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        QCOMPARE(desk.names(desk.endpoints(), EndpointModel::Name).constLast(), u"relay-a.example"_s);
        QCOMPARE(desk.endpoints()->currentRow(), 3);
    }

    void anUntouchedNewEndpointVanishesWhenLeft()
    {
        Desk desk(twoClusters());
        desk.page.addEndpoint();
        desk.selectEndpoint(0);
        QCOMPARE(desk.endpoints()->model()->rowCount(), 3);
        desk.page.addEndpoint();
        desk.type(u"Name"_s, u"later"_s);
        desk.selectEndpoint(0);
        QCOMPARE(desk.endpoints()->model()->rowCount(), 4);
    }

    void deletedEndpointComesBack()
    {
        Desk desk(twoClusters());
        desk.selectEndpoint(1);
        QTest::keyClick(desk.endpoints(), Qt::Key_Delete);
        QCOMPARE(desk.done, u"Deleted endpoint relay-b"_s);
        QCOMPARE(desk.names(desk.endpoints(), EndpointModel::Name), (QStringList{u"relay-a"_s, u"relay-c"_s}));
        QCOMPARE(desk.endpoints()->currentRow(), 1);
        desk.takeBack();
        QCOMPARE(desk.names(desk.endpoints(), EndpointModel::Name), (QStringList{u"relay-a"_s, u"relay-b"_s, u"relay-c"_s}));
        QCOMPARE(desk.cluster(0).endpoints.at(1).apiKey, keyB);
    }

    void deletingTheClusterInUseAsks()
    {
        Desk desk(twoClusters());
        QTest::keyClick(desk.clusters(), Qt::Key_Delete);
        const QString question = desk.answer(u"Cancel"_s);
        QVERIFY2(question.contains(u"Delete cluster work?"_s), qPrintable(question));
        QVERIFY2(question.contains(u"in use"_s), qPrintable(question));
        QVERIFY2(question.contains(u"3 endpoints"_s), qPrintable(question));
        QCOMPARE(desk.changes, 0);
        QVERIFY(!desk.page.findChild<QMessageBox *>());
        // A key that is held down, or Enter after it, deletes nothing.
        QTest::keyClick(desk.clusters(), Qt::Key_Delete);
        QTest::keyClick(desk.page.findChild<QMessageBox *>(), Qt::Key_Return);
        QCOMPARE(desk.changes, 0);
    }

    void deletingManyEndpointsAsksOneDoesNot()
    {
        QJsonObject config = twoClusters();
        config.insert(u"active_cluster"_s, u"R&D at home"_s);
        Desk desk(config);
        desk.selectCluster(0);
        QTest::keyClick(desk.clusters(), Qt::Key_Delete);
        const QString question = desk.answer(u"Cancel"_s);
        QVERIFY2(question.contains(u"3 endpoints"_s) && !question.contains(u"in use"_s), qPrintable(question));
        QCOMPARE(desk.changes, 0);
        config.insert(u"active_cluster"_s, u"work"_s);
        Desk other(config);
        other.selectCluster(1);
        QTest::keyClick(other.clusters(), Qt::Key_Delete);
        QCOMPARE(other.changes, 1);
        QCOMPARE(other.names(other.clusters(), 0), QStringList{u"work"_s});
    }

    void deletingAnEndpointAsksWhereRequestsNeedIt()
    {
        Desk desk(twoClusters());
        ProxyView view = runningView(desk.config());
        desk.page.setView(view);
        // The second one is open and the third is off: without the first nothing is left.
        QTest::keyClick(desk.endpoints(), Qt::Key_Delete);
        const QString question = desk.answer(u"Cancel"_s);
        QVERIFY2(question.contains(u"Delete endpoint relay-a?"_s), qPrintable(question));
        QVERIFY2(question.contains(u"No other endpoint"_s), qPrintable(question));
        QCOMPARE(desk.changes, 0);
        // Nobody needs the third.
        desk.selectEndpoint(2);
        QTest::keyClick(desk.endpoints(), Qt::Key_Delete);
        QCOMPARE(desk.changes, 1);
        // Requests run at the second.
        view.endpoints[0].health = EndpointHealth::Healthy;
        view.endpoints[1].health = EndpointHealth::Healthy;
        view.endpoints[1].inFlight = 2;
        desk.page.setView(view);
        desk.selectEndpoint(1);
        QTest::keyClick(desk.endpoints(), Qt::Key_Delete);
        const QString running = desk.answer(u"Delete"_s);
        QVERIFY2(running.contains(u"2 request(s) run there"_s) || running.contains(u"2 requests run there"_s), qPrintable(running));
        QCOMPARE(desk.changes, 2);
        QCOMPARE(desk.names(desk.endpoints(), EndpointModel::Name), QStringList{u"relay-a"_s});
    }

    void deletedClusterComesBackInUse()
    {
        Desk desk(twoClusters());
        QTest::keyClick(desk.clusters(), Qt::Key_Delete);
        desk.answer(u"Delete"_s);
        QCOMPARE(desk.done, u"Deleted cluster work"_s);
        QCOMPARE(desk.names(desk.clusters(), 0), QStringList{u"R&D at home"_s});
        desk.takeBack();
        QCOMPARE(desk.names(desk.clusters(), 0), (QStringList{u"work"_s, u"R&D at home"_s}));
        QCOMPARE(desk.config().activeCluster, u"work"_s);
    }

    void clusterIsAddedAndNamedInPlace()
    {
        Desk desk(twoClusters());
        QTest::mouseClick(desk.glyph(u"Add a cluster"_s), Qt::LeftButton);
        auto *editor = desk.clusters()->viewport()->findChild<QLineEdit *>();
        QVERIFY(editor);
        QCOMPARE(editor->text(), u"cluster"_s);
        editor->setText(u"travel"_s);
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(desk.names(desk.clusters(), 0), (QStringList{u"work"_s, u"R&D at home"_s, u"travel"_s}));
        QCOMPARE(desk.clusters()->currentRow(), 2);
        QVERIFY(desk.says(u"No endpoints in travel yet"_s));
        test::keepShot(desk.page, u"no-endpoints"_s);
    }

    void aTakenClusterNameIsRefused()
    {
        Desk desk(twoClusters());
        QSignalSpy problems(&desk.page, &ClustersPage::problemFound);
        QSignalSpy over(&desk.page, &ClustersPage::problemOver);
        QVERIFY(desk.clusters()->model()->setData(desk.clusters()->model()->index(1, 0), u"work"_s, Qt::EditRole) == false);
        QCOMPARE(desk.changes, 0);
        QCOMPARE(problems.size(), 1);
        QVERIFY(problems.first().first().toString().contains(u"There is a cluster work already"_s));
        // The next change, which is taken, shows that it is over.
        desk.clusters()->model()->setData(desk.clusters()->model()->index(1, 0), u"lab"_s, Qt::EditRole);
        QCOMPARE(desk.changes, 1);
        QCOMPARE(over, problems);
    }

    void draftsMoveAlongWithARenamedCluster()
    {
        Desk desk(twoClusters());
        desk.type(u"Name"_s, u"typed"_s);
        desk.clusters()->model()->setData(desk.clusters()->model()->index(0, 0), u"office"_s, Qt::EditRole);
        QCOMPARE(desk.config().activeCluster, u"office"_s);
        QCOMPARE(desk.clusters()->currentRow(), 0);
        QCOMPARE(desk.line(u"Name"_s)->text(), u"typed"_s);
    }

    void rowsMoveByKeyboard()
    {
        Desk desk(twoClusters());
        QTest::keyClick(desk.endpoints(), Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(desk.names(desk.endpoints(), EndpointModel::Name), (QStringList{u"relay-b"_s, u"relay-a"_s, u"relay-c"_s}));
        QCOMPARE(desk.priorities(), (QList<int>{1, 2, 3}));
        QCOMPARE(desk.endpoints()->currentRow(), 1);
        QTest::keyClick(desk.endpoints(), Qt::Key_Up, Qt::AltModifier);
        QTest::keyClick(desk.endpoints(), Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(desk.names(desk.endpoints(), EndpointModel::Name), (QStringList{u"relay-a"_s, u"relay-b"_s, u"relay-c"_s}));
        QTest::keyClick(desk.clusters(), Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(desk.names(desk.clusters(), 0), (QStringList{u"R&D at home"_s, u"work"_s}));
    }

    void rowsMoveByMouse_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("y"); // In rows, times ten.
        QTest::addColumn<QStringList>("order");
        QTest::newRow("first to the end") << 0 << 29 << QStringList{u"relay-b"_s, u"relay-c"_s, u"relay-a"_s};
        QTest::newRow("last to the top") << 2 << 1 << QStringList{u"relay-c"_s, u"relay-a"_s, u"relay-b"_s};
        QTest::newRow("first below the second") << 0 << 17 << QStringList{u"relay-b"_s, u"relay-a"_s, u"relay-c"_s};
        QTest::newRow("not far enough") << 0 << 13 << QStringList{u"relay-a"_s, u"relay-b"_s, u"relay-c"_s};
        QTest::newRow("below the table") << 0 << 90 << QStringList{u"relay-b"_s, u"relay-c"_s, u"relay-a"_s};
    }
    void rowsMoveByMouse()
    {
        QFETCH(int, from);
        QFETCH(int, y);
        Desk desk(twoClusters());
        RowView *view = desk.endpoints();
        const int height = view->rowHeight(0);
        const QPoint start(150, view->rowViewportPosition(from) + height / 2);
        const QPoint end(150, y * height / 10);
        QTest::mousePress(view->viewport(), Qt::LeftButton, {}, start);
        QTest::mouseMove(view->viewport(), (start + end) / 2);
        QMouseEvent move(QEvent::MouseMove, QPointF(end), view->viewport()->mapToGlobal(QPointF(end)), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(view->viewport(), &move);
        test::keepShot(desk.page, u"drag-%1"_s.arg(y));
        QTest::mouseRelease(view->viewport(), Qt::LeftButton, {}, end);
        QTEST(desk.names(view, EndpointModel::Name), "order");
    }

    void spaceAndTheBoxTurnAnEndpointOff()
    {
        Desk desk(twoClusters());
        QTest::keyClick(desk.endpoints(), Qt::Key_Space);
        QVERIFY(!desk.cluster(0).endpoints.constFirst().enabled);
        const auto enabled = [&desk] {
            const auto boxes = desk.page.findChild<EndpointForm *>()->findChildren<QCheckBox *>();
            return *std::ranges::find_if(boxes, [](const QCheckBox *box) { return box->text() == u"&Enabled"_s; });
        };
        QVERIFY(!enabled()->isChecked());
        QTest::keyClick(desk.endpoints(), Qt::Key_Space);
        QVERIFY(desk.cluster(0).endpoints.constFirst().enabled);
    }

    void aLoginGoesAnywhereByABoxOfThatNameAlone()
    {
        Desk desk(twoClusters());
        QVERIFY(desk.activate());
        auto *form = desk.page.findChild<EndpointForm *>();
        const auto boxes = form->findChildren<QCheckBox *>();
        QCheckBox *anywhere = *std::ranges::find_if(boxes, [](const QCheckBox *box) { return box->text().startsWith(u"passthrough_anywhere"_s); });
        const auto choices = form->findChildren<QComboBox *>();
        QComboBox *auth = *std::ranges::find_if(choices, [](const QComboBox *box) { return box->findData(int(AuthStyle::Passthrough)) >= 0; });
        const auto choose = [auth](AuthStyle style) {
            auth->setCurrentIndex(auth->findData(int(style)));
            Q_EMIT auth->activated(auth->currentIndex());
        };
        QVERIFY(anywhere->isHidden());
        choose(AuthStyle::Passthrough);
        QVERIFY(!anywhere->isHidden());
        // Where its vendor is it needs no such word.
        QLineEdit *url = form->findChildren<QLineEdit *>().at(1);
        const QString relay = url->text();
        url->selectAll();
        QTest::keyClicks(url, u"https://api.anthropic.com"_s);
        QVERIFY(anywhere->isHidden());
        url->selectAll();
        QTest::keyClicks(url, relay);
        QVERIFY(!anywhere->isHidden());

        const auto buttons = form->findChildren<QToolButton *>();
        (*std::ranges::find_if(buttons, [](const QToolButton *button) { return button->text() == u"Remo&ve"_s; }))->click();
        const int before = desk.changes;
        QTest::keyClick(&desk.page, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(desk.changes, before); // a fault: the host is none of the vendors'
        anywhere->click();
        QVERIFY(desk.says(u"passthrough_anywhere: the login of the client goes to relay-a.example, which has not issued it."_s));
        QTest::keyClick(&desk.page, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(desk.cluster(0).endpoints.constFirst().auth, AuthStyle::Passthrough);
        QVERIFY(desk.cluster(0).endpoints.constFirst().passthroughAnywhere);
        // And back: the word goes with the login.
        choose(AuthStyle::Bearer);
        QVERIFY(anywhere->isHidden());
        QTest::keyClick(&desk.page, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(desk.cluster(0).endpoints.constFirst().auth, AuthStyle::Bearer);
        QVERIFY(!desk.cluster(0).endpoints.constFirst().passthroughAnywhere);
    }

    /// Once these stood there in English, whatever the language.
    void whatCoreSaysIsInTheUsersLanguage()
    {
        class : public QTranslator
        {
        public:
            QString translate(const char *context, const char *text, const char *, int) const override
            {
                return qstrcmp(context, "ProbeText") == 0 ? u"\u8bd1<%1>"_s.arg(QString::fromUtf8(text)) : QString();
            }
            bool isEmpty() const override { return false; }
        } marker;
        QVERIFY(QCoreApplication::installTranslator(&marker));
        QJsonObject json = twoClusters();
        QJsonObject sealed = endpointJson(u"sealed"_s, u"https://sealed.example"_s, {}, 1);
        sealed.insert(u"api_key"_s, QJsonObject{{u"sealed"_s, u"v1:AAAA"_s}});
        json.insert(u"clusters"_s, QJsonArray{json.value(u"clusters"_s)[0], QJsonObject{{u"name"_s, u"other"_s}, {u"endpoints"_s, QJsonArray{sealed}}}});
        Desk desk(json);
        ProxyView view = runningView(desk.config());
        view.endpoints[1].lastError = u"the connection was refused"_s;
        desk.page.setView(view);
        QVERIFY2(desk.health(1).contains(u"\u8bd1<the connection was refused>"_s), qPrintable(desk.health(1)));
        desk.selectCluster(1);
        QVERIFY(desk.says(u"Out of use: \u8bd1<its key cannot be decrypted: \u8bd1<the master key was not asked for>"_s));
        QCoreApplication::removeTranslator(&marker);
    }

    void theSwitchOfARowIsClickedAlone()
    {
        Desk desk(twoClusters());
        RowView *view = desk.endpoints();
        const QRect cell = view->visualRect(view->model()->index(1, EndpointModel::Enabled));
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, QPoint(cell.left() + TwoLineDelegate::switchLeft + 10, cell.center().y()));
        QVERIFY(!desk.cluster(0).endpoints.at(1).enabled);
        QCOMPARE(desk.changes, 1);
        // The handle beside it is no switch, and the row can be selected anywhere.
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, QPoint(cell.left() + 10, cell.center().y()));
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, QPoint(cell.right() + 20, cell.center().y()));
        QCOMPARE(desk.changes, 1);
        // Its knob is on the way.
        if (mayMove()) {
            const QImage soon = view->viewport()->grab(cell).toImage();
            QTRY_VERIFY(view->viewport()->grab(cell).toImage() != soon);
        }
        // The menu has it for who cannot see it.
        desk.act(u"Enabled"_s)->trigger();
        QVERIFY(desk.cluster(0).endpoints.at(1).enabled);
    }

    void anEndpointIsDraggedOntoAnotherCluster()
    {
        Desk desk(twoClusters());
        desk.drag(1, 1, u"drop"_s);
        QCOMPARE(desk.changes, 1);
        QCOMPARE(desk.done, u"Moved endpoint relay-b to R&D at home"_s);
        QCOMPARE(desk.names(desk.endpoints(), EndpointModel::Name), (QStringList{u"relay-a"_s, u"relay-c"_s}));
        const Endpoint moved = desk.cluster(1).endpoints.constLast();
        QCOMPARE(moved.name, u"relay-b"_s);
        QCOMPARE(moved.apiKey, keyB);
        QCOMPARE(moved.priority, 2); // It comes last there.
        desk.takeBack();
        QCOMPARE(desk.cluster(0).endpoints.at(1).name, u"relay-b"_s);
        QCOMPARE(desk.cluster(0).endpoints.at(1).priority, 2);
        QCOMPARE(desk.cluster(1).endpoints.size(), 1);
        // Where it is already there is nothing to do, nor beside the clusters.
        desk.drag(1, 0);
        QCOMPARE(desk.changes, 1);
        // The order that is seen says nothing of where it goes.
        desk.act(u"Sort by first byte"_s)->trigger();
        desk.drag(0, 1);
        QCOMPARE(desk.changes, 2);
    }

    void aTakenNameGetsANumberInTheOtherCluster()
    {
        QJsonObject json = twoClusters();
        EndpointFields same;
        same.name = u"relay-b"_s;
        same.baseUrl = u"https://same.example"_s;
        QVERIFY(addEndpoint(json, u"R&D at home"_s, same));
        Desk desk(json);
        desk.selectEndpoint(1);
        desk.moveByMenu(u"R&&D at home"_s.remove(u'&'));
        QCOMPARE(desk.changes, 1);
        QCOMPARE(desk.done, u"Moved endpoint relay-b-2 to R&D at home"_s);
        desk.takeBack();
        QCOMPARE(desk.cluster(0).endpoints.at(1).name, u"relay-b"_s);
        QCOMPARE(desk.cluster(1).endpoints.constLast().name, u"relay-b"_s);
    }

    void whatWasTypedGoesWithAMovedEndpoint()
    {
        Desk desk(twoClusters());
        desk.selectEndpoint(1);
        desk.type(u"Base URL"_s, u"https://typed.example"_s);
        desk.drag(1, 1);
        QCOMPARE(desk.changes, 1);
        desk.selectCluster(1);
        QCOMPARE(desk.endpoints()->currentRow(), 1);
        QCOMPARE(desk.line(u"Base URL"_s)->text(), u"https://typed.example"_s);
        QVERIFY(desk.button(u"Save"_s)->isEnabled());
    }

    void movingAnEndpointAsksWhereRequestsNeedIt()
    {
        Desk desk(twoClusters());
        desk.page.setView(runningView(desk.config()));
        desk.moveByMenu(u"RD at home"_s);
        const QString question = desk.answer(u"Cancel"_s);
        QVERIFY2(question.contains(u"Move endpoint relay-a to R&D at home?"_s) && question.contains(u"No other endpoint"_s), qPrintable(question));
        QCOMPARE(desk.changes, 0);
        desk.drag(0, 1);
        desk.answer(u"Move"_s);
        QCOMPARE(desk.changes, 1);
        QCOMPARE(desk.cluster(1).endpoints.constLast().name, u"relay-a"_s);
    }

    void whatWasSavedIsTestedAtOnce()
    {
        Desk desk(twoClusters());
        desk.page.setView(runningView(desk.config()));
        QSignalSpy tests(&desk.page, &ClustersPage::testRequested);
        desk.type(u"Name"_s, u"renamed"_s);
        QVERIFY(desk.says(u"Saving tests it at once."_s));
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        QCOMPARE(tests.value(0), (QVariantList{u"work"_s, desk.cluster(0).endpoints.constFirst().id}));
        QVERIFY(desk.says(u"Saved · testing…"_s));
        const int line = desk.button(u"Save"_s)->mapTo(&desk.page, QPoint()).y();
        desk.page.showTestResult(probeOf(u"work"_s, desk.cluster(0).endpoints.constFirst()));
        QVERIFY(desk.says(u"Saved · healthy, 400 ms"_s));
        QCoreApplication::processEvents();
        QCOMPARE(desk.button(u"Save"_s)->mapTo(&desk.page, QPoint()).y(), line);
        test::keepShot(desk.page, u"saved"_s);
        desk.type(u"Name"_s, u"again"_s);
        QVERIFY(!desk.says(u"Saved"_s));
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        desk.page.showTestResult(refusedProbe(u"work"_s, desk.cluster(0).endpoints.constFirst()));
        QVERIFY(desk.says(u"Saved · the key was refused (HTTP 401). Check the key."_s));
        QVERIFY(desk.says(u"again refused the stored key."_s));
        QCoreApplication::processEvents();
        test::keepShot(desk.page, u"saved-refused"_s);
        desk.selectEndpoint(1);
        QVERIFY(!desk.says(u"Saved"_s));
    }

    void nothingIsTestedByItselfWhileTheProxyIsStopped()
    {
        Desk desk(twoClusters());
        QSignalSpy tests(&desk.page, &ClustersPage::testRequested);
        desk.type(u"Name"_s, u"renamed"_s);
        QVERIFY(!desk.says(u"Saving tests it"_s));
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        QCOMPARE(tests.size(), 0);
        QVERIFY(desk.says(u"Saved"_s));
    }

    void moreIsClosedUnlessItHoldsSomething()
    {
        QJsonObject json = twoClusters();
        QVERIFY(editEndpoint(json, u"work"_s, u"relay-b"_s, weightOf(7)));
        Desk desk(json);
        QVERIFY(!desk.fold()->isChecked());
        QVERIFY(!desk.field<QSpinBox>(u"Weight"_s)->isVisible());
        // What is seen in the list, the order and the switch, is no reason.
        desk.selectEndpoint(2);
        QVERIFY(!desk.fold()->isChecked());
        desk.selectEndpoint(1);
        QVERIFY(desk.fold()->isChecked());
        QVERIFY(desk.field<QSpinBox>(u"Weight"_s)->isVisible());
        desk.selectEndpoint(0);
        QVERIFY(!desk.fold()->isChecked());
        // As the user leaves it, it stays.
        QTest::keyClick(desk.fold(), Qt::Key_Space);
        QTRY_VERIFY(desk.field<QSpinBox>(u"Weight"_s)->isVisible());
        desk.selectEndpoint(2);
        QVERIFY(desk.fold()->isChecked());
        QTest::keyClick(desk.fold(), Qt::Key_Space);
        QTRY_VERIFY(!desk.field<QSpinBox>(u"Weight"_s)->isVisible());
        desk.selectEndpoint(0);
        QVERIFY(!desk.fold()->isChecked());
    }

    void moreIsKeptBeyondTheSession()
    {
        QByteArray state;
        {
            Desk desk(twoClusters());
            QCOMPARE(desk.page.saveState(), QByteArray());
            QTest::keyClick(desk.fold(), Qt::Key_Space);
            state = desk.page.saveState();
        }
        Desk desk(twoClusters());
        desk.page.restoreState(state);
        desk.selectEndpoint(1);
        QVERIFY(desk.fold()->isChecked());
        QCOMPARE(desk.page.saveState(), state);
        QTest::keyClick(desk.fold(), Qt::Key_Space);
        QCOMPARE(desk.page.saveState(), QByteArray());
    }

    void aFaultUnderMoreIsNotHidden()
    {
        QJsonObject json = twoClusters();
        Desk desk(json);
        QTest::keyClick(desk.fold(), Qt::Key_Space);
        QTRY_VERIFY(desk.line(u"CA file"_s)->isVisible());
        desk.type(u"CA file"_s, u"nowhere.pem"_s);
        desk.selectEndpoint(1);
        QTest::keyClick(desk.fold(), Qt::Key_Space);
        QTRY_VERIFY(!desk.line(u"CA file"_s)->isVisible());
        desk.selectEndpoint(0);
        QVERIFY(desk.fold()->isChecked());
        QVERIFY(desk.says(u"Must be the whole path of a file."_s));
    }

    void aNoteMovesNoField()
    {
        Desk desk(twoClusters());
        desk.page.resize(952, 760);
        QCoreApplication::processEvents();
        const auto places = [&desk] {
            QCoreApplication::processEvents();
            QList<QPoint> list;
            for (const QWidget *each : std::initializer_list<QWidget *>{desk.line(u"Name"_s), desk.line(u"Base URL"_s), desk.line(u"Key"_s), desk.fold(), desk.button(u"Save"_s)})
                list << each->mapTo(&desk.page, QPoint());
            return list;
        };
        const QList<QPoint> before = places();
        desk.type(u"Name"_s, u"relay-b"_s);
        desk.type(u"Base URL"_s, u"ftp://relay"_s);
        desk.type(u"Key"_s, u"sk a"_s);
        QVERIFY(desk.says(u"no spaces"_s));
        QCOMPARE(places(), before);
        // All stand at one edge.
        for (const QPoint &each : before)
            QCOMPARE(each.x(), before.first().x());
    }

    void howManyThereAreLeavesTheFormInSight_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<QSize>("size");
        QTest::newRow("one") << 1 << QSize(952, 760);
        QTest::newRow("one in little room") << 1 << QSize(592, 560);
        QTest::newRow("many") << 200 << QSize(952, 760);
        QTest::newRow("many in little room") << 200 << QSize(592, 560);
    }
    void howManyThereAreLeavesTheFormInSight()
    {
        QFETCH(int, count);
        QFETCH(QSize, size);
        QJsonObject json = twoClusters();
        QJsonArray endpoints;
        for (int i = 0; i < count; ++i)
            endpoints << endpointJson(u"relay-%1"_s.arg(i), u"https://relay-%1.example"_s.arg(i), keyA, i + 1);
        const QString longName = u"a cluster with a name that is much longer than any list "_s.repeated(3).trimmed();
        json.insert(u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, longName}, {u"endpoints"_s, endpoints}}});
        json.insert(u"active_cluster"_s, longName);
        Desk desk(json);
        desk.page.resize(size);
        QCoreApplication::processEvents();
        QCoreApplication::processEvents();
        test::keepShot(desk.page, u"count-%1-%2"_s.arg(count).arg(size.width()));
        RowView *view = desk.endpoints();
        QVERIFY(view->height() >= view->horizontalHeader()->height() + std::min(count, 3) * view->rowHeight(0));
        QVERIFY(view->height() <= view->wholeHeight());
        const QPushButton *save = desk.button(u"Save"_s);
        QVERIFY(save && desk.page.rect().contains(QRect(save->mapTo(&desk.page, QPoint()), save->size())));
        QVERIFY(desk.page.minimumSizeHint().width() <= 592);
        QCOMPARE(view->verticalScrollBar()->maximum() > 0, count > 5);
        // There is no other cluster to drop one on.
        QVERIFY(!desk.says(u"Drop an endpoint"_s));
    }

    void strategyIsChosenWithItsSentence()
    {
        Desk desk(twoClusters());
        QVERIFY(desk.says(u"In use. The first endpoint gets the requests"_s));
        auto *strategy = desk.page.findChild<ClusterHead *>()->findChild<QComboBox *>();
        strategy->setFocus();
        QTest::keyClick(strategy, Qt::Key_End);
        QCOMPARE(desk.cluster(0).strategy, Strategy::Fastest);
        QVERIFY(desk.says(u"answers sooner"_s));
    }

    void testsShowProgressAndTheRealAnswer()
    {
        Desk desk(twoClusters());
        QVERIFY(desk.activate());
        QSignalSpy asked(&desk.page, &ClustersPage::testRequested);
        QTest::keyClick(&desk.page, Qt::Key_F5);
        QCOMPARE(asked.value(0), (QVariantList{u"work"_s, QString()}));
        QCOMPARE(desk.health(0), u"Not tried yet, Testing…"_s);
        QCOMPARE(desk.health(2), u"Disabled"_s);
        auto *progress = desk.page.findChild<QProgressBar *>();
        QCOMPARE(progress->text(), u"0 of 2 tested"_s);
        QCoreApplication::processEvents();
        test::keepShot(desk.page, u"testing"_s);
        desk.page.showTestResult(probeOf(u"work"_s, desk.cluster(0).endpoints.at(0)));
        QCOMPARE(desk.health(0), u"Healthy, HTTP 200 in 412 ms · connect 38 ms, TLS 61 ms"_s);
        QCOMPARE(progress->text(), u"1 of 2 tested"_s);
        desk.page.showTestResult(refusedProbe(u"work"_s, desk.cluster(0).endpoints.at(1)));
        QCOMPARE(desk.health(1), u"Test failed, The key was refused (HTTP 401)"_s);
        QVERIFY(!progress->isVisible());
        QVERIFY(desk.button(u"Test all"_s));
    }

    void aMessageShowsTimeAndWords()
    {
        Desk desk(twoClusters());
        QVERIFY(desk.activate());
        QSignalSpy light(&desk.page, &ClustersPage::testRequested);
        QSignalSpy asked(&desk.page, &ClustersPage::messageRequested);
        QTest::keyClick(&desk.page, Qt::Key_F5, Qt::ShiftModifier);
        const Endpoint first = desk.cluster(0).endpoints.at(0);
        QCOMPARE(asked.value(0), (QVariantList{u"work"_s, first.id}));
        QCOMPARE(desk.health(0), u"Not tried yet, Testing…"_s);
        desk.page.showTestResult(answeredProbe(u"work"_s, first, 1200, u"Hello"_s));
        QCOMPARE(desk.health(0), u"Healthy, Answered in 1.2 s: Hello"_s);
        QCOMPARE(desk.firstByte(0), u"first byte after 1.2 s"_s);
        QCOMPARE(desk.firstByte(1), u"first byte not known"_s);
        const QString details = desk.endpoints()->model()->index(0, EndpointModel::Health).data(Qt::ToolTipRole).toString();
        QVERIFY2(details.contains(u"Asked: claude-haiku-4-5 at /v1/messages"_s), qPrintable(details));
        QVERIFY2(details.contains(u"Answered by: claude-haiku-4-5-20251001"_s) && details.contains(u"Tokens: 8 in, 1 out"_s), qPrintable(details));

        desk.act(u"Test all with a message"_s)->trigger();
        QCOMPARE(asked.value(1), (QVariantList{u"work"_s, QString()}));
        QJsonObject failed = answeredProbe(u"work"_s, first, 300, {});
        failed.insert(u"reachable"_s, false);
        failed.insert(u"error"_s, u"HTTP 529: overloaded_error: Overloaded"_s);
        desk.page.showTestResult(failed);
        QCOMPARE(desk.health(0), u"Test failed, HTTP 529: overloaded_error: Overloaded"_s);
        QCOMPARE(desk.firstByte(0), u"first byte not known"_s);
        QCOMPARE(light.size(), 0);
    }

    void whatWasTypedIsSavedBeforeAMessageIsSent()
    {
        Desk desk(twoClusters());
        QSignalSpy light(&desk.page, &ClustersPage::testRequested);
        QSignalSpy asked(&desk.page, &ClustersPage::messageRequested);
        desk.type(u"Name"_s, u"x"_s);
        desk.act(u"Test with a message"_s)->trigger();
        QCOMPARE(asked.value(0), (QVariantList{u"work"_s, desk.cluster(0).endpoints.constFirst().id}));
        QCOMPARE(light.size(), 0);
        desk.page.showTestResult(answeredProbe(u"work"_s, desk.cluster(0).endpoints.constFirst(), 5, u"Hi"_s));
        desk.type(u"Name"_s, u"relay-b"_s);
        QVERIFY(!desk.act(u"Test with a message"_s)->isEnabled());
    }

    void reasonsOfMessagesAreTranslatable_data()
    {
        QTest::addColumn<QString>("reason");
        for (const char *each : {"an error inside a 200: overloaded_error: Overloaded", "the base URL redirects to https://login.example:8443/sign/in",
                                 "the answer did not end within 0.5 s", "no API answers at the base URL (HTTP 404): 12 words",
                                 "HTTP 529: overloaded_error: try in 5 s"})
            QTest::newRow(each) << QString::fromLatin1(each);
    }
    void reasonsOfMessagesAreTranslatable()
    {
        QFETCH(QString, reason);
        QCOMPARE(inUsersLanguage(reason), reason);
    }

    void theListSortsByTheFirstByteOfTests()
    {
        Desk desk(twoClusters());
        desk.page.resize(960, 560); // With room for the figures.
        QHeaderView *header = desk.endpoints()->horizontalHeader();
        const QStringList byPriority{u"relay-a"_s, u"relay-b"_s, u"relay-c"_s};
        const auto shown = [&desk] { return desk.names(desk.endpoints(), EndpointModel::Name); };
        const auto clickHeader = [&](int column) {
            const QPoint at(header->sectionViewportPosition(column) + header->sectionSize(column) / 2, header->height() / 2);
            QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
        };
        desk.page.showTestResult(answeredProbe(u"work"_s, desk.cluster(0).endpoints.at(0), 900, u"Hello"_s));
        desk.page.showTestResult(answeredProbe(u"work"_s, desk.cluster(0).endpoints.at(2), 300, u"Hi"_s));
        QCOMPARE(shown(), byPriority);
        const auto bar = [&desk](int row) { return desk.endpoints()->model()->index(row, EndpointModel::FirstByte).data(TwoLineDelegate::BarRole); };
        QCOMPARE(bar(0).toDouble(), 1.0);
        QVERIFY(!bar(1).isValid());
        QVERIFY(qAbs(bar(2).toDouble() - 1.0 / 3) < 0.001);
        clickHeader(EndpointModel::FirstByte);
        QCOMPARE(shown(), (QStringList{u"relay-c"_s, u"relay-a"_s, u"relay-b"_s}));
        QCOMPARE(desk.priorities(), (QList<int>{1, 2, 3}));
        QCOMPARE(desk.endpoints()->currentRow(), 1); // relay-a still
        QVERIFY(desk.endpoints()->accessibleDescription().contains(u"Sorted"_s));
        // What it is sorted by is seen, however narrow it is.
        desk.page.resize(592, 560);
        QVERIFY(!desk.endpoints()->isColumnHidden(EndpointModel::FirstByte));
        desk.page.resize(960, 560);
        test::keepShot(desk.page, u"sorted"_s);
        // The order of the priorities is not seen, and so it is not changed.
        QTest::keyClick(desk.endpoints(), Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(desk.changes, 0);
        QTRY_VERIFY(QToolTip::text().contains(u"Sorted by first byte"_s));
        // Nothing moves while tests run.
        desk.page.showTestResult(answeredProbe(u"work"_s, desk.cluster(0).endpoints.at(1), 100, u"Hey"_s));
        QCOMPARE(shown(), (QStringList{u"relay-b"_s, u"relay-c"_s, u"relay-a"_s}));
        QTest::mouseClick(desk.button(u"Test all"_s), Qt::LeftButton);
        desk.page.showTestResult(answeredProbe(u"work"_s, desk.cluster(0).endpoints.at(0), 50, u"Hello"_s));
        QCOMPARE(shown(), (QStringList{u"relay-b"_s, u"relay-c"_s, u"relay-a"_s}));
        desk.page.showTestResult(answeredProbe(u"work"_s, desk.cluster(0).endpoints.at(1), 100, u"Hey"_s));
        QCOMPARE(shown(), (QStringList{u"relay-a"_s, u"relay-b"_s, u"relay-c"_s}));
        clickHeader(EndpointModel::FirstByte);
        QCOMPARE(shown(), (QStringList{u"relay-c"_s, u"relay-b"_s, u"relay-a"_s}));
        clickHeader(EndpointModel::FirstByte);
        QCOMPARE(shown(), byPriority);
        desk.act(u"Sort by first byte"_s)->trigger();
        QVERIFY(desk.endpoints()->horizontalHeader()->isSortIndicatorShown());
        desk.act(u"Sort by first byte"_s)->trigger();
        QCOMPARE(shown(), byPriority);
        QTest::keyClick(desk.endpoints(), Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(desk.changes, 1);
    }

    void aSortedRowIsNotDragged()
    {
        Desk desk(twoClusters());
        desk.act(u"Sort by first byte"_s)->trigger();
        RowView *view = desk.endpoints();
        QSignalSpy refused(view, &RowView::rowMoveRefused);
        const QPoint start(150, view->rowHeight(0) / 2);
        QTest::mousePress(view->viewport(), Qt::LeftButton, {}, start);
        const QPointF end(150, view->rowHeight(0) * 2.5);
        QMouseEvent move(QEvent::MouseMove, end, view->viewport()->mapToGlobal(end), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(view->viewport(), &move);
        QTest::mouseRelease(view->viewport(), Qt::LeftButton, {}, end.toPoint());
        QCOMPARE(refused.size(), 1);
        QCOMPARE(desk.changes, 0);
        QCOMPARE(desk.names(view, EndpointModel::Name), (QStringList{u"relay-a"_s, u"relay-b"_s, u"relay-c"_s}));
    }

    void aTestThatCannotBeMadeSaysWhy()
    {
        Desk desk(twoClusters());
        QTest::mouseClick(desk.button(u"Test all"_s), Qt::LeftButton);
        desk.page.testFailed(u"work"_s, QString(), u"The proxy is stopped."_s);
        QVERIFY(desk.health(0).contains(u"The proxy is stopped."_s));
        QVERIFY(desk.button(u"Test all"_s));
        desk.testRow(1);
        desk.page.testFailed(u"work"_s, desk.cluster(0).endpoints.at(1).id, u"No way."_s);
        QVERIFY(desk.health(1).contains(u"No way."_s));
    }

    void testsCanBeCancelled()
    {
        Desk desk(twoClusters());
        QSignalSpy cancelled(&desk.page, &ClustersPage::testCancelled);
        QTest::mouseClick(desk.button(u"Test all"_s), Qt::LeftButton);
        QTest::mouseClick(desk.button(u"Cancel"_s), Qt::LeftButton);
        QCOMPARE(cancelled.size(), 1);
        QCOMPARE(desk.health(0), u"Not tried yet"_s);
    }

    void whatWasPastedIsADraft()
    {
        Desk desk(twoClusters());
        EndpointFields known;
        known.baseUrl = u"https://pasted.example/api"_s;
        known.apiKey = u"sk-pasted-0123456789"_s;
        known.auth = AuthStyle::Bearer;
        desk.page.addEndpoint(known);
        QCOMPARE(desk.line(u"Base URL"_s)->text(), u"https://pasted.example/api"_s);
        QCOMPARE(desk.line(u"Key"_s)->text(), u"sk-pasted-0123456789"_s);
        QVERIFY(desk.page.hasUnsavedChanges());
        // It stays while another one is looked at, and nothing is pasted over it.
        desk.selectEndpoint(0);
        QSignalSpy problems(&desk.page, &ClustersPage::problemFound);
        known.baseUrl = u"https://other.example"_s;
        desk.page.addEndpoint(known);
        QCOMPARE(problems.size(), 1);
        desk.selectEndpoint(3);
        QCOMPARE(desk.line(u"Base URL"_s)->text(), u"https://pasted.example/api"_s);
        QTest::mouseClick(desk.button(u"Save"_s), Qt::LeftButton);
        const Endpoint saved = desk.cluster(0).endpoints.constLast();
        QCOMPARE(saved.name, u"pasted.example"_s);
        QCOMPARE(saved.auth, AuthStyle::Bearer);
        QCOMPARE(saved.apiKey, QByteArray("sk-pasted-0123456789"));
    }

    void whatWasTypedIsSavedBeforeItIsTested()
    {
        Desk desk(twoClusters());
        QSignalSpy tests(&desk.page, &ClustersPage::testRequested);
        desk.type(u"Name"_s, u"x"_s);
        desk.testRow(0);
        QCOMPARE(desk.cluster(0).endpoints.constFirst().name, u"x"_s);
        QCOMPARE(tests.value(0), (QVariantList{u"work"_s, desk.cluster(0).endpoints.constFirst().id}));
        // A new one as well.
        desk.page.showTestResult(probeOf(u"work"_s, desk.cluster(0).endpoints.constFirst()));
        desk.page.addEndpoint();
        desk.type(u"Base URL"_s, u"https://fresh.example"_s);
        desk.testRow(3);
        QCOMPARE(desk.cluster(0).endpoints.constLast().name, u"fresh.example"_s);
        QCOMPARE(tests.value(1), (QVariantList{u"work"_s, desk.cluster(0).endpoints.constLast().id}));
    }

    void whatCannotBeSavedCannotBeTestedAndSaysWhy()
    {
        Desk desk(twoClusters());
        desk.type(u"Name"_s, u"relay-b"_s);
        QVERIFY(!desk.act(u"Test"_s)->isEnabled());
        QSignalSpy tests(&desk.page, &ClustersPage::testRequested);
        desk.testRow(0);
        QCOMPARE(tests.size() + desk.changes, 0);
        QVERIFY(desk.endpoints()->model()->index(0, EndpointModel::Act).data(Qt::ToolTipRole).toString().contains(u"corrected first"_s));
    }

    void aRefusedSaveIsNotTested()
    {
        Unanswered unanswered;
        QSignalSpy tests(&unanswered.page, &ClustersPage::testRequested);
        QVERIFY(unanswered.saveAsOther());
        unanswered.page.editRefused(u"The disk is full."_s);
        for (QAction *act : unanswered.page.findChildren<QAction *>()) {
            if (act->text() == u"&Test"_s)
                act->trigger();
        }
        QCOMPARE(unanswered.changes.size(), 2);
        unanswered.page.editRefused(u"The disk is full."_s);
        unanswered.page.editDone();
        QCOMPARE(tests.size(), 0);
    }

    void updatesLeaveSelectionScrollAndCursorAlone()
    {
        Desk desk(twoClusters());
        for (int i = 0; i < 30; ++i) {
            EndpointFields fields = weightOf(1);
            fields.baseUrl = u"https://m%1.example"_s.arg(i);
            QVERIFY(addEndpoint(desk.json, u"work"_s, fields));
        }
        desk.publish();
        desk.selectEndpoint(20);
        desk.endpoints()->verticalScrollBar()->setValue(120);
        QLineEdit *name = desk.line(u"Name"_s);
        name->setCursorPosition(2);
        ProxyView view = runningView(desk.config());
        desk.page.setView(view);
        view.inFlight = 3;
        view.endpoints[0].health = EndpointHealth::Unhealthy;
        desk.page.setView(view);
        QCOMPARE(desk.endpoints()->currentRow(), 20);
        QCOMPARE(desk.endpoints()->verticalScrollBar()->value(), 120);
        QCOMPARE(name->cursorPosition(), 2);
        QCOMPARE(desk.health(0), u"Failing"_s);
    }

    void everyControlHasAName()
    {
        Desk desk(twoClusters());
        desk.selectEndpoint(1);
        QStringList nameless;
        for (const QWidget *widget : desk.page.findChildren<QWidget *>()) {
            const bool control = qobject_cast<const QAbstractButton *>(widget) || qobject_cast<const QAbstractItemView *>(widget)
                || qobject_cast<const QComboBox *>(widget) || qobject_cast<const QAbstractSpinBox *>(widget);
            if (!control || !widget->isVisible() || !widget->accessibleName().isEmpty())
                continue;
            const auto *button = qobject_cast<const QAbstractButton *>(widget);
            const auto labels = desk.page.findChildren<QLabel *>();
            const bool named = (button && !button->text().isEmpty())
                || std::ranges::any_of(labels, [widget](const QLabel *label) { return label->buddy() == widget; });
            if (!named && widget->window() == &desk.page && !widget->parentWidget()->inherits("QAbstractItemView"))
                nameless << QString::fromLatin1(widget->metaObject()->className());
        }
        QCOMPARE(nameless.join(u' '), QString());
    }

    void looks_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    /// Pictures for human eyes; what is checked is that nothing is squeezed below what it needs.
    void looks()
    {
        QFETCH(bool, dark);
        applyTheme(dark ? Theme::Dark : Theme::Light);
        Desk desk(twoClusters());
        const QString theme = dark ? u"dark"_s : u"light"_s;
        desk.page.setView(runningView(desk.config()));
        desk.page.showTestResult(probeOf(u"work"_s, desk.cluster(0).endpoints.at(0)));
        desk.page.showTestResult(refusedProbe(u"work"_s, desk.cluster(0).endpoints.at(1)));
        desk.page.showTestResult(answeredProbe(u"work"_s, desk.cluster(0).endpoints.at(2), 1240, u"Hello! How can I help you today?"_s));
        for (const QSize size : {QSize(592, 560), QSize(820, 590), QSize(952, 760), QSize(1392, 1000)}) {
            desk.page.resize(size);
            QCoreApplication::processEvents();
            test::keepShot(desk.page, u"%1-%2"_s.arg(theme).arg(size.width()));
            QVERIFY2(desk.page.minimumSizeHint().width() <= size.width(), qPrintable(QString::number(desk.page.minimumSizeHint().width())));
        }
        desk.selectEndpoint(1);
        desk.type(u"Name"_s, u"relay-a"_s);
        desk.type(u"Base URL"_s, u"https://a-very-long-host-name.of-some-provider.example/with/a/long/path/that/goes/on/and/on/v1"_s);
        desk.page.resize(820, 760);
        QCoreApplication::processEvents();
        test::keepShot(desk.page, u"%1-faults"_s.arg(theme));
        desk.fold()->click();
        desk.page.resize(952, 860);
        QTRY_COMPARE(desk.fold()->isChecked(), true);
        QTest::qWait(200); // It slides.
        test::keepShot(desk.page, u"%1-more"_s.arg(theme));
        QFont large = QApplication::font();
        large.setPointSizeF(large.pointSizeF() * 1.5);
        Desk big(twoClusters());
        big.page.setFont(large);
        big.page.resize(900, 700);
        QCoreApplication::processEvents();
        test::keepShot(big.page, u"%1-large"_s.arg(theme));
        applyTheme(Theme::System);
    }
};

QTEST_MAIN(TrayClustersTest)
#include "tst_trayclusters.moc"
