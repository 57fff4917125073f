#pragma once

#include "ui/clusters/probereport.h"

#include <QHash>
#include <QStringList>

namespace qcc {

/// What is known of tests: which are under way, and what the finished ones found.
class TestRound
{
public:
    struct Finding {
        Meaning meaning = Meaning::Neutral;
        QString line;
        QString details;
        bool operator==(const Finding &) const = default;
    };

    /// Tests of the endpoints `ids` of `cluster` were asked for; what they found before is forgotten.
    void begin(const QString &cluster, const QStringList &ids);
    void take(const ProbeReport &report);
    /// No test of `id` could be made; an empty one stands for all that are under way.
    void fail(const QString &cluster, const QString &id, const QString &why);
    void cancel() { m_waiting.clear(); }
    /// The endpoints of the cluster being tested are `ids` now: what else was under way will not be answered.
    void keepOnly(const QStringList &ids);

    bool isRunning() const { return !m_waiting.isEmpty(); }
    QString cluster() const { return m_cluster; }
    int total() const { return m_total; }
    int answered() const { return m_total - static_cast<int>(m_waiting.size()); }
    bool waitsFor(const QString &cluster, const QString &id) const { return cluster == m_cluster && m_waiting.contains(id); }
    /// Null where nothing is known.
    const Finding *finding(const QString &cluster, const QString &id) const;

private:
    void settle(const QString &cluster, const QString &id, const Finding &finding);

    QString m_cluster;
    QStringList m_waiting;
    int m_total = 0;
    QHash<std::pair<QString, QString>, Finding> m_findings;
};

} // namespace qcc
