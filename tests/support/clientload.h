#pragma once

#include "tests/support/rawclient.h"

#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace qcc::test {

/// What one request of a load got.
struct LoadAnswer {
    int number = 0;
    RawResponse response; ///< Not complete when the connection broke.
    double tookMs = 0;
};

/// Clients that send numbered requests one after the other, each on a connection of its own, until all have been sent.
/// Thread: the test's.
class ClientLoad : public QObject
{
    Q_OBJECT

public:
    struct Request {
        QByteArray method = "POST";
        QByteArray target = "/v1/messages";
        RawHeaders headers = {};
        QByteArray body;
    };

    /// `request` makes the request of each number, from 0 to `count` - 1.
    ClientLoad(quint16 port, int clients, int count, std::function<Request(int number)> request);
    ~ClientLoad() override;

    void start();
    bool isDone() const { return m_answers.size() == static_cast<size_t>(m_count); }
    const std::vector<LoadAnswer> &answers() const { return m_answers; }
    /// Units: milliseconds; of the requests from number `from` on.
    double quantile(double fraction, int from = 0) const;

Q_SIGNALS:
    void answered(const qcc::test::LoadAnswer &answer);

private:
    struct Client {
        std::unique_ptr<RawClient> socket;
        int number = -1;
        int seen = 0;
        double sentAtMs = 0;
    };
    void sendNext(Client &client);
    void look(Client &client);

    quint16 m_port;
    int m_count;
    std::function<Request(int)> m_request;
    std::vector<std::unique_ptr<Client>> m_clients;
    int m_next = 0;
    std::vector<LoadAnswer> m_answers;
};

} // namespace qcc::test
