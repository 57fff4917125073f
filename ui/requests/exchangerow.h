#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/model/proxyview.h"

#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include <array>
#include <memory>
#include <variant>

namespace qcc {

/// One line of the table: an exchange that runs, or one that has finished.
struct ExchangeRow {
    explicit ExchangeRow(const RunningView &running);
    explicit ExchangeRow(const ExchangeRecord &finished);

    const RunningView *running() const { return std::get_if<RunningView>(&exchange); }
    const ExchangeRecord *finished() const { return std::get_if<ExchangeRecord>(&exchange); }

    QDateTime startedAt() const { return running() ? running()->startedAt : finished()->startedAt; }

    quint64 key; ///< exchangeKey().
    std::variant<RunningView, ExchangeRecord> exchange;
    QString searched; ///< What the search looks into, case folded.
};

/// Shared: a line stays whole while those who show it are told that it goes.
using ExchangeRowPtr = std::shared_ptr<const ExchangeRow>;

/// Which exchanges are asked for. Problems: what failed or was repaired, as the Overview lists them; neither what the caller did wrong nor what he gave up.
enum class Asked { All, Running, Problems, Recovered, Errors, Truncated, CallerErrors, Cancelled };
inline constexpr std::array allAsked{Asked::All, Asked::Running, Asked::Problems, Asked::Recovered, Asked::Errors, Asked::Truncated, Asked::CallerErrors, Asked::Cancelled};

/// Whether what ended so is asked for.
bool includes(Asked asked, Outcome outcome);

/// When it ended. What comes from a running proxy tells it by its duration.
QDateTime endOfExchange(const ExchangeRecord &exchange);

/// The outcomes that a word of the search names or begins to name, in the user's language or in English.
QList<Outcome> outcomesCalled(const QString &word);

/// Which lines of the table are shown.
class ExchangeFilter
{
public:
    ExchangeFilter() = default;
    /// Each word of `text` must be found, whatever its case.
    /// Only what ended at `from` or later and before `to`, where they are valid.
    ExchangeFilter(const QString &text, Asked asked, const QDateTime &from = {}, const QDateTime &to = {});

    bool passes(const ExchangeRow &row) const;
    /// The same whatever outcome is asked for.
    bool finds(const ExchangeRow &row) const;
    bool operator==(const ExchangeFilter &) const = default;

private:
    QStringList m_words;
    Asked m_asked = Asked::All;
    QDateTime m_from;
    QDateTime m_to;
};

/// `word` as it begins a cell or a line.
QString capitalized(QString word);

/// The words for an exchange that runs, in the user's language.
class RunningWords
{
    Q_DECLARE_TR_FUNCTIONS(RunningWords)

public:
    /// "streaming".
    static QString of(RunningState state);
    /// What becomes of one of which `endpoint` has the request: "Streaming from relay-a". Empty: none has it.
    static QString title(RunningState state, const QString &endpoint);
    /// What that means, in a sentence.
    static QString explained(RunningState state);
};

} // namespace qcc
