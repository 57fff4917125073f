#pragma once

#include "core/facts/exchangerecord.h"

#include <QCoreApplication>

namespace qcc {

/// What happened to an exchange that did not go smoothly, in one line of the user's language.
class ProblemText
{
    Q_DECLARE_TR_FUNCTIONS(ProblemText)

public:
    /// "relay-c 529 overloaded → relay-a served it".
    static QString of(const ExchangeRecord &exchange);
    /// All that is known, line by line: the request, and what each attempt said.
    static QString details(const ExchangeRecord &exchange);

private:
    static QString failureOf(const AttemptRecord &attempt);
    static QString endOf(const ExchangeRecord &exchange);
};

} // namespace qcc
