#pragma once

#include "tests/support/faults.h"

namespace qcc::test {

/// One fault with its word and its script: the table that faults.cpp puts together.
struct FaultRow {
    Fault fault;
    const char *word;
    Script (*script)(const Arrived &arrived, const QList<QByteArray> &arguments);
};

QList<FaultRow> connectionFaults();
QList<FaultRow> framingFaults();
QList<FaultRow> headFaults();
QList<FaultRow> answerFaults();
QList<FaultRow> streamFaults();

/// The `place`-th argument as a number, or `fallback`.
int argument(const QList<QByteArray> &arguments, int place, int fallback);

/// Lets what was sent reach the client before a reset overtakes it.
constexpr milliseconds beforeReset{30};

} // namespace qcc::test
