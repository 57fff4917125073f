#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/requests/exchangerow.h"

#include <QCoreApplication>
#include <QList>
#include <QString>

namespace qcc {

/// What was said of failed attempts: the same words of the same endpoint stand there once.
struct Said {
    QString title;    ///< "What relay-c said".
    QString attempts; ///< "Attempts 1 and 2".
    QString words;
    bool operator==(const Said &) const = default;
};

struct Fact {
    QString name, value;
    bool operator==(const Fact &) const = default;
};

/// What the pane beside the table says of one exchange, in the user's language.
class DetailText
{
    Q_DECLARE_TR_FUNCTIONS(DetailText)

public:
    /// What became of it: "Recovered by relay-a".
    static QString title(const ExchangeRow &row);
    /// "req-4817 · POST /v1/messages · today, 16:12:40"; of a long path without its middle.
    static QString origin(const ExchangeRow &row, const QDateTime &now);
    /// "POST /v1/messages", whole.
    static QString request(const ExchangeRow &row);
    /// Two in a row: a name, which may be long, and beside it a number, which is not. `ageMs`: of one that runs.
    static QList<Fact> facts(const ExchangeRow &row, double ageMs);
    /// "3 attempts".
    static QString attemptCount(qsizetype count);
    /// The upstream's words, and qcc's own of it; of endpoints that were skipped why. `passedOver`: the routes by which it did not go, in core's words.
    static QList<Said> said(const QList<AttemptRecord> &attempts, const QStringList &skipped = {}, const QStringList &passedOver = {});
    /// In place of a timeline.
    static QString noAttempts();

    /// A word of more than `longest` letters may be broken: labels would cut it off.
    static QString breakable(const QString &text, int longest = 24);
};

} // namespace qcc
