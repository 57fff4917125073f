#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/model/runningview.h"

#include <QString>

#include <memory>
#include <variant>

namespace qcc {

/// One line of the table: an exchange that runs, or one that has finished.
struct ExchangeRow {
    explicit ExchangeRow(const RunningView &running);
    explicit ExchangeRow(const ExchangeRecord &finished);

    const RunningView *running() const { return std::get_if<RunningView>(&exchange); }
    const ExchangeRecord *finished() const { return std::get_if<ExchangeRecord>(&exchange); }

    quint64 number;
    std::variant<RunningView, ExchangeRecord> exchange;
    QString searched; ///< What the search looks into, case folded.
};

/// Shared: a line stays whole while those who show it are told that it goes.
using ExchangeRowPtr = std::shared_ptr<const ExchangeRow>;

} // namespace qcc
