#include "ui/requests/exchangerow.h"

#include "ui/model/words.h"

#include <QStringList>

#include <algorithm>

namespace qcc {

namespace {

// What is searched for in one field is not found across two.
QString folded(const QStringList &fields)
{
    return fields.join(QLatin1Char('\n')).toCaseFolded();
}

QString searchedIn(const RunningView &exchange)
{
    QStringList fields{exchange.id(), exchange.client, exchange.model, exchange.method, exchange.path, exchange.cluster};
    const ExchangeRecord soFar = exchange.soFar(exchange.ageMs);
    for (const AttemptRecord &attempt : soFar.attempts)
        fields << attempt.endpointName << attempt.endpointId << attempt.error << attempt.upstreamError;
    return folded(fields);
}

QString searchedIn(const ExchangeRecord &exchange)
{
    QStringList fields{exchange.id(), exchange.client, exchange.model, exchange.answeredModel, QString::fromUtf8(exchange.method),
                       QString::fromUtf8(exchange.path), exchange.cluster, exchange.error};
    for (const AttemptRecord &attempt : exchange.attempts) {
        fields << attempt.endpointName << attempt.endpointId << attempt.error << attempt.upstreamError << attempt.address;
        if (attempt.failure != FailureClass::None)
            fields << QString::number(attempt.status) << Words::of(attempt.failure);
    }
    return folded(fields);
}

} // namespace

ExchangeRow::ExchangeRow(const RunningView &running)
    : key(exchangeKey(running.startedAt, running.number))
    , exchange(running)
    , searched(searchedIn(running))
{
}

ExchangeRow::ExchangeRow(const ExchangeRecord &finished)
    : key(exchangeKey(finished))
    , exchange(finished)
    , searched(searchedIn(finished))
{
}

namespace {

bool isAskedFor(const ExchangeRow &row, Asked asked)
{
    const ExchangeRecord *finished = row.finished();
    switch (asked) {
    case Asked::All:
        return true;
    case Asked::Problems:
        return finished && finished->outcome != Outcome::Complete && finished->outcome != Outcome::ClientCancelled;
    case Asked::Errors:
        return finished && (finished->outcome == Outcome::Error || finished->outcome == Outcome::Truncated);
    case Asked::Recovered:
        return finished && finished->outcome == Outcome::Recovered;
    case Asked::Running:
        return !finished;
    }
    Q_UNREACHABLE();
}

} // namespace

ExchangeFilter::ExchangeFilter(const QString &text, Asked asked, const QDateTime &from)
    : m_words(text.toCaseFolded().simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts))
    , m_asked(asked)
    , m_from(from)
{
}

bool ExchangeFilter::passes(const ExchangeRow &row) const
{
    return isAskedFor(row, m_asked) && (!m_from.isValid() || row.startedAt() >= m_from)
        && std::ranges::all_of(m_words, [&row](const QString &word) { return row.searched.contains(word); });
}

QString RunningWords::of(RunningState state)
{
    switch (state) {
    case RunningState::Waiting: return tr("queued", "exchange that runs");
    case RunningState::Attempting: return tr("asking", "exchange that runs");
    case RunningState::Holding: return tr("checking", "exchange that runs");
    case RunningState::Streaming: return tr("streaming", "exchange that runs");
    }
    Q_UNREACHABLE();
}

QString RunningWords::explained(RunningState state)
{
    switch (state) {
    case RunningState::Waiting: return tr("Waits for an endpoint, or for the next attempt.");
    case RunningState::Attempting: return tr("An endpoint has the request; its answer has not begun yet.");
    case RunningState::Holding: return tr("The answer has begun; its first bytes are held back until it is known to be good.");
    case RunningState::Streaming: return tr("The answer is on its way to the client.");
    }
    Q_UNREACHABLE();
}

} // namespace qcc
