#include "ui/clusters/clusterspage.h"

#include "ui/clusters/clusterchanges.h"
#include "ui/clusters/clusterhead.h"
#include "ui/clusters/clusterlist.h"
#include "ui/clusters/endpointform.h"
#include "ui/clusters/endpointlist.h"
#include "ui/clusters/routespane.h"
#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QShortcut>
#include <QTimer>
#include <QUrl>

#include <algorithm>
#include <utility>

// The clusters page as it asks: for changes and for tests, and what becomes of a change. What it shows is in clusterspage.cpp.

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// What the first cluster is called when an endpoint is added before there is one.
const QString firstCluster = u"default"_s;

/// What an endpoint will be called in `cluster`: as it is, where that is free.
QString nameIn(const Cluster &cluster, const QString &wanted)
{
    QString name = wanted;
    for (int number = 2; std::ranges::find(cluster.endpoints, name, &Endpoint::name) != cluster.endpoints.end(); ++number)
        name = u"%1-%2"_s.arg(wanted).arg(number);
    return name;
}

bool holdsControl(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) { return c.category() == QChar::Other_Control; });
}

} // namespace

void ClustersPage::request(const ConfigChange &change)
{
    if (!m_problem.isEmpty())
        Q_EMIT problemOver(std::exchange(m_problem, {}));
    m_awaitsChange = true;
    Q_EMIT changeRequested(change);
}

void ClustersPage::tellProblem(const QString &text)
{
    m_problem = text;
    Q_EMIT problemFound(text);
}

void ClustersPage::addCluster()
{
    m_nextCluster = m_state.freeClusterName(tr("cluster", "name of a new one"));
    m_nameNextCluster = true;
    request(addingCluster(m_nextCluster));
}

void ClustersPage::renameCluster(const QString &from, const QString &to)
{
    if (m_state.config->cluster(to)) {
        tellProblem(tr("There is a cluster %1 already. Choose another name.").arg(Words::shortName(to)));
    } else if (holdsControl(to)) {
        tellProblem(tr("A name must not hold tabs or other control characters."));
    } else {
        m_renaming = {from, to};
        request(renamingCluster(from, to));
    }
}

void ClustersPage::cloneCluster(const QString &name)
{
    m_nextCluster = m_state.freeClusterName(name);
    request(cloningCluster(name, m_nextCluster));
}

void ClustersPage::addEndpoint()
{
    addEndpoint(EndpointFields());
}

void ClustersPage::addEndpoint(const EndpointFields &known)
{
    const bool isFilled = known.baseUrl || known.apiKey;
    if (isFilled && m_state.drafts.find({m_state.cluster, QString()}) && !m_state.drafts.isBlank({m_state.cluster, QString()})) {
        tellProblem(tr("There is a new endpoint that is not saved yet. Save or revert it first."));
        return;
    }
    m_showsRoutes = false;
    if (m_state.config->clusters.isEmpty())
        m_state.cluster = firstCluster;
    EndpointDraft draft;
    if (const Cluster *there = m_state.selectedCluster(); there && !there->endpoints.isEmpty())
        draft.priority = std::ranges::max(there->endpoints, {}, &Endpoint::priority).priority + 1;
    m_state.drafts.begin(m_state.cluster, draft);
    m_state.endpoint.clear();
    if (isFilled) {
        draft.name = known.name.value_or(QString());
        draft.baseUrl = known.baseUrl.value_or(QString());
        draft.apiKey = known.apiKey;
        draft.auth = known.auth.value_or(draft.auth);
        draft.caFile = known.caFile.value_or(QString());
        m_state.drafts.put(m_state.place(), Endpoint(), draft);
    }
    refresh();
    m_form->focusFirstField();
}

void ClustersPage::cloneEndpoint(const QString &endpoint)
{
    m_beforeClone = m_state.endpointNames();
    request(cloningEndpoint(m_state.cluster, endpoint));
}

void ClustersPage::deleteCluster(const QString &name)
{
    if (m_state.config->cluster(name))
        ask(tr("Delete cluster %1?").arg(Words::shortName(name)), m_state.lossesWithCluster(name), tr("%1 brings it back as long as qcc runs.", "shortcut"), tr("&Delete"),
            [this, change = removingCluster(name)] { request(change); });
    else
        revert();
}

