#pragma once

#include "core/config/paths.h"
#include "core/health/healthprobes.h"

#include <QJsonArray>
#include <QObject>

namespace qcc::cli {

class Terminal;

/// Tests endpoints: asks the proxy to, so that it learns from the results, and does it itself where no proxy answers. A message costs something and
/// is sent once: one that the proxy may have sent is not sent again.
class EndpointTests : public QObject
{
    Q_OBJECT

public:
    explicit EndpointTests(const Paths &paths, QObject *parent = nullptr);

    /// As ProbeQueue::test(). `model`: who gets the messages; empty: whom it finds.
    void test(const QList<ProbeTarget> &targets, const QString &model, ProbeQueue::Done done, ProbeQueue::Progress progress);

private:
    void ask(const ProbeTarget &target, const ProbeQueue::Answer &answer);
    void askProxy(const ProbeTarget &target, const ProbeQueue::Answer &answer);
    void askDirectly(const ProbeTarget &target, const ProbeQueue::Answer &answer);

    QString m_controlSocket;
    QString m_model;
    bool m_proxyRuns = true; ///< As far as is known.
    DirectProbes m_probes;
    ProbeQueue m_queue;
};

/// Prints results of tests, as probeJson() tells them, as a table. The reasons of failures are its last column, or
/// stand below their rows where the terminal is too narrow for that; so do the words of those that were sent a message.
void printHealth(const QJsonArray &results, Terminal &terminal);

} // namespace qcc::cli
