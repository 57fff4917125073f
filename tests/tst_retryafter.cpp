#include "core/routing/retryafter.h"

#include <QLocale>
#include <QTest>
#include <QTimeZone>

using namespace qcc;

namespace {

/// Wed, 21 Oct 2015 07:28:00 GMT.
const QDateTime now(QDate(2015, 10, 21), QTime(7, 28), QTimeZone(0));

constexpr qint64 none = -1;
constexpr qint64 day = 86'400'000;

qint64 msOf(const HeaderList &headers, const QDateTime &at = now)
{
    const auto delay = retryAfter(headers, at);
    return delay ? delay->count() : none;
}

} // namespace

class TestRetryAfter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsMilliseconds_data();
    void readsMilliseconds();
    void readsSecondsAndDates_data();
    void readsSecondsAndDates();
    void twoDigitsOfAYearAreNearToNow_data();
    void twoDigitsOfAYearAreNearToNow();
    void theFirstThatCanBeReadCounts_data();
    void theFirstThatCanBeReadCounts();
    void aSpentLimitIsWaitedFor_data();
    void aSpentLimitIsWaitedFor();
    void readsDurations_data();
    void readsDurations();
    void theZoneAndTheLocaleDoNotMatter();
    void countsByTheClockOfTheAnswer_data();
    void countsByTheClockOfTheAnswer();
    void comparesTheClocks();
};

void TestRetryAfter::comparesTheClocks()
{
    const HeaderField date{"Date", "Wed, 21 Oct 2015 07:28:00 GMT"};
    using std::chrono::seconds;
    QCOMPARE(clockAhead({date}, now), seconds(0));
    QCOMPARE(clockAhead({date}, now.addSecs(90)), seconds(90));
    QCOMPARE(clockAhead({date}, now.addSecs(-90)), seconds(-90));
    // A cache says when it had the answer, and for how long it has kept it.
    QCOMPARE(clockAhead({date, {"Age", "100"}}, now.addSecs(100)), seconds(0));
    QVERIFY(!clockAhead({}, now));
    QVERIFY(!clockAhead({{"Date", "yesterday"}}, now));
}

void TestRetryAfter::countsByTheClockOfTheAnswer_data()
{
    QTest::addColumn<int>("wrongBy"); // hours
    for (const int hours : {0, -5, 3, 24 * 365, -24 * 365 * 40})
        QTest::addRow("%d h", hours) << hours;
}