void ClustersPage::deleteEndpoint(const QString &endpoint)
{
    if (endpoint.isEmpty())
        revert();
    else
        ask(tr("Delete endpoint %1?").arg(Words::shortName(endpoint)), m_state.lossesWithEndpoint(endpoint), tr("%1 brings it back as long as qcc runs.", "shortcut"),
            tr("&Delete"), [this, change = removingEndpoint(m_state.cluster, endpoint)] { request(change); });
}

void ClustersPage::moveEndpoint(const QString &endpoint, const QString &toCluster)
{
    const Cluster *there = m_state.config->cluster(toCluster);
    if (!there || toCluster == m_state.cluster || !m_state.endpointNamed(endpoint))
        return;
    const EndpointPlace from{m_state.cluster, endpoint};
    const EndpointPlace to{toCluster, nameIn(*there, endpoint)};
    ask(tr("Move endpoint %1 to %2?").arg(Words::shortName(endpoint), Words::shortName(toCluster)), m_state.lossesWithEndpoint(endpoint),
        tr("%1 moves it back as long as qcc runs.", "shortcut"), tr("&Move"), [this, from, to] {
            m_moving = {from, to};
            request(movingEndpoint(from, to));
        });
}

/// What costs nobody anything is done at once, since it can be taken back.
void ClustersPage::ask(const QString &question, const QStringList &losses, const QString &comesBack, const QString &yes, std::function<void()> act)
{
    if (losses.isEmpty()) {
        act();
        return;
    }
    const QString shortcut = QKeySequence(QKeySequence::Undo).toString(QKeySequence::NativeText);
    askFirst(this, question, losses.join(u'\n') + u'\n' + comesBack.arg(shortcut), yes, std::move(act));
}

void ClustersPage::save()
{
    const EndpointDrafts::Edit *edit = m_state.drafts.find(m_state.place());
    if (!edit || !m_state.formContent().canSave)
        return;
    ConfigChange change;
    if (m_state.endpoint.isEmpty()) {
        change = addingEndpoint(m_state.cluster, allFields(edit->draft, edit->base));
        m_state.drafts.noteSaved(m_state.cluster, m_state.endpointNames());
    } else {
        change = editingEndpoint(m_state.cluster, m_state.endpoint, changedFields(edit->draft, edit->base));
    }
    m_state.saving = m_state.place();
    m_savingTakesLong->start();
    m_state.refusal.reset();
    request(change);
    refresh();
}

std::optional<EndpointPlace> ClustersPage::endSaving()
{
    m_savingTakesLong->stop();
    m_state.savingTakesLong = false;
    return std::exchange(m_state.saving, {});
}

void ClustersPage::editDone()
{
    const std::optional<EndpointPlace> saved = endSaving();
    if (saved)
        m_state.saved = saved;
    refresh();
    if (saved)
        testSaved(*saved);
    m_testWhenSaved.reset();
}

/// Whether what was saved works is what its owner wants to know next. By itself nothing is tested that costs something, nor where nobody is there to test it.
void ClustersPage::testSaved(const EndpointPlace &place)
{
    const Cluster *there = m_state.config->cluster(place.cluster);
    if (!there || (!m_testWhenSaved && !m_state.view.serves()))
        return;
    const auto saved = std::ranges::find(there->endpoints, place.endpoint, &Endpoint::name);
    if (saved != there->endpoints.end())
        requestTest(place.cluster, {saved->id}, saved->id, m_testWhenSaved.value_or(TestKind::Models));
}

void ClustersPage::editRefused(const QString &why)
{
    m_awaitsChange = false;
    if (m_routes->takeRefusal(why))
        return;
    m_testWhenSaved.reset();
    m_nextCluster.clear();
    m_nameNextCluster = false;
    m_beforeClone.reset();
    m_renaming.reset();
    m_moving.reset();
    if (const auto saving = endSaving())
        m_state.refusal = ClustersState::Refusal{*saving, why};
    else
        tellProblem(why);
    refresh();
}

