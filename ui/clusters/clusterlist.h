#pragma once

#include "ui/clusters/clustermodel.h"

#include <QWidget>

class QAction;
class QMenu;

namespace qcc {

class RowView;

/// The clusters, one of them selected, and what can be done to them.
class ClusterList : public QWidget
{
    Q_OBJECT

public:
    explicit ClusterList(QWidget *parent = nullptr);

    void setRows(const QList<ClusterRow> &rows, const QString &selected);
    /// Opens the name for editing, where it stands.
    void editName(const QString &name);

Q_SIGNALS:
    void selected(const QString &name);
    void addRequested();
    void useRequested(const QString &name);
    void renameRequested(const QString &from, const QString &to);
    void cloneRequested(const QString &name);
    void deleteRequested(const QString &name);
    void moveRequested(const QString &name, int toIndex);

private:
    QAction *addAct(const QString &text, const QKeySequence &shortcut, void (ClusterList::*signal)(const QString &));
    QString current() const;
    void offerActs();

    ClusterModel *m_model;
    RowView *m_view;
    QMenu *m_acts;
    QAction *m_use;
    bool m_filling = false;
};

} // namespace qcc
