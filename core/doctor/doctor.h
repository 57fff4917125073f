#pragma once

#include "core/config/paths.h"
#include "core/control/controlclient.h"
#include "core/doctor/checks.h"
#include "core/health/healthprobes.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>

namespace qcc {

/// Looks at everything that has to be right for a request to get through, and changes nothing: no file is written, no token is spent, no running
/// proxy learns of it. Once.
/// Thread: the one that made it; it reads some small files there, and waits for nobody.
/// Order of signals: progressed any number of times, then finished exactly once, after start() returned.
/// Lifetime: to be gone before the end means that nobody is told; within what it tells, by deleteLater().
class Doctor : public QObject
{
    Q_OBJECT

public:
    struct Terms {
        bool offline = false;                      ///< Endpoints are not asked.
        std::chrono::milliseconds atMost{15'000};  ///< What is not known by then stays so.
        std::chrono::milliseconds perEndpoint{10'000};
    };

    /// `config`: as loadConfig() gave it, which may have waited for the keychain.
    Doctor(Paths paths, const Result<Config> &config, const ClientPlaces &places, Terms terms, QObject *parent = nullptr);

    void start();

    /// After the end. Nobody's keys are in them.
    const QList<Finding> &findings() const { return m_findings; }
    /// The same with what somebody needs who is to help: versions, the system, config.json, proxies and addresses of the environment, the end of
    /// proxy.log, the stats of the running proxy. After the end. Keys, tokens, passwords in URLs and the name of the home folder are in none of it.
    QJsonObject bundle() const;

Q_SIGNALS:
    /// So many of the endpoints have been asked.
    void progressed(qsizetype asked, qsizetype of);
    void finished();

private:
    void lookAtFiles();
    void takeStatus(const Result<QJsonObject> &status);
    void askPort();
    void askEndpoints();
    void askNext();
    void ask(qsizetype place, const Endpoint &endpoint);
    void oneDone();
    void conclude();
    class Scrubber;
    Scrubber scrubber(bool withoutHome) const;

    const Paths m_paths;
    const ClientPlaces m_places;
    const Terms m_terms;
    ControlClient m_control;
    DirectProbes m_portProbe;
    DirectProbes m_probes;
    Examination m_seen;
    QJsonObject m_stats;
    QList<Finding> m_findings;
    qsizetype m_next = 0;  ///< Of the endpoints.
    qsizetype m_asked = 0;
    int m_waitingFor = 0;
    bool m_ended = false;
    QTimer m_deadline;
};

/// Writes `bundle` to the new file `path`, for its owner alone.
/// Errors: AlreadyExists (a file of that name is never replaced), WriteFailed.
Result<void> saveBundle(const QString &path, const QJsonObject &bundle);

} // namespace qcc
