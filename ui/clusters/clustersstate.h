#pragma once

#include "core/config/config.h"
#include "ui/clusters/clusterlist.h"
#include "ui/clusters/endpointdrafts.h"
#include "ui/clusters/endpointmodel.h"
#include "ui/clusters/probereport.h"
#include "ui/model/proxyview.h"

#include <QHash>

#include <memory>
#include <optional>

namespace qcc {

struct FormContent;

/// All that the clusters page is about: what config.json says, what was typed, what is selected, what tests found. Answers what is
/// to be shown.
struct ClustersState {
    /// The last attempt to save, and why it was not taken.
    struct Refusal {
        EndpointPlace place;
        QString why;
    };

    ConfigSnapshot config = std::make_shared<const Config>();
    ProxyView view;
    EndpointView::Time shownAt; ///< What counts down is shown as of then.
    EndpointDrafts drafts;
    TestRound tests;
    QString cluster;
    QString endpoint; ///< Empty: the new one, or none.
    std::optional<EndpointPlace> saving; ///< Handed on; the answer is not there yet.
    bool savingTakesLong = false;        ///< Long enough to say so.
    std::optional<Refusal> refusal;
    std::optional<EndpointPlace> saved;  ///< The last one that was, until something else is done there.

    EndpointPlace place() const { return {cluster, endpoint}; }
    /// The selected cluster; null while it is not in config.json.
    const Cluster *selectedCluster() const { return config->cluster(cluster); }
    /// An endpoint of the selected cluster; null where config.json has none of that name.
    const Endpoint *endpointNamed(const QString &name) const;
    /// Those of the selected cluster in the order in which they are asked: by priority, then as listed.
    QList<Endpoint> endpoints() const;
    QStringList endpointNames() const;
    /// All clusters but the selected one.
    QStringList otherClusters() const;
    QString clusterInUse() const;
    QString freeClusterName(const QString &wanted) const;
    bool isEmpty() const;

    void select(const QString &otherCluster);
    void selectEndpoint(const QString &other);
    /// Takes over a configuration. `own`: it answers a change that the page asked for.
    void follow(const ConfigSnapshot &now, bool own);
    void followRename(const QString &from, const QString &to);
    /// An endpoint of the selected cluster is one of another now: what was typed into it goes with it.
    void followMove(const EndpointPlace &from, const EndpointPlace &to);
    /// Makes sure that something is selected where there is anything.
    void settleSelection();

    QList<ClusterRow> clusterRows() const;
    QList<EndpointRow> endpointRows() const;
    FormContent formContent() const;
    /// What else goes with a cluster, or an endpoint of the selected one, in sentences; none where nobody has to be asked.
    QStringList lossesWithCluster(const QString &name) const;
    QStringList lossesWithEndpoint(const QString &name) const;
    /// Whether one of the rows tells when its endpoint returns.
    bool countsDown() const;

private:
    EndpointRow rowOf(const Endpoint &endpoint) const;
    ClusterRow rowOf(const Cluster &cluster) const;
    void addKeyNote(FormContent &content, const Endpoint &stored) const;
    void addRemark(FormContent &content) const;
    void addSavedRemark(FormContent &content) const;

    QHash<QString, QString> m_lastEndpoint; ///< By cluster: what was selected there.
};

} // namespace qcc
