#include "core/exchange/ownanswer.h"

#include "core/api/protocol.h"
#include "core/api/sampleanswer.h"
#include "core/forward/forwarding.h"
#include "core/http/headers.h"
#include "core/routing/routeoptions.h"

#include <QStringList>

#include <algorithm>

namespace qcc {

namespace {

OwnAnswer jsonAnswer(int status, const QByteArray &body, const ExchangeRecord &record)
{
    OwnAnswer answer;
    answer.body = body;
    answer.head.status = status;
    answer.head.reason = reasonPhrase(status);
    answer.head.headers = {{"Content-Type", "application/json"}, {"x-qcc-request-id", record.id().toLatin1()},
                           {"x-qcc-attempts", QByteArray::number(record.attempts.size())}};
    if (!record.attempts.isEmpty())
        answer.head.headers.append(HeaderField{"x-qcc-endpoint", record.attempts.last().endpointId.toLatin1()});
    answer.head.length = body.size();
    return answer;
}

/// What is wrong with a cluster of which no endpoint may be asked.
QString whyNobodyServes(const Config &config, const QString &name)
{
    if (const Cluster *cluster = config.cluster(name)) {
        for (const Endpoint &endpoint : cluster->endpoints) {
            if (endpoint.enabled && !endpoint.keyFault.isEmpty())
                return QStringLiteral("endpoint %1 is out of use: %2").arg(endpoint.name, endpoint.keyFault);
        }
    }
    return QStringLiteral("cluster \"%1\" has no enabled endpoint. See: qcc endpoint list %1").arg(name);
}

} // namespace

OwnAnswer ownError(Dialect dialect, int status, const QString &message, const ExchangeRecord &record,
                   std::optional<std::chrono::seconds> retryAfter)
{
    OwnAnswer answer = jsonAnswer(status, errorBody(dialect, status, QStringLiteral("qcc: ") + message), record);
    if (status == 508)
        answer.head.headers.append({{loopField, "true"}, {"x-should-retry", "false"}}); // the second is what SDKs obey
    else if (retryAfter)
        answer.head.headers.append(HeaderField{"Retry-After", QByteArray::number(qint64(retryAfter->count()))});
    return answer;
}

OwnAnswer ownTokenCount(int tokens, const ExchangeRecord &record)
{
    OwnAnswer answer = jsonAnswer(200, tokenCountJson(tokens), record);
    answer.head.headers.append(HeaderField{"x-qcc-estimate", "true"});
    return answer;
}

OwnAnswer ownGreeting(const ExchangeRecord &record)
{
    return jsonAnswer(200, QByteArray(), record);
}

OwnWords whyNobodyIsLeft(const ExchangeRecord &record, const Config *config)
{
    const QList<AttemptRecord> &attempts = record.attempts;
    if (attempts.isEmpty()) {
        return {503, record.cluster.isEmpty()
                    ? QStringLiteral("no cluster is configured yet. Add one with: qcc endpoint add NAME --base-url URL --api-key KEY")
                    : whyNobodyServes(*config, record.cluster)};
    }
    const auto ofNoNetwork = [](const AttemptRecord &attempt) { return attempt.failure == FailureClass::NoNetwork; };
    if (std::all_of(attempts.begin(), attempts.end(), ofNoNetwork))
        return {503, QStringLiteral("this computer has no network. Nothing is held against the endpoints; try again once it is back")};
    switch (attempts.last().failure) {
    case FailureClass::Timeout: return {504, {}};
    case FailureClass::Loop: return {508, {}};
    case FailureClass::Cancelled: return {503, {}};
    default: return {502, {}};
    }
}

QString whyItCameBack(const Config *config, const QString &endpoint)
{
    QString name = endpoint;
    for (const Cluster &cluster : config ? config->clusters : QList<Cluster>())
        for (const Endpoint &known : cluster.endpoints)
            if (known.id == endpoint)
                name = known.name;
    return QStringLiteral("the request came back to qcc over its own endpoint \"%1\"; give that the address of the upstream").arg(name);
}

QString inWords(const AttemptRecord &attempt)
{
    if (!attempt.error.isEmpty())
        return QStringLiteral("%1: %2").arg(attempt.endpointName, attempt.error);
    return QStringLiteral("%1: HTTP %2").arg(attempt.endpointName).arg(attempt.status);
}

QString everyReason(const ExchangeRecord &record)
{
    QStringList reasons;
    for (const AttemptRecord &attempt : record.attempts) {
        if (attempt.failure == FailureClass::Stale)
            continue; // was repeated at once, and the repetition speaks
        const QString said = attempt.upstreamError.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(attempt.upstreamError);
        reasons.append(inWords(attempt) + said);
    }
    reasons.removeDuplicates();
    if (!record.skipped.isEmpty())
        reasons.append(whySkipped(record.skipped));
    return reasons.join(QStringLiteral("; "));
}

} // namespace qcc
