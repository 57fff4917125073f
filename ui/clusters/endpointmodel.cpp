#include "ui/clusters/endpointmodel.h"

#include "ui/clusters/rowview.h"
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
        return EndpointModel::tr("not saved yet");
    return row.edited ? EndpointModel::tr("edited · %1", "not saved yet, base URL").arg(row.baseUrl) : row.baseUrl;
}

QString testLine(const EndpointRow &row)
{
    if (row.testing)
        return EndpointModel::tr("testing…");
    return row.finding ? row.finding->line : QString();
}

QVariant text(const EndpointRow &row, int column)
{
    switch (column) {
    case EndpointModel::Name: return titleOf(row);
    case EndpointModel::Key: return row.maskedKey.isEmpty() ? Words::none() : row.maskedKey;
    case EndpointModel::Priority: return QLocale().toString(row.priority);
    case EndpointModel::Health: return healthWord(row);
    case EndpointModel::FirstByte: return row.firstByteMs() ? Words::duration(*row.firstByteMs()) : Words::none();
    default: return {};
    }
}

int alignmentOf(int column)
{
    return (column == EndpointModel::Priority || column == EndpointModel::FirstByte ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
}

QString toolTip(const EndpointRow &row, int column)
{
    switch (column) {
    case EndpointModel::Enabled: return EndpointModel::tr("Whether requests may go there");
    case EndpointModel::Name: return QStringLiteral("%1\n%2").arg(titleOf(row), row.baseUrl);
    case EndpointModel::Priority:
        return EndpointModel::tr("The lowest number comes first. Drag the row, or press Alt+Up and Alt+Down.");
    case EndpointModel::Health: {
        QStringList lines{healthWord(row)};
        if (row.health && !row.health->lastError.isEmpty())
            lines << row.health->lastError;
        if (row.finding && !row.testing)
            lines << QString() << row.finding->details;
        return lines.join(u'\n');
    }
    case EndpointModel::FirstByte:
        return row.firstByteMs() ? row.finding->details : EndpointModel::tr("Not known: it has not been tested, or the test failed.");
    default: return {};
    }
}

QString headerToolTip(int section)
{
    switch (section) {
    case EndpointModel::Priority: return EndpointModel::tr("The lowest number comes first. Click to see the endpoints in this order.");
    case EndpointModel::FirstByte:
        return EndpointModel::tr("How long the last test took to its first byte. Click to sort by it; the priorities stay as they are.");
    default: return {};
    }
}

QString accessibleText(const EndpointRow &row, int column)
{
    switch (column) {
    case EndpointModel::Enabled: return row.enabled ? EndpointModel::tr("enabled") : EndpointModel::tr("disabled");
    case EndpointModel::Name: return QStringLiteral("%1, %2").arg(titleOf(row), captionOf(row));
    case EndpointModel::Health: {
        const QString line = testLine(row);
        return line.isEmpty() ? healthWord(row) : QStringLiteral("%1, %2").arg(healthWord(row), line);
    }
    case EndpointModel::FirstByte:
        return row.firstByteMs() ? EndpointModel::tr("first byte after %1").arg(Words::duration(*row.firstByteMs()))
                                 : EndpointModel::tr("first byte not known");
    default: return text(row, column).toString();
    }
}

} // namespace

QString healthWord(const EndpointRow &row)
{
    if (row.isNew())
        return Words::none();
    if (!row.enabled)
        return Words::of(EndpointHealth::Disabled);
    return row.health ? Words::healthOf(row.health->word, row.health->returnsInS) : Words::none();
}

Meaning healthMeaning(const EndpointRow &row)
{
    return row.enabled && row.health ? Words::meaningOf(row.health->word) : Meaning::Neutral;
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
        return column == Name ? QVariant(captionOf(row)) : column == Health ? QVariant(testLine(row)) : QVariant();
    case TwoLineDelegate::CaptionMeaningRole:
        return column == Health && row.finding && !row.testing ? QVariant::fromValue(row.finding->meaning) : QVariant();
    case TwoLineDelegate::MarkRole:
        return column == Health && healthWord(row) != Words::none() ? QVariant::fromValue(healthMeaning(row)) : QVariant();
    case TwoLineDelegate::BarRole: return column == FirstByte && row.firstByteMs() ? QVariant(row.firstByteShare) : QVariant();
    case TwoLineDelegate::FaintRole: return !row.enabled || row.isNew();
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
    case Qt::ToolTipRole: return plainToolTip(headerToolTip(section));
    case Qt::DisplayRole: break;
    default: return {};
    }
    switch (section) {
    case Enabled: return tr("On", "endpoint is enabled");
    case Name: return tr("Endpoint");
    case Key: return tr("Key");
    case Priority: return tr("Priority");
    case Health: return tr("Health and test");
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
