#include "core/upstream/networkwatch.h"

#include <QByteArrayList>
#include <QByteArrayView>
#include <QFile>
#include <QSocketNotifier>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

namespace qcc {

namespace {

/// Messages and what is in them start at multiples of four bytes. Source: netlink(3).
constexpr size_t aligned(size_t size)
{
    return (size + NLMSG_ALIGNTO - 1) & ~(size_t(NLMSG_ALIGNTO) - 1);
}

/// The kernel's own news of addresses and routes. Source: rtnetlink(7).
class NetlinkSource final : public NetworkSource
{
public:
    NetlinkSource(int socket, Heard heard)
        : m_heard(std::move(heard))
        , m_socket(socket)
        , m_notifier(socket, QSocketNotifier::Read)
    {
        QObject::connect(&m_notifier, &QSocketNotifier::activated, &m_notifier, [this] { read(); });
    }

    ~NetlinkSource() override
    {
        m_notifier.setEnabled(false);
        ::close(m_socket);
    }

private:
    void read()
    {
        std::array<char, 16 * 1024> buffer;
        for (;;) {
            const ssize_t got = ::recv(m_socket, buffer.data(), buffer.size(), 0);
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0 && errno == ENOBUFS) { // so much happened that some of it was dropped
                m_heard(true);
                continue;
            }
            if (got <= 0)
                return;
            hear(QByteArrayView(buffer.data(), got));
        }
    }

    void hear(QByteArrayView messages)
    {
        nlmsghdr header;
        while (static_cast<size_t>(messages.size()) >= sizeof header) {
            std::memcpy(&header, messages.data(), sizeof header);
            if (header.nlmsg_len < sizeof header || header.nlmsg_len > static_cast<size_t>(messages.size()))
                return;
            const auto length = static_cast<qsizetype>(header.nlmsg_len);
            constexpr auto start = static_cast<qsizetype>(aligned(sizeof header));
            hear(header.nlmsg_type, start < length ? messages.first(length).sliced(start) : QByteArrayView());
            messages = messages.sliced(qMin(static_cast<qsizetype>(aligned(header.nlmsg_len)), messages.size()));
        }
    }

    void hear(int type, QByteArrayView payload)
    {
        if (type == RTM_NEWADDR || type == RTM_DELADDR)
            return m_heard(false);
        rtmsg route;
        if ((type != RTM_NEWROUTE && type != RTM_DELROUTE) || static_cast<size_t>(payload.size()) < sizeof route)
            return;
        std::memcpy(&route, payload.data(), sizeof route);
        if (route.rtm_dst_len == 0 && route.rtm_type == RTN_UNICAST)
            m_heard(true);
    }

    Heard m_heard;
    int m_socket;
    QSocketNotifier m_notifier;
};

/// A timer that never rings, and is cancelled when the clock jumps. Source: timerfd_create(2), TFD_TIMER_CANCEL_ON_SET.
class TimerSource final : public ClockSource
{
public:
    TimerSource(int timer, std::function<void()> heard)
        : m_heard(std::move(heard))
        , m_timer(timer)
        , m_notifier(timer, QSocketNotifier::Read)
    {
        QObject::connect(&m_notifier, &QSocketNotifier::activated, &m_notifier, [this] {
            quint64 rings = 0;
            const bool jumped = ::read(m_timer, &rings, sizeof rings) < 0 && errno == ECANCELED;
            set();
            if (jumped)
                m_heard();
        });
    }

    ~TimerSource() override
    {
        m_notifier.setEnabled(false);
        ::close(m_timer);
    }

    bool set()
    {
        itimerspec never{};
        never.it_value.tv_sec = std::numeric_limits<time_t>::max();
        return ::timerfd_settime(m_timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr) == 0;
    }

private:
    std::function<void()> m_heard;
    int m_timer;
    QSocketNotifier m_notifier;
};

/// Of a route that is up and leads somewhere. Source: linux/route.h, linux/ipv6_route.h.
bool leadsOut(const QByteArray &flags)
{
    constexpr uint up = 0x0001;
    constexpr uint reject = 0x0200;
    bool isNumber = false;
    const uint set = flags.toUInt(&isNumber, 16);
    return isNumber && (set & up) != 0 && (set & reject) == 0;
}

/// The lines of a table of the kernel's, in their columns; nothing where it cannot be read.
std::optional<QList<QByteArrayList>> tableOf(const char *path)
{
    QFile file(QString::fromLatin1(path));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    QList<QByteArrayList> rows;
    // It tells no size beforehand.
    for (QByteArray line = file.readLine(); !line.isEmpty(); line = file.readLine())
        rows.append(line.simplified().split(' '));
    return rows;
}

} // namespace

std::optional<bool> NetworkSource::hasWayOut()
{
    const auto routes = tableOf("/proc/net/route");
    const auto routes6 = tableOf("/proc/net/ipv6_route");
    if (!routes && !routes6)
        return std::nullopt;
    // Interface, destination, gateway, flags …; everybody's destination has no bits.
    const bool v4 = std::ranges::any_of(routes.value_or(QList<QByteArrayList>()), [](const QByteArrayList &row) {
        return row.size() > 7 && row[1] == "00000000" && row[7] == "00000000" && leadsOut(row[3]);
    });
    // Destination, its length … flags and interface at the end.
    const bool v6 = std::ranges::any_of(routes6.value_or(QList<QByteArrayList>()), [](const QByteArrayList &row) {
        return row.size() > 9 && row[1] == "00" && row[0].count('0') == row[0].size() && row[9] != "lo" && leadsOut(row[8]);
    });
    return v4 || v6;
}

std::unique_ptr<ClockSource> ClockSource::open(std::function<void()> heard)
{
    const int timer = ::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timer < 0)
        return nullptr;
    auto source = std::make_unique<TimerSource>(timer, std::move(heard));
    return source->set() ? std::move(source) : nullptr;
}

std::unique_ptr<NetworkSource> NetworkSource::open(Heard heard)
{
    const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (socket < 0)
        return nullptr;
    sockaddr_nl groups{};
    groups.nl_family = AF_NETLINK;
    groups.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
    if (::bind(socket, reinterpret_cast<const sockaddr *>(&groups), sizeof groups) != 0) {
        ::close(socket);
        return nullptr;
    }
    return std::make_unique<NetlinkSource>(socket, std::move(heard));
}

} // namespace qcc
