#include "core/upstream/hostresolver.h"

#include "core/base/systemresources.h"

#include <QHash>
#include <QHostAddress>
#include <QHostInfo>
#include <QThreadPool>
#include <QUrl>

#include <algorithm>
#include <mutex>
#include <vector>

namespace qcc {

QStringList hostNamesOf(const Cluster &cluster)
{
    QStringList names;
    for (const Endpoint &endpoint : cluster.endpoints) {
        if (!endpoint.mayServe())
            continue;
        for (const QString &host : {QUrl::fromEncoded(endpoint.baseUrl).host(), QUrl(endpoint.proxy).host()})
            if (!host.isEmpty() && QHostAddress(host).isNull() && !names.contains(host))
                names.append(host);
    }
    return names;
}

namespace {

/// Names that can be asked at a time. A silent name server holds a thread for as long as the system's patience lasts.
constexpr int mostThreads = 20;
/// What is known of a name that nobody asks for any more need not be kept.
constexpr qsizetype mostNames = 1000;
constexpr std::chrono::seconds moment{10};

QThreadPool &threads()
{
    // Never taken down: who waits for a silent name server must not keep the program from its end.
    static QThreadPool *const pool = [] {
        auto *made = new QThreadPool;
        made->setMaxThreadCount(mostThreads);
        return made;
    }();
    return *pool;
}

} // namespace

struct HostLookup::State {
    using Time = HostResolver::Clock::time_point;
    struct Address {
        QHostAddress address;
        quint16 port;
        std::optional<Time> reached, failed;
        bool isAt(const QHostAddress &there, quint16 its) const { return address == there && port == its; }
    };
    struct Name {
        QList<QHostAddress> addresses;
        std::optional<Time> answeredAt; ///< The last time that there was an answer.
        bool asking = false;
        std::vector<HostLookup *> waiting;
        std::vector<Address> tried;
    };

    // With the mutex held.
    Address &its(const QString &name, quint16 port, const QHostAddress &address)
    {
        std::vector<Address> &tried = names[name].tried;
        const auto found = std::find_if(tried.begin(), tried.end(), [&](const Address &a) { return a.isAt(address, port); });
        return found != tried.end() ? *found : tried.emplace_back(Address{address, port, {}, {}});
    }
    const Address *find(const QString &name, quint16 port, const QHostAddress &address) const
    {
        const auto its = names.find(name);
        if (its == names.end())
            return nullptr;
        const auto found = std::find_if(its->tried.begin(), its->tried.end(), [&](const Address &a) { return a.isAt(address, port); });
        return found != its->tried.end() ? &*found : nullptr;
    }
    bool hasFailed(const QString &name, quint16 port, const QHostAddress &address, Time now) const
    {
        const Address *tried = find(name, port, address);
        return tried && tried->failed && now - *tried->failed < HostResolver::failureTime;
    }
    QList<QHostAddress> inOrder(const QString &name, quint16 port, Time now) const
    {
        const Name &known = *names.find(name);
        QHostAddress winner;
        Time won;
        for (const Address &tried : known.tried) {
            if (tried.port == port && tried.reached && now - *tried.reached < HostResolver::winnerTime && (winner.isNull() || *tried.reached > won)) {
                winner = tried.address;
                won = *tried.reached;
            }
        }
        return raceOrder(known.addresses, winner, [&](const QHostAddress &address) { return hasFailed(name, port, address, now); });
    }
    /// Tells everybody who waits.
    void tell(const QString &name)
    {
        for (HostLookup *lookup : std::exchange(names[name].waiting, {})) {
            const QList<QHostAddress> addresses = inOrder(name, lookup->m_port, HostResolver::Clock::now());
            QMetaObject::invokeMethod(lookup, [lookup, addresses] { Q_EMIT lookup->answered(addresses); }, Qt::QueuedConnection);
        }
    }
    void forgetSome()
    {
        if (names.size() > mostNames)
            names.removeIf([](const auto &its) { return !its->asking && its->waiting.empty(); });
    }
    static void run(const std::shared_ptr<State> &state, const QString &name)
    {
        HostResolver::Ask ask;
        {
            const std::lock_guard lock(state->mutex);
            ask = state->ask;
        }
        QList<QHostAddress> addresses = ask(name);
        const std::lock_guard lock(state->mutex);
        Name &its = state->names[name];
        its.asking = false;
        its.answeredAt.reset();
        its.addresses = std::move(addresses);
        if (!its.addresses.isEmpty())
            its.answeredAt = HostResolver::Clock::now();
        // Connections to former addresses may still be open for as long as a failure counts.
        const Time now = HostResolver::Clock::now();
        std::erase_if(its.tried, [&its, now](const Address &tried) {
            return !its.addresses.contains(tried.address) && (!tried.failed || now - *tried.failed >= HostResolver::failureTime);
        });
        state->tell(name);
    }
    static bool start(const std::shared_ptr<State> &state, const QString &name)
    {
        Name &its = state->names[name];
        if (its.asking)
            return true;
        if (!mayStartThread())
            return false;
        its.asking = true;
        threads().start([state, name] { run(state, name); });
        return true;
    }

