#include "ui/clusters/clusterspage.h"

#include "ui/clusters/clusterchanges.h"
#include "ui/clusters/clusterhead.h"
#include "ui/clusters/clusterlist.h"
#include "ui/clusters/endpointform.h"
#include "ui/clusters/endpointlist.h"
#include "ui/clusters/routespane.h"
#include "ui/clusters/rowview.h"
#include "ui/model/words.h"
#include "ui/widgets/messages.h"
#include "ui/widgets/theme.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <utility>

namespace qcc {

namespace {

const QByteArray wholeForm = "whole form";

/// From then on it is said that something is being saved.
constexpr std::chrono::milliseconds slowSave{700};

/// From this width on there is room for all of it; with less it leaves out what is elsewhere as well.
constexpr int wideEnough = 720;
constexpr int leastWidth = 560;

/// The list is as high as its rows, as far as the form keeps its room; what is typed stays in sight however many there are.
class Editor : public QWidget
{
public:
    Editor(EndpointList *list, EndpointForm *form)
        : m_list(list)
        , m_form(form)
    {
        list->setParent(this);
        form->setParent(this);
    }

    QSize minimumSizeHint() const override
    {
        const QSize form = m_form->minimumSizeHint();
        return {std::max(form.width(), m_list->minimumSizeHint().width()), m_list->leastHeight() + between + form.height()};
    }

    void arrange()
    {
        const int rest = height() - between - std::max(m_form->minimumSizeHint().height(), m_form->usualHeight());
        const int list = std::min(m_list->view()->wholeHeight(), std::max(m_list->leastHeight(), rest));
        m_list->setGeometry(0, 0, width(), list);
        m_form->setGeometry(0, list + between, width(), std::max(0, height() - list - between));
    }

protected:
    void resizeEvent(QResizeEvent *) override { arrange(); }
    bool event(QEvent *event) override
    {
        if (event->type() == QEvent::LayoutRequest)
            arrange();
        return QWidget::event(event);
    }

private:
    static constexpr int between = 12;

    EndpointList *m_list;
    EndpointForm *m_form;
};

} // namespace

ClustersPage::ClustersPage(QWidget *parent)
    : QWidget(parent)
    , m_savingTakesLong(new QTimer(this))
    , m_clock(new QTimer(this))
    , m_pages(new QStackedWidget)
    , m_noCluster(makeNoCluster())
    , m_broken(new EmptyState({}, {}))
    , m_content(makeContent())
{
    m_pages->addWidget(m_noCluster);
    m_pages->addWidget(m_broken);
    connect(m_broken->addButton(tr("&Open file")), &QPushButton::clicked, this, &ClustersPage::openConfigRequested);
    m_pages->addWidget(m_content);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_pages);
    m_savingTakesLong->setSingleShot(true);
    m_savingTakesLong->setInterval(slowSave);
    connect(m_savingTakesLong, &QTimer::timeout, this, [this] {
        m_state.savingTakesLong = true;
        refresh();
    });
    m_clock->setInterval(std::chrono::seconds(1));
    connect(m_clock, &QTimer::timeout, this, &ClustersPage::refresh);
    connectClusters();
    connectEndpoints();
    connectRoutes();
    addShortcuts();
    refresh();
}

QWidget *ClustersPage::makeNoCluster()
{
    auto *empty = new EmptyState(tr("No clusters yet"),
                                 tr("Endpoints that stand in for each other make a cluster. The demo works without a key; import "
                                    "takes over what other tools know already."));
    connect(empty->addButton(tr("&Try the demo")), &QPushButton::clicked, this, &ClustersPage::demoRequested);
    connect(empty->addButton(tr("&Import…")), &QPushButton::clicked, this, &ClustersPage::importRequested);
    connect(empty->addButton(tr("&Add an endpoint…")), &QPushButton::clicked, this, qOverload<>(&ClustersPage::addEndpoint));
    return empty;
}

QWidget *ClustersPage::makeContent()
{
    m_clusters = new ClusterList;
    m_head = new ClusterHead;
    m_endpoints = new EndpointList;
    m_form = new EndpointForm;

    m_noEndpoint = new EmptyState({}, {});
    connect(m_noEndpoint->addButton(tr("&Add an endpoint…")), &QPushButton::clicked, this, qOverload<>(&ClustersPage::addEndpoint));
    connect(m_noEndpoint->addButton(tr("&Import…")), &QPushButton::clicked, this, &ClustersPage::importRequested);

    m_editor = new Editor(m_endpoints, m_form);
    m_body = new QStackedWidget;
    m_body->addWidget(m_noEndpoint);
    m_body->addWidget(m_editor);
    m_head->setTools(m_endpoints->tools());
    m_endpoints->view()->setOther(m_clusters->view());

    auto *cluster = new QWidget;
    auto *column = new QVBoxLayout(cluster);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::half);
    column->addWidget(m_head);
    column->addWidget(m_body, 1);

    m_routes = new RoutesPane;
    m_shown = new QStackedWidget;
    m_shown->addWidget(cluster);
    m_shown->addWidget(m_routes);
    auto *right = new QWidget;
    m_right = new QVBoxLayout(right);
    m_right->addWidget(m_shown);
    auto *halves = new QWidget;
    auto *row = new QHBoxLayout(halves);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_clusters);
    row->addWidget(right, 1);
    return halves;
}

