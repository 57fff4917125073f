#include "ui/model/exchangetext.h"

#include "ui/model/coretext.h"
#include "ui/model/proxyview.h"
#include "ui/model/words.h"

#include <QLocale>

#include <algorithm>

namespace qcc {

namespace {

/// What an attempt without an answer was busy with when it ended.
Stage stageOf(Phase phase)
{
    switch (phase) {
    case Phase::Queue: return Stage::Queue;
    case Phase::Dns: return Stage::Dns;
    case Phase::Connect: return Stage::Connect;
    case Phase::Tls: return Stage::Tls;
    case Phase::Headers:
    case Phase::Body: return Stage::Waiting;
    }
    Q_UNREACHABLE();
}

double endOf(const AttemptRecord &attempt)
{
    return attempt.offsetMs + attempt.totalMs;
}

} // namespace

QList<Span> spansOf(const AttemptRecord &attempt)
{
    const double end = endOf(attempt);
    const double firstByte = attempt.firstByteMs ? std::min(end, attempt.offsetMs + *attempt.firstByteMs) : end;
    double at = attempt.offsetMs;
    QList<Span> spans;
    const auto add = [&spans, &at](Stage stage, double to) {
        if (to <= at)
            return;
        spans.append({stage, at, to});
        at = to;
    };
    // A connection that was being opened ahead of need took longer than this attempt waited for it.
    add(Stage::Dns, std::min(firstByte, at + attempt.dnsMs.value_or(0)));
    add(Stage::Connect, std::min(firstByte, at + attempt.connectMs.value_or(0)));
    add(Stage::Tls, std::min(firstByte, at + attempt.tlsMs.value_or(0)));
    add(attempt.firstByteMs ? Stage::Waiting : stageOf(attempt.phase), firstByte);
    add(Stage::Streaming, end);
    return spans;
}

double pauseBefore(const ExchangeRecord &exchange, qsizetype index)
{
    const double ready = index == 0 ? 0 : endOf(exchange.attempts.at(index - 1));
    return std::max(0.0, exchange.attempts.at(index).offsetMs - ready);
}

double endOf(const ExchangeRecord &exchange)
{
    double end = exchange.totalMs;
    for (const AttemptRecord &attempt : exchange.attempts)
        end = std::max(end, endOf(attempt));
    return end;
}

namespace {

const QString comma = QStringLiteral(", ");

} // namespace

QString ExchangeText::of(Stage stage)
{
    switch (stage) {
    case Stage::Queue: return tr("queued", "stage of an attempt");
    case Stage::Dns: return tr("dns", "stage of an attempt");
    case Stage::Connect: return tr("connect", "stage of an attempt");
    case Stage::Tls: return tr("tls", "stage of an attempt");
    case Stage::Waiting: return tr("waiting", "stage of an attempt");
    case Stage::Streaming: return tr("streaming", "stage of an attempt");
    }
    Q_UNREACHABLE();
}

QString ExchangeText::spans(const AttemptRecord &attempt)
{
    QStringList parts;
    const QList<Span> all = spansOf(attempt);
    for (const Span &span : all)
        parts << tr("%1 %2", "stage, duration").arg(of(span.stage), Words::duration(span.length()));
    return parts.join(comma);
}

QString ExchangeText::endpoint(const AttemptRecord &attempt)
{
    return attempt.endpointName.isEmpty() ? attempt.endpointId : attempt.endpointName;
}

QString ExchangeText::result(const AttemptRecord &attempt)
{
    if (attempt.status == 0)
        return Words::failureOf(attempt);
    // A status of failure says it all; a good one that failed needs the class.
    if (attempt.failure == FailureClass::None || attempt.status >= 400)
        return QString::number(attempt.status);
    return tr("%1 %2", "status, failure").arg(attempt.status).arg(Words::failureOf(attempt));
}

QStringList ExchangeText::facts(const AttemptRecord &attempt)
{
    QStringList facts;
    if (attempt.status != 0)
        facts << QStringLiteral("HTTP %1").arg(attempt.status);
    facts << Words::failureOf(attempt) << (attempt.reusedConnection ? tr("reused connection") : tr("new connection"));
    if (!attempt.address.isEmpty())
        facts << attempt.address;
    if (attempt.version == HttpVersion::Http2)
        facts << QStringLiteral("HTTP/2");
    facts << Words::duration(attempt.totalMs);
    if (attempt.failure != FailureClass::None)
        facts << tr("ended while %1", "phase of an attempt").arg(Words::of(attempt.phase));
    return facts;
}

QStringList ExchangeText::errors(const AttemptRecord &attempt)
{
    QStringList errors;
    const auto upstream = [](const QString &text) { return tr("Upstream: %1").arg(text); };
    if (!attempt.error.isEmpty())
        errors << (attempt.fromUpstream ? upstream(attempt.error) : tr("qcc: %1").arg(inUsersLanguage(attempt.error)));
    if (!attempt.upstreamError.isEmpty() && attempt.upstreamError != attempt.error)
        errors << upstream(attempt.upstreamError);
    return errors;
}

Meaning ExchangeText::meaningOf(FailureClass failure)
{
    switch (failure) {
    case FailureClass::None: return Meaning::Success;
    case FailureClass::Connect:
    case FailureClass::Broken:
    case FailureClass::Transient:
    case FailureClass::Auth:
    case FailureClass::Loop:
    case FailureClass::Timeout:
    case FailureClass::Blocked:
    case FailureClass::Misplaced:
    case FailureClass::BadAnswer: return Meaning::Failure;
    case FailureClass::RateLimit:
    case FailureClass::Model:
    case FailureClass::Quota:
    case FailureClass::BrokenStream: return Meaning::Warning;
    case FailureClass::Stale:
    case FailureClass::NoNetwork:
    case FailureClass::Caller:
    case FailureClass::Cancelled: return Meaning::Neutral;
    }
    Q_UNREACHABLE();
}

QString ExchangeText::tokens(const std::optional<qint64> &input, const std::optional<qint64> &output)
{
    if (!input && !output)
        return Words::none();
    const auto count = [](const std::optional<qint64> &tokens) { return tokens ? Words::tokens(*tokens) : Words::none(); };
    return tr("%1 → %2", "tokens in, tokens out").arg(count(input), count(output));
}

QString ExchangeText::bytes(qint64 count)
{
    return QLocale().formattedDataSize(count, count < 1'000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

QString ExchangeText::outcome(const ExchangeRecord &exchange)
{
    return exchange.status == 0 ? Words::of(exchange.outcome)
                                : tr("%1, %2", "outcome, status").arg(Words::of(exchange.outcome)).arg(exchange.status);
}

QString ExchangeText::timeline(const ExchangeRecord &exchange)
{
    QStringList sentences;
    for (qsizetype i = 0; i < exchange.attempts.size(); ++i) {
        const AttemptRecord &attempt = exchange.attempts.at(i);
        QString sentence = tr("Attempt %1, %2, after %3: %4", "number, endpoint, start, result")
                               .arg(QString::number(i + 1), endpoint(attempt), Words::duration(attempt.offsetMs), result(attempt));
        if (const QString stages = spans(attempt); !stages.isEmpty())
            sentence += comma + stages;
        sentences << sentence;
    }
    return sentences.join(QLatin1Char('\n'));
}

namespace {

class Lines
{
    Q_DECLARE_TR_FUNCTIONS(ExchangeText)

public:
    /// `state`: of one that runs; else empty.
    static QStringList ofExchange(const ExchangeRecord &exchange, const QString &state = {})
    {
        const bool runs = !state.isEmpty();
        QStringList lines{tr("%1: %2", "id, outcome").arg(exchange.id(), runs ? state : ExchangeText::outcome(exchange)),
                          QString::fromUtf8(exchange.method) + QLatin1Char(' ') + QString::fromUtf8(exchange.path)};
        const auto add = [&lines](const QString &name, const QString &value) {
            if (!value.isEmpty())
                lines << tr("%1: %2", "name of a fact, fact").arg(name, value);
        };
        const QDateTime local = exchange.startedAt.toLocalTime();
        add(tr("Started"), local.toOffsetFromUtc(local.offsetFromUtc()).toString(Qt::ISODateWithMs));
        add(tr("Client"), exchange.client);
        add(tr("Model"), exchange.model);
        add(tr("Cluster"), exchange.cluster);
        add(tr("First byte"), Words::durationOrNone(exchange.firstByteMs));
        add(runs ? tr("Age") : tr("Total"), Words::duration(exchange.totalMs));
        if (!runs)
            add(tr("Request size"), ExchangeText::bytes(exchange.requestBytes));
        add(tr("Answer size"), ExchangeText::bytes(exchange.answerBytes));
        if (exchange.inputTokens || exchange.outputTokens)
            add(tr("Tokens"), ExchangeText::tokens(exchange.inputTokens, exchange.outputTokens));
        add(tr("Error"), inUsersLanguage(exchange.error));
        return lines;
    }

    /// `state`: of one that runs; else empty.
    static QStringList ofAttempt(const ExchangeRecord &exchange, qsizetype index, const QString &state = {})
    {
        const AttemptRecord &attempt = exchange.attempts.at(index);
        QStringList lines;
        if (const double pause = pauseBefore(exchange, index); pause >= 1)
            lines << tr("Pause of %1").arg(Words::duration(pause));
        lines << tr("Attempt %1: %2", "number, endpoint").arg(QString::number(index + 1), ExchangeText::endpoint(attempt));
        QStringList details{state.isEmpty() ? ExchangeText::facts(attempt).join(comma) : state + comma + Words::duration(attempt.totalMs), ExchangeText::spans(attempt)};
        details << ExchangeText::errors(attempt);
        for (const QString &detail : std::as_const(details)) {
            if (!detail.isEmpty())
                lines << QStringLiteral("  ") + detail;
        }
        return lines;
    }
};

} // namespace

QString exchangeText(const ExchangeRecord &exchange)
{
    QStringList lines = Lines::ofExchange(exchange);
    for (qsizetype i = 0; i < exchange.attempts.size(); ++i) {
        if (i == 0)
            lines << QString();
        lines << Lines::ofAttempt(exchange, i);
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

QString runningText(const RunningView &exchange, double ageMs, const QString &state)
{
    ExchangeRecord soFar = exchange.soFar(ageMs);
    soFar.method = exchange.method.toUtf8();
    soFar.path = exchange.path.toUtf8();
    soFar.client = exchange.client;
    soFar.model = exchange.model;
    soFar.cluster = exchange.cluster;
    soFar.firstByteMs = exchange.firstByteMs;
    soFar.answerBytes = exchange.answerBytes;
    QStringList lines = Lines::ofExchange(soFar, state);
    for (qsizetype i = 0; i < soFar.attempts.size(); ++i) {
        if (i == 0)
            lines << QString();
        const bool runs = exchange.current && i + 1 == soFar.attempts.size();
        lines << Lines::ofAttempt(soFar, i, runs ? state : QString());
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

} // namespace qcc
