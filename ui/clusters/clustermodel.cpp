#include "ui/clusters/clustermodel.h"

#include "ui/clusters/twolinedelegate.h"
#include "ui/widgets/plaintext.h"

namespace qcc {

namespace {

QString captionOf(const ClusterRow &row)
{
    if (!row.saved)
        return ClusterModel::tr("not saved yet");
    QStringList parts;
    if (row.inUse)
        parts << ClusterModel::tr("in use", "cluster");
    // Side by side they would not fit; what is not saved matters more.
    if (row.edited)
        parts << ClusterModel::tr("edited", "not saved yet");
    else
        parts << (row.endpoints == 1 ? ClusterModel::tr("1 endpoint") : ClusterModel::tr("%1 endpoints").arg(row.endpoints));
    return parts.join(QStringLiteral(" · "));
}

} // namespace

QVariant ClusterModel::data(const QModelIndex &index, int role) const
{
    const ClusterRow &row = this->row(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole: return row.name;
    case Qt::ToolTipRole: return plainToolTip(QStringLiteral("%1\n%2").arg(row.name, captionOf(row)));
    case Qt::AccessibleTextRole: return QStringLiteral("%1, %2").arg(row.name, captionOf(row));
    case TwoLineDelegate::CaptionRole: return captionOf(row);
    case TwoLineDelegate::MarkRole: return row.inUse ? QVariant::fromValue(Meaning::Success) : QVariant();
    default: return {};
    }
}

Qt::ItemFlags ClusterModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    return row(index.row()).saved ? flags | Qt::ItemIsEditable | Qt::ItemIsDragEnabled : flags;
}

bool ClusterModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    const QString name = value.toString().trimmed();
    if (role == Qt::EditRole && !name.isEmpty() && name != row(index.row()).name)
        Q_EMIT renameRequested(row(index.row()).name, name);
    return false;
}

} // namespace qcc
