#include "core/exchange/ownanswer.h"

#include "core/api/protocol.h"
#include "core/api/sampleanswer.h"
#include "core/forward/forwarding.h"
#include "core/http/headers.h"

#include <QStringList>

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

QString inWords(const AttemptRecord &attempt)
{
    if (!attempt.error.isEmpty())
        return QStringLiteral("%1: %2").arg(attempt.endpointName, attempt.error);
    return QStringLiteral("%1: HTTP %2").arg(attempt.endpointName).arg(attempt.status);
}

QString everyReason(const QList<AttemptRecord> &attempts)
{
    QStringList reasons;
    for (const AttemptRecord &attempt : attempts) {
        if (attempt.failure == FailureClass::Stale)
            continue; // was repeated at once, and the repetition speaks
        const QString said = attempt.upstreamError.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(attempt.upstreamError);
        reasons.append(inWords(attempt) + said);
    }
    reasons.removeDuplicates();
    return reasons.join(QStringLiteral("; "));
}

} // namespace qcc
