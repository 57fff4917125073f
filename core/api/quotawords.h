#pragma once

#include <QString>

namespace qcc {

/// Whether an error of this type, code and message says that the balance, the credit or the quota behind a key is spent. A limit
/// of requests or tokens per minute is not that, although some upstreams call it a quota. Compared without case.
/// Source: error bodies of the providers named beside each word.
bool saysQuotaSpent(const QString &type, const QString &code, const QString &message);

} // namespace qcc
