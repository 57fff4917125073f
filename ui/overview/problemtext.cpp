#include "ui/overview/problemtext.h"

#include "ui/model/words.h"

#include <QLocale>
#include <QStringList>

namespace qcc {

namespace {

constexpr int overloaded = 529; // Source: Anthropic's API documentation, "Errors".
constexpr int unavailable = 503;

const QString &nameOf(const AttemptRecord &attempt)
{
    return attempt.endpointName.isEmpty() ? attempt.endpointId : attempt.endpointName;
}

bool failed(const AttemptRecord &attempt)
{
    return attempt.failure != FailureClass::None;
}

} // namespace

QString ProblemText::failureOf(const AttemptRecord &attempt)
{
    QString words = Words::of(attempt.failure);
    if (attempt.status == overloaded || attempt.upstreamError.startsWith(QStringLiteral("overloaded")))
        words = tr("overloaded", "attempt");
    else if (attempt.status == unavailable && attempt.failure == FailureClass::Transient)
        words = tr("unavailable", "attempt");
    if (attempt.status < 400) // A head that said all is well tells nothing about what went wrong later.
        return tr("%1 %2", "endpoint, what went wrong").arg(nameOf(attempt), words);
    return tr("%1 %2 %3", "endpoint, HTTP status, what went wrong").arg(nameOf(attempt)).arg(attempt.status).arg(words);
}

QString ProblemText::endOf(const ExchangeRecord &exchange)
{
    switch (exchange.outcome) {
    case Outcome::Complete:
    case Outcome::Recovered: {
        const qsizetype count = exchange.attempts.size();
        if (count == 0 || failed(exchange.attempts.constLast()))
            return Words::of(exchange.outcome);
        const QString &server = nameOf(exchange.attempts.constLast());
        const bool sameAgain = count > 1 && nameOf(exchange.attempts.at(count - 2)) == server;
        return sameAgain ? tr("%1 served it at the next try").arg(server) : tr("%1 served it").arg(server);
    }
    case Outcome::Truncated: return tr("the answer was cut short");
    case Outcome::Error: return tr("not served");
    case Outcome::CallerError:
    case Outcome::ClientCancelled: return Words::of(exchange.outcome);
    }
    Q_UNREACHABLE();
}

QString ProblemText::of(const ExchangeRecord &exchange)
{
    QStringList parts;
    int times = 1;
    QString last;
    for (const AttemptRecord &attempt : exchange.attempts) {
        if (!failed(attempt))
            continue;
        const QString text = failureOf(attempt);
        if (text == last) {
            parts.last() = tr("%1 (%2 times)", "what went wrong, how often").arg(text).arg(++times);
            continue;
        }
        parts.append(text);
        last = text;
        times = 1;
    }
    if (parts.isEmpty() && !exchange.error.isEmpty())
        return tr("%1: %2", "how it ended, why").arg(endOf(exchange), exchange.error);
    parts.append(endOf(exchange));
    return parts.join(QStringLiteral(" → "));
}

QString ProblemText::details(const ExchangeRecord &exchange)
{
    QStringList request{QStringLiteral("%1 %2").arg(QString::fromUtf8(exchange.method), QString::fromUtf8(exchange.path))};
    for (const QString &word : {exchange.model, exchange.client, exchange.id()}) {
        if (!word.isEmpty())
            request.append(word);
    }
    QStringList lines{request.join(QStringLiteral(" · "))};
    for (const AttemptRecord &attempt : exchange.attempts) {
        QString line = failed(attempt) ? failureOf(attempt)
                                       : tr("%1 %2", "endpoint, result").arg(nameOf(attempt), Words::of(attempt.failure));
        for (const QString &said : {attempt.error, attempt.upstreamError}) {
            if (!said.isEmpty())
                line += QStringLiteral(": ") + said;
        }
        lines.append(tr("%1, after %2", "attempt, duration").arg(line, Words::duration(attempt.totalMs)));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace qcc
