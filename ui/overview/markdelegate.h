#pragma once

#include <QStyledItemDelegate>

namespace qcc {

/// A coloured mark, the text, and a quiet note after it: MeaningRole, Qt::DisplayRole and NoteRole.
class MarkDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    /// What the mark adds to the width of the text.
    static int markWidth(const QFontMetrics &metrics);
};

} // namespace qcc