    std::mutex mutex;
    HostResolver::Ask ask;
    QHash<QString, Name> names;
};

HostLookup::~HostLookup()
{
    // Whoever tells holds the lock, so that nobody tells what is gone.
    const std::lock_guard lock(m_state->mutex);
    if (const auto its = m_state->names.find(m_name); its != m_state->names.end())
        std::erase(its->waiting, this);
}

HostResolver::HostResolver(Ask ask) : m_state(std::make_shared<HostLookup::State>())
{
    m_state->ask = std::move(ask);
}

QList<QHostAddress> HostResolver::askSystem(const QString &name)
{
    return QHostInfo::fromName(name).addresses();
}

void HostResolver::setAsk(Ask ask)
{
    const std::lock_guard lock(m_state->mutex);
    m_state->ask = std::move(ask);
}

std::optional<QList<QHostAddress>> HostResolver::known(const QString &name, quint16 port, Clock::time_point now) const
{
    const std::lock_guard lock(m_state->mutex);
    const auto its = m_state->names.constFind(name);
    if (its == m_state->names.cend() || !its->answeredAt || now - *its->answeredAt >= answerTime)
        return std::nullopt;
    return m_state->inOrder(name, port, now);
}

std::unique_ptr<HostLookup> HostResolver::ask(const QString &name, quint16 port, Clock::time_point since)
{
    std::unique_ptr<HostLookup> lookup(new HostLookup(m_state, name, port));
    const std::lock_guard lock(m_state->mutex);
    m_state->forgetSome();
    HostLookup::State::Name &its = m_state->names[name];
    const bool isAnswered = !its.asking && its.answeredAt && *its.answeredAt >= since;
    if (!isAnswered && !HostLookup::State::start(m_state, name))
        return nullptr;
    m_state->names[name].waiting.push_back(lookup.get());
    if (isAnswered)
        m_state->tell(name);
    return lookup;
}

void HostResolver::refresh(const QStringList &names)
{
    const std::lock_guard lock(m_state->mutex);
    for (const QString &name : names) {
        m_state->names[name].answeredAt.reset();
        m_state->names[name].tried.clear();
        HostLookup::State::start(m_state, name); // else the next connection asks
    }
}

void HostResolver::reached(const QString &name, quint16 port, const QHostAddress &address, Clock::time_point now)
{
    const std::lock_guard lock(m_state->mutex);
    HostLookup::State::Address &its = m_state->its(name, port, address);
    its.reached = now;
    its.failed.reset();
}

void HostResolver::failed(const QString &name, quint16 port, const QHostAddress &address, Clock::time_point now)
{
    const std::lock_guard lock(m_state->mutex);
    HostLookup::State::Address &its = m_state->its(name, port, address);
    its.failed = now;
    its.reached.reset();
}

bool HostResolver::wasJustReached(const QString &name, quint16 port, const QHostAddress &address, Clock::time_point now) const
{
    const std::lock_guard lock(m_state->mutex);
    const HostLookup::State::Address *its = m_state->find(name, port, address);
    return its && its->reached && now - *its->reached < moment;
}

HostResolver::AddressState HostResolver::addressState(const QString &name, quint16 port, const QHostAddress &address, Clock::time_point now) const
{
    const std::lock_guard lock(m_state->mutex);
    if (m_state->hasFailed(name, port, address, now))
        return AddressState::Failed;
    const auto its = m_state->names.constFind(name);
    const bool isOld = its != m_state->names.cend() && its->answeredAt && !its->addresses.contains(address);
    return isOld ? AddressState::Old : AddressState::Good;
}

QList<QHostAddress> raceOrder(const QList<QHostAddress> &addresses, const QHostAddress &first, const std::function<bool(const QHostAddress &)> &isLast)
{
    QList<QHostAddress> ones, others, order;
    for (const QHostAddress &address : addresses)
        (address.protocol() == addresses.first().protocol() ? ones : others).append(address);
    for (qsizetype i = 0; i < std::max(ones.size(), others.size()); ++i) {
        if (i < ones.size())
            order.append(ones.at(i));
        if (i < others.size())
            order.append(others.at(i));
    }
    std::stable_partition(order.begin(), order.end(), [&isLast](const QHostAddress &address) { return !isLast(address); });
    std::stable_partition(order.begin(), order.end(), [&first](const QHostAddress &address) { return address == first; });
    return order;
}

} // namespace qcc
