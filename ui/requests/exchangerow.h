#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/model/proxyview.h"

#include <QCoreApplication>
#include <QString>
#include <QStringList>

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

/// Which exchanges are asked for. Problems: all that did not go well at once, unless the client itself left. Errors: what reached
/// the client as an error or broken off.
enum class Asked { All, Problems, Errors, Recovered, Running };

/// Which lines of the table are shown.
class ExchangeFilter
{
public:
    ExchangeFilter() = default;
    /// Each word of `text` must be found, whatever its case.
    /// Only what began at `from` or later, where that is valid.
    ExchangeFilter(const QString &text, Asked asked, const QDateTime &from = {});

    bool passes(const ExchangeRow &row) const;
    bool operator==(const ExchangeFilter &) const = default;

private:
    QStringList m_words;
    Asked m_asked = Asked::All;
    QDateTime m_from;
};

/// The words for an exchange that runs, in the user's language.
class RunningWords
{
    Q_DECLARE_TR_FUNCTIONS(RunningWords)

public:
    /// "streaming".
    static QString of(RunningState state);
    /// What that means, in a sentence.
    static QString explained(RunningState state);
};

} // namespace qcc
