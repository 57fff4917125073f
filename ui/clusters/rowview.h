#pragma once

#include <QAbstractTableModel>
#include <QHeaderView>
#include <QList>
#include <QMetaType>
#include <QPersistentModelIndex>
#include <QPoint>
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

/// The captions over the columns of a RowView. They stand at the same edges as what is below them, on the page and not in the card.
class CaptionHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit CaptionHeader(QWidget *parent = nullptr);

protected:
    void paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const override;
    QSize sectionSizeFromContents(int logicalIndex) const override;
};

/// A table of which one row is selected and rows can be put elsewhere: by dragging, and by Alt+Up and Alt+Down. Rows that may move
/// have the flag ItemIsDragEnabled and stand before those that may not; while the order is not theirs, none may. Delete asks to delete, Space turns
/// the row's switch. It draws what lies behind the cells, and they draw the rest.
class RowView : public QTableView
{
    Q_OBJECT

public:
    enum class Look {
        Card, ///< Rows parted by lines in a card.
        Plain ///< Rows on the page.
    };

    explicit RowView(Look look, QWidget *parent = nullptr);

    int currentRow() const { return currentIndex().row(); }
    /// -1: none.
    void setCurrentRow(int row);
    /// What is seen is sorted by something else.
    void setSorted(bool sorted) { m_sorted = sorted; }
    /// Rows can be dropped onto those of `other`.
    void setOther(RowView *other) { m_other = other; }
    /// So high that it shows all its rows.
    int wholeHeight() const;
    /// Where the pointer is, in the viewport; nowhere: a place that no row has.
    QPoint pointer() const { return m_pointer; }
    bool isPressed() const { return m_pressing; }
    /// Below the row's middle, for what opens there by a key.
    QPoint menuPlace(int row) const;

Q_SIGNALS:
    /// `to`: where the row is to be when it has left its place.
    void rowMoveRequested(int from, int to);
    /// It was to be put elsewhere while the rows are sorted.
    void rowMoveRefused(int row);
    /// Onto the row `ontoOther` of the other view.
    void rowDropped(int row, int ontoOther);
    void deleteRequested(int row);

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    static constexpr int nowhere = -1;

    bool canMove(int row) const;
    int movableRows() const;
    int gapAt(int y) const;
    int yOfGap() const;
    QRect rectOf(int row) const;
    void paintBehind(QPainter &painter);
    void paintOver(QPainter &painter);
    void setDropRow(int row);
    int otherRowAt(QPoint global) const;
    void applyFont();
    void endDrag();

    const Look m_look;
    bool m_sorted = false;
    bool m_dragging = false;
    bool m_pressing = false;
    RowView *m_other = nullptr;
    QPersistentModelIndex m_pressed;
    QPoint m_pressedAt;
    QPoint m_pointer{nowhere, nowhere};
    int m_gap = nowhere;     ///< Before which row the dragged one would go.
    int m_dropRow = nowhere; ///< Onto which one of another view would go.
};

} // namespace qcc
