#include "ui/clusters/clustersstate.h"

#include "core/base/visibletext.h"
#include "core/config/addresses.h"
#include "ui/clusters/endpointform.h"
#include "ui/model/coretext.h"
#include "ui/model/endpointwords.h"
#include "ui/model/words.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

class ClustersText
{
    Q_DECLARE_TR_FUNCTIONS(ClustersText)
};

/// A stored one, also one that cannot be decrypted: it is there, and saving leaves it alone. What a program says is not stored.
bool hasKey(const Endpoint &endpoint)
{
    return !endpoint.apiKey.isEmpty() || !endpoint.keyFault.isEmpty();
}

QString maskedKeyOf(const Endpoint &endpoint)
{
    return endpoint.keyFault.isEmpty() && endpoint.apiKeyCommand.isEmpty() ? maskKey(endpoint.apiKey) : u"…"_s;
}

DraftSurroundings surroundingsOf(const ClustersState &state, const EndpointDrafts::Edit *edit)
{
    DraftSurroundings around;
    around.isNew = state.endpoint.isEmpty();
    around.otherNames = state.endpointNames();
    around.otherNames.removeAll(state.endpoint);
    around.listenHost = state.config->listen.host;
    around.listenPort = state.config->listen.port;
    const Endpoint *stored = edit ? &edit->base : state.endpointNamed(state.endpoint);
    around.hasStoredKey = stored && hasKey(*stored);
    around.storedIsProgram = stored && !stored->apiKeyCommand.isEmpty();
    return around;
}

} // namespace

const Endpoint *ClustersState::endpointNamed(const QString &name) const
{
    const Cluster *there = selectedCluster();
    if (!there)
        return nullptr;
    const auto found = std::ranges::find(there->endpoints, name, &Endpoint::name);
    return found == there->endpoints.end() ? nullptr : &*found;
}

QList<Endpoint> ClustersState::endpoints() const
{
    QList<Endpoint> ordered = selectedCluster() ? selectedCluster()->endpoints : QList<Endpoint>();
    std::ranges::stable_sort(ordered, {}, &Endpoint::priority);
    return ordered;
}

QStringList ClustersState::endpointNames() const
{
    QStringList names;
    for (const Endpoint &each : endpoints())
        names << each.name;
    return names;
}

QStringList ClustersState::otherClusters() const
{
    QStringList names;
    for (const Cluster &each : config->clusters) {
        if (each.name != cluster)
            names << each.name;
    }
    return names;
}

QString ClustersState::clusterInUse() const
{
    return view.serves() && !view.cluster.isEmpty() ? view.cluster : config->activeCluster;
}

QString ClustersState::freeClusterName(const QString &wanted) const
{
    QString name = wanted;
    for (int number = 2; config->cluster(name); ++number)
        name = u"%1-%2"_s.arg(wanted).arg(number);
    return name;
}

bool ClustersState::isEmpty() const
{
    return config->clusters.isEmpty() && !drafts.hasAnyIn(cluster);
}

void ClustersState::select(const QString &otherCluster)
{
    if (drafts.isBlank(place()))
        drafts.discard(place());
    m_lastEndpoint.insert(cluster, endpoint);
    cluster = otherCluster;
    endpoint = m_lastEndpoint.value(otherCluster);
    settleSelection();
}

void ClustersState::selectEndpoint(const QString &other)
{
    if (drafts.isBlank(place()))
        drafts.discard(place());
    endpoint = other;
}

void ClustersState::follow(const ConfigSnapshot &now, bool own)
{
    const qsizetype oldRow = endpointNames().indexOf(endpoint);
    config = now;
    for (const EndpointDrafts::Move &move : drafts.follow(*now, own)) {
        if (place() == move.from)
            endpoint = move.to.endpoint;
        if (saving == move.from)
            saving = move.to;
    }
    // The neighbour takes the place of one that is gone.
    const QStringList names = endpointNames();
    if (!endpoint.isEmpty() && !names.contains(endpoint) && !names.isEmpty())
        endpoint = names.at(qBound(qsizetype(0), oldRow, names.size() - 1));
    if (selectedCluster()) {
        QStringList ids;
        for (const Endpoint &each : endpoints())
            ids << each.id;
        if (tests.cluster() == cluster)
            tests.keepOnly(ids);
    }
    settleSelection();
}

void ClustersState::followRename(const QString &from, const QString &to)
{
    drafts.followRename(from, to);
    m_lastEndpoint.insert(to, m_lastEndpoint.take(from));
    if (cluster == from)
        cluster = to;
}

void ClustersState::followMove(const EndpointPlace &from, const EndpointPlace &to)
{
    drafts.followMove(from, to);
    m_lastEndpoint.insert(to.cluster, to.endpoint);
}

