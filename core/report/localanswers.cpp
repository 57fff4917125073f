#include "core/report/localanswers.h"

#include "core/api/protocol.h"
#include "core/base/visibletext.h"
#include "core/facts/livefigures.h"
#include "core/journal/journal.h"
#include "core/log/logreader.h"
#include "core/report/stats.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

namespace qcc {

namespace {

constexpr double msPerSecond = 1000;

/// Writes families one after the other: the format wants the samples of one together, behind its help and type.
class MetricsWriter
{
public:
    void family(const char *name, const char *type, const char *help)
    {
        m_family = name;
        m_text += "# HELP " + m_family + ' ' + help + "\n# TYPE " + m_family + ' ' + type + '\n';
    }

    void sample(double value, const QByteArray &labels = {}, const char *suffix = "")
    {
        m_text += m_family + suffix + (labels.isEmpty() ? QByteArray() : '{' + labels + '}') + ' '
            + QByteArray::number(value, 'g', 17) + '\n';
    }

    void sample(quint64 value, const QByteArray &labels = {}, const char *suffix = "")
    {
        sample(static_cast<double>(value), labels, suffix);
    }

    void single(const char *name, const char *type, const char *help, double value)
    {
        family(name, type, help);
        sample(value);
    }

    void summary(const char *name, const char *help, const Histogram &ms)
    {
        family(name, "summary", help);
        for (const double fraction : {0.5, 0.9, 0.99})
            sample(ms.quantile(fraction) / msPerSecond, "quantile=\"" + QByteArray::number(fraction) + '"');
        sample(ms.sum() / msPerSecond, {}, "_sum");
        sample(ms.count(), {}, "_count");
    }