void TestRetryAfter::countsByTheClockOfTheAnswer()
{
    QFETCH(int, wrongBy);
    const QDateTime wrong = now.addSecs(qint64(wrongBy) * 3600);
    const HeaderField date{"Date", "Wed, 21 Oct 2015 07:28:00 GMT"};
    QCOMPARE(msOf({date, {"Retry-After", "Wed, 21 Oct 2015 07:28:20 GMT"}}, wrong), 20'000);
    QCOMPARE(msOf({{"Retry-After", "Wednesday, 21-Oct-15 07:28:20 GMT"}, date}, wrong), 20'000);
    QCOMPARE(msOf({date, {"Retry-After", "20"}}, wrong), 20'000);
    QCOMPARE(msOf({date, {"anthropic-ratelimit-tokens-remaining", "0"}, {"anthropic-ratelimit-tokens-reset", "2015-10-21T07:28:20Z"}}, wrong), 20'000);
    QCOMPARE(msOf({date, {"anthropic-ratelimit-unified-status", "rejected"}, {"anthropic-ratelimit-unified-reset", "1445412500"}}, wrong), 20'000);
    // A date that is none leaves only one's own clock.
    QCOMPARE(msOf({{"Date", "yesterday"}, {"Retry-After", "Wed, 21 Oct 2015 07:28:20 GMT"}}, now), 20'000);
}

void TestRetryAfter::readsMilliseconds_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<qint64>("ms");
    const auto row = [](const char *value, qint64 ms) { QTest::addRow("'%s'", value) << QByteArray(value) << ms; };
    row("1500", 1500);
    row("0", 0);
    row("12.9", 12);
    row(" 7 ", 7);
    row("86400001", day);
    row("9e3", none);
    row("-1", none);
    row("+1", none);
    row("nan", none);
    row("inf", none);
    row("0x10", none);
    row("1,5", none);
    row("1.2.3", none);
    row(".", none);
    row("", none);
    row("99999999999999999999", none);
    row("soon", none);
    QTest::newRow("400 digits") << QByteArray(400, '9') << none;
    QTest::newRow("NUL") << QByteArray("1\0", 2) << none;
    QTest::newRow("Arabic digits") << QByteArray("\xd9\xa1") << none;
}

void TestRetryAfter::readsMilliseconds()
{
    QFETCH(QByteArray, value);
    QTEST(msOf({{"Retry-After-Ms", value}}), "ms");
}

void TestRetryAfter::readsSecondsAndDates_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<qint64>("ms");
    const auto row = [](const char *value, qint64 ms) { QTest::addRow("'%s'", value) << QByteArray(value) << ms; };
    row("120", 120'000);
    row("0", 0);
    row("0.25", 250);
    row("287441", day);
    row("18446744073709551616", none);
    row("-5", none);
    row("5s", none);
    row("1 2", none);
    row("NaN", none);
    row("", none);
    row("Wed, 21 Oct 2015 07:28:30 GMT", 30'000);
    row("Wednesday, 21-Oct-15 07:28:30 GMT", 30'000);
    row("Wed Oct 21 07:28:30 2015", 30'000);
    row("Sun Nov  1 07:28:00 2015", day);
    row("Sun Nov 01 07:28:00 2015", day);
    row("Wed, 21 Oct 2015 07:28:00 GMT", 0);
    row("Sun, 06 Nov 1994 08:49:37 GMT", 0);
    row("Sunday, 06-Nov-94 08:49:37 GMT", 0);
    row("Sun Nov  6 08:49:37 1994", 0);
    row("Fri, 31 Dec 9999 23:59:59 GMT", day);
    row("Wed, 21 Oct 2015 07:28:60 GMT", 60'000);
    row("Mon, 21 Oct 2015 07:28:30 GMT", 30'000);
    row("Xyz, 21 Oct 2015 07:28:30 GMT", none);
    row("Wed, 21 Okt 2015 07:28:30 GMT", none);
    row("Wed, 21 oct 2015 07:28:30 GMT", none);
    row("Wed, 31 Feb 2015 07:28:30 GMT", none);
    row("Wed, 00 Oct 2015 07:28:30 GMT", none);
    row("Wed, 21 Oct 2015 24:00:00 GMT", none);
    row("Wed, 21 Oct 2015 07:28:61 GMT", none);
    row("Wed, 21 Oct 2015 07:28:30 CET", none);
    row("Wed, 21 Oct 2015 07:28:30", none);
    row("Wed, 21 Oct 2015 07:28:30 GMT x", none);
    row("2015-10-21T07:28:30Z", none);
}

void TestRetryAfter::readsSecondsAndDates()
{
    QFETCH(QByteArray, value);
    QTEST(msOf({{"retry-after", value}}), "ms");
}

void TestRetryAfter::twoDigitsOfAYearAreNearToNow_data()
{
    QTest::addColumn<int>("year");
    QTest::addColumn<qint64>("ms");
    QTest::newRow("50 years ahead is the future") << 1965 << day;
    QTest::newRow("51 years ahead is the past") << 1964 << qint64(0);
    QTest::newRow("a century may end in between") << 2099 << day;
    QTest::newRow("last year") << 2016 << qint64(0);
}

void TestRetryAfter::twoDigitsOfAYearAreNearToNow()
{
    QFETCH(int, year);
    const QDateTime at(QDate(year, 6, 1), QTime(0, 0), QTimeZone(0));
    QTEST(msOf({{"Retry-After", "Sunday, 06-Nov-15 08:49:37 GMT"}}, at), "ms");
}

void TestRetryAfter::theFirstThatCanBeReadCounts_data()
{
    QTest::addColumn<HeaderList>("headers");
    QTest::addColumn<qint64>("ms");
    const HeaderField ms{"retry-after-ms", "900"};
    const HeaderField seconds{"Retry-After", "5"};
    const HeaderField garbageMs{"retry-after-ms", "-1"};
    const HeaderField garbage{"Retry-After", "later"};
    const HeaderField left{"x-ratelimit-remaining-requests", "0"};
    const HeaderField reset{"x-ratelimit-reset-requests", "20s"};
    QTest::newRow("milliseconds before seconds") << HeaderList{seconds, ms} << qint64(900);
    QTest::newRow("seconds before a limit") << HeaderList{left, reset, seconds} << qint64(5000);
    QTest::newRow("a short wait is not outdone by a limit") << HeaderList{{"retry-after", "0"}, left, reset} << qint64(0);
    QTest::newRow("garbage is passed over") << HeaderList{garbageMs, seconds} << qint64(5000);
    QTest::newRow("garbage twice") << HeaderList{garbageMs, garbage, left, reset} << qint64(20'000);
    QTest::newRow("garbage in the first of two fields") << HeaderList{garbage, seconds} << qint64(5000);
    QTest::newRow("the first of two fields") << HeaderList{seconds, {"Retry-After", "9"}} << qint64(5000);
    QTest::newRow("garbage only") << HeaderList{garbageMs, garbage} << none;
    QTest::newRow("none") << HeaderList{{"content-type", "text/html"}} << none;
    QTest::newRow("no headers") << HeaderList() << none;
}

void TestRetryAfter::theFirstThatCanBeReadCounts()
{
    QFETCH(HeaderList, headers);
    QTEST(msOf(headers), "ms");
}

void TestRetryAfter::aSpentLimitIsWaitedFor_data()
{
    QTest::addColumn<HeaderList>("headers");
    QTest::addColumn<qint64>("ms");
    const auto anthropic = [](const QByteArray &limit, const QByteArray &left, const QByteArray &reset) {
        const QByteArray name = "anthropic-ratelimit-" + limit;
        return HeaderList{{name + "-remaining", left}, {name + "-reset", reset}};
    };
    const auto row = [](const char *name, const HeaderList &headers, qint64 ms) { QTest::newRow(name) << headers << ms; };
    for (const char *limit : {"requests", "tokens", "input-tokens", "output-tokens"})
        QTest::addRow("anthropic %s", limit) << anthropic(limit, "0", "2015-10-21T07:28:09Z") << qint64(9000);
    row("not spent", anthropic("tokens", "1", "2015-10-21T07:28:09Z"), none);
    row("not known whether spent", {{"anthropic-ratelimit-tokens-reset", "2015-10-21T07:28:09Z"}}, none);
    row("another is spent", anthropic("tokens", "16000", "2015-10-21T07:28:50Z") + anthropic("requests", "0", "2015-10-21T07:28:09Z"), 9000);
    row("the longest of two", anthropic("tokens", "0", "2015-10-21T07:28:50Z") + anthropic("requests", "0", "2015-10-21T07:28:09Z"), 50'000);
    row("fraction", anthropic("tokens", "0", "2015-10-21T07:28:00.2509Z"), 250);
    row("short fraction", anthropic("tokens", "0", "2015-10-21T07:28:00.5Z"), 500);
    row("offset ahead", anthropic("tokens", "0", "2015-10-21T09:28:01+02:00"), 1000);
    row("offset behind", anthropic("tokens", "0", "2015-10-21t06:28:01-01:00"), 1000);
    row("past", anthropic("tokens", "0", "2014-10-21T07:28:00Z"), 0);
    row("far away", anthropic("tokens", "0", "9999-12-31T23:59:59Z"), day);
    row("no zone", anthropic("tokens", "0", "2015-10-21T07:28:09"), none);
    row("no such day", anthropic("tokens", "0", "2015-02-29T07:28:09Z"), none);
    row("garbage", anthropic("tokens", "0", "tomorrow"), none);
    row("garbage beside a good one", anthropic("tokens", "0", "?") + anthropic("requests", "0", "2015-10-21T07:28:09Z"), 9000);

    const auto unified = [](const QByteArray &status, const QByteArray &reset) {
        return HeaderList{{"Anthropic-Ratelimit-Unified-Status", status}, {"Anthropic-Ratelimit-Unified-Reset", reset}};
    };
    row("unified", unified("rejected", "1445412490"), 10'000);
    row("unified allowed", unified("allowed", "1445412490"), none);
    row("unified warning", unified("allowed_warning", "1445412490"), none);
    row("unified without status", {{"anthropic-ratelimit-unified-reset", "1445412490"}}, none);
    row("a spent ChatGPT window", {{"x-codex-primary-used-percent", "100"}, {"x-codex-primary-reset-after-seconds", "70"}}, 70'000);
    row("the later of two", {{"X-Codex-Primary-Used-Percent", "100.0"}, {"x-codex-primary-reset-after-seconds", "70"}, {"x-codex-secondary-used-percent", "101"}, {"x-codex-secondary-reset-after-seconds", "80"}}, 80'000);
    row("of another limit", {{"x-codex-bengalfox-primary-used-percent", "100"}, {"x-codex-bengalfox-primary-reset-after-seconds", "7"}}, 7'000);
    row("of the window that is spent", {{"x-codex-primary-used-percent", "99"}, {"x-codex-primary-reset-after-seconds", "70"}, {"x-codex-secondary-used-percent", "100"}, {"x-codex-secondary-reset-after-seconds", "7"}}, 7'000);
    row("no ChatGPT window is spent", {{"x-codex-primary-used-percent", "99.9"}, {"x-codex-primary-reset-after-seconds", "70"}}, none);
    row("a ChatGPT window of garbage", {{"x-codex-primary-used-percent", "100"}, {"x-codex-primary-reset-after-seconds", "-1"}, {"x-codex-used-percent", "x"}}, none);
    row("unified past", unified("rejected", "1"), 0);
    row("unified next week", unified("rejected", "1446000000"), day);
    row("unified negative", unified("rejected", "-1445412490"), none);
    row("unified beyond all time", unified("rejected", "99999999999999999999999"), none);
    row("unified a date", unified("rejected", "2015-10-21T07:28:09Z"), none);
    row("unified and tokens", unified("rejected", "1445412490") + anthropic("tokens", "0", "2015-10-21T07:28:50Z"), 50'000);

    row("openai requests", {{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "1s"}}, 1000);
    row("openai tokens", {{"X-RateLimit-Remaining-Tokens", "0"}, {"X-RateLimit-Reset-Tokens", "6m0s"}}, 360'000);
    row("openai not spent", {{"x-ratelimit-remaining-tokens", "149984"}, {"x-ratelimit-reset-tokens", "6m0s"}}, none);
    row("openai the other one is spent", {{"x-ratelimit-remaining-tokens", "0"}, {"x-ratelimit-reset-requests", "6m0s"}}, none);
}

void TestRetryAfter::aSpentLimitIsWaitedFor()
{
    QFETCH(HeaderList, headers);
    QTEST(msOf(headers), "ms");
}

void TestRetryAfter::readsDurations_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<qint64>("ms");
    const auto row = [](const char *value, qint64 ms) { QTest::addRow("'%s'", value) << QByteArray(value) << ms; };
    row("1s", 1000);
    row("20ms", 20);
    row("6m0s", 360'000);
    row("2m59.56s", 179'560);
    row("1h2m3.5s", 3'723'500);
    row("1s20ms", 1020);
    row("23h59m", day - 60'000);
    row("1d1s", day);
    row("0s", 0);
    row("-1s", none);
    row("1", none);
    row("s", none);
    row("", none);
    row("1s1m", none);
    row("1 s", none);
    row("1.s", none);
    row("1sx", none);
    row("1e3s", none);
    row("99999999999999999999h", none);
}

void TestRetryAfter::readsDurations()
{
    QFETCH(QByteArray, value);
    QTEST(msOf({{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", value}}), "ms");
}

void TestRetryAfter::theZoneAndTheLocaleDoNotMatter()
{
    const QLocale before;
    const bool hadZone = qEnvironmentVariableIsSet("TZ");
    const QByteArray zoneBefore = qgetenv("TZ");
    const HeaderList date{{"Retry-After", "Wed, 21 Oct 2015 07:28:30 GMT"}};
    const HeaderList fraction{{"Retry-After", "1.5"}};
    QLocale::setDefault(QLocale(QLocale::German));
    qputenv("TZ", "Asia/Shanghai");
    const qint64 dateMs = msOf(date, now.toOffsetFromUtc(-5 * 3600));
    const qint64 fractionMs = msOf(fraction);
    QLocale::setDefault(before);
    if (hadZone)
        qputenv("TZ", zoneBefore);
    else
        qunsetenv("TZ");
    QCOMPARE(dateMs, 30'000);
    QCOMPARE(fractionMs, 1500);
}

QTEST_APPLESS_MAIN(TestRetryAfter)
#include "tst_retryafter.moc"
