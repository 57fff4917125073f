#pragma once

#include "ui/widgets/theme.h"

#include <QMetaType>
#include <QPersistentModelIndex>
#include <QStyledItemDelegate>
#include <QVariantAnimation>

class QAbstractItemView;
class QPainter;

namespace qcc {

enum class Glyph { Plus, Dots, Grip };

/// Around `centre`, 16 pixels at most.
void drawGlyph(QPainter &painter, Glyph glyph, QPointF centre, const QColor &colour);

/// Draws the cells of a RowView: a text with a smaller one below it and a mark before it, or a handle and a switch where it can be checked, or buttons. They are drawn and not widgets, since
/// there may be two hundred of them; what they do can be done by keys and menus, too.
class TwoLineDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    enum Role {
        CaptionRole = Qt::UserRole + 1, ///< QString; empty: one line.
        CaptionMeaningRole,             ///< Meaning of the second line; absent: neutral.
        MarkRole,                       ///< Meaning whose shape stands before the first line; absent: none.
        FaintRole,                      ///< bool: the first line is quiet, too.
        NameRole,                       ///< bool: the first line is what the row is called.
        SmallRole,                      ///< bool: the first line is as small as a second one.
        BarRole,                        ///< How much of a bar in place of the second line is filled, 0 to 1; absent: no bar.
        ButtonRole,                     ///< QString: what the button at the row's end says, before the one for the menu; absent: none.
        ButtonEnabledRole,              ///< bool.
    };

    /// `inset`: from the row's left edge to what stands first. `markAbove`: it stands beside the first line alone.
    TwoLineDelegate(int inset, bool markAbove, QAbstractItemView *view);

    /// Of rows drawn in `font`.
    static int rowHeight(const QFont &font);
    static int switchWidth();
    static constexpr int switchLeft = 34;
    /// Of a cell with the button `text`; with none, of the one for the menu alone.
    static int buttonsWidth(const QFont &font, const QString &text);
    /// Between what stands in neighbouring cells.
    static constexpr int gap = 12;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option, const QModelIndex &index) override;
    void updateEditorGeometry(QWidget *editor, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

Q_SIGNALS:
    void buttonClicked(int row);
    /// `place`: of the button's lower right corner, on the screen.
    void menuClicked(int row, QPoint place);

private:
    void paintSwitch(QPainter &painter, const QStyleOptionViewItem &cell, const QModelIndex &index) const;
    void paintButtons(QPainter &painter, const QStyleOptionViewItem &cell, const QModelIndex &index) const;
    void paintTexts(QPainter &painter, const QStyleOptionViewItem &cell, const QModelIndex &index) const;

    void slideKnob();

    const int m_inset;
    const bool m_markAbove;
    QPersistentModelIndex m_clicked; ///< The row whose switch was.
    QVariant m_clickedState;
    QVariantAnimation m_motion; ///< Of the switch there.
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::Meaning)
