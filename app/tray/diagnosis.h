#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/config/paths.h"
#include "core/doctor/finding.h"

#include <QObject>
#include <QPointer>

#include <atomic>

namespace qcc {

class Doctor;

/// One look at a time into what keeps requests from getting through.
/// Thread: one of its own, since it reads files of other programs, which may be slow; but for want(), which belongs to the one that shows it. Not that of
/// the core, where requests are served meanwhile.
class Diagnosis : public QObject
{
    Q_OBJECT

public:
    explicit Diagnosis(const Paths &paths);
    ~Diagnosis() override;

    /// From now on nothing is told of another round than `round`; 0: of none.
    void want(int round) { m_wanted = round; }
    /// Begins the round that is wanted, unless it has begun. progressed any number of times, then finished.
    void begin(const Result<Config> &config);
    /// Ends what nobody wants any more.
    void drop();
    /// saved or notSaved follows; after finished.
    void save(const QString &path);

Q_SIGNALS:
    void progressed(int round, qsizetype asked, qsizetype of);
    void finished(int round, const QList<qcc::Finding> &findings);
    void saved(const QString &path);
    void notSaved(const QString &path, const qcc::Failure &failure);

private:
    const Paths m_paths;
    std::atomic<int> m_wanted = 0;
    int m_round = 0; ///< The last that began.
    QPointer<Doctor> m_doctor; ///< Of the round that began last, until it is dropped.
};

} // namespace qcc