void ClustersPage::revert()
{
    m_state.drafts.discard(m_state.place());
    m_state.refusal.reset();
    m_state.settleSelection();
    refresh();
}

void ClustersPage::test(const QString &name, TestKind kind)
{
    if (m_state.formContent().canSave && name == m_state.endpoint) {
        m_testWhenSaved = kind;
        save();
        return;
    }
    const Endpoint *tested = m_state.endpointNamed(name);
    if (!tested)
        return;
    requestTest(m_state.cluster, {tested->id}, tested->id, kind);
}

void ClustersPage::requestTest(const QString &cluster, const QStringList &ids, const QString &asked, TestKind kind)
{
    m_state.tests.begin(cluster, ids);
    refresh();
    if (kind == TestKind::Message)
        Q_EMIT messageRequested(cluster, asked);
    else
        Q_EMIT testRequested(cluster, asked);
}

void ClustersPage::testAll(TestKind kind)
{
    QStringList ids;
    for (const Endpoint &each : m_state.endpoints()) {
        if (each.enabled)
            ids << each.id;
    }
    if (ids.isEmpty() || m_state.tests.isRunning())
        return;
    requestTest(m_state.cluster, ids, {}, kind);
}

void ClustersPage::cancelTests()
{
    m_state.tests.cancel();
    refresh();
    Q_EMIT testCancelled();
}

bool ClustersPage::leaveForm()
{
    if (!hasUnsavedChanges())
        return false;
    m_routes->leaveForm();
    if (m_form->isAncestorOf(m_form->window()->focusWidget()))
        m_endpoints->takeFocus();
    return true;
}

bool ClustersPage::hasUnsavedChanges() const
{
    return m_state.drafts.hasUnsaved() || m_routes->hasUnsavedChanges();
}

void ClustersPage::takeDraft(const EndpointDraft &draft)
{
    const Endpoint *base = m_state.endpointNamed(m_state.endpoint);
    m_state.drafts.put(m_state.place(), base ? *base : Endpoint(), draft);
    m_state.saved.reset();
    refresh();
}

void ClustersPage::addShortcuts()
{
    const auto add = [this](const QKeySequence &key, auto forRoutes, auto forCluster) {
        connect(new QShortcut(key, this), &QShortcut::activated, this, [this, forRoutes, forCluster] {
            if (m_showsRoutes)
                forRoutes();
            else
                forCluster();
        });
    };
    add(QKeySequence::Save, [this] { m_routes->save(); }, [this] { save(); });
    add(Qt::Key_F5, [] { }, [this] { testAll(TestKind::Models); });
    add(QKeySequence::New, [this] { m_routes->addRoute(); }, [this] { addEndpoint(); });
    addActions(m_endpoints->testActs());
}

void ClustersPage::connectRoutes()
{
    connect(m_routes, &RoutesPane::changeRequested, this, &ClustersPage::request);
    connect(m_clusters, &ClusterList::routesRequested, this, &ClustersPage::showRoutes);
    connect(m_clusters, &ClusterList::copyAddressRequested, this, &ClustersPage::copyAddress);
    connect(m_head, &ClusterHead::copyAddressRequested, this, [this] { copyAddress(m_state.cluster); });
}

void ClustersPage::showRoutes()
{
    m_showsRoutes = true;
    refresh();
}

void ClustersPage::addRoute()
{
    showRoutes();
    m_routes->addRoute();
}

/// As its path names it: what a name may hold, a path may not.
QString ClustersPage::addressOf(const QString &cluster) const
{
    const bool isSaved = m_state.config->cluster(cluster) != nullptr;
    return m_state.view.address.isEmpty() || !isSaved ? QString() : u"%1/@%2"_s.arg(m_state.view.address, QString::fromLatin1(QUrl::toPercentEncoding(cluster)));
}

void ClustersPage::copyAddress(const QString &cluster)
{
    if (const QString address = addressOf(cluster); !address.isEmpty())
        QGuiApplication::clipboard()->setText(address);
}

} // namespace qcc
