#include "ui/model/words.h"

#include "ui/model/coretext.h"

#include <QLocale>
#include <QRegularExpression>

#include <cmath>

namespace qcc {

namespace {

constexpr double msPerSecond = 1'000;
constexpr double msPerMinute = 60'000;

QString clock(qint64 seconds)
{
    return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

} // namespace

QString Words::percent(double value)
{
    const QString number = value >= 100 || value <= 0 ? QLocale().toString(value >= 100 ? 100 : 0) : QLocale().toString(std::floor(value * 10) / 10, 'f', 1);
    return tr("%1 %", "percent").arg(number);
}

QString Words::duration(double ms)
{
    if (ms < msPerSecond)
        return tr("%1 ms").arg(QLocale().toString(std::round(ms), 'f', 0));
    if (ms < 10 * msPerSecond)
        return tr("%1 s").arg(QLocale().toString(ms / msPerSecond, 'f', 1));
    if (ms < msPerMinute)
        return tr("%1 s").arg(QLocale().toString(std::round(ms / msPerSecond), 'f', 0));
    return tr("%1 min", "minutes and seconds, as 3:20").arg(clock(std::llround(ms / msPerSecond)));
}

QString Words::durationOrNone(std::optional<double> ms)
{
    return ms ? duration(*ms) : none();
}

QString Words::ago(const QDateTime &when, const QDateTime &now)
{
    const qint64 seconds = when.secsTo(now);
    if (seconds < 5)
        return tr("just now");
    if (seconds < 60)
        return tr("%1 s ago").arg(seconds);
    if (seconds < 3'600)
        return tr("%1 min ago").arg(seconds / 60);
    if (seconds < 86'400)
        return tr("%1 h ago").arg(seconds / 3'600);
    return QLocale().toString(when.toLocalTime().date(), QLocale::ShortFormat);
}

QString Words::timeOfDay(const QDateTime &when, const QDateTime &now)
{
    const QDateTime local = when.toLocalTime();
    const QString time = local.time().toString(QStringLiteral("HH:mm:ss"));
    if (local.date() == now.toLocalTime().date())
        return time;
    return QStringLiteral("%1 %2").arg(QLocale().toString(local.date(), QLocale::ShortFormat), time);
}

QString Words::countdown(double seconds)
{
    return clock(std::llround(std::ceil(seconds)));
}

QString Words::remaining(double seconds)
{
    constexpr double watched = 120, mostMinutes = 90 * 60;
    if (seconds < watched)
        return countdown(seconds);
    return seconds < mostMinutes ? tr("%1 min", "minutes").arg(std::llround(std::ceil(seconds / 60))) : tr("%1 h", "hours").arg(std::llround(seconds / 3600));
}

QString Words::tokens(qint64 count)
{
    const auto number = static_cast<double>(count);
    if (count < 1'000)
        return QLocale().toString(count);
    if (count < 999'500)
        return tr("%1 k", "thousands").arg(QLocale().toString(number / 1e3, 'f', count < 9'950 ? 1 : 0));
    return tr("%1 M", "millions").arg(QLocale().toString(number / 1e6, 'f', 1));
}

QString Words::configFaultTitle()
{
    return tr("config.json cannot be read");
}

QString Words::configFaultText(const QString &fault)
{
    return fault + QLatin1Char('\n') + tr("The file is left as it is. Once it is corrected and saved, qcc goes on by itself.");
}

QString Words::of(TimelineRange range, const QDateTime &start, const QDateTime &now)
{
    if (start.isValid() && start.secsTo(now) < secondsOf(range))
        return tr("since %1", "time of day").arg(timeOfDay(start, now));
    switch (range) {
    case TimelineRange::Hour: return tr("last hour");
    case TimelineRange::Day: return tr("last 24 hours");
    case TimelineRange::Week: return tr("last 7 days");
    }
    Q_UNREACHABLE();
}

QString Words::usableOf(const QList<EndpointView> &endpoints)
{
    const auto enabled = std::ranges::count_if(endpoints, [](const EndpointView &each) { return each.health != EndpointHealth::Disabled; });
    const auto usable = std::ranges::count_if(endpoints, [](const EndpointView &each) { return isInUse(each.health); });
    return endpoints.isEmpty() ? QString() : QStringLiteral("%1 / %2").arg(usable).arg(enabled);
}

QString Words::shortName(const QString &name)
{
    constexpr qsizetype most = 40;
    return name.size() <= most ? name : name.first(most - 1).trimmed() + QChar(0x2026);
}

QString Words::sentence(QString text)
{
    static const QRegularExpression plainWord(QStringLiteral("^\\p{Ll}+(?=[ ,;:]|$)"));
    if (plainWord.match(text).hasMatch())
        text[0] = text.at(0).toUpper();
    if (text.isEmpty() || text.endsWith(QLatin1Char('.')) || text.endsWith(QChar(0x3002)))
        return text;
    return text + (text.back().script() == QChar::Script_Han ? QChar(0x3002) : QChar(u'.'));
}

QString Words::of(EndpointHealth health)
{
    switch (health) {
    case EndpointHealth::Unknown: return tr("not tried yet", "endpoint");
    case EndpointHealth::Healthy: return tr("healthy", "endpoint");
    case EndpointHealth::Degraded: return tr("degraded", "endpoint");
    case EndpointHealth::Unhealthy: return tr("failing", "endpoint");
    case EndpointHealth::Open: return tr("paused", "endpoint whose breaker is open");
    case EndpointHealth::Resting: return tr("resting", "endpoint");
    case EndpointHealth::KeyRefused: return tr("key refused", "endpoint");
    case EndpointHealth::Disabled: return tr("disabled", "endpoint");
    }
    Q_UNREACHABLE();
}

QString Words::healthOf(EndpointHealth health, double returnsInS)
{
    if (returnsInS <= 0 || isInUse(health))
        return of(health);
    return health == EndpointHealth::Open ? tr("paused, next try in %1").arg(remaining(returnsInS))
                                          : tr("%1, back in %2", "health, time").arg(of(health), remaining(returnsInS));
}

QString Words::of(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Complete: return tr("complete", "outcome");
    case Outcome::Recovered: return tr("recovered", "outcome");
    case Outcome::CallerError: return tr("caller's error", "outcome");
    case Outcome::Error: return tr("error", "outcome");
    case Outcome::Truncated: return tr("truncated", "outcome");
    case Outcome::ClientCancelled: return tr("cancelled", "outcome");
    }
    Q_UNREACHABLE();
}

QString Words::of(FailureClass failure)
{
    switch (failure) {
    case FailureClass::None: return tr("good", "attempt");
    case FailureClass::Stale: return tr("stale connection", "attempt");
    case FailureClass::Connect: return tr("no connection", "attempt");
    case FailureClass::Broken: return tr("connection broke", "attempt");
    case FailureClass::Transient: return tr("server error", "attempt");
    case FailureClass::RateLimit: return tr("rate limit", "attempt");
    case FailureClass::Quota: return tr("quota spent", "attempt");
    case FailureClass::Auth: return tr("key refused", "attempt");
    case FailureClass::Timeout: return tr("no answer in time", "attempt");
    case FailureClass::BadAnswer: return tr("unusable answer", "attempt");
    case FailureClass::Caller: return tr("request refused", "attempt");
    case FailureClass::BrokenStream: return tr("stream broke", "attempt");
    case FailureClass::Cancelled: return tr("client left", "attempt");
    case FailureClass::Loop: return tr("leads back to qcc", "attempt");
    case FailureClass::Model: return tr("model not served", "attempt");
    case FailureClass::Blocked: return tr("blocked", "attempt");
    case FailureClass::Misplaced: return tr("wrong address", "attempt");
    case FailureClass::NoNetwork: return tr("no network", "attempt");
    }
    Q_UNREACHABLE();
}

QString Words::failureOf(const AttemptRecord &attempt)
{
    if (attempt.status == 529 || attempt.upstreamError.startsWith(QStringLiteral("overloaded"))) // Source: Anthropic's API documentation, "Errors".
        return tr("overloaded", "attempt");
    if (attempt.status == 503 && attempt.failure == FailureClass::Transient)
        return tr("unavailable", "attempt");
    return of(attempt.failure);
}

QString Words::of(Phase phase)
{
    switch (phase) {
    case Phase::Queue: return tr("queued", "phase");
    case Phase::Dns: return tr("looking up the host", "phase");
    case Phase::Connect: return tr("connecting", "phase");
    case Phase::Tls: return tr("TLS handshake", "phase");
    case Phase::Headers: return tr("waiting for the answer", "phase");
    case Phase::Body: return tr("reading the answer", "phase");
    }
    Q_UNREACHABLE();
}

QString Words::reason(const QString &inCore)
{
    static const QRegularExpression form(QStringLiteral("^(\\w+) \\((HTTP \\d+)\\)$"));
    const QRegularExpressionMatch match = form.match(inCore);
    const auto failure = fromWord<FailureClass>(match.hasMatch() ? match.captured(1) : inCore);
    if (!failure || *failure == FailureClass::None)
        return inUsersLanguage(inCore);
    return match.hasMatch() ? of(*failure) + QStringLiteral(", ") + match.captured(2) : of(*failure);
}

Meaning Words::meaningOf(EndpointHealth health)
{
    switch (health) {
    case EndpointHealth::Healthy: return Meaning::Success;
    case EndpointHealth::Degraded:
    case EndpointHealth::Resting: return Meaning::Warning;
    case EndpointHealth::Unhealthy:
    case EndpointHealth::Open:
    case EndpointHealth::KeyRefused: return Meaning::Failure;
    case EndpointHealth::Unknown:
    case EndpointHealth::Disabled: return Meaning::Neutral;
    }
    Q_UNREACHABLE();
}

Meaning Words::meaningOf(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Complete: return Meaning::Success;
    case Outcome::Recovered: return Meaning::Recovered;
    case Outcome::Truncated: return Meaning::Warning;
    case Outcome::Error: return Meaning::Failure;
    case Outcome::CallerError:
    case Outcome::ClientCancelled: return Meaning::Neutral;
    }
    Q_UNREACHABLE();
}

QString Words::markOf(Meaning meaning)
{
    switch (meaning) {
    case Meaning::Success: return QStringLiteral("●");
    case Meaning::Recovered: return QStringLiteral("◆");
    case Meaning::Warning: return QStringLiteral("▲");
    case Meaning::Failure: return QStringLiteral("✕");
    case Meaning::Neutral: return QStringLiteral("○");
    }
    Q_UNREACHABLE();
}

QString StateText::word(ProxyState state)
{
    switch (state) {
    case ProxyState::Stopped: return tr("Stopped");
    case ProxyState::Starting: return tr("Starting…");
    case ProxyState::Running: return tr("Running");
    case ProxyState::Degraded: return tr("Degraded");
    case ProxyState::Down: return tr("Down");
    case ProxyState::Unconfigured: return tr("No endpoint yet");
    case ProxyState::NoNetwork: return tr("No network");
    case ProxyState::Finishing: return tr("Finishing…");
    }
    Q_UNREACHABLE();
}

QString StateText::line(const ProxyView &view)
{
    if (view.state == ProxyState::Finishing && view.inFlight > 0)
        return tr("Finishing %n request(s)…", nullptr, view.inFlight);
    if (view.lacksConfig() && !view.isChanging())
        return tr("%1 · config.json has a fault", "state").arg(word(view.state));
    if (!view.serves())
        return word(view.state);
    QString text = word(view.state);
    if (view.liveRate)
        text = tr("%1 · %2 in 5 min", "state, success rate").arg(text, Words::percent(*view.liveRate));
    else if (view.inFlight == 0)
        return tr("%1 · %2", "state, no requests yet").arg(text, view.figures.requests == 0 ? tr("no requests yet") : tr("no requests in 5 min"));
    return tr("%1 · %2 in flight", "state and success rate, number of requests").arg(text, QLocale().toString(view.inFlight));
}

QString StateText::success(const ProxyView &view)
{
    QStringList parts;
    if (view.liveRate)
        parts << tr("%1 of the last 5 minutes").arg(Words::percent(*view.liveRate));
    if (view.hourRate)
        parts << tr("%1 of the last hour in all clusters").arg(Words::percent(*view.hourRate));
    if (!parts.isEmpty())
        return parts.join(QStringLiteral(" · "));
    return view.figures.requests == 0 ? tr("no requests yet") : tr("no requests in the last hour");
}

QString StateText::toolTip(const ProxyView &view)
{
    QStringList lines{tr("qcc: %1").arg(view.serves() ? word(view.state) : line(view))};
    if (view.serves()) {
        lines << tr("Cluster: %1").arg(view.cluster.isEmpty() ? tr("none") : view.cluster)
              << tr("Success: %1").arg(success(view))
              << tr("In flight: %1").arg(QLocale().toString(view.inFlight));
    }
    if (!view.lastError.isEmpty())
        lines << tr("Last error: %1").arg(inUsersLanguage(view.lastError));
    return lines.join(QLatin1Char('\n'));
}

} // namespace qcc
