#pragma once

#include "ui/overview/cardtable.h"
#include "ui/overview/endpointtablemodel.h"

#include <QPersistentModelIndex>
#include <QTimer>

class QMenu;

namespace qcc {

/// A row of two lines: name over host, state over its reason with the one step that helps, bars of half an hour, numbers. The step is drawn, and hit by
/// the place of the mouse, since buttons in 200 rows would cost more than the rows.
class EndpointDelegate : public CardDelegate
{
    Q_OBJECT

public:
    using CardDelegate::CardDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option, const QModelIndex &index) override;
    /// Where the step of `index` is drawn in its cell; empty: it has none.
    QRect stepRect(const QRect &cell, const QModelIndex &index) const;
    QFont stepFont() const;
    /// The pointer is over it; true where it was not before.
    bool setHovered(const QModelIndex &step);

Q_SIGNALS:
    void stepChosen(int row);

private:
    void paintTwoLines(QPainter &painter, const QRect &room, const QStyleOptionViewItem &cell, const QColor &first, const QModelIndex &index) const;
    void paintStep(QPainter &painter, const QStyleOptionViewItem &cell, const QModelIndex &index) const;
    void paintMore(QPainter &painter, const QStyleOptionViewItem &cell, const QModelIndex &index) const;

    QPersistentModelIndex m_pressed;
    QPersistentModelIndex m_hovered;
};

/// How each endpoint does, and what can be done about it. Where there is little room, the least important columns go.
class EndpointTable : public CardTable
{
    Q_OBJECT

public:
    explicit EndpointTable(QWidget *parent = nullptr);

    /// `inOrder`: they are asked one after the other, by priority.
    void setEndpoints(const QList<EndpointView> &endpoints, bool inOrder = false);
    void setTimelines(const QHash<QString, EndpointTimeline> &timelines);
    /// What can be done about the endpoint of `row`; goes by itself when it closes.
    QMenu *menuFor(int row);
    /// Where the step of `row` is, in the viewport; empty: it has none.
    QRect stepRect(int row) const;
    /// Where the contents of a column begin and end, in this widget; empty: it is not shown.
    QRect contentsOf(int column) const;

Q_SIGNALS:
    void resetRequested(const QString &endpointId);
    /// Empty: none is to be picked by hand any more.
    void preferRequested(const QString &endpointId);
    void editRequested(const QString &endpointId);
    void testRequested(const QString &endpointId);
    /// The columns have other places.
    void columnsMoved();

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void takeStep(int row);
    void measureColumns();
    void fitColumns();
    void runClock();

    EndpointTableModel m_model;
    EndpointDelegate *m_delegate;
    QTimer m_clock; ///< Runs only while something counts down before the user's eyes.
    std::array<int, EndpointTableModel::ColumnCount> m_widths{};
};

/// The captions of the endpoints' columns over their card, with the title of the section on the same line.
class EndpointCaptions : public QWidget
{
    Q_OBJECT

public:
    explicit EndpointCaptions(const EndpointTable &table, QWidget *parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    const EndpointTable &m_table;
};

} // namespace qcc
