#include "ui/requests/exchangerow.h"

#include "ui/model/words.h"

#include <QStringList>

#include <algorithm>
#include <iterator>

namespace qcc {

namespace {

// What is searched for in one field is not found across two.
QString folded(const QStringList &fields)
{
    return fields.join(QLatin1Char('\n')).toCaseFolded();
}

/// Of the user's language and of English: he may have read either.
QString wordsFor(Outcome outcome)
{
    return folded({Words::of(outcome), toWord(outcome).replace(QLatin1Char('_'), QLatin1Char(' '))});
}

QString searchedIn(const RunningView &exchange)
{
    QStringList fields{exchange.id(), exchange.client, exchange.model, exchange.method, exchange.path, exchange.cluster, RunningWords::of(exchange.state)};
    const ExchangeRecord soFar = exchange.soFar(exchange.ageMs);
    for (const AttemptRecord &attempt : soFar.attempts)
        fields << attempt.endpointName << attempt.endpointId << attempt.error << attempt.upstreamError;
    return folded(fields);
}

QString searchedIn(const ExchangeRecord &exchange)
{
    QStringList fields{exchange.id(), exchange.client, exchange.model, exchange.answeredModel, QString::fromUtf8(exchange.method),
                       QString::fromUtf8(exchange.path), exchange.cluster, exchange.route, exchange.classes.value(0), exchange.error, wordsFor(exchange.outcome)};
    for (const AttemptRecord &attempt : exchange.attempts) {
        fields << attempt.endpointName << attempt.endpointId << attempt.error << attempt.upstreamError << attempt.address;
        if (attempt.failure != FailureClass::None)
            fields << QString::number(attempt.status) << Words::of(attempt.failure) << Words::failureOf(attempt);
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

bool includes(Asked asked, Outcome outcome)
{
    switch (asked) {
    case Asked::All: return true;
    case Asked::Running: return false;
    case Asked::Problems: return outcome == Outcome::Recovered || outcome == Outcome::Error || outcome == Outcome::Truncated;
    case Asked::Recovered: return outcome == Outcome::Recovered;
    case Asked::Errors: return outcome == Outcome::Error;
    case Asked::Truncated: return outcome == Outcome::Truncated;
    case Asked::CallerErrors: return outcome == Outcome::CallerError;
    case Asked::Cancelled: return outcome == Outcome::ClientCancelled;
    }
    Q_UNREACHABLE();
}

QDateTime endOfExchange(const ExchangeRecord &exchange)
{
    if (exchange.endedAt == std::chrono::system_clock::time_point())
        return exchange.startedAt.addMSecs(static_cast<qint64>(exchange.totalMs));
    return QDateTime::fromMSecsSinceEpoch(std::chrono::floor<std::chrono::milliseconds>(exchange.endedAt).time_since_epoch().count(), Qt::UTC);
}

QList<Outcome> outcomesCalled(const QString &word)
{
    QList<Outcome> outcomes;
    if (!word.isEmpty())
        std::ranges::copy_if(EnumTable<Outcome>::values, std::back_inserter(outcomes), [sought = word.toCaseFolded()](Outcome outcome) { return wordsFor(outcome).contains(sought); });
    return outcomes;
}

ExchangeFilter::ExchangeFilter(const QString &text, Asked asked, const QDateTime &from, const QDateTime &to)
    : m_words(text.toCaseFolded().simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts))
    , m_asked(asked)
    , m_from(from)
    , m_to(to)
{
}

bool ExchangeFilter::passes(const ExchangeRow &row) const
{
    const ExchangeRecord *finished = row.finished();
    return (finished ? includes(m_asked, finished->outcome) : m_asked == Asked::All || m_asked == Asked::Running) && finds(row);
}

bool ExchangeFilter::finds(const ExchangeRow &row) const
{
    const ExchangeRecord *finished = row.finished();
    // What runs has not ended: it is of now, and of no time that is over.
    const bool isOfTheTime = finished ? (!m_from.isValid() || endOfExchange(*finished) >= m_from) && (!m_to.isValid() || endOfExchange(*finished) < m_to) : !m_to.isValid();
    return isOfTheTime && std::ranges::all_of(m_words, [&row](const QString &word) { return row.searched.contains(word); });
}

QString capitalized(QString word)
{
    if (!word.isEmpty())
        word[0] = word.at(0).toUpper();
    return word;
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

QString RunningWords::title(RunningState state, const QString &endpoint)
{
    if (endpoint.isEmpty())
        return capitalized(of(state));
    switch (state) {
    case RunningState::Waiting: return capitalized(of(state));
    case RunningState::Attempting: return tr("Asking %1", "endpoint").arg(endpoint);
    case RunningState::Holding: return tr("Checking the answer of %1", "endpoint").arg(endpoint);
    case RunningState::Streaming: return tr("Streaming from %1", "endpoint").arg(endpoint);
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
