#include "tests/support/scriptwords.h"

#include "tests/support/faultrows.h"
#include "tests/support/faults.h"

#include <algorithm>

namespace qcc::test {

namespace {

Script statusAnswer(const Arrived &arrived, int status, const QByteArray &kind, const RawHeaders &headers = {})
{
    if (kind == "empty")
        return Script().answer(status, {}, {}, headers);
    if (kind == "html") {
        const QByteArray number = QByteArray::number(status);
        return Script().answer(status, "text/html",
                               "<html><head><title>" + number + "</title></head><body><h1>" + number
                                   + "</h1><hr>cloudflare</body></html>",
                               headers);
    }
    return Script().answer(status, "application/json", apiError(arrived, status), headers);
}

Script partScript(const QByteArray &part, const Arrived &arrived)
{
    const QList<QByteArray> words = part.trimmed().split(':');
    const QByteArray &word = words.first();
    const QList<QByteArray> arguments = words.sliced(1);
    if (word == "ok")
        return normalAnswer(arrived);
    if (word == "delay") {
        const int least = argument(arguments, 0, 0);
        return Script().delay(milliseconds(least), milliseconds(argument(arguments, 1, least)));
    }
    if (word == "status")
        return statusAnswer(arrived, argument(arguments, 0, 500), arguments.value(1));
    if (word == "retry-after")
        return statusAnswer(arrived, argument(arguments, 0, 503), {}, {{"retry-after", arguments.value(1)}});
    if (const auto fault = faultOf(word))
        return scriptOf(*fault, arrived, arguments);
    return Script().answer(501, "text/plain", "No such script: " + word + '\n');
}

} // namespace

Script scriptFromWords(const QByteArray &words, const Arrived &arrived)
{
    if (words.trimmed().isEmpty())
        return normalAnswer(arrived);
    const QList<QByteArray> visits = words.split('|');
    const QByteArray visit = visits.at(std::min<qsizetype>(arrived.visit, visits.size() - 1));
    Script script;
    for (const QByteArray &part : visit.split(','))
        script.then(partScript(part, arrived));
    return script;
}

} // namespace qcc::test