void ClustersState::settleSelection()
{
    if (!selectedCluster() && !config->clusters.isEmpty()) {
        cluster = config->cluster(clusterInUse()) ? clusterInUse() : config->clusters.constFirst().name;
        endpoint = m_lastEndpoint.value(cluster);
    }
    const bool isThere = endpoint.isEmpty() ? drafts.find(place()) != nullptr : endpointNamed(endpoint) != nullptr;
    if (isThere)
        return;
    const QStringList names = endpointNames();
    endpoint = names.isEmpty() ? QString() : names.constFirst();
}

ClusterRow ClustersState::rowOf(const Cluster &of) const
{
    ClusterRow row;
    row.name = of.name;
    row.endpoints = static_cast<int>(of.endpoints.size());
    row.enabled = static_cast<int>(std::ranges::count_if(of.endpoints, &Endpoint::enabled));
    row.inUse = of.name == clusterInUse();
    row.edited = drafts.hasAnyIn(of.name);
    if (!row.inUse || !view.serves() || of.name != view.cluster)
        return row;
    int usable = 0;
    for (const Endpoint &each : of.endpoints) {
        const auto seen = std::ranges::find(view.endpoints, each.id, &EndpointView::id);
        if (!each.enabled || seen == view.endpoints.end())
            continue;
        usable += isInUse(seen->health) ? 1 : 0;
    }
    row.usable = usable;
    row.meaning = row.enabled == 0 ? Meaning::Neutral : usable == 0 ? Meaning::Failure : usable < row.enabled ? Meaning::Warning : Meaning::Success;
    return row;
}

QList<ClusterRow> ClustersState::clusterRows() const
{
    QList<ClusterRow> rows;
    for (const Cluster &each : config->clusters)
        rows << rowOf(each);
    if (rows.isEmpty()) {
        ClusterRow row;
        row.name = cluster;
        row.saved = false;
        rows << row;
    }
    return rows;
}

EndpointRow ClustersState::rowOf(const Endpoint &of) const
{
    EndpointRow row;
    row.name = of.name;
    row.baseUrl = QString::fromUtf8(of.baseUrl);
    row.maskedKey = maskedKeyOf(of);
    row.priority = of.priority;
    row.enabled = of.enabled;
    row.edited = drafts.find({cluster, of.name}) != nullptr;
    if (view.serves() && cluster == view.cluster) {
        const auto seen = std::ranges::find_if(
            view.endpoints, [&of](const EndpointView &each) { return each.id == of.id && each.name == of.name; });
        if (seen != view.endpoints.end())
            row.health = EndpointRow::Health{seen->health, static_cast<int>(std::ceil(seen->returnsInS(shownAt))), inUsersLanguage(seen->lastError), EndpointWords::reason(seen->lastError)};
    }
    row.testing = tests.waitsFor(cluster, of.id);
    if (const TestRound::Finding *finding = tests.finding(cluster, of.id))
        row.finding = *finding;
    return row;
}

QList<EndpointRow> ClustersState::endpointRows() const
{
    QList<EndpointRow> rows;
    for (const Endpoint &each : endpoints())
        rows << rowOf(each);
    if (const EndpointDrafts::Edit *added = drafts.find({cluster, QString()})) {
        EndpointRow row;
        row.typedName = added->draft.name.trimmed();
        row.baseUrl = added->draft.baseUrl.trimmed();
        row.maskedKey = maskKey(added->base.apiKey);
        row.priority = added->draft.priority;
        row.enabled = added->draft.enabled;
        rows << row;
    }
    return rows;
}

QStringList ClustersState::lossesWithCluster(const QString &name) const
{
    QStringList losses;
    if (name == clusterInUse())
        losses << ClustersText::tr("It is in use: requests are refused until another cluster is chosen.");
    if (const Cluster *there = config->cluster(name); there && there->endpoints.size() > 1)
        losses << ClustersText::tr("Its %1 endpoints and their keys go with it.").arg(there->endpoints.size());
    return losses;
}

QStringList ClustersState::lossesWithEndpoint(const QString &name) const
{
    const Endpoint *lost = endpointNamed(name);
    if (!lost || !lost->enabled || cluster != clusterInUse())
        return {};
    const auto seen = std::ranges::find(view.endpoints, lost->id, &EndpointView::id);
    const auto serves = [this](const Endpoint &each) {
        const auto other = std::ranges::find(view.endpoints, each.id, &EndpointView::id);
        return each.enabled && (other == view.endpoints.end() || isInUse(other->health));
    };
    QStringList losses;
    const QList<Endpoint> all = endpoints();
    if (std::ranges::none_of(all, [&](const Endpoint &each) { return each.name != name && serves(each); }))
        losses << ClustersText::tr("No other endpoint of the cluster in use can take its requests: they fail until there is one.");
    if (seen != view.endpoints.end() && seen->inFlight > 0)
        losses << ClustersText::tr("%n request(s) run there; they are finished.", nullptr, seen->inFlight);
    if (seen != view.endpoints.end() && seen->preferred)
        losses << ClustersText::tr("It was picked by hand.");
    return losses;
}

bool ClustersState::countsDown() const
{
    return cluster == clusterInUse()
        && std::ranges::any_of(view.endpoints, [this](const EndpointView &each) { return each.returnsInS(shownAt) > 0; });
}

