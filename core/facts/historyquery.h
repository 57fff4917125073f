#pragma once

#include "core/facts/exchangerecord.h"

#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <optional>

namespace qcc {

/// A finished exchange as history.db keeps it. A value; crosses threads.
struct KeptExchange {
    qint64 id = 0;  ///< Ascends as exchanges came to an end, over all runs.
    qint64 run = 0; ///< The start of the proxy that it belongs to, counted: "req-12" of two runs are two exchanges.
    ExchangeRecord record;
};

enum class HistoryOrder { NewestFirst, OldestFirst };

/// Which of the exchanges in history.db are wanted. What is left as it is wants all.
struct HistoryQuery {
    using Time = std::chrono::system_clock::time_point;

    std::optional<Time> from = {}; ///< Ended then or later.
    std::optional<Time> to = {};   ///< Ended before.
    QList<Outcome> outcomes = {};
    QString cluster = {};  ///< This and the next three by their whole names.
    QString endpoint = {}; ///< That was tried, whether it answered or not.
    QString model = {};    ///< That was asked for or that answered.
    QString client = {};
    QList<Outcome> orOutcomes = {}; ///< What ended so has `text`, too: its word for that is the screen's.
    QString text = {};     ///< A part of a name, a path, an address, a failure's word or an error's words, in any case of a-z; or all of "req-12".
    HistoryOrder order = HistoryOrder::NewestFirst;
    qint64 beyond = 0; ///< Only what comes after this KeptExchange::id in that order: the last of the page before. 0: from the start.
    qsizetype limit = 100;
};

/// Whether one is wanted, for what a HistoryQuery cannot say.
using ExchangeTest = std::function<bool(const ExchangeRecord &)>;

/// How many ended each way.
struct HistoryCounts {
    PerEnum<Outcome, qint64> outcomes;
    std::optional<HistoryQuery::Time> newest; ///< When the last of all that is kept ended, counted or not.
};

struct HistoryPage {
    QList<KeptExchange> exchanges;
    bool hasMore = false;        ///< Beyond the last of them.
    std::optional<qint64> total; ///< Of all pages; only where nothing or the outcome alone is asked for, which costs nothing.
    std::optional<HistoryCounts> counts = {}; ///< Of all pages, whatever outcomes are asked for; on the first page alone, and only where but for them and the time nothing is.
};

/// What there is to choose from, in order.
struct HistoryNames {
    QStringList clusters, endpoints, models, clients;
};

struct HistorySummary {
    qint64 exchanges = 0;
    qint64 minutes = 0; ///< That something is counted in.
    qint64 bytes = 0;   ///< Of the file and what SQLite keeps beside it.
    std::optional<HistoryQuery::Time> oldest, newest; ///< When an exchange ended; absent where none is kept.
};

/// What was forgotten by command.
struct HistoryCleared {
    qint64 exchanges = 0;
    qint64 minutes = 0;
    qint64 bytesBefore = 0, bytes = 0; ///< As HistorySummary::bytes.
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::HistoryQuery)
Q_DECLARE_METATYPE(qcc::HistoryPage)
