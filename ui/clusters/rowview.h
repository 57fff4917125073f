#pragma once

#include <QPersistentModelIndex>
#include <QPoint>
#include <QTableView>

namespace qcc {

/// A table of which one row is selected and rows can be put elsewhere: by dragging, and by Alt+Up and Alt+Down. Rows that may move
/// have the flag ItemIsDragEnabled and stand before those that may not. Delete asks to delete, Space turns the row's check box.
class RowView : public QTableView
{
    Q_OBJECT

public:
    explicit RowView(QWidget *parent = nullptr);

    int currentRow() const { return currentIndex().row(); }
    /// -1: none.
    void setCurrentRow(int row);

Q_SIGNALS:
    /// `to`: where the row is to be when it has left its place.
    void rowMoveRequested(int from, int to);
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

    QPersistentModelIndex m_pressed;
    QPoint m_pressedAt;
    int m_gap = nowhere; ///< Before which row the dragged one would go.
};

} // namespace qcc
