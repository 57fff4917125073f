#pragma once

#include "core/config/paths.h"
#include "core/health/healthprobes.h"

#include <QJsonArray>
#include <QObject>

namespace qcc::cli {

class Terminal;

/// Tests endpoints: asks the proxy to, so that it learns from the results, and does it itself where no proxy answers.
class EndpointTests : public QObject
{
    Q_OBJECT

public:
    explicit EndpointTests(const Paths &paths, QObject *parent = nullptr);

    /// As ProbeQueue::test().
    void test(const QList<ProbeTarget> &targets, ProbeQueue::Done done, ProbeQueue::Progress progress);

private:
    void ask(const ProbeTarget &target, const ProbeQueue::Answer &answer);
    void askProxy(const ProbeTarget &target, const ProbeQueue::Answer &answer);
    void askDirectly(const ProbeTarget &target, const ProbeQueue::Answer &answer);

    QString m_controlSocket;
    bool m_proxyRuns = true; ///< As far as is known.
    DirectProbes m_probes;
    ProbeQueue m_queue;
};

/// Prints results of tests, as probeJson() tells them, as a table. The reasons of failures are its last column, or
/// stand below their rows where the terminal is too narrow for that.
void printHealth(const QJsonArray &results, Terminal &terminal);

} // namespace qcc::cli
