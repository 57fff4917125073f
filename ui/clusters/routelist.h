#pragma once

#include "core/config/config.h"
#include "ui/clusters/rowview.h"

#include <QWidget>

class QAction;
class QMenu;

namespace qcc {

struct RouteRow {
    QString id;     ///< Tells it from the others, whatever its place.
    int number = 0; ///< 0: the one that is being added.
    RouteRule rule; ///< As saved; of a new one what was typed so far.
    bool edited = false;
    bool isPassedOver = false; ///< Its cluster has no enabled endpoint.

    bool isNew() const { return number == 0; }
    QString key() const { return id; }
    bool operator==(const RouteRow &) const = default;
};

/// The routes in the order in which they are looked at.
class RouteModel : public RowModel<RouteRow>
{
    Q_OBJECT

public:
    /// Conditions stands for the four before it where there is no room for them.
    enum Column { Number, Client, Class, Model, Path, Conditions, Cluster, AsksFor, Act };
    static constexpr int columns = 9;

    using RowModel::RowModel;

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : columns; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
};

/// The routes as a table, one of them selected, and what can be done to them.
class RouteList : public QWidget
{
    Q_OBJECT

public:
    explicit RouteList(QWidget *parent = nullptr);

    /// `selected`: -1 for none.
    void setRows(const QList<RouteRow> &rows, int selected);
    RowView *view() const { return m_view; }
    int leastHeight() const;

Q_SIGNALS:
    void selected(int row);
    void moveRequested(int from, int to);
    void deleteRequested(int row);
    /// Its fields are wanted.
    void editRequested();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeMenu();
    void openMenu(QPoint place);
    void sizeColumns();

    RouteModel *m_model;
    RowView *m_view;
    QMenu *m_menu;
    QAction *m_up;
    QAction *m_down;
    bool m_filling = false;
};

} // namespace qcc
