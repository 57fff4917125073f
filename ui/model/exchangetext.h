#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/widgets/theme.h"

#include <QCoreApplication>
#include <QList>
#include <QStringList>

#include <array>

namespace qcc {

struct RunningView;

/// What an attempt spends its time with, as the timeline draws it.
enum class Stage { Queue, Dns, Connect, Tls, Waiting, Streaming };
inline constexpr std::array allStages{Stage::Queue, Stage::Dns, Stage::Connect, Stage::Tls, Stage::Waiting, Stage::Streaming};

/// Units: milliseconds since the exchange began.
struct Span {
    Stage stage = Stage::Queue;
    double fromMs = 0;
    double toMs = 0;

    double length() const { return toMs - fromMs; }
    bool operator==(const Span &) const = default;
};

/// The stages of `attempt` in order and without gaps. The last one ends with the attempt, whichever way it ended.
QList<Span> spansOf(const AttemptRecord &attempt);

/// When attempt `index` began, after how long a pause since the one before it (since the exchange began, for the first).
/// Units: milliseconds.
double pauseBefore(const ExchangeRecord &exchange, qsizetype index);

/// The end of the last attempt or of the exchange, whichever is later. Units: milliseconds since the exchange began.
double endOf(const ExchangeRecord &exchange);

/// All that is known of `exchange` as plain text, to be pasted into a report. In the user's language.
QString exchangeText(const ExchangeRecord &exchange);
/// Of one that runs and is in `state`, a word, what is known so far. Units of `ageMs`: milliseconds.
QString runningText(const RunningView &exchange, double ageMs, const QString &state);

/// The parts of that text, so that the screens say the same in the same words.
class ExchangeText
{
    Q_DECLARE_TR_FUNCTIONS(ExchangeText)

public:
    /// "waiting"; a word of the timeline.
    static QString of(Stage stage);
    /// "dns 12 ms, waiting 640 ms".
    static QString spans(const AttemptRecord &attempt);
    /// Its name; its id where it has none.
    static QString endpoint(const AttemptRecord &attempt);
    /// "529", "connection broke"; the status where it says it all, with the failure where it does not.
    static QString result(const AttemptRecord &attempt);
    /// "server error, new connection, 640 ms, ended while waiting for the answer": one fact each.
    static QStringList facts(const AttemptRecord &attempt);
    /// What was said of its failure, each beginning with who says so: "qcc: …", "Upstream: …". Empty where nothing was.
    static QStringList errors(const AttemptRecord &attempt);
    static Meaning meaningOf(FailureClass failure);

    /// "12 k → 850"; "–" when not known.
    static QString tokens(const std::optional<qint64> &input, const std::optional<qint64> &output);
    /// "48.2 kB".
    static QString bytes(qint64 count);
    /// "recovered, 200".
    static QString outcome(const ExchangeRecord &exchange);
    /// The timeline for those who do not see it: one sentence for each attempt.
    static QString timeline(const ExchangeRecord &exchange);
};

} // namespace qcc
