#pragma once

#include <QByteArray>
#include <QHash>
#include <QString>

#include <chrono>
#include <list>

namespace qcc {

/// Which endpoint each conversation went to last, because that is where its prompt cache lives.
///
/// Bounded twice: when full, the conversation that was silent longest makes room, and identifiers, which clients choose, are kept
/// as a digest where they are long. Every call costs O(1), amortised. Thread: none of its own, the owner locks.
class Affinity
{
public:
    using Clock = std::chrono::steady_clock;
    using Time = Clock::time_point;

    explicit Affinity(qsizetype capacity = 4096);

    /// The endpoint's id; empty when the conversation has none, is itself empty, or was silent for longer than `ttl`
    /// (0: affinity is off). Asking counts as use.
    QString endpointOf(const QByteArray &conversation, Time now, std::chrono::seconds ttl);
    /// From now on the conversation belongs to `endpoint`. An empty conversation belongs to none.
    void bind(const QByteArray &conversation, const QString &endpoint, Time now);

    /// Conversations that are kept; those beyond the ttl leave at the next question.
    qsizetype size() const { return m_places.size(); }
    void clear();

private:
    Q_DISABLE_COPY(Affinity)
    struct Binding {
        QByteArray key;
        QString endpoint;
        Time used;
    };
    using Bindings = std::list<Binding>;
    void touch(Bindings::iterator binding, Time now);
    void dropOldest();

    qsizetype m_capacity;
    Bindings m_bindings; ///< Last used first.
    QHash<QByteArray, Bindings::iterator> m_places;
};

} // namespace qcc
