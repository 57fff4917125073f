#include "core/routing/programkey.h"

#include <algorithm>

namespace qcc {

void ProgramKey::set(const QStringList &command, std::chrono::seconds lifetime)
{
    m_lifetime = lifetime;
    if (command == m_command)
        return;
    *this = ProgramKey();
    m_command = command;
    m_lifetime = lifetime;
}

ProgramKey::Need ProgramKey::need(Time now) const
{
    if (!isUsed())
        return Need::Nothing;
    if (m_asking)
        return Need::Wait;
    if (!m_key.isEmpty() && now < m_saidAt + m_lifetime)
        return Need::Nothing;
    return !m_why.isEmpty() && now < m_failedAt + afterFailure ? Need::Leave : Need::Ask;
}

std::optional<ProgramKey::Time> ProgramKey::checkFrom() const
{
    if (m_why.isEmpty())
        return std::nullopt;
    return m_failedAt + std::min<std::chrono::seconds>(longestBetweenChecks, afterFailure * (1 << std::min(m_failures - 1, 16)));
}

bool ProgramKey::said(const QByteArray &key, Time now)
{
    Q_ASSERT(!key.isEmpty());
    const bool isAnother = key != m_last;
    m_asking = false;
    m_why.clear();
    m_key = m_last = key;
    m_saidAt = now;
    m_failures = 0;
    return isAnother;
}

void ProgramKey::failed(const QString &why, Time now)
{
    m_asking = false;
    m_key.clear();
    m_why = why;
    m_failedAt = now;
    ++m_failures;
}

bool ProgramKey::mayDiffer(const QByteArray &refused, Time now) const
{
    if (!isUsed())
        return false;
    // What was said since then, or is about to be, was not refused.
    if (m_asking || refused != m_key)
        return true;
    return !m_lastRefusal || now - *m_lastRefusal >= betweenRefusals;
}

bool ProgramKey::refused(const QByteArray &key, Time now)
{
    if (!mayDiffer(key, now))
        return false;
    if (!m_asking && key == m_key) {
        m_key.clear();
        m_lastRefusal = now;
    }
    return true;
}

} // namespace qcc
