#include "core/front/localpages.h"

#include "core/api/protocol.h"

namespace qcc {

LocalAnswer LocalPages::noSuchPage(const QByteArray &method)
{
    const bool isRead = method == "GET" || method == "HEAD";
    const int status = isRead ? 404 : 405;
    QStringList pages = allWords<LocalPage>();
    const QString last = pages.takeLast();
    const QString text = isRead ? QStringLiteral("qcc: there is %1 and %2 under /__qcc__/").arg(pages.join(QStringLiteral(", ")), last)
                                : QStringLiteral("qcc: only GET is answered here");
    return {status, "application/json", errorBody(Dialect::Unknown, status, text)};
}

void LocalPages::ask(LocalPage page, const QByteArray &query, QObject *owner, std::function<void(const LocalAnswer &)> done)
{
    m_pending.insert(++m_last, {owner, std::move(done)});
    Q_EMIT asked(m_last, page, query);
}

void LocalPages::answer(quint64 question, const LocalAnswer &answer)
{
    const Pending pending = m_pending.take(question);
    if (pending.owner && pending.done)
        pending.done(answer);
}

void LocalPages::subscribe(QObject *owner, std::function<void(const QByteArray &)> each)
{
    m_subscribers.insert(owner, std::move(each));
    connect(owner, &QObject::destroyed, this, [this, owner] {
        m_subscribers.remove(owner);
        Q_EMIT subscribersChanged(static_cast<int>(m_subscribers.size()));
    });
    Q_EMIT subscribersChanged(static_cast<int>(m_subscribers.size()));
}

void LocalPages::event(const QByteArray &text)
{
    const auto subscribers = m_subscribers; // one of them may leave while it is told
    for (const auto &each : subscribers)
        each(text);
}

} // namespace qcc