FormContent ClustersState::formContent() const
{
    FormContent content;
    content.place = place();
    const Endpoint *stored = endpointNamed(endpoint);
    const EndpointDrafts::Edit *edit = drafts.find(place());
    const DraftSurroundings around = surroundingsOf(*this, edit);
    content.draft = edit ? edit->draft : stored ? draftOf(*stored) : EndpointDraft();
    content.notes = notesOn(content.draft, around);
    if (const Endpoint *base = edit ? &edit->base : stored; base && hasKey(*base))
        content.maskedKey = maskedKeyOf(*base);
    content.otherNames = around.otherNames;
    if (around.isNew)
        content.nameIfEmpty = hostOf(trimmedBaseUrl(content.draft.baseUrl.trimmed()));

    const bool changes = edit && (around.isNew || !qcc::isEmpty(changedFields(edit->draft, edit->base)));
    content.canSave = changes && canBeSaved(content.notes) && saving != place();
    content.canRevert = edit != nullptr;
    content.title = stored ? stored->name : ClustersText::tr("New endpoint in %1").arg(Words::shortName(cluster));
    if (stored) {
        const EndpointRow row = rowOf(*stored);
        content.canReset = row.enabled && row.health && !isInUse(row.health->word);
        addKeyNote(content, *stored);
    }
    addRemark(content);
    return content;
}

/// What was found wrong with the stored key stands where it can be mended.
void ClustersState::addKeyNote(FormContent &content, const Endpoint &stored) const
{
    if (content.draft.apiKey || std::ranges::find(content.notes, DraftField::ApiKey, &DraftNote::field) != content.notes.end())
        return;
    const EndpointRow row = rowOf(stored);
    if (row.testing)
        return;
    const bool byTest = row.finding && row.finding->keyRefused;
    const bool byRequest = !row.finding && row.health && row.health->word == EndpointHealth::KeyRefused;
    if (!byTest && !byRequest)
        return;
    const QString why = byRequest ? row.health->lastError : QString();
    const QString name = Words::shortName(stored.name);
    content.notes << DraftNote{DraftField::ApiKey, DraftNote::Gravity::Fault,
                               why.isEmpty() ? ClustersText::tr("%1 refused the stored key.", "endpoint").arg(name)
                                             : ClustersText::tr("%1 refused the stored key: %2", "endpoint, why").arg(name, why), {}, {}};
}

void ClustersState::addRemark(FormContent &content) const
{
    const EndpointDrafts::Edit *edit = drafts.find(place());
    if (refusal && refusal->place == place()) {
        content.remark = ClustersText::tr("Not saved: %1").arg(refusal->why);
        content.remarkMeaning = Meaning::Failure;
    } else if (saving == place() && savingTakesLong) {
        content.remark = ClustersText::tr("Being saved. Your keychain may ask you to unlock it.");
        content.remarkMeaning = Meaning::Neutral;
    } else if (edit && edit->removedOutside) {
        content.remark = ClustersText::tr("It was removed from config.json meanwhile. Saving adds it again.");
        content.remarkMeaning = Meaning::Warning;
    } else if (edit && edit->changedOutside) {
        content.remark = ClustersText::tr("config.json was changed meanwhile. What you typed is kept, all else follows the file.");
        content.remarkMeaning = Meaning::Warning;
    } else if (const Endpoint *stored = endpointNamed(endpoint); stored && !stored->keyFault.isEmpty()) {
        content.remark = ClustersText::tr("Out of use: %1").arg(inUsersLanguage(stored->keyFault));
        content.remarkMeaning = Meaning::Failure;
    } else if (saved == place() && !edit) {
        addSavedRemark(content);
    } else if (content.canSave && view.serves()) {
        content.remark = ClustersText::tr("Saving tests it at once.");
    }
}

void ClustersState::addSavedRemark(FormContent &content) const
{
    const Endpoint *stored = endpointNamed(endpoint);
    if (!stored)
        return;
    const EndpointRow row = rowOf(*stored);
    content.remarkMeaning = Meaning::Neutral;
    if (row.testing) {
        content.remark = ClustersText::tr("Saved · testing…");
    } else if (!row.finding) {
        content.remark = ClustersText::tr("Saved");
    } else if (row.finding->meaning == Meaning::Success && row.finding->nextStep.isEmpty()) {
        content.remark = row.finding->firstByteMs ? ClustersText::tr("Saved · healthy, %1", "time").arg(Words::duration(*row.finding->firstByteMs))
                                                  : ClustersText::tr("Saved · healthy");
        content.remarkMeaning = Meaning::Success;
    } else {
        content.remark = ClustersText::tr("Saved · %1. %2", "what is wrong, what to do").arg(row.finding->line, row.finding->nextStep).trimmed();
        content.remarkMeaning = row.finding->meaning == Meaning::Success ? Meaning::Warning : row.finding->meaning;
    }
}

} // namespace qcc