void ClustersPage::connectClusters()
{
    connect(m_clusters, &ClusterList::selected, this, &ClustersPage::selectCluster);
    connect(m_clusters, &ClusterList::addRequested, this, &ClustersPage::addCluster);
    connect(m_clusters, &ClusterList::useRequested, this, &ClustersPage::clusterChosen);
    connect(m_clusters, &ClusterList::renameRequested, this, &ClustersPage::renameCluster);
    connect(m_clusters, &ClusterList::cloneRequested, this, &ClustersPage::cloneCluster);
    connect(m_clusters, &ClusterList::deleteRequested, this, &ClustersPage::deleteCluster);
    connect(m_clusters, &ClusterList::importRequested, this, &ClustersPage::importRequested);
    connect(m_clusters, &ClusterList::moveRequested, this,
            [this](const QString &name, int to) { request(movingCluster(name, to)); });
    connect(m_head, &ClusterHead::useRequested, this, [this] { Q_EMIT clusterChosen(m_state.cluster); });
    connect(m_head, &ClusterHead::strategyChosen, this,
            [this](Strategy strategy) { request(settingStrategy(m_state.cluster, strategy)); });
}

void ClustersPage::connectEndpoints()
{
    connect(m_endpoints, &EndpointList::selected, this, &ClustersPage::selectEndpoint);
    connect(m_endpoints, &EndpointList::importRequested, this, &ClustersPage::importRequested);
    connect(m_endpoints, &EndpointList::moveToRequested, this, &ClustersPage::moveEndpoint);
    connect(m_endpoints->view(), &RowView::rowDropped, this, [this](int row, int ontoCluster) { moveEndpoint(m_endpoints->nameAt(row), m_clusters->nameAt(ontoCluster)); });
    connect(m_endpoints, &EndpointList::addRequested, this, qOverload<>(&ClustersPage::addEndpoint));
    connect(m_endpoints, &EndpointList::cloneRequested, this, &ClustersPage::cloneEndpoint);
    connect(m_endpoints, &EndpointList::deleteRequested, this, &ClustersPage::deleteEndpoint);
    connect(m_endpoints, &EndpointList::enableRequested, this,
            [this](const QString &name, bool on) { request(enablingEndpoint(m_state.cluster, name, on)); });
    connect(m_endpoints, &EndpointList::orderRequested, this,
            [this](const QStringList &order) { request(orderingEndpoints(m_state.cluster, order)); });
    connect(m_endpoints, &EndpointList::testRequested, this, &ClustersPage::test);
    connect(m_endpoints, &EndpointList::testAllRequested, this, &ClustersPage::testAll);
    connect(m_endpoints, &EndpointList::testCancelled, this, &ClustersPage::cancelTests);
    const auto reset = [this] {
        if (const Endpoint *selected = m_state.endpointNamed(m_state.endpoint))
            Q_EMIT resetRequested(m_state.cluster, selected->id);
    };
    connect(m_endpoints, &EndpointList::resetRequested, this, reset);
    connect(m_form, &EndpointForm::resetRequested, this, reset);
    connect(m_form, &EndpointForm::edited, this, &ClustersPage::takeDraft);
    connect(m_form, &EndpointForm::saveRequested, this, &ClustersPage::save);
    connect(m_form, &EndpointForm::revertRequested, this, &ClustersPage::revert);
}

void ClustersPage::setConfig(const ConfigSnapshot &config)
{
    if (!config || config == m_state.config)
        return;
    const bool own = std::exchange(m_awaitsChange, false);
    if (const auto renamed = std::exchange(m_renaming, {}); renamed && config->cluster(renamed->second))
        m_state.followRename(renamed->first, renamed->second);
    if (const auto moved = std::exchange(m_moving, {})) {
        const Cluster *there = config->cluster(moved->second.cluster);
        if (there && std::ranges::find(there->endpoints, moved->second.endpoint, &Endpoint::name) != there->endpoints.end())
            m_state.followMove(moved->first, moved->second);
    }
    m_state.follow(config, own);
    takeNext();
}

/// Selects what the page itself had added.
void ClustersPage::takeNext()
{
    if (const auto before = std::exchange(m_beforeClone, {})) {
        for (const QString &name : m_state.endpointNames()) {
            if (!before->contains(name))
                m_state.selectEndpoint(name);
        }
    }
    const bool arrived = !m_nextCluster.isEmpty() && m_state.config->cluster(m_nextCluster);
    if (arrived) {
        m_showsRoutes = false;
        m_state.select(std::exchange(m_nextCluster, {}));
    }
    refresh();
    if (arrived && std::exchange(m_nameNextCluster, false))
        m_clusters->editName(m_state.cluster);
}

