#include "ui/requests/detailtext.h"

#include "ui/model/coretext.h"
#include "ui/model/exchangetext.h"
#include "ui/model/words.h"

#include <QLocale>
#include <QStringList>

#include <algorithm>

namespace qcc {

namespace {

constexpr qsizetype longestRequest = 80;

struct Saying {
    QString endpoint;
    bool isUpstreams; ///< Else qcc's.
    QString words;
    QList<qsizetype> attempts; ///< Counted from 1.
};

QString orNone(const QString &text)
{
    return text.isEmpty() ? Words::none() : text;
}

} // namespace

QString DetailText::title(const ExchangeRow &row)
{
    if (const RunningView *running = row.running())
        return RunningWords::title(running->state, running->current ? ExchangeText::endpoint(*running->current) : QString());
    const ExchangeRecord &exchange = *row.finished();
    const QString endpoint = exchange.attempts.isEmpty() ? QString() : ExchangeText::endpoint(exchange.attempts.constLast());
    if (exchange.outcome == Outcome::ClientCancelled)
        return tr("Cancelled by the client");
    if (exchange.outcome == Outcome::Error || exchange.outcome == Outcome::CallerError || endpoint.isEmpty()) {
        const QString word = capitalized(Words::of(exchange.outcome));
        return exchange.status == 0 ? word : tr("%1 %2", "outcome, status").arg(word).arg(exchange.status);
    }
    switch (exchange.outcome) {
    case Outcome::Complete: return tr("Answered by %1", "endpoint").arg(endpoint);
    case Outcome::Recovered: return tr("Recovered by %1", "endpoint").arg(endpoint);
    case Outcome::Truncated: return tr("Broke off at %1", "endpoint").arg(endpoint);
    case Outcome::Error:
    case Outcome::CallerError:
    case Outcome::ClientCancelled: break;
    }
    Q_UNREACHABLE();
}

QString DetailText::request(const ExchangeRow &row)
{
    if (const RunningView *running = row.running())
        return running->method + QLatin1Char(' ') + running->path;
    return QString::fromUtf8(row.finished()->method) + QLatin1Char(' ') + QString::fromUtf8(row.finished()->path);
}

QString DetailText::origin(const ExchangeRow &row, const QDateTime &now)
{
    const RunningView *running = row.running();
    QString asked = request(row);
    if (asked.size() > longestRequest)
        asked = asked.first(longestRequest / 2) + QChar(0x2026) + asked.last(longestRequest / 2 - 1);
    const QString time = Words::timeOfDay(row.startedAt(), now);
    const bool isToday = row.startedAt().toLocalTime().date() == now.toLocalTime().date();
    return QStringList{running ? running->id() : row.finished()->id(), breakable(asked), isToday ? tr("today, %1", "time of day").arg(time) : time}.join(QStringLiteral(" · "));
}

QList<Fact> DetailText::facts(const ExchangeRow &row, double ageMs)
{
    if (const RunningView *running = row.running()) {
        return {{tr("Client"), orNone(running->client)},
                {tr("First byte"), Words::durationOrNone(running->firstByteMs)},
                {tr("Model"), orNone(running->model)},
                {tr("Age"), Words::duration(ageMs)},
                {tr("Cluster"), orNone(running->cluster)},
                {tr("Answer"), ExchangeText::bytes(running->answerBytes)}};
    }
    const ExchangeRecord &exchange = *row.finished();
    const QString sent = exchange.attempts.isEmpty() ? QString() : exchange.attempts.constLast().model;
    QList<Fact> facts{
            {tr("Client"), orNone(exchange.client)},
            {tr("First byte"), Words::durationOrNone(exchange.firstByteMs)},
            {tr("Model"), sent.isEmpty() ? orNone(exchange.model) : tr("%1 → %2", "asked for, asked the endpoint for").arg(orNone(exchange.model), sent)},
            {tr("Total"), Words::duration(exchange.totalMs)},
            {tr("Cluster"), orNone(exchange.cluster)},
            {tr("Tokens"), ExchangeText::tokens(exchange.inputTokens, exchange.outputTokens)},
            {tr("Request"), ExchangeText::bytes(exchange.requestBytes)},
            {tr("Answer"), ExchangeText::bytes(exchange.answerBytes)}};
    // Those of most requests are none.
    if (!exchange.classes.isEmpty() || !exchange.route.isEmpty())
        facts << Fact{tr("Class"), orNone(exchange.classes.value(0))} << Fact{tr("Route"), orNone(exchange.route)};
    return facts;
}

QString DetailText::attemptCount(qsizetype count)
{
    return count == 1 ? tr("1 attempt") : tr("%1 attempts").arg(count);
}

QList<Said> DetailText::said(const QList<AttemptRecord> &attempts, const QStringList &skipped, const QStringList &passedOver)
{
    QList<Saying> sayings;
    const auto add = [&sayings](const AttemptRecord &attempt, qsizetype number, bool isUpstreams, const QString &words) {
        if (words.isEmpty())
            return;
        const QString endpoint = ExchangeText::endpoint(attempt);
        const auto same = std::ranges::find_if(sayings, [&](const Saying &other) { return other.endpoint == endpoint && other.isUpstreams == isUpstreams && other.words == words; });
        if (same == sayings.end())
            sayings.append({endpoint, isUpstreams, words, {number}});
        else if (!same->attempts.contains(number))
            same->attempts.append(number);
    };
    for (qsizetype i = 0; i < attempts.size(); ++i) {
        add(attempts.at(i), i + 1, attempts.at(i).fromUpstream, inUsersLanguage(attempts.at(i).error));
        add(attempts.at(i), i + 1, true, attempts.at(i).upstreamError);
    }
    QList<Said> said;
    for (const Saying &saying : std::as_const(sayings)) {
        QStringList numbers;
        for (const qsizetype number : saying.attempts)
            numbers << QString::number(number);
        said.append({(saying.isUpstreams ? tr("What %1 said", "endpoint") : tr("What qcc says of %1", "endpoint")).arg(saying.endpoint),
                     numbers.size() == 1 ? tr("Attempt %1").arg(numbers.constFirst()) : tr("Attempts %1", "1 and 2").arg(QLocale().createSeparatedList(numbers)),
                     saying.words});
    }
    for (const QString &endpoint : skipped) {
        said.append({tr("What qcc says of %1", "endpoint").arg(endpoint), tr("No attempt"),
                     tr("Skipped: it gets a login of the client's own, and the request brought none that is for it.")});
    }
    QStringList sentences;
    for (const QString &sentence : passedOver)
        sentences << inUsersLanguage(sentence);
    if (!sentences.isEmpty())
        said.append({tr("Not by the first route"), {}, sentences.join(QLatin1Char('\n'))});
    return said;
}

QString DetailText::noAttempts()
{
    return tr("No endpoint was asked.");
}

QString DetailText::breakable(const QString &text, int longest)
{
    QString broken;
    int run = 0;
    for (const QChar letter : text) {
        run = letter.isLetterOrNumber() || letter.isLowSurrogate() ? run + 1 : 0;
        if (run > longest && !letter.isLowSurrogate()) {
            broken += QChar(0x200b);
            run = 1;
        }
        broken += letter;
    }
    return broken;
}

} // namespace qcc
