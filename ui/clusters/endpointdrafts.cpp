#include "ui/clusters/endpointdrafts.h"

#include <algorithm>
#include <utility>

namespace qcc {

namespace {

template <typename Test>
const Endpoint *endpointWith(const Cluster &cluster, const Test &test)
{
    const auto found = std::ranges::find_if(cluster.endpoints, test);
    return found == cluster.endpoints.end() ? nullptr : &*found;
}

/// The endpoint that `edit` is about, whoever renamed it.
const Endpoint *followed(const Cluster &cluster, const EndpointDrafts::Edit &edit)
{
    const QString typed = edit.draft.name.trimmed();
    if (const auto *same = endpointWith(cluster, [&](const Endpoint &e) { return e.name == edit.base.name; }))
        return same;
    if (const auto *same = endpointWith(cluster, [&](const Endpoint &e) { return e.id == edit.base.id; }))
        return same;
    return endpointWith(cluster, [&](const Endpoint &e) { return e.name == typed; });
}

const Endpoint *added(const Cluster &cluster, const EndpointDrafts::Edit &edit)
{
    if (edit.savedId.isEmpty())
        return nullptr;
    return endpointWith(cluster, [&](const Endpoint &e) { return e.id == edit.savedId && !edit.namesBefore.contains(e.name); });
}

} // namespace

const EndpointDrafts::Edit *EndpointDrafts::find(const EndpointPlace &place) const
{
    const auto found = m_edits.constFind(place);
    return found == m_edits.constEnd() ? nullptr : &*found;
}

bool EndpointDrafts::hasAnyIn(const QString &cluster) const
{
    return std::any_of(m_edits.keyBegin(), m_edits.keyEnd(), [&](const EndpointPlace &place) { return place.cluster == cluster; });
}

void EndpointDrafts::begin(const QString &cluster, const EndpointDraft &draft)
{
    if (m_edits.contains({cluster, QString()}))
        return;
    Edit edit;
    edit.draft = draft;
    edit.begun = draft;
    m_edits.insert({cluster, QString()}, edit);
}

bool EndpointDrafts::isBlank(const EndpointPlace &place) const
{
    const Edit *edit = find(place);
    return !edit || (place.endpoint.isEmpty() && !edit->removedOutside && edit->draft == edit->begun);
}

bool EndpointDrafts::hasUnsaved() const
{
    return std::any_of(m_edits.keyBegin(), m_edits.keyEnd(), [this](const EndpointPlace &place) { return !isBlank(place); });
}

void EndpointDrafts::put(const EndpointPlace &place, const Endpoint &base, const EndpointDraft &draft)
{
    const auto kept = m_edits.find(place);
    if (kept != m_edits.end()) {
        kept->draft = draft;
        kept->savedId.clear();
    } else {
        Edit edit;
        edit.base = base;
        edit.draft = draft;
        m_edits.insert(place, edit);
    }
    if (!place.endpoint.isEmpty() && !isEdited(draft, base))
        m_edits.remove(place);
}

void EndpointDrafts::noteSaved(const QString &cluster, const QStringList &namesBefore)
{
    const auto edit = m_edits.find({cluster, QString()});
    if (edit == m_edits.end())
        return;
    edit->savedId = endpointIdOf(allFields(edit->draft, edit->base));
    edit->namesBefore = namesBefore;
}

QList<EndpointDrafts::Move> EndpointDrafts::follow(const Config &config, bool own)
{
    QList<Move> moves;
    QMap<EndpointPlace, Edit> kept;
    for (auto it = m_edits.cbegin(); it != m_edits.cend(); ++it) {
        const EndpointPlace &place = it.key();
        Edit edit = it.value();
        const Cluster *cluster = config.cluster(place.cluster);
        if (place.endpoint.isEmpty()) {
            if (const Endpoint *now = cluster ? added(*cluster, edit) : nullptr)
                moves.append({place, {place.cluster, now->name}});
            else if (cluster || config.clusters.isEmpty())
                kept.insert(place, edit);
            continue;
        }
        if (!cluster)
            continue;
        const Endpoint *now = followed(*cluster, edit);
        if (!now) {
            const EndpointPlace asNew{place.cluster, QString()};
            if (own || m_edits.contains(asNew))
                continue;
            edit.removedOutside = true;
            kept.insert(asNew, edit);
            moves.append({place, asNew});
            continue;
        }
        if (now->name != place.endpoint)
            moves.append({place, {place.cluster, now->name}});
        edit.draft = rebased(edit.draft, edit.base, *now);
        edit.changedOutside = edit.changedOutside || (!own && *now != edit.base);
        edit.base = *now;
        if (isEdited(edit.draft, edit.base))
            kept.insert({place.cluster, now->name}, edit);
    }
    m_edits = kept;
    return moves;
}

void EndpointDrafts::followRename(const QString &from, const QString &to)
{
    const QMap<EndpointPlace, Edit> edits = std::exchange(m_edits, {});
    for (auto it = edits.cbegin(); it != edits.cend(); ++it)
        m_edits.insert({it.key().cluster == from ? to : it.key().cluster, it.key().endpoint}, it.value());
}

void EndpointDrafts::followMove(const EndpointPlace &from, const EndpointPlace &to)
{
    if (m_edits.contains(from))
        m_edits.insert(to, m_edits.take(from));
}

} // namespace qcc
