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
/// expire; but for that reason once a minute, since an endpoint may refuse them all. After it failed it is left alone for a while.
/// A plain value; time is an argument, the steady clock's.
class ProgramKey
{
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::minutes betweenRefusals{1};
    static constexpr std::chrono::seconds afterFailure{10};

    /// What whoever needs the key does.
    enum class Need {
        Nothing, ///< key() is the one; or no program says it.
        Ask,     ///< Has the program asked, and waits.
        Wait,    ///< It is being asked.
        Leave,   ///< It has just failed, for the reason why(): until retryAt().
    };

    /// Another program forgets what the one before said.
    void set(const QStringList &command, std::chrono::seconds lifetime);
    bool isUsed() const { return !m_command.isEmpty(); }
    const QStringList &command() const { return m_command; }

    Need need(Time now) const;
    const QByteArray &key() const { return m_key; }
    /// Why the program said no key, as the rest of a sentence about the endpoint; empty where it has not failed last.
    const QString &why() const { return m_why; }
    std::optional<Time> retryAt() const { return m_why.isEmpty() ? std::nullopt : std::optional(m_retryAt); }
    bool isBeingAsked() const { return m_asking; }

    /// The program is asked now.
    void asked() { m_asking = true; }
    /// Tells whether it is another one than before.
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
    Time m_goodUntil{};
    bool m_asking = false;
    QString m_why;
    Time m_retryAt{};
    std::optional<Time> m_lastRefusal; ///< That the program was asked for.
};

} // namespace qcc
