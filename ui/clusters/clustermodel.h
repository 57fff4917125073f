#pragma once

#include "ui/clusters/rowmodel.h"

#include <QString>

namespace qcc {

struct ClusterRow {
    QString name;
    int endpoints = 0;
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

} // namespace qcc
