#include "tests/fuzz/fuzztarget.h"

#include "core/http/headers.h"
#include "core/routing/retryafter.h"

#include <QTimeZone>

namespace qcc::fuzz {

/// Lines "name: value".
void runWaits(QByteArrayView input)
{
    HeaderList headers;
    for (const QByteArray &line : input.toByteArray().split('\n')) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0)
            headers.append({line.first(colon), line.sliced(colon + 1).trimmed()});
    }
    static const QDateTime now(QDate(2026, 11, 25), QTime(12, 0), QTimeZone(0));
    const auto wait = retryAfter(headers, now);
    QCC_HOLDS(!wait || (wait->count() >= 0 && *wait <= std::chrono::hours(24)));
    // A clock that is set wrong must not make more of it.
    static const QDateTime early(QDate(1970, 1, 1), QTime(0, 0), QTimeZone(0));
    static const QDateTime late(QDate(9999, 12, 31), QTime(23, 59, 59), QTimeZone(0));
    const auto then = retryAfter(headers, input.size() % 2 == 0 ? early : late);
    QCC_HOLDS(!then || (then->count() >= 0 && *then <= std::chrono::hours(24)));
    // What is no field of these changes nothing.
    headers.prepend({"x-unknown", "120"});
    QCC_HOLDS(retryAfter(headers, now) == wait);
}

} // namespace qcc::fuzz
