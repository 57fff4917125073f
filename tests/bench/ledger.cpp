#include "tests/bench/ledger.h"

namespace qcc::bench {

void Ledger::arrived(const std::string &key)
{
    if (key.empty())
        return;
    Entry &entry = m_entries[key];
    if (entry.arrivals++ == 0)
        return;
    if (entry.goodAnswers > 0)
        ++m_sums.doubleSubmissions;
    else
        ++m_sums.repeatedUnanswered;
}

void Ledger::answeredWell(const std::string &key)
{
    if (!key.empty() && ++m_entries[key].goodAnswers == 2)
        ++m_sums.answeredTwice;
}

void Ledger::foundCallersFault(const std::string &key)
{
    if (!key.empty() && ++m_entries[key].faultsFound == 2)
        ++m_sums.callersRetried;
}

} // namespace qcc::bench
