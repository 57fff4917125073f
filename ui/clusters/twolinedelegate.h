#pragma once

#include "ui/widgets/colours.h"

#include <QMetaType>
#include <QStyledItemDelegate>

namespace qcc {

/// Draws a text with a smaller one below it, and a mark before it that has the colour of its meaning.
class TwoLineDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    enum Role {
        CaptionRole = Qt::UserRole + 1, ///< QString; empty: one line.
        CaptionMeaningRole,             ///< Meaning of the second line; absent: neutral.
        MarkRole,                       ///< Meaning whose shape stands before the first line; absent: none.
        FaintRole,                      ///< bool: the first line is quiet, too.
    };

    using QStyledItemDelegate::QStyledItemDelegate;

    /// Of rows drawn in `font`.
    static int rowHeight(const QFont &font);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option, const QModelIndex &index) override;
    void updateEditorGeometry(QWidget *editor, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::Meaning)
