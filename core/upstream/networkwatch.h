#pragma once

#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace qcc {

/// The system's word for changes of the network, as long as this object lives.
class NetworkSource
{
public:
    /// `route`: the way out is another one; else addresses came, went, or were only announced again.
    using Heard = std::function<void(bool route)>;

    virtual ~NetworkSource() = default;

    /// Null where the system does not tell. Thread: one with an event loop; `heard` is called there.
    static std::unique_ptr<NetworkSource> open(Heard heard);
    /// Whether anything leads out of this computer; nothing where the system does not tell. Thread: any.
    static std::optional<bool> hasWayOut();
};

/// The system's word that the computer's clock was set, or goes on after the computer has slept, as long as this object lives.
class ClockSource
{
public:
    virtual ~ClockSource() = default;

    /// Null where the system does not tell. Thread: one with an event loop; `heard` is called there.
    static std::unique_ptr<ClockSource> open(std::function<void()> heard);
};

/// Notices that this computer is reached or leaves by another way than before: an address came or went, or the default route is
/// another one (another Wi-Fi, a VPN, a cable). What connections were open then may be dead without anybody having said so.
/// Thread: the one that made it. Where the system does not tell, changed() never comes.
class NetworkWatch : public QObject
{
    Q_OBJECT

public:
    /// Changes come in bursts; one signal stands for all of a burst.
    static constexpr std::chrono::milliseconds settling{300};

    explicit NetworkWatch(QObject *parent = nullptr);
    ~NetworkWatch() override;

    /// The addresses of this computer now, loopback included.
    static QList<QHostAddress> addresses();
    /// Something leads out of this computer now: a default route, or what the system takes for a network. Where the system does not tell, an address
    /// that others can reach. Asked for when it matters and not remembered, so that there is no state
    /// to be wrong.
    static bool hasWayOut();

Q_SIGNALS:
    void changed();

private:
    /// The system's word for a change; without `route` it counts only if the addresses are really others than before.
    void heard(bool route);
    void settle();

    QTimer m_settling;
    QList<QHostAddress> m_addresses;
    bool m_routeChanged = false;
    std::unique_ptr<NetworkSource> m_source;
};

} // namespace qcc
