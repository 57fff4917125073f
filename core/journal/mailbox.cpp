#include "core/journal/mailbox.h"

#include <QMetaObject>
#include <QObject>

#include <utility>

namespace qcc {

RecordMailbox::RecordMailbox(QObject *reader, std::function<void()> wake)
    : m_reader(reader), m_wake(std::move(wake))
{
}

void RecordMailbox::post(ExchangeRecord exchange)
{
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.append(std::move(exchange));
        // Whoever filled the empty box has woken the reader; it takes this one along.
        if (m_waiting.size() > 1)
            return;
    }
    QMetaObject::invokeMethod(m_reader, m_wake, Qt::QueuedConnection);
}

QList<ExchangeRecord> RecordMailbox::takeAll()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_waiting, {});
}

} // namespace qcc
