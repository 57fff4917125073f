#include "core/routing/retryafter.h"

#include <QRegularExpression>
#include <QTimeZone>

#include <algorithm>
#include <array>
#include <limits>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace qcc {

namespace {

using std::chrono::milliseconds;
using Delay = std::optional<milliseconds>;

constexpr milliseconds longest = 24h;

/// Reads "12" and "12.5" and nothing else: toDouble() alone also takes "inf", "nan", "0x1p3" and exponents.
std::optional<double> number(QByteArrayView text)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const auto digits = std::count_if(text.begin(), text.end(), isDigit);
    const auto points = std::count(text.begin(), text.end(), '.');
    if (digits == 0 || points > 1 || digits + points != text.size())
        return std::nullopt;
    bool ok = false;
    const double value = text.toByteArray().toDouble(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

Delay delayOf(double ms)
{
    if (!(ms >= 0) || ms >= double(std::numeric_limits<qint64>::max()))
        return std::nullopt;
    return ms >= double(longest.count()) ? longest : milliseconds(qint64(ms));
}

Delay scaled(QByteArrayView text, double unitMs)
{
    const std::optional<double> value = number(text);
    return value ? delayOf(*value * unitMs) : std::nullopt;
}

Delay until(qint64 moment, const QDateTime &now)
{
    return std::clamp(milliseconds(moment - now.toMSecsSinceEpoch()), 0ms, longest);
}

/// The parts of a date as captured by an expression's groups "year", "month" and so on.
std::optional<qint64> momentOf(const QRegularExpressionMatch &match, int year, int month)
{
    const auto part = [&match](const QString &name) { return match.captured(name).trimmed().toInt(); };
    const QDate date(year, month, part(u"day"_s));
    const int second = part(u"second"_s);
    // 60 is a leap second, which QTime does not know: the second after 59 instead.
    const QTime time(part(u"hour"_s), part(u"minute"_s), std::min(second, 59));
    if (!date.isValid() || !time.isValid() || second > 60)
        return std::nullopt;
    return QDateTime(date, time, QTimeZone(0)).toMSecsSinceEpoch() + (second == 60 ? 1000 : 0);
}

int monthOf(const QString &name)
{
    static constexpr std::array<QLatin1String, 12> names = {
        "Jan"_L1, "Feb"_L1, "Mar"_L1, "Apr"_L1, "May"_L1, "Jun"_L1, "Jul"_L1, "Aug"_L1, "Sep"_L1, "Oct"_L1, "Nov"_L1, "Dec"_L1,
    };
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? 0 : int(found - names.begin()) + 1;
}

/// Two digits of a year mean the last such year that is at most 50 years ahead. Source: RFC 9110 §5.6.7.
int fullYear(int year, int thisYear)
{
    const int last = thisYear + 50;
    const int inItsCentury = last - last % 100 + year;
    return inItsCentury > last ? inItsCentury - 100 : inItsCentury;
}

/// The moment of an HTTP-date in any of its three forms. The name of the day must be one, but need not be the right one.
std::optional<qint64> httpDate(const QString &text, const QDateTime &now)
{
    static const QString time = u"(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)"_s;
    static const QString shortDay = u"\\A(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"_s;
    static const QString longDay = u"\\A(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"_s;
    static const QString dayMonth = u"(?<day>\\d\\d)%1(?<month>[A-Z][a-z]{2})%1"_s;
    static const std::array<QRegularExpression, 3> forms = {
        QRegularExpression(shortDay + u", "_s + dayMonth.arg(u" "_s) + u"(?<year>\\d{4}) "_s + time + u" GMT\\z"_s),
        QRegularExpression(longDay + u", "_s + dayMonth.arg(u"-"_s) + u"(?<year>\\d\\d) "_s + time + u" GMT\\z"_s),
        QRegularExpression(shortDay + u" (?<month>[A-Z][a-z]{2}) (?<day>[ \\d]\\d) "_s + time + u" (?<year>\\d{4})\\z"_s),
    };
    for (const QRegularExpression &form : forms) {
        const QRegularExpressionMatch match = form.match(text);
        if (!match.hasMatch())
            continue;
        const QString year = match.captured(u"year"_s);
        const int wholeYear = year.size() == 2 ? fullYear(year.toInt(), now.toUTC().date().year()) : year.toInt();
        return momentOf(match, wholeYear, monthOf(match.captured(u"month"_s)));
    }
    return std::nullopt;
}

std::optional<qint64> rfc3339(const QString &text)
{
    static const QRegularExpression form(
        u"\\A(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)[Tt ](?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)"
        "(?:\\.(?<fraction>\\d+))?(?:[Zz]|(?<sign>[+-])(?<hours>\\d\\d):(?<minutes>\\d\\d))\\z"_s);
    const QRegularExpressionMatch match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const std::optional<qint64> moment
        = momentOf(match, match.captured(u"year"_s).toInt(), match.captured(u"month"_s).toInt());
    if (!moment)
        return std::nullopt;
    const qint64 offset = match.captured(u"hours"_s).toInt() * 3'600'000 + match.captured(u"minutes"_s).toInt() * 60'000;
    const qint64 fraction = match.captured(u"fraction"_s).leftJustified(3, u'0', true).toInt();
    return *moment + fraction - (match.captured(u"sign"_s) == u"-"_s ? -offset : offset);
}

/// "1s", "6m0s", "20ms", "1h2m3.5s".
Delay duration(const QString &text)
{
    static constexpr std::array<double, 5> unitsMs = {86'400'000, 3'600'000, 60'000, 1000, 1};
    static const QString amount = u"(?:(\\d+(?:\\.\\d+)?)%1)?"_s;
    static const QRegularExpression form(u"\\A(?=\\d)"_s + amount.arg(u"d"_s) + amount.arg(u"h"_s) + amount.arg(u"m"_s)
                                         + amount.arg(u"s"_s) + amount.arg(u"ms"_s) + u"\\z"_s);
    const QRegularExpressionMatch match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    double sum = 0;
    for (std::size_t unit = 0; unit < unitsMs.size(); ++unit)
        sum += match.captured(int(unit) + 1).toDouble() * unitsMs[unit];
    return delayOf(sum);
}

QString textOf(const HeaderList &headers, QByteArrayView name)
{
    return QString::fromLatin1(firstValue(headers, name).trimmed());
}

/// The names of the fields that tell of one limit.
struct Limit {
    QByteArrayView remaining, reset;
};
constexpr std::array anthropicLimits = {
    Limit{"anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"},
    Limit{"anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"},
    Limit{"anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"},
    Limit{"anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"},
};
constexpr std::array openAiLimits = {
    Limit{"x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"},
    Limit{"x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"},
};

bool isSpent(const HeaderList &headers, QByteArrayView name)
{
    return number(firstValue(headers, name).trimmed()) == 0.0;
}

/// Of every spent window of a ChatGPT plan, whatever it is called: "x-codex-primary-used-percent", "x-codex-NAME-secondary-used-percent".
QList<QByteArray> spentPlanWindows(const HeaderList &headers)
{
    constexpr QByteArrayView first("x-codex-"), last("used-percent");
    QList<QByteArray> windows;
    for (const HeaderField &field : headers) {
        const QByteArray name = field.name.toLower();
        if (name.startsWith(first) && name.endsWith(last) && number(field.value.trimmed()).value_or(0) >= 100)
            windows.append(name.chopped(last.size()));
    }
    return windows;
}

Delay untilRefilled(const HeaderList &headers, const QDateTime &now)
{
    Delay longestWait;
    const auto consider = [&longestWait](Delay wait) { longestWait = std::max(longestWait, wait); };
    for (const Limit &limit : anthropicLimits) {
        if (!isSpent(headers, limit.remaining))
            continue;
        if (const auto moment = rfc3339(textOf(headers, limit.reset)))
            consider(until(*moment, now));
    }
    if (textOf(headers, "anthropic-ratelimit-unified-status").compare("rejected"_L1, Qt::CaseInsensitive) == 0) {
        const auto seconds = number(firstValue(headers, "anthropic-ratelimit-unified-reset").trimmed());
        // The clock's range is that of 64 bits; far beyond it the time is no time.
        if (seconds && *seconds < 1e15)
            consider(until(qint64(*seconds * 1000), now));
    }
    for (const QByteArray &window : spentPlanWindows(headers))
        consider(scaled(firstValue(headers, window + "reset-after-seconds").trimmed(), 1000));
    for (const Limit &limit : openAiLimits)
        if (isSpent(headers, limit.remaining))
            consider(duration(textOf(headers, limit.reset)));
    return longestWait;
}

Delay ofRetryAfter(const QByteArray &value, const QDateTime &now)
{
    if (const Delay seconds = scaled(value, 1000))
        return seconds;
    const std::optional<qint64> moment = httpDate(QString::fromLatin1(value), now);
    return moment ? until(*moment, now) : std::nullopt;
}

/// The first field of that name that can be read.
template <typename Read>
Delay firstRead(const HeaderList &headers, QByteArrayView name, Read read)
{
    for (const HeaderField &field : headers)
        if (isNamed(field, name))
            if (const Delay delay = read(field.value.trimmed()))
                return delay;
    return std::nullopt;
}

} // namespace

std::optional<milliseconds> retryAfter(const HeaderList &headers, const QDateTime &ownNow)
{
    // Who names a moment has a clock of its own, which is the one to count by: this computer's may be off by hours.
    const std::optional<qint64> date = httpDate(textOf(headers, "date"), ownNow);
    const QDateTime now = date ? QDateTime::fromMSecsSinceEpoch(*date, QTimeZone(0)) : ownNow;
    if (const Delay ms = firstRead(headers, "retry-after-ms", [](const QByteArray &value) { return scaled(value, 1); }))
        return ms;
    if (const Delay delay = firstRead(headers, "retry-after", [&now](const QByteArray &value) { return ofRetryAfter(value, now); }))
        return delay;
    return untilRefilled(headers, now);
}

std::optional<std::chrono::seconds> clockAhead(const HeaderList &headers, const QDateTime &now)
{
    const std::optional<qint64> date = httpDate(textOf(headers, "date"), now);
    if (!date)
        return std::nullopt;
    const milliseconds told = milliseconds(*date) + std::chrono::seconds(firstValue(headers, "age").toUInt());
    return std::chrono::round<std::chrono::seconds>(milliseconds(now.toMSecsSinceEpoch()) - told);
}

} // namespace qcc
