#include "ui/clusters/endpointmodel.h"

#include "ui/clusters/rowdelegate.h"
#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"

#include <QLocale>

namespace qcc {

namespace {

QString titleOf(const EndpointRow &row)
{
    if (!row.isNew())
        return row.name;
    return row.typedName.isEmpty() ? EndpointModel::tr("New endpoint") : row.typedName;
}

QString captionOf(const EndpointRow &row)
{
    if (row.isNew())
        return row.baseUrl;
    return row.edited ? EndpointModel::tr("Edited · %1", "not saved yet, base URL").arg(row.baseUrl) : row.baseUrl;
}

QVariant text(const EndpointRow &row, int column)
{
    switch (column) {
    case EndpointModel::Name: return titleOf(row);
    case EndpointModel::Key: return row.maskedKey.isEmpty() ? Words::none() : row.maskedKey;
    case EndpointModel::Health: return stateWord(row);
    case EndpointModel::FirstByte: return row.firstByteMs() ? Words::duration(*row.firstByteMs()) : Words::none();
    default: return {};
    }
}

int alignmentOf(int column)
{
    return (column == EndpointModel::FirstByte ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
}

QString toolTip(const EndpointRow &row, int column)
{
    switch (column) {
    case EndpointModel::Enabled: return EndpointModel::tr("Whether requests may go there. Drag the row to change the order, or onto a cluster to move it there.");
    case EndpointModel::Name: return EndpointModel::tr("%1\n%2\nPriority %3", "name, base URL, number").arg(titleOf(row), row.baseUrl, QLocale().toString(row.priority));
    case EndpointModel::Health: return stateDetails(row);
    case EndpointModel::FirstByte:
        return row.firstByteMs() ? row.finding->details : EndpointModel::tr("Not known: it has not been tested, or the test failed.");
    case EndpointModel::Act:
        if (row.mayTest)
            return row.edited || row.isNew() ? EndpointModel::tr("Save what was typed, then ask this endpoint") : EndpointModel::tr("Ask this endpoint now");
        return row.edited || row.isNew() ? EndpointModel::tr("What is marked in the form is to be corrected first.") : QString();
    default: return {};
    }
}

QString headerToolTip(int section)
{
    switch (section) {
    case EndpointModel::FirstByte:
        return EndpointModel::tr("How long the last test took to its first byte. Click to sort by it; the priorities stay as they are.");
    default: return {};
    }
}

QString accessibleText(const EndpointRow &row, int column)
{
    switch (column) {
    case EndpointModel::Enabled: return row.enabled ? EndpointModel::tr("enabled") : EndpointModel::tr("disabled");
    case EndpointModel::Name: return captionOf(row).isEmpty() ? titleOf(row) : QStringLiteral("%1, %2").arg(titleOf(row), captionOf(row));
    case EndpointModel::Health: {
        const QString line = stateReason(row);
        return line.isEmpty() ? stateWord(row) : QStringLiteral("%1, %2").arg(stateWord(row), line);
    }
    case EndpointModel::Act: return EndpointModel::tr("Test %1", "endpoint").arg(titleOf(row));
    case EndpointModel::FirstByte:
        return row.firstByteMs() ? EndpointModel::tr("first byte after %1").arg(Words::duration(*row.firstByteMs()))
                                 : EndpointModel::tr("first byte not known");
    default: return text(row, column).toString();
    }
}

} // namespace

QString capitalised(QString text)
{
    if (!text.isEmpty())
        text[0] = text.at(0).toUpper();
    return text;
}

QString stateWord(const EndpointRow &row)
{
    if (row.isNew())
        return EndpointModel::tr("Not saved yet");
    if (!row.enabled)
        return capitalised(Words::of(EndpointHealth::Disabled));
    if (row.health)
        return capitalised(Words::healthOf(row.health->word, row.health->returnsInS));
    if (!row.finding)
        return capitalised(Words::of(EndpointHealth::Unknown));
    switch (row.finding->meaning) {
    case Meaning::Success: return capitalised(Words::of(EndpointHealth::Healthy));
    case Meaning::Failure: return EndpointModel::tr("Test failed");
    default: return EndpointModel::tr("Reachable");
    }
}

Meaning stateMeaning(const EndpointRow &row)
{
    if (!row.enabled || row.isNew())
        return Meaning::Neutral;
    if (row.health)
        return Words::meaningOf(row.health->word);
    return row.finding ? row.finding->meaning : Meaning::Neutral;
}

QString stateReason(const EndpointRow &row)
{
    if (row.testing)
        return EndpointModel::tr("Testing…");
    if (row.finding)
        return capitalised(row.finding->line);
    return row.health ? capitalised(row.health->reason) : QString();
}

QString stateDetails(const EndpointRow &row)
{
    QStringList lines{stateWord(row)};
    if (row.health && !row.health->lastError.isEmpty())
        lines << capitalised(row.health->lastError);
    if (row.finding && !row.testing)
        lines << QString() << capitalised(row.finding->details);
    return lines.join(u'\n');
}

QVariant EndpointModel::data(const QModelIndex &index, int role) const
{
    const EndpointRow &row = this->row(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole: return text(row, column);
    case Qt::ToolTipRole: return plainToolTip(toolTip(row, column));
    case Qt::AccessibleTextRole: return accessibleText(row, column);
    case Qt::CheckStateRole:
        return column == Enabled && !row.isNew() ? QVariant(row.enabled ? Qt::Checked : Qt::Unchecked) : QVariant();
    case Qt::TextAlignmentRole:
        return alignmentOf(column);
    case TwoLineDelegate::CaptionRole:
        return column == Name ? QVariant(captionOf(row)) : column == Health ? QVariant(stateReason(row)) : QVariant();
    case TwoLineDelegate::CaptionMeaningRole:
        return column == Health && row.finding && !row.testing ? QVariant::fromValue(row.finding->meaning) : QVariant();
    case TwoLineDelegate::MarkRole: return column == Health ? QVariant::fromValue(stateMeaning(row)) : QVariant();
    case TwoLineDelegate::BarRole: return column == FirstByte && row.firstByteMs() ? QVariant(row.firstByteShare) : QVariant();
    case TwoLineDelegate::FaintRole: return !row.enabled || row.isNew() || column == Key || (column == FirstByte && !row.firstByteMs());
    case TwoLineDelegate::NameRole: return column == Name;
    case TwoLineDelegate::SmallRole: return column == Key;
    case TwoLineDelegate::ButtonRole: return headerData(column, Qt::Horizontal, role);
    case TwoLineDelegate::ButtonEnabledRole: return row.mayTest;
    default: return {};
    }
}

QVariant EndpointModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return alignmentOf(section);
    switch (role) {
    case TwoLineDelegate::ButtonRole: return section == Act ? QVariant(tr("Test")) : QVariant();
    case Qt::ToolTipRole: return plainToolTip(headerToolTip(section));
    case Qt::DisplayRole: break;
    default: return {};
    }
    switch (section) {
    case Enabled: return tr("On", "endpoint is enabled");
    case Name: return tr("Endpoint");
    case Key: return tr("Key");
    case Health: return tr("State");
    case FirstByte: return tr("First byte");
    default: return {};
    }
}

Qt::ItemFlags EndpointModel::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    if (!row(index.row()).isNew())
        flags |= index.column() == Enabled ? Qt::ItemIsDragEnabled | Qt::ItemIsUserCheckable : Qt::ItemIsDragEnabled;
    return flags;
}

bool EndpointModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role == Qt::CheckStateRole && index.column() == Enabled)
        Q_EMIT enableRequested(row(index.row()).name, value.toInt() == Qt::Checked);
    return false;
}

} // namespace qcc
