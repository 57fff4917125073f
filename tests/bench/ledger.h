#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace qcc::bench {

/// What became of every request that had a key, over all endpoints of an upstream: who asked again, and who was
/// answered (and would have paid) twice.
class Ledger
{
public:
    struct Sums
    {
        /// Arrivals after the request had been answered well.
        std::int64_t doubleSubmissions = 0;
        /// Arrivals after others that had not been answered well.
        std::int64_t repeatedUnanswered = 0;
        /// Requests with more than one good answer.
        std::int64_t answeredTwice = 0;
        /// Requests that were the caller's fault and came again although they had been told.
        std::int64_t callersRetried = 0;
    };

    void arrived(const std::string &key);
    void answeredWell(const std::string &key);
    void foundCallersFault(const std::string &key);
    const Sums &sums() const { return m_sums; }

private:
    struct Entry
    {
        std::int64_t arrivals = 0;
        std::int64_t goodAnswers = 0;
        std::int64_t faultsFound = 0;
    };

    std::unordered_map<std::string, Entry> m_entries;
    Sums m_sums;
};

} // namespace qcc::bench
