#pragma once

#include "ui/widgets/colours.h"

#include <QList>
#include <QMetaType>
#include <QString>

namespace qcc {

struct ExchangeRecord;
struct RunningView;

/// One attempt in a line of the table: where it went and how it ended.
struct Chip {
    QString mark;
    QString text;
    QString brief; ///< Without the endpoint, where space is short; empty: there is nothing else to say.
    Meaning meaning = Meaning::Neutral;
    bool operator==(const Chip &) const = default;
};

QList<Chip> chipsOf(const ExchangeRecord &exchange);
/// The attempt that runs; no chip before the first.
QList<Chip> chipsOf(const RunningView &exchange);

/// "relay-c 529 → relay-a 200": the chips for those who do not see them.
QString inWords(const QList<Chip> &chips);
/// A line for each attempt, with what was said of its failure.
QString attemptsInLines(const ExchangeRecord &exchange);

/// The mark of what has not ended.
inline QString runningMark() { return QStringLiteral("▷"); }

} // namespace qcc

Q_DECLARE_METATYPE(qcc::Chip)
