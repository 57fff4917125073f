#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace qcc {

/// The key that a program says for an endpoint: how long it is good, and when the program is asked. The program runs elsewhere.
///
/// It is asked at the first need, and when what it said is older than its time. Where the endpoint refuses that key, it is asked once more, since keys
/// expire; but for that reason once a minute, since an endpoint may refuse them all. After it failed it is left alone for a while, and by checks in the
/// background, where nobody waits for it, longer each time: it may be one that asks its user.
/// A plain value; time is an argument, the steady clock's.
class ProgramKey
{
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::minutes betweenRefusals{1};
    static constexpr std::chrono::seconds afterFailure{10};
    static constexpr std::chrono::seconds longestBetweenChecks{300};

    /// What whoever needs the key does.
    enum class Need {
        Nothing, ///< key() is the one; or no program says it.
        Ask,     ///< Has the program asked, and waits.
        Wait,    ///< It is being asked.
        Leave,   ///< It has just failed, for the reason why(): until leftUntil().
    };

    /// Another program forgets what the one before said; another time counts for that as well.
    void set(const QStringList &command, std::chrono::seconds lifetime);
    bool isUsed() const { return !m_command.isEmpty(); }
    const QStringList &command() const { return m_command; }

    Need need(Time now) const;
    const QByteArray &key() const { return m_key; }
    /// Why the program said no key, as the rest of a sentence about the endpoint; empty where it has not failed last.
    const QString &why() const { return m_why; }
    /// Until when it is left alone; nothing where need() says something else than Leave.
    std::optional<Time> leftUntil(Time now) const { return need(now) == Need::Leave ? std::optional(m_failedAt + afterFailure) : std::nullopt; }
    /// When a check in the background may ask it again; nothing where it has not failed last.
    std::optional<Time> checkFrom() const;
    bool isBeingAsked() const { return m_asking; }
    /// It has said no key the last time.
    bool hasFailed() const { return m_failures > 0; }

    /// The program is asked now.
    void asked() { m_asking = true; }
    /// `key` is not empty. Tells whether it is another one than before.
    bool said(const QByteArray &key, Time now);
    void failed(const QString &why, Time now);

    /// Whether another key may come for `refused`, with which a request went to the endpoint.
    bool mayDiffer(const QByteArray &refused, Time now) const;
    /// The endpoint has refused `key`. Tells what mayDiffer() does; the next need then asks.
    bool refused(const QByteArray &key, Time now);

private:
    QStringList m_command;
    std::chrono::seconds m_lifetime{0};
    QByteArray m_key;
    QByteArray m_last; ///< As m_key, but also when that is no longer good.
    Time m_saidAt{};
    bool m_asking = false;
    QString m_why;
    Time m_failedAt{};
    int m_failures = 0; ///< In a row.
    std::optional<Time> m_lastRefusal; ///< That the program was asked for.
};

} // namespace qcc
