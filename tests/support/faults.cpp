#include "tests/support/faults.h"

#include "tests/support/faultrows.h"

#include <algorithm>

namespace qcc::test {

namespace {

const QList<FaultRow> &rows()
{
    static const QList<FaultRow> all
        = connectionFaults() + framingFaults() + headFaults() + answerFaults() + streamFaults();
    return all;
}

const FaultRow &rowOf(Fault fault)
{
    const auto row = std::find_if(rows().begin(), rows().end(), [fault](const FaultRow &each) { return each.fault == fault; });
    Q_ASSERT(row != rows().end());
    return *row;
}

} // namespace

QList<Fault> allFaults()
{
    QList<Fault> faults;
    for (const FaultRow &row : rows())
        faults.append(row.fault);
    return faults;
}

QByteArray wordOf(Fault fault)
{
    return rowOf(fault).word;
}

std::optional<Fault> faultOf(const QByteArray &word)
{
    for (const FaultRow &row : rows()) {
        if (word == row.word)
            return row.fault;
    }
    return std::nullopt;
}

Script scriptOf(Fault fault, const Arrived &arrived, const QList<QByteArray> &arguments)
{
    return rowOf(fault).script(arrived, arguments);
}

int argument(const QList<QByteArray> &arguments, int place, int fallback)
{
    bool ok = false;
    const int number = arguments.value(place).toInt(&ok);
    return ok ? number : fallback;
}

} // namespace qcc::test
