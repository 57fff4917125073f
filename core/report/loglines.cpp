#include "core/report/loglines.h"

#include <QStringList>

#include <algorithm>
#include <cmath>
#include <utility>

namespace qcc {

namespace {

// Paths and upstream errors are as long as others please; a log line is not.
QString shortened(const QString &text, qsizetype limit)
{
    return text.size() <= limit ? text : text.first(limit) + u'…';
}

QString inShort(const AttemptRecord &attempt)
{
    QStringList words{attempt.endpointName.isEmpty() ? attempt.endpointId : attempt.endpointName};
    if (!attempt.model.isEmpty())
        words.append(attempt.model);
    if (attempt.status != 0)
        words.append(QString::number(attempt.status));
    // A status of failure says it all; a 200 that failed, or none, needs the class.
    if (attempt.failure != FailureClass::None && attempt.status < 400)
        words.append(toWord(attempt.failure));
    return words.join(u' ');
}

struct Opening {
    LogLevel level;
    QString words;
};

Opening openingOf(const ExchangeRecord &exchange)
{
    switch (exchange.outcome) {
    case Outcome::Complete:
    case Outcome::Recovered:
        return {LogLevel::Info, exchange.streamed ? QStringLiteral("✓ 流式响应完成") : QStringLiteral("✓ 响应成功")};
    case Outcome::CallerError:
        return {LogLevel::Warning, QStringLiteral("⚠ 请求有误")};
    case Outcome::Error:
        if (!exchange.attempts.isEmpty() && exchange.attempts.constLast().failure == FailureClass::Timeout)
            return {LogLevel::Error, QStringLiteral("✗ 请求超时")};
        return {LogLevel::Error, QStringLiteral("✗ 响应失败")};
    case Outcome::Truncated:
        if (exchange.streamed)
            return {LogLevel::Warning, QStringLiteral("⚠ 流式传输中断")};
        return {LogLevel::Error, QStringLiteral("✗ 响应失败")};
    case Outcome::ClientCancelled:
        return {LogLevel::Info, QStringLiteral("客户端已断开")};
    }
    Q_UNREACHABLE();
}

/// As QString's arg() would, which reads its pattern anew each time; there is one such line for each request.
class Facts
{
public:
    explicit Facts(QString &line) : m_line(line) { m_line.reserve(240); }

