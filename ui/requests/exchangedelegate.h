#pragma once

#include "ui/widgets/shapes.h"

#include <QFont>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStyledItemDelegate>

#include <optional>

namespace qcc {

struct ExchangeRecord;
struct RunningView;

/// One attempt in a line of the table: where it went and how it ended.
struct Chip {
    Mark mark = Mark::Ring;
    Meaning meaning = Meaning::Neutral;
    QString name;   ///< Of the endpoint.
    QString result; ///< "529", "no connection"; empty while it runs.
    bool isStatus = false; ///< The result is a number, which cannot be taken for a part of the name.

    /// "relay-c 529", "relay-c: no connection".
    QString words() const;
    bool operator==(const Chip &) const = default;
};

QList<Chip> chipsOf(const ExchangeRecord &exchange);
/// Those that failed, and the one that runs.
QList<Chip> chipsOf(const RunningView &exchange);

/// "relay-c 529 → relay-a 200": the chips for those who do not see them.
QString inWords(const QList<Chip> &chips);
/// A line for each attempt, with what was said of its failure.
QString attemptsInLines(const ExchangeRecord &exchange);

/// A chip as it is drawn: of an attempt, or of how many are left out.
struct ChipPiece {
    std::optional<Mark> mark = {};
    Meaning meaning = Meaning::Neutral;
    QString name = {};
    QString result = {};
    bool operator==(const ChipPiece &) const = default;
};

/// What of `chips` is drawn in `width`: the last whole, the one before it by its result, of the others how many there are; where that is too wide, of all
/// but the last how many.
QList<ChipPiece> fitting(const QFontMetrics &caption, const QList<Chip> &chips, int width);

/// Paints the lines of the Requests page: the attempts as chips, the outcome as mark and word, all else as text.
class ExchangeDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    /// Between the edge of a cell and what it holds. Units: pixels.
    static constexpr int padding = 6;

    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

    /// What the longest word for an outcome or a state needs, with its mark.
    static int stateWidth(const QFontMetrics &font);
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::Chip)
