#include "core/front/localsurface.h"

namespace qcc {

void LocalSurface::ask(const QByteArray &path, const QByteArray &query, QObject *owner, std::function<void(const LocalAnswer &)> done)
{
    m_pending.insert(++m_last, {owner, std::move(done)});
    Q_EMIT asked(m_last, path, query);
}

void LocalSurface::answer(quint64 question, const LocalAnswer &answer)
{
    const Pending pending = m_pending.take(question);
    if (pending.owner && pending.done)
        pending.done(answer);
}

void LocalSurface::subscribe(QObject *owner, std::function<void(const QByteArray &)> each)
{
    m_subscribers.insert(owner, std::move(each));
    connect(owner, &QObject::destroyed, this, [this, owner] {
        m_subscribers.remove(owner);
        Q_EMIT subscribersChanged(static_cast<int>(m_subscribers.size()));
    });
    Q_EMIT subscribersChanged(static_cast<int>(m_subscribers.size()));
}

void LocalSurface::event(const QByteArray &text)
{
    const auto subscribers = m_subscribers; // one of them may leave while it is told
    for (const auto &each : subscribers)
        each(text);
}

} // namespace qcc