    /// "name: " stands before the value. Returns the line, for that.
    QString &next(QStringView name = {})
    {
        if (std::exchange(m_any, true))
            m_line += QStringLiteral(", ");
        return m_line += name;
    }
    void ms(QStringView name, double value)
    {
        // Two decimals, which QString::number() takes a thousand instructions to find.
        const auto hundredths = static_cast<quint64>(std::llround(std::max(value, 0.0) * 100));
        QString &line = next(name);
        line += QString::number(hundredths / 100);
        line += u'.';
        line += QLatin1Char(static_cast<char>('0' + hundredths / 10 % 10));
        line += QLatin1Char(static_cast<char>('0' + hundredths % 10));
        line += QStringLiteral("ms");
    }

private:
    QString &m_line;
    bool m_any = false;
};

} // namespace

QString attemptsInShort(const QList<AttemptRecord> &attempts)
{
    QStringList parts;
    for (const AttemptRecord &attempt : attempts)
        parts.append(inShort(attempt));
    return parts.join(QStringLiteral(" → "));
}

LogLine logLineFor(const ExchangeRecord &exchange)
{
    const Opening opening = openingOf(exchange);
    QString line = QStringLiteral("[req-") + QString::number(exchange.number) + QStringLiteral("] ") + opening.words + QStringLiteral(": ");
    Facts facts(line);
    facts.next(u"HTTP ") += QString::number(exchange.status);
    facts.ms(u"耗时: ", exchange.totalMs);
    if (!exchange.attempts.isEmpty())
        facts.next(u"endpoint: ") += exchange.attempts.constLast().endpointId;
    facts.next() += shortened(QString::fromUtf8(exchange.method) + u' ' + QString::fromUtf8(exchange.path), 200);
    if (exchange.firstByteMs)
        facts.ms(u"首字节: ", *exchange.firstByteMs);
    if (!exchange.model.isEmpty())
        facts.next(u"model: ") += shortened(exchange.model, 100);
    if (!exchange.route.isEmpty()) {
        facts.next(u"route: ") += shortened(exchange.route, 200);
        facts.next(u"cluster: ") += shortened(exchange.cluster, 100);
    }
    for (const QString &why : exchange.passedOver)
        facts.next() += shortened(why, 300);
    if (exchange.attempts.size() > 1)
        facts.next() += attemptsInShort(exchange.attempts);
    if (const QString skipped = exchange.skipped.join(QStringLiteral(", ")); !skipped.isEmpty())
        facts.next(u"skipped without a login: ") += shortened(skipped, 200);
    if (!exchange.error.isEmpty())
        facts.next() += shortened(exchange.error, 500);
    return {opening.level, std::move(line), exchange.endedAt};
}

namespace {

/// "45 s", "30 min".
QString span(double seconds)
{
    return seconds < 120 ? QStringLiteral("%1 s").arg(std::ceil(seconds)) : QStringLiteral("%1 min").arg(std::ceil(seconds / 60));
}

QString clusterOf(const QString &endpointId, const Config &config, const QString &inUse)
{
    const auto hasIt = [&endpointId](const Cluster &cluster) {
        return std::ranges::find(cluster.endpoints, endpointId, &Endpoint::id) != cluster.endpoints.end();
    };
    if (const Cluster *cluster = config.cluster(inUse); cluster && hasIt(*cluster))
        return inUse;
    const auto found = std::ranges::find_if(config.clusters, hasIt);
    return found == config.clusters.end() ? QString() : found->name;
}

} // namespace

LogLine logLineFor(const RoutingNews &news)
{
    const QString who = QStringLiteral("endpoint %1 (%2)").arg(news.endpointName, news.endpointId);
    switch (news.kind) {
    case NewsKind::Opened:
        return {LogLevel::Warning, QStringLiteral("%1 is left alone for %2: %3; it is checked in the background and comes back by itself")
                                       .arg(who, span(news.seconds), news.reason)};
    case NewsKind::Returned:
        return {LogLevel::Info, QStringLiteral("%1 is back").arg(who)};
    case NewsKind::KeyRefused:
        if (news.seconds > 0)
            return {LogLevel::Error, QStringLiteral("%1 refuses its key, which has worked, and rests for %2; it is checked in the background and comes back by itself")
                                         .arg(who, span(news.seconds))};
        return {LogLevel::Error, QStringLiteral("%1 refused its key and is not used any more. Edit the key, or try it again with: qcc endpoint test")
                                     .arg(who)};
    case NewsKind::NoKey:
        return {LogLevel::Error, QStringLiteral("%1 is out of use: %2; it is asked again when a request needs the key").arg(who, news.reason)};
    case NewsKind::QuotaSpent:
        return {LogLevel::Error, QStringLiteral("%1 says that its balance or quota is spent and rests for %2").arg(who, span(news.seconds))};
    case NewsKind::RateLimited:
        return {LogLevel::Warning, QStringLiteral("%1 limits the rate and rests for %2").arg(who, span(news.seconds))};
    case NewsKind::Preferred:
        return {LogLevel::Info, QStringLiteral("%1 is picked by hand: new requests go there first").arg(who)};
    case NewsKind::NotPreferred:
        return {LogLevel::Info, QStringLiteral("%1 is not picked by hand any more").arg(who)};
    }
    Q_UNREACHABLE();
}

QList<LogLine> linesForClosedKeys(const Config &config)
{
    QList<LogLine> lines;
    for (const Cluster &cluster : config.clusters) {
        for (const Endpoint &endpoint : cluster.endpoints) {
            if (!endpoint.keyFault.isEmpty())
                lines.append({LogLevel::Error, QStringLiteral("endpoint %1 of cluster \"%2\" is out of use: %3")
                                                   .arg(endpoint.name, cluster.name, endpoint.keyFault)});
        }
    }
    return lines;
}

LogLine lineForUnknownPeers(const Config::Listen &rules)
{
    const QString seen = QStringLiteral("this system does not tell which user a connection comes from");
    if (!rules.accessToken.isEmpty())
        return {LogLevel::Info, seen + QStringLiteral("; the access token keeps other users out")};
    if (rules.unknownPeers == UnknownPeers::Refuse)
        return {LogLevel::Warning, seen + QStringLiteral(", and listen.unknown_peers refuses all such connections")};
    return {LogLevel::Warning, seen + QStringLiteral(": other users of this computer can use your keys. Set listen.access_token to keep them out")};
}

QJsonObject newsEvent(const RoutingNews &news, const Config &config, const QString &inUse)
{
    return {{QStringLiteral("event"), QStringLiteral("news")},
            {QStringLiteral("kind"), toWord(news.kind)},
            {QStringLiteral("endpoint_id"), news.endpointId},
            {QStringLiteral("endpoint_name"), news.endpointName},
            {QStringLiteral("reason"), news.reason},
            {QStringLiteral("seconds"), news.seconds},
            {QStringLiteral("cluster"), clusterOf(news.endpointId, config, inUse)}};
}

} // namespace qcc
