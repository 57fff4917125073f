#include "tests/support/clientload.h"

#include <algorithm>
#include <cmath>

namespace qcc::test {

ClientLoad::ClientLoad(quint16 port, int clients, int count, std::function<Request(int number)> request)
    : m_port(port), m_count(count), m_request(std::move(request))
{
    for (int i = 0; i < clients; ++i)
        m_clients.push_back(std::make_unique<Client>());
}

ClientLoad::~ClientLoad() = default;

void ClientLoad::start()
{
    for (const auto &client : m_clients)
        sendNext(*client);
}

void ClientLoad::sendNext(Client &client)
{
    if (m_next >= m_count)
        return;
    // RawClient keeps what it received: a new one now and then keeps the memory of a long load small.
    if (!client.socket || client.socket->isClosed() || client.seen >= 50) {
        if (client.socket)
            client.socket.release()->deleteLater();
        client.socket = std::make_unique<RawClient>();
        client.seen = 0;
        RawClient *socket = client.socket.get();
        connect(socket, &RawClient::received, this, [this, &client, socket] {
            if (client.socket.get() == socket)
                look(client);
        });
        connect(socket, &RawClient::closed, this, [this, &client, socket] {
            if (client.socket.get() == socket)
                look(client);
        });
        socket->connectTo(m_port);
    }
    client.number = m_next++;
    client.sentAtMs = client.socket->now();
    const Request request = m_request(client.number);
    client.socket->request(request.method, request.target, request.headers, request.body);
}

void ClientLoad::look(Client &client)
{
    const RawClient &socket = *client.socket;
    if (client.number < 0 || (socket.finished() <= client.seen && !socket.isClosed()))
        return;
    const LoadAnswer answer{std::exchange(client.number, -1), socket.response(client.seen), socket.now() - client.sentAtMs};
    ++client.seen;
    m_answers.push_back(answer);
    Q_EMIT answered(answer);
    // Not from within the socket's own signal.
    QMetaObject::invokeMethod(this, [this, &client] { sendNext(client); }, Qt::QueuedConnection);
}

double ClientLoad::quantile(double fraction, int from) const
{
    std::vector<double> times;
    for (const LoadAnswer &answer : m_answers)
        if (answer.number >= from)
            times.push_back(answer.tookMs);
    if (times.empty())
        return 0;
    std::sort(times.begin(), times.end());
    const auto rank = static_cast<size_t>(std::ceil(fraction * static_cast<double>(times.size())));
    return times[std::clamp<size_t>(rank, 1, times.size()) - 1];
}

} // namespace qcc::test
