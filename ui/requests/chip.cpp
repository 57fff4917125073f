#include "ui/requests/chip.h"

#include "ui/model/exchangetext.h"
#include "ui/model/runningview.h"
#include "ui/model/words.h"

#include <QCoreApplication>
#include <QStringList>

namespace qcc {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Chip)

public:
    static QString running(const RunningView &exchange)
    {
        const QString name = exchange.endpointName.isEmpty() ? exchange.endpointId : exchange.endpointName;
        if (exchange.attempts <= 1 || name.isEmpty())
            return name;
        return tr("%1, attempt %2", "endpoint, number").arg(name).arg(exchange.attempts);
    }
};

} // namespace

QList<Chip> chipsOf(const ExchangeRecord &exchange)
{
    QList<Chip> chips;
    for (const AttemptRecord &attempt : exchange.attempts) {
        const Meaning meaning = ExchangeText::meaningOf(attempt.failure);
        const QString result = ExchangeText::result(attempt);
        chips.append({Words::markOf(meaning), ExchangeText::endpoint(attempt) + QLatin1Char(' ') + result, result, meaning});
    }
    return chips;
}

QList<Chip> chipsOf(const RunningView &exchange)
{
    const QString text = Texts::running(exchange);
    return text.isEmpty() ? QList<Chip>() : QList<Chip>{{runningMark(), text, {}, Meaning::Neutral}};
}

QString inWords(const QList<Chip> &chips)
{
    QStringList texts;
    for (const Chip &chip : chips)
        texts << chip.text;
    return texts.join(QStringLiteral(" → "));
}

QString attemptsInLines(const ExchangeRecord &exchange)
{
    QStringList lines;
    for (const AttemptRecord &attempt : exchange.attempts) {
        QStringList line{ExchangeText::endpoint(attempt), ExchangeText::facts(attempt).join(QStringLiteral(", "))};
        line << ExchangeText::errors(attempt);
        lines << line.join(QStringLiteral(" · "));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace qcc
