#pragma once

#include "ui/widgets/theme.h"

#include <QAbstractTableModel>
#include <QList>
#include <QMetaType>
#include <QPersistentModelIndex>
#include <QPoint>
#include <QStyledItemDelegate>
#include <QTableView>

namespace qcc {

/// A table of values whose rows are told apart by `key()`: what is set anew touches only the rows that differ, so selection, scroll
/// position and an open editor stay where they are.
template <typename Row>
class RowModel : public QAbstractTableModel
{
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setRows(const QList<Row> &rows)
    {
        for (qsizetype at = m_rows.size() - 1; at >= 0; --at) {
            if (find(rows, m_rows.at(at).key(), 0) < 0) {
                beginRemoveRows({}, int(at), int(at));
                m_rows.removeAt(at);
                endRemoveRows();
            }
        }
        for (qsizetype at = 0; at < rows.size(); ++at) {
            const qsizetype from = find(m_rows, rows.at(at).key(), at);
            if (from < 0) {
                beginInsertRows({}, int(at), int(at));
                m_rows.insert(at, rows.at(at));
                endInsertRows();
                continue;
            }
            if (from != at) {
                beginMoveRows({}, int(from), int(from), {}, int(at));
                m_rows.move(from, at);
                endMoveRows();
            }
            if (m_rows.at(at) != rows.at(at)) {
                m_rows[at] = rows.at(at);
                Q_EMIT dataChanged(index(int(at), 0), index(int(at), columnCount() - 1));
            }
        }
    }

    const QList<Row> &rows() const { return m_rows; }
    const Row &row(int at) const { return m_rows.at(at); }
    int rowOf(const QString &key) const { return int(find(m_rows, key, 0)); }
    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }

private:
    static qsizetype find(const QList<Row> &rows, const QString &key, qsizetype from)
    {
        for (qsizetype at = from; at < rows.size(); ++at) {
            if (rows.at(at).key() == key)
                return at;
        }
        return -1;
    }

    QList<Row> m_rows;
};

/// A table of which one row is selected and rows can be put elsewhere: by dragging, and by Alt+Up and Alt+Down. Rows that may move
/// have the flag ItemIsDragEnabled and stand before those that may not; while the order is not theirs, none may. Delete asks to delete, Space turns
/// the row's check box.
class RowView : public QTableView
{
    Q_OBJECT

public:
    explicit RowView(QWidget *parent = nullptr);

    int currentRow() const { return currentIndex().row(); }
    /// -1: none.
    void setCurrentRow(int row);
    /// What is seen is sorted by something else.
    void setSorted(bool sorted) { m_sorted = sorted; }

Q_SIGNALS:
    /// `to`: where the row is to be when it has left its place.
    void rowMoveRequested(int from, int to);
    /// It was to be put elsewhere while the rows are sorted.
    void rowMoveRefused(int row);
    void deleteRequested(int row);

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    static constexpr int nowhere = -1;

    bool canMove(int row) const;
    int movableRows() const;
    int gapAt(int y) const;
    int yOfGap() const;
    void applyFont();
    void endDrag();

    bool m_sorted = false;
    QPersistentModelIndex m_pressed;
    QPoint m_pressedAt;
    int m_gap = nowhere; ///< Before which row the dragged one would go.
};

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
        BarRole,                        ///< How much of a bar in place of the second line is filled, 0 to 1; absent: no bar.
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
