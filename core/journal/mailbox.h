#pragma once

#include "core/facts/exchangerecord.h"

#include <QList>

#include <functional>
#include <mutex>

class QObject;

namespace qcc {

/// Carries finished exchanges from the workers to the core thread, many per wake-up under load.
/// Thread: any for post(); takeAll() belongs to the thread of `reader`.
/// Lifetime: `reader` outlives every call of post().
class RecordMailbox
{
public:
    /// `wake` runs in the thread of `reader` when there is something to take, unless `reader` is gone by then.
    RecordMailbox(QObject *reader, std::function<void()> wake);

    void post(ExchangeRecord exchange);
    /// Everything posted since the last time, the oldest first.
    QList<ExchangeRecord> takeAll();

private:
    QObject *m_reader;
    std::function<void()> m_wake;
    std::mutex m_mutex;
    QList<ExchangeRecord> m_waiting;
};

} // namespace qcc
