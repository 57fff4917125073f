#include "ui/requests/exchangerow.h"

#include "ui/model/words.h"

#include <QStringList>

namespace qcc {

namespace {

// What is searched for in one field is not found across two.
QString folded(const QStringList &fields)
{
    return fields.join(QLatin1Char('\n')).toCaseFolded();
}

QString searchedIn(const RunningView &exchange)
{
    return folded({exchange.id(), exchange.client, exchange.model, exchange.method, exchange.path, exchange.cluster,
                   exchange.endpointName, exchange.endpointId});
}

QString searchedIn(const ExchangeRecord &exchange)
{
    QStringList fields{exchange.id(), exchange.client, exchange.model, QString::fromUtf8(exchange.method),
                       QString::fromUtf8(exchange.path), exchange.cluster, exchange.error};
    for (const AttemptRecord &attempt : exchange.attempts) {
        fields << attempt.endpointName << attempt.endpointId << attempt.error << attempt.upstreamError;
        if (attempt.failure != FailureClass::None)
            fields << QString::number(attempt.status) << Words::of(attempt.failure);
    }
    return folded(fields);
}

} // namespace

ExchangeRow::ExchangeRow(const RunningView &running)
    : number(running.number)
    , exchange(running)
    , searched(searchedIn(running))
{
}

ExchangeRow::ExchangeRow(const ExchangeRecord &finished)
    : number(finished.number)
    , exchange(finished)
    , searched(searchedIn(finished))
{
}

} // namespace qcc
