#pragma once

#include "ui/requests/chip.h"

#include <QStyledItemDelegate>

namespace qcc {

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
