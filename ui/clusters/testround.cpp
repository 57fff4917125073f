#include "ui/clusters/testround.h"

#include <utility>

namespace qcc {

void TestRound::begin(const QString &cluster, const QStringList &ids)
{
    m_cluster = cluster;
    m_waiting = ids;
    m_total = static_cast<int>(ids.size());
    for (const QString &id : ids)
        m_findings.remove({cluster, id});
}

void TestRound::take(const ProbeReport &report)
{
    settle(report.cluster, report.id, {meaningOf(report), lineOf(report), detailsOf(report)});
}

void TestRound::fail(const QString &cluster, const QString &id, const QString &why)
{
    const Finding finding{Meaning::Failure, why, why};
    if (!id.isEmpty()) {
        settle(cluster, id, finding);
        return;
    }
    if (cluster != m_cluster)
        return;
    for (const QString &waiting : std::exchange(m_waiting, {}))
        m_findings.insert({cluster, waiting}, finding);
}

void TestRound::keepOnly(const QStringList &ids)
{
    const auto gone = m_waiting.removeIf([&ids](const QString &id) { return !ids.contains(id); });
    m_total -= static_cast<int>(gone);
}

const TestRound::Finding *TestRound::finding(const QString &cluster, const QString &id) const
{
    const auto found = m_findings.constFind({cluster, id});
    return found == m_findings.constEnd() ? nullptr : &*found;
}

void TestRound::settle(const QString &cluster, const QString &id, const Finding &finding)
{
    m_findings.insert({cluster, id}, finding);
    // Two endpoints with the same address and key share an id, and are answered for one after the other.
    if (cluster == m_cluster)
        m_waiting.removeOne(id);
}

} // namespace qcc
