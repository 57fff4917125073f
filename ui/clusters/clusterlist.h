#pragma once

#include "ui/clusters/rowview.h"
#include "ui/widgets/theme.h"

#include <QString>
#include <QWidget>

#include <optional>

class QAction;
class QLabel;
class QMenu;

namespace qcc {

struct ClusterRow {
    QString name;
    int endpoints = 0;
    std::optional<int> usable = {}; ///< Of `enabled`, while its endpoints are known to stand somehow.
    int enabled = 0;
    Meaning meaning = Meaning::Neutral; ///< How all of them together stand.
    bool inUse = false;
    bool saved = true;   ///< Is in config.json.
    bool edited = false; ///< Holds something that was typed and not saved.

    QString key() const { return name; }
    bool operator==(const ClusterRow &) const = default;
};

/// The clusters as a list of two lines each; a name can be edited.
class ClusterModel : public RowModel<ClusterRow>
{
    Q_OBJECT

public:
    using RowModel::RowModel;

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : 1; }
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    /// Changes nothing itself; who hears renameRequested() does.
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;

Q_SIGNALS:
    void renameRequested(const QString &from, const QString &to);
};

class RoutesEntry;

/// The clusters, one of them selected, and what can be done to them; below them the way to the routes.
class ClusterList : public QWidget
{
    Q_OBJECT

public:
    explicit ClusterList(QWidget *parent = nullptr);

    void setRows(const QList<ClusterRow> &rows, const QString &selected);
    /// Opens the name for editing, where it stands.
    void editName(const QString &name);
    /// Endpoints can be dropped onto the clusters.
    RowView *view() const { return m_view; }
    void setNarrow(bool narrow);
    /// `isShown`: the routes are looked at, in place of a cluster.
    void setRoutes(qsizetype count, bool isShown);
    QString nameAt(int row) const { return m_model->row(row).name; }

Q_SIGNALS:
    void selected(const QString &name);
    void addRequested();
    void useRequested(const QString &name);
    void renameRequested(const QString &from, const QString &to);
    void cloneRequested(const QString &name);
    void deleteRequested(const QString &name);
    void moveRequested(const QString &name, int toIndex);
    void importRequested();
    void copyAddressRequested(const QString &name);
    void routesRequested();

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void dress();
    QAction *addAct(const QString &text, const QKeySequence &shortcut, void (ClusterList::*signal)(const QString &));
    QString current() const;
    void offerActs();

    QLabel *m_title;
    QLabel *m_hint;
    ClusterModel *m_model;
    RowView *m_view;
    QMenu *m_acts;
    RoutesEntry *m_routes;
    QAction *m_use;
    QAction *m_import;
    bool m_filling = false;
};

} // namespace qcc
