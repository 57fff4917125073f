#include "core/exchange/requestfacts.h"

#include "core/forward/credentials.h"
#include "core/forward/forwarding.h"
#include "core/http/jsonreader.h"

namespace qcc {

namespace {

/// "claude-cli" of "claude-cli/2.1 (external)".
QString productOf(const QByteArray &userAgent)
{
    qsizetype end = 0;
    while (end < userAgent.size() && end < 40 && isTokenChar(userAgent[end]))
        ++end;
    return QString::fromLatin1(userAgent.first(end));
}

QString modelOf(const Request &request)
{
    const std::optional<QByteArray> inBody = stringMember(request.bodyBeginning(), "model");
    return inBody ? QString::fromUtf8(*inBody) : modelOfTarget(request.head.target);
}

} // namespace

ExchangeRecord recordOf(const Request &request, quint64 number)
{
    ExchangeRecord record;
    record.number = number;
    record.startedAt = QDateTime::currentDateTimeUtc();
    record.method = request.head.method;
    record.path = beforeParameters(request.head.target).toByteArray();
    record.client = productOf(firstValue(request.head.headers, "user-agent"));
    record.model = modelOf(request);
    record.requestBytes = request.bodySize();
    return record;
}

} // namespace qcc
