#pragma once

#include <QStyledItemDelegate>
#include <QTableView>

namespace qcc {

/// A table in a card, as high as all its rows: the page scrolls, not the table. Rows are parted by hairlines and are one thing under the pointer.
class CardTable : public QTableView
{
    Q_OBJECT

public:
    explicit CardTable(int rowHeight, QWidget *parent = nullptr);

    void setModel(QAbstractItemModel *model) override;
    /// The row under the pointer; -1: none.
    int hovered() const { return m_hovered; }
    /// What stands in the place of the rows while there are none.
    void setEmptyText(const QString &text);
    QString emptyText() const { return m_emptyText; }
    /// As high as so many rows at least, so that it ends with what stands beside it.
    void setLeastHeight(int height);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    void applyFonts();
    void hover(int row);
    int fullHeight() const;

    const int m_rowHeight;
    int m_leastHeight = 0;
    int m_hovered = -1;
    QString m_emptyText;
};

/// What cells of a CardTable have in common.
class CardDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit CardDelegate(CardTable *table);

protected:
    /// Paints what lies behind the texts of a cell, the hairline below it too. Returns the option with the colours for its texts.
    QStyleOptionViewItem paintGround(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index) const;
    /// One line of text, cut at its end.
    static void paintLine(QPainter &painter, const QRect &rect, Qt::Alignment alignment, const QFont &font, const QColor &colour, const QString &text,
                          Qt::TextElideMode cut = Qt::ElideRight);
    CardTable *table() const { return m_table; }

private:
    CardTable *m_table;
};

/// The room of a cell's contents: columns stand 16 pixels apart, and as far from the edges of the card.
QRect cardCell(const QRect &rect, bool isFirst, bool isLast);

} // namespace qcc