    QByteArray text() const { return m_text; }

private:
    QByteArray m_family;
    QByteArray m_text;
};

QByteArray label(const char *name, const QString &value)
{
    QByteArray escaped = visibleLine(value).toUtf8();
    escaped.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    return name + QByteArray("=\"") + escaped + '"';
}

QByteArray labelsOf(const Endpoint &endpoint)
{
    return label("endpoint", endpoint.id) + ',' + label("name", endpoint.name);
}

void writeKind(MetricsWriter &out, const char *family, const char *help, const char *name, const CountsByName &counts)
{
    out.family(family, "counter", help);
    for (auto it = counts.counts().cbegin(); it != counts.counts().cend(); ++it) {
        for (const Outcome outcome : EnumTable<Outcome>::values) {
            if (const quint64 count = it->of(outcome); count > 0)
                out.sample(count, label(name, it.key()) + ',' + label("outcome", toWord(outcome)));
        }
    }
}

void writeExchanges(MetricsWriter &out, const Journal &journal)
{
    const Counters &counters = journal.counters();
    out.family("qcc_requests_total", "counter", "Finished requests by outcome.");
    for (const Outcome outcome : EnumTable<Outcome>::values)
        out.sample(counters.of(outcome), label("outcome", toWord(outcome)));
    const CountsByKind &kinds = journal.byKind();
    writeKind(out, "qcc_cluster_requests_total", "Finished requests by the cluster that they went to, and outcome.", "cluster", kinds.clusters);
    writeKind(out, "qcc_client_requests_total", "Finished requests by what the client calls itself, and outcome.", "client", kinds.clients);
    writeKind(out, "qcc_class_requests_total", "Finished requests by what they are to their client, and outcome.", "class", kinds.classes);
    writeKind(out, "qcc_route_requests_total", "Finished requests by the route that they went by, and outcome.", "route", kinds.routes);
    out.family("qcc_failed_attempts_total", "counter", "Failed attempts at endpoints by failure class.");
    for (const FailureClass failure : EnumTable<FailureClass>::values) {
        if (failure != FailureClass::None)
            out.sample(counters.of(failure), label("class", toWord(failure)));
    }
    out.summary("qcc_first_byte_seconds", "Time to the first byte of successful requests.", journal.firstByte());
    out.summary("qcc_request_seconds", "Whole time of successful requests.", journal.total());
}

void writePool(MetricsWriter &out, const PoolFigures &pool)
{
    out.family("qcc_pool_connections", "gauge", "Connections to endpoints by state.");
    out.sample(double(pool.idle), label("state", QStringLiteral("idle")));
    out.sample(double(pool.busy), label("state", QStringLiteral("busy")));
    out.single("qcc_pool_connections_http2", "gauge", "Of the open connections to endpoints, those over HTTP/2.", pool.http2);
    out.single("qcc_pool_queued", "gauge", "Requests that wait for a connection.", pool.queued);
    out.single("qcc_pool_limit", "gauge", "Connections allowed at once.", pool.limit);
    out.single("qcc_pool_opened_total", "counter", "Connections opened.", static_cast<double>(pool.openedTotal));
    out.single("qcc_pool_reused_total", "counter", "Requests on a connection that was open already.",
               static_cast<double>(pool.reusedTotal));
    out.single("qcc_pool_stale_recovered_total", "counter", "Requests saved from a stale connection.",
               static_cast<double>(pool.staleRecoveredTotal));
}

void writeEndpoints(MetricsWriter &out, const Journal &journal, const LiveFigures &live)
{
    const Cluster *cluster = live.config ? live.config->cluster(live.cluster) : nullptr;
    const QList<Endpoint> endpoints = cluster ? cluster->endpoints : QList<Endpoint>();
    out.family("qcc_endpoint_requests_total", "counter", "Attempts at the endpoint.");
    for (const Endpoint &endpoint : endpoints)
        out.sample(journal.endpoint(endpoint.id).total, labelsOf(endpoint));
    out.family("qcc_endpoint_failed_requests_total", "counter", "Attempts that failed because of the endpoint.");
    for (const Endpoint &endpoint : endpoints)
        out.sample(journal.endpoint(endpoint.id).failed, labelsOf(endpoint));
    out.family("qcc_endpoint_up", "gauge", "Whether the endpoint is enabled and usable.");
    for (const Endpoint &endpoint : endpoints)
        out.sample(endpoint.mayServe() && isUsable(live.endpoints.value(endpoint.id)) ? 1.0 : 0.0, labelsOf(endpoint));
    out.family("qcc_endpoint_in_flight", "gauge", "Attempts at the endpoint that have not ended.");
    for (const Endpoint &endpoint : endpoints)
        out.sample(double(live.endpoints.value(endpoint.id).inFlight), labelsOf(endpoint));
}

} // namespace

QByteArray metricsText(const Journal &journal, const LiveFigures &live)
{
    MetricsWriter out;
    out.single("qcc_up", "gauge", "Whether the proxy accepts requests.", live.running ? 1 : 0);
    out.single("qcc_uptime_seconds", "gauge", "Time since the proxy started.", live.uptimeS);
    out.single("qcc_in_flight", "gauge", "Requests that have not ended.", live.inFlight);
    writeExchanges(out, journal);
    out.family("qcc_refused_total", "counter", "Requests and connections that were not let in, by reason.");
    for (const Denial denial : EnumTable<Denial>::values)
        out.sample(live.refused[denial], label("reason", toWord(denial)));
    writePool(out, live.pool);
    writeEndpoints(out, journal, live);
    return out.text();
}

namespace {

LocalAnswer json(const QJsonObject &object)
{
    return {200, "application/json", visibleJson(object, QJsonDocument::Indented)};
}

LocalAnswer refuse(int status, const QString &message)
{
    return {status, "application/json", errorBody(Dialect::Unknown, status, QStringLiteral("qcc: ") + message)};
}

/// The number of parameter `name`, `usual` without it; nothing when it is no number from 1 to `most`.
std::optional<int> numberOf(const QUrlQuery &query, const QString &name, int usual, int most)
{
    if (!query.hasQueryItem(name))
        return usual;
    bool ok = false;
    const int value = query.queryItemValue(name).toInt(&ok);
    return ok && value >= 1 && value <= most ? std::optional(value) : std::nullopt;
}

LocalAnswer logs(const QUrlQuery &query, LogReader &reader)
{
    LogQuery filter;
    const std::optional<int> lines = numberOf(query, QStringLiteral("lines"), 100, 10'000);
    if (!lines)
        return refuse(400, QStringLiteral("lines must be a number from 1 to 10000"));
    filter.lines = *lines;
    if (const QString level = query.queryItemValue(QStringLiteral("level")); !level.isEmpty()) {
        filter.level = fromWord<LogLevel>(level);
        if (!filter.level)
            return refuse(400, QStringLiteral("level must be debug, info, warning or error"));
    }
    filter.grep = query.queryItemValue(QStringLiteral("grep"), QUrl::FullyDecoded);
    return json(reader.read(filter));
}

} // namespace

LocalAnswer localAnswer(LocalPage page, const QByteArray &query, const Journal &journal, const LiveFigures &live, LogReader &logReader)
{
    const QUrlQuery parameters(QString::fromUtf8(query).replace(QLatin1Char('+'), QStringLiteral("%20")));
    switch (page) {
    case LocalPage::Stats:
        return json(statsJson(journal, live));
    case LocalPage::Requests: {
        const std::optional<int> limit = numberOf(parameters, QStringLiteral("limit"), 50, 500);
        return limit ? json(requestsJson(journal, *limit)) : refuse(400, QStringLiteral("limit must be a number from 1 to 500"));
    }
    case LocalPage::Logs:
        return logs(parameters, logReader);
    case LocalPage::Events:
        return {};
    case LocalPage::Metrics:
        return {200, "text/plain; version=0.0.4; charset=utf-8", metricsText(journal, live)};
    case LocalPage::Health:
        return json({{QStringLiteral("status"), QStringLiteral("ok")}, {QStringLiteral("name"), QStringLiteral("qcc")},
                     {QStringLiteral("version"), QStringLiteral(QCC_VERSION)}});
    }
    Q_UNREACHABLE();
}

} // namespace qcc
