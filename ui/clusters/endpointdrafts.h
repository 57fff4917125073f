#pragma once

#include "ui/clusters/endpointdraft.h"

#include <QMap>

namespace qcc {

/// Names an endpoint on the page. An empty `endpoint` is the one that is being added to the cluster.
struct EndpointPlace {
    QString cluster;
    QString endpoint;

    auto operator<=>(const EndpointPlace &other) const
    {
        const int byCluster = cluster.compare(other.cluster);
        return (byCluster != 0 ? byCluster : endpoint.compare(other.endpoint)) <=> 0;
    }
    bool operator==(const EndpointPlace &) const = default;
};

/// What was typed and not saved, of any number of endpoints, kept while others are looked at and while config.json changes: field by field, so that
/// nothing typed is lost and nothing foreign overwritten.
class EndpointDrafts
{
public:
    struct Edit {
        Endpoint base; ///< As it was when the draft last agreed with it; of a new one what its draft has no place for.
        EndpointDraft draft;
        EndpointDraft begun; ///< Of a new one: what stood there before anything was typed.
        bool changedOutside = false;
        bool removedOutside = false;
        QString savedId;         ///< Of a new one that was handed on: the id it will have.
        QStringList namesBefore; ///< The cluster's endpoints at that time.
    };
    struct Move {
        EndpointPlace from;
        EndpointPlace to;
    };

    const Edit *find(const EndpointPlace &place) const;
    /// A new one that nothing was typed into yet is none.
    bool hasUnsaved() const;
    bool isBlank(const EndpointPlace &place) const;
    bool hasAnyIn(const QString &cluster) const;
    /// Begins the new endpoint of `cluster`, where there is none yet.
    void begin(const QString &cluster, const EndpointDraft &draft);
    /// Keeps `draft` of an endpoint that is `base` in config.json, or lets go of it where both are the same.
    void put(const EndpointPlace &place, const Endpoint &base, const EndpointDraft &draft);
    void discard(const EndpointPlace &place) { m_edits.remove(place); }
    /// The new endpoint of `cluster` was handed on to be saved.
    void noteSaved(const QString &cluster, const QStringList &namesBefore);

    /// Rests all drafts on `config` and drops those that it holds. `own`: the page itself caused the change, so nothing has to be
    /// said about it, and who is gone was meant to go. Answers which endpoints have another name now.
    QList<Move> follow(const Config &config, bool own);
    void followRename(const QString &from, const QString &to);
    void followMove(const EndpointPlace &from, const EndpointPlace &to);

private:
    QMap<EndpointPlace, Edit> m_edits;
};

} // namespace qcc
