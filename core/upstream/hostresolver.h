#pragma once

#include "core/config/config.h"

#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace qcc {

class HostResolver;

/// The names that requests to this cluster's enabled endpoints look up: their own and those of their proxies; no addresses.
QStringList hostNamesOf(const Cluster &cluster);

/// One question to a HostResolver. Thread: that of whoever asked; let go of, it is not answered.
class HostLookup : public QObject
{
    Q_OBJECT

public:
    ~HostLookup() override;

Q_SIGNALS:
    /// Once, never before ask() has returned. Empty: the name was not found, or nobody could be asked.
    void answered(const QList<QHostAddress> &addresses);

private:
    friend class HostResolver;
    struct State;
    HostLookup(std::shared_ptr<State> state, QString name, quint16 port) : m_state(std::move(state)), m_name(std::move(name)), m_port(port) { }

    const std::shared_ptr<State> m_state;
    const QString m_name;
    const quint16 m_port;
};

/// Which addresses names have, and what is known of these: which one was reached last on a port, which was not. One for all pools of a process.
/// Names are asked in threads of their own, each by one at a time; an answer is believed for a minute, and anew only if a connection does not come
/// about by it. The answers of Qt's own memory are not used.
/// Thread: any.
class HostResolver
{
public:
    using Clock = std::chrono::steady_clock;
    /// Asks the system, and blocks. Called on threads of the resolver.
    using Ask = std::function<QList<QHostAddress>(const QString &name)>;

    static constexpr std::chrono::seconds answerTime{60};
    /// How long the address that was reached last is the first to be tried.
    static constexpr std::chrono::minutes winnerTime{10};
    /// How long one that was not reached is the last.
    static constexpr std::chrono::minutes failureTime{1};

    explicit HostResolver(Ask ask = askSystem);
    Q_DISABLE_COPY_MOVE(HostResolver)

    static QList<QHostAddress> askSystem(const QString &name);
    /// In place of the system, from the next question on.
    void setAsk(Ask ask);

    /// The addresses of `name`, in the order in which to try them; nothing where it has to be asked.
    std::optional<QList<QHostAddress>> known(const QString &name, quint16 port, Clock::time_point now) const;
    /// Asks for `name`, unless an answer has come since `since`. Nothing: no thread can be started for it now.
    std::unique_ptr<HostLookup> ask(const QString &name, quint16 port, Clock::time_point since);
    /// Asks for all of these anew, for whoever comes next, and forgets which address could be reached: the network is another one (RFC 8305 §4).
    void refresh(const QStringList &names);

    void reached(const QString &name, quint16 port, const QHostAddress &address, Clock::time_point now);
    void failed(const QString &name, quint16 port, const QHostAddress &address, Clock::time_point now);
    /// It was reached a moment ago.
    bool wasJustReached(const QString &name, quint16 port, const QHostAddress &address, Clock::time_point now) const;

    enum class AddressState { Good, Old, Failed };
    /// What is to be thought of an open connection to `address`. Old: by the last answer the name does not have it any more.
    AddressState addressState(const QString &name, quint16 port, const QHostAddress &address, Clock::time_point now) const;

private:
    std::shared_ptr<HostLookup::State> m_state;
};

/// The order in which to try a name's addresses: `first`, if it is one of them; then the families in turn, beginning with that of the system's first;
/// what `isLast` at the end. Source: RFC 8305 §4.
QList<QHostAddress> raceOrder(const QList<QHostAddress> &addresses, const QHostAddress &first, const std::function<bool(const QHostAddress &)> &isLast);

} // namespace qcc
