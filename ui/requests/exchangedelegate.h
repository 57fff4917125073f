#pragma once

#include "ui/widgets/theme.h"

#include <QList>
#include <QMetaType>
#include <QString>
#include <QStyledItemDelegate>

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
/// Those that failed, and the one that runs.
QList<Chip> chipsOf(const RunningView &exchange);

/// "relay-c 529 → relay-a 200": the chips for those who do not see them.
QString inWords(const QList<Chip> &chips);
/// A line for each attempt, with what was said of its failure.
QString attemptsInLines(const ExchangeRecord &exchange);

/// The mark of what has not ended.
inline QString runningMark() { return QStringLiteral("▷"); }

/// Paints the lines of the Requests page: the attempts as chips, the outcome as mark and word, all else as text.
class ExchangeDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

    /// The text of the chip that stands for the `hidden` first ones where not all fit: "+2".
    static QString restText(qsizetype hidden);
    /// What the longest word for an outcome or a state needs, with its mark.
    static int stateWidth(const QFontMetrics &font);

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;

private:
    static void paintBackground(QPainter *painter, const QStyleOptionViewItem &option);
    static void paintChips(QPainter *painter, const QStyleOptionViewItem &option, const QList<Chip> &all);
    static void paintState(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index);
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::Chip)
