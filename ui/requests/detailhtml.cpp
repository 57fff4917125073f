#include "ui/requests/detailhtml.h"

#include "ui/model/exchangetext.h"
#include "ui/model/words.h"

#include <QStringList>

namespace qcc {

namespace {

constexpr int longestWord = 48;

QString started(const QDateTime &when)
{
    return Words::timeOfDay(when, QDateTime::currentDateTimeUtc());
}

QString joined(QStringList facts)
{
    facts.removeAll(QString());
    return facts.join(QStringLiteral("&nbsp;&nbsp;&nbsp;&nbsp; "));
}

} // namespace

QString DetailHtml::breakable(const QString &text)
{
    QString broken;
    int run = 0;
    for (const QChar letter : text) {
        run = letter.isLetterOrNumber() || letter.isLowSurrogate() ? run + 1 : 0;
        if (run > longestWord && !letter.isLowSurrogate()) {
            broken += QChar(0x200b);
            run = 1;
        }
        broken += letter;
    }
    return broken;
}

DetailHtml::DetailHtml(const QPalette &palette)
    : m_palette(palette)
{
}

QString DetailHtml::colour(Meaning meaning) const
{
    return colourOf(meaning, m_palette).name();
}

QString DetailHtml::marked(const QString &mark, Meaning meaning, const QString &text) const
{
    return QStringLiteral("<span style=\"color:%1\">%2</span>&nbsp;%3").arg(colour(meaning), mark, breakable(text).toHtmlEscaped());
}

QString DetailHtml::fact(const QString &name, const QString &value) const
{
    if (value.isEmpty())
        return {};
    const auto unbroken = [](const QString &text) { return text.toHtmlEscaped().replace(QLatin1Char(' '), QStringLiteral("&nbsp;")); };
    return QStringLiteral("<span style=\"color:%1\">%2</span>&nbsp;%3").arg(colour(Meaning::Neutral), unbroken(name), unbroken(value));
}

QString DetailHtml::facts(const ExchangeRecord &exchange) const
{
    QStringList facts{fact(tr("Started"), started(exchange.startedAt)),
                      fact(tr("First byte"), Words::durationOrNone(exchange.firstByteMs)),
                      fact(tr("Total"), Words::duration(exchange.totalMs)),
                      fact(tr("Model"), exchange.model),
                      fact(tr("Client"), exchange.client),
                      fact(tr("Cluster"), exchange.cluster)};
    if (exchange.inputTokens || exchange.outputTokens)
        facts << fact(tr("Tokens"), ExchangeText::tokens(exchange.inputTokens, exchange.outputTokens));
    facts << fact(tr("Request"), ExchangeText::bytes(exchange.requestBytes))
          << fact(tr("Answer"), ExchangeText::bytes(exchange.answerBytes));
    return joined(facts);
}

QString DetailHtml::facts(const RunningView &exchange, double ageMs) const
{
    return joined({fact(tr("Started"), started(exchange.startedAt)),
                   fact(tr("Age"), Words::duration(ageMs)),
                   fact(tr("First byte"), Words::durationOrNone(exchange.firstByteMs)),
                   fact(tr("Model"), exchange.model),
                   fact(tr("Client"), exchange.client),
                   fact(tr("Cluster"), exchange.cluster),
                   fact(tr("Endpoint"), exchange.endpointName.isEmpty() ? exchange.endpointId : exchange.endpointName),
                   fact(tr("Attempts"), exchange.attempts == 0 ? QString() : QString::number(exchange.attempts)),
                   fact(tr("Answer"), ExchangeText::bytes(exchange.answerBytes))});
}

QString DetailHtml::attempts(const ExchangeRecord &exchange) const
{
    QString rows;
    for (qsizetype i = 0; i < exchange.attempts.size(); ++i) {
        const AttemptRecord &attempt = exchange.attempts.at(i);
        const Meaning meaning = ExchangeText::meaningOf(attempt.failure);
        QStringList lines{ExchangeText::facts(attempt).join(QStringLiteral(" · ")).toHtmlEscaped()};
        const QStringList errors = ExchangeText::errors(attempt);
        for (const QString &error : errors)
            lines << breakable(error).toHtmlEscaped();
        rows += QStringLiteral("<tr><td style=\"color:%1;padding-right:6px\">%2</td>"
                               "<td style=\"padding-right:16px;white-space:nowrap\">%3.&nbsp;%4</td>"
                               "<td width=\"100%\" style=\"padding-bottom:6px\">%5</td></tr>")
                    .arg(colour(meaning), Words::markOf(meaning), QString::number(i + 1),
                         ExchangeText::endpoint(attempt).toHtmlEscaped(), lines.join(QStringLiteral("<br>")));
    }
    if (rows.isEmpty())
        return tr("No endpoint was asked.").toHtmlEscaped();
    return QStringLiteral("<table cellspacing=\"0\" cellpadding=\"0\" width=\"100%\">%1</table>").arg(rows);
}

} // namespace qcc
