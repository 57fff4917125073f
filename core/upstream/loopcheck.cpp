#include "core/upstream/loopcheck.h"

#include "core/config/config.h"
#include "core/upstream/networkwatch.h"
#include "core/upstream/ownaddress.h"

#include <QHostInfo>
#include <QJsonArray>
#include <QTimer>
#include <QUrl>

#include <algorithm>
#include <memory>

namespace qcc {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 2s;

QList<QByteArray> urlsOf(const QJsonObject &config)
{
    QList<QByteArray> urls;
    const QJsonArray clusters = config.value("clusters"_L1).toArray();
    for (const QJsonValue &cluster : clusters) {
        const QJsonArray endpoints = cluster.toObject().value("endpoints"_L1).toArray();
        for (const QJsonValue &endpoint : endpoints)
            urls.append(endpoint.toObject().value("base_url"_L1).toString().toUtf8());
    }
    return urls;
}

Config::Listen listenOf(const QJsonObject &config)
{
    const QJsonObject listen = config.value("listen"_L1).toObject();
    Config::Listen out;
    out.host = listen.value("host"_L1).toString(out.host);
    out.port = static_cast<quint16>(listen.value("port"_L1).toInt(out.port));
    return out;
}

/// What is being asked.
struct Questions {
    qsizetype open = 0;
    std::function<void(const Result<void> &)> answer;

    void tell(const Result<void> &result)
    {
        if (const auto once = std::exchange(answer, nullptr))
            once(result);
    }
};

} // namespace

QList<QByteArray> urlsToCheck(const QJsonObject &before, const QJsonObject &after)
{
    const quint16 port = listenOf(after).port;
    // Where qcc moves, every endpoint may be the one that is in the way.
    const QList<QByteArray> known = before.value("listen"_L1) == after.value("listen"_L1) ? urlsOf(before) : QList<QByteArray>();
    QList<QByteArray> urls;
    for (const QByteArray &text : urlsOf(after)) {
        const QUrl url = QUrl::fromEncoded(text);
        if (!known.contains(text) && !urls.contains(text) && url.port(url.scheme() == "https"_L1 ? 443 : 80) == port)
            urls.append(text);
    }
    return urls;
}

void refuseLoops(const QJsonObject &config, const QList<QByteArray> &baseUrls, QObject *context,
                 std::function<void(const Result<void> &)> answer)
{
    // Shared by the lookups and the deadline: whoever comes last finds that it has been answered.
    const auto questions = std::make_shared<Questions>();
    questions->open = baseUrls.size();
    questions->answer = std::move(answer);
    const QString host = listenOf(config).host;
    const QHostAddress listening = host == "localhost"_L1 ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(host);
    const QList<QHostAddress> ours = baseUrls.isEmpty() ? QList<QHostAddress>() : NetworkWatch::addresses();
    for (const QByteArray &baseUrl : baseUrls) {
        QHostInfo::lookupHost(QUrl::fromEncoded(baseUrl).host(), context, [questions, baseUrl, listening, ours](const QHostInfo &found) {
            for (const QHostAddress &address : found.addresses()) {
                if (mayReach(listening, address, ours))
                    return questions->tell(Failure{
                        ErrorCode::NotAllowed,
                        u"The base URL %1 leads back to qcc itself: it resolves to %2, where qcc listens."_s.arg(
                            QString::fromUtf8(baseUrl), address.toString()),
                        u"Use the address of the upstream, or let qcc listen on another port (listen.port)."_s});
            }
            if (--questions->open == 0)
                questions->tell({});
        });
    }
    QTimer::singleShot(baseUrls.isEmpty() ? 0s : patience, context, [questions] { questions->tell({}); });
}

} // namespace qcc
