#include "ui/requests/exchangefilter.h"

#include "ui/requests/exchangerow.h"

#include <algorithm>

namespace qcc {

namespace {

bool isAskedFor(const ExchangeRow &row, Asked asked)
{
    const ExchangeRecord *finished = row.finished();
    switch (asked) {
    case Asked::All:
        return true;
    case Asked::Problems:
        return finished && finished->outcome != Outcome::Complete && finished->outcome != Outcome::ClientCancelled;
    case Asked::Errors:
        return finished && (finished->outcome == Outcome::Error || finished->outcome == Outcome::Truncated);
    case Asked::Recovered:
        return finished && finished->outcome == Outcome::Recovered;
    case Asked::Running:
        return !finished;
    }
    Q_UNREACHABLE();
}

} // namespace

ExchangeFilter::ExchangeFilter(const QString &text, Asked asked)
    : m_words(text.toCaseFolded().simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts))
    , m_asked(asked)
{
}

bool ExchangeFilter::passes(const ExchangeRow &row) const
{
    return isAskedFor(row, m_asked)
        && std::ranges::all_of(m_words, [&row](const QString &word) { return row.searched.contains(word); });
}

} // namespace qcc