void ClustersPage::setView(const ProxyView &view)
{
    if (view == m_state.view)
        return;
    m_state.view = view;
    refresh();
}

void ClustersPage::showTestResult(const QJsonObject &probe)
{
    m_state.tests.take(probeReport(probe));
    refresh();
}

void ClustersPage::testFailed(const QString &cluster, const QString &endpointId, const QString &why)
{
    m_state.tests.fail(cluster, endpointId, why);
    refresh();
}

void ClustersPage::selectCluster(const QString &name)
{
    const bool wasRoutes = std::exchange(m_showsRoutes, false);
    if (name == m_state.cluster && !wasRoutes)
        return;
    m_state.select(name);
    m_state.saved.reset();
    refresh();
}

void ClustersPage::editEndpoint(const QString &cluster, const QString &endpoint)
{
    if (!m_state.config || !m_state.config->cluster(cluster))
        return;
    selectCluster(cluster);
    selectEndpoint(endpoint);
    m_form->focusFirstField();
}

void ClustersPage::selectEndpoint(const QString &name)
{
    if (name == m_state.endpoint)
        return;
    m_state.selectEndpoint(name);
    m_state.saved.reset();
    refresh();
}

void ClustersPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refresh();
}

void ClustersPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const bool wide = width() >= wideEnough;
    const int margin = wide ? tokens::space::margin : metrics::edge;
    m_right->setContentsMargins(margin, tokens::space::margin - 4, margin, metrics::edge);
    m_clusters->setNarrow(!wide);
    m_endpoints->setNarrow(!wide);
}

QSize ClustersPage::minimumSizeHint() const
{
    // What a wide one needs says nothing of how narrow it can be.
    const QSize hint = QWidget::minimumSizeHint();
    return {std::min(hint.width(), std::max(leastWidth, fontMetrics().averageCharWidth() * leastWidth / 8)), hint.height()};
}

QByteArray ClustersPage::saveState() const
{
    return m_form->keepsMoreOpen() ? wholeForm : QByteArray();
}

void ClustersPage::restoreState(const QByteArray &state)
{
    m_form->keepMoreOpen(state == wholeForm);
}

void ClustersPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_clock->stop();
}

void ClustersPage::runClock()
{
    const bool wanted = isVisible() && m_state.countsDown();
    if (wanted && !m_clock->isActive())
        m_clock->start();
    else if (!wanted)
        m_clock->stop();
}

void ClustersPage::refresh()
{
    m_state.shownAt = std::chrono::steady_clock::now();
    runClock();
    if (m_state.isEmpty()) {
        const QString &fault = m_state.view.configFault;
        m_broken->setTexts(Words::configFaultTitle(), Words::configFaultText(fault));
        m_pages->setCurrentWidget(fault.isEmpty() ? m_noCluster : m_broken);
        return;
    }
    m_pages->setCurrentWidget(m_content);
    m_routes->setConfig(m_state.config);
    m_shown->setCurrentIndex(m_showsRoutes ? 1 : 0);
    m_clusters->setRows(m_state.clusterRows(), m_showsRoutes ? QString() : m_state.cluster);
    m_clusters->setRoutes(m_state.config->routes.size(), m_showsRoutes);
    m_head->setAddress(addressOf(m_state.cluster));
    const Cluster *cluster = m_state.selectedCluster();
    m_head->setCluster(m_state.cluster, cluster ? cluster->strategy : Strategy::PriorityFailover, cluster && cluster->name == m_state.clusterInUse(),
                       cluster != nullptr);
    refreshEndpoints();
}

void ClustersPage::refreshEndpoints()
{
    const QList<EndpointRow> rows = m_state.endpointRows();
    m_endpoints->tools()->setVisible(!rows.isEmpty());
    if (rows.isEmpty()) {
        m_noEndpoint->setTexts(tr("No endpoints in %1 yet").arg(Words::shortName(m_state.cluster)),
                               tr("An endpoint is a base URL and its key. The first one gets all requests; further ones are there for "
                                  "when it fails."));
        m_body->setCurrentWidget(m_noEndpoint);
        return;
    }
    m_body->setCurrentWidget(m_editor);
    const FormContent content = m_state.formContent();
    m_endpoints->setProgress(m_state.tests.answered(), m_state.tests.isRunning() ? m_state.tests.total() : 0);
    m_endpoints->setResettable(content.canReset);
    m_endpoints->setSavable(content.canSave);
    m_endpoints->setOtherClusters(m_state.otherClusters());
    m_endpoints->setRows(rows, m_state.endpoint);
    m_form->setContent(content);
    static_cast<Editor *>(m_editor)->arrange();
}

} // namespace qcc
