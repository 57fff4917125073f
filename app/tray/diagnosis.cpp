#include "app/tray/diagnosis.h"

#include "core/doctor/doctor.h"

namespace qcc {

Diagnosis::Diagnosis(const Paths &paths)
    : m_paths(paths)
{
}

Diagnosis::~Diagnosis() = default;

void Diagnosis::begin(const Result<Config> &config)
{
    // Asked twice in a row, once is enough.
    if (m_wanted == 0 || m_round == m_wanted)
        return;
    const int round = m_round = m_wanted;
    if (m_doctor)
        m_doctor->deleteLater();
    m_doctor = new Doctor(m_paths, config, ClientPlaces::ofThisUser(m_paths), {}, this);
    connect(m_doctor, &Doctor::progressed, this, [this, round](qsizetype asked, qsizetype of) {
        if (round == m_wanted)
            Q_EMIT progressed(round, asked, of);
    });
    connect(m_doctor, &Doctor::finished, this, [this, round, doctor = m_doctor.data()] {
        if (round == m_wanted)
            Q_EMIT finished(round, doctor->findings());
    });
    m_doctor->start();
}

void Diagnosis::drop()
{
    if (m_doctor && m_round != m_wanted)
        m_doctor->deleteLater();
}

void Diagnosis::save(const QString &path)
{
    if (!m_doctor || m_round != m_wanted)
        return;
    if (const Result<void> done = saveBundle(path, m_doctor->bundle()); !done)
        Q_EMIT notSaved(path, done.error());
    else
        Q_EMIT saved(path);
}

} // namespace qcc
