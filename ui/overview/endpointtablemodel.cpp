#include "ui/overview/endpointtablemodel.h"

#include "ui/model/words.h"
#include "ui/overview/tableparts.h"
#include "ui/widgets/plaintext.h"

#include <QLocale>

#include <algorithm>
#include <numeric>

namespace qcc {

namespace {

constexpr qsizetype minutesShown = 30;

bool sameIds(const QList<EndpointView> &one, const QList<EndpointView> &other)
{
    return std::ranges::equal(one, other, {}, &EndpointView::id, &EndpointView::id);
}

int sum(const QList<int> &counts)
{
    return std::accumulate(counts.begin(), counts.end(), 0);
}

/// Numbers, and the bars that end at now.
bool isAtTheRight(int column)
{
    return column >= EndpointTableModel::FirstByte && column <= EndpointTableModel::Recent;
}

} // namespace

void EndpointTableModel::setEndpoints(const QList<EndpointView> &endpoints, Time now)
{
    m_now = now;
    if (!sameIds(endpoints, m_endpoints)) {
        beginResetModel();
        m_endpoints = endpoints;
        endResetModel();
        return;
    }
    for (int row = 0; row < endpoints.size(); ++row) {
        if (endpoints.at(row) == m_endpoints.at(row))
            continue;
        m_endpoints[row] = endpoints.at(row);
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

void EndpointTableModel::setTimelines(const QHash<QString, EndpointTimeline> &timelines)
{
    QHash<QString, EndpointTimeline> shown;
    int peak = 0;
    for (auto it = timelines.begin(); it != timelines.end(); ++it) {
        EndpointTimeline minutes = *it;
        for (QList<int> *counts : {&minutes.ok, &minutes.failed})
            *counts = counts->last(std::min(counts->size(), minutesShown));
        for (const QList<int> &counts : {minutes.ok, minutes.failed})
            peak = std::accumulate(counts.begin(), counts.end(), peak, [](int most, int count) { return std::max(most, count); });
        shown.insert(it.key(), minutes);
    }
    if (shown == m_timelines)
        return;
    m_timelines = shown;
    m_peak = peak;
    if (!m_endpoints.isEmpty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void EndpointTableModel::tick(Time now)
{
    m_now = now;
    for (int row = 0; row < m_endpoints.size(); ++row) {
        if (m_endpoints.at(row).returnsAt)
            Q_EMIT dataChanged(index(row, Health), index(row, Health));
    }
}

int EndpointTableModel::rowOf(const QString &id) const
{
    const auto it = std::ranges::find(m_endpoints, id, &EndpointView::id);
    return it == m_endpoints.end() ? -1 : static_cast<int>(it - m_endpoints.begin());
}

bool EndpointTableModel::countsDown() const
{
    return std::ranges::any_of(m_endpoints, [this](const EndpointView &endpoint) { return endpoint.returnsInS(m_now) > 0; });
}

bool EndpointTableModel::canBeReset(EndpointHealth health)
{
    return health == EndpointHealth::Open || health == EndpointHealth::Resting || health == EndpointHealth::KeyRefused;
}

int EndpointTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_endpoints.size());
}

int EndpointTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EndpointTableModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const EndpointView &endpoint = m_endpoints.at(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return textOf(endpoint, column);
    case Qt::ToolTipRole: return plainToolTip(toolTipOf(endpoint, column));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((isAtTheRight(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::AccessibleTextRole:
        if (column == Name)
            return QStringLiteral("%1, %2").arg(endpoint.name, noteOf(endpoint));
        return column == Recent ? recentInWords(endpoint.id) : textOf(endpoint, column);
    case MeaningRole:
        return QVariant::fromValue(Words::meaningOf(endpoint.health));
    case NoteRole:
        return column == Name ? noteOf(endpoint) : QString();
    case SparklineRole:
        return QVariant::fromValue(m_timelines.value(endpoint.id));
    case SparklinePeakRole:
        return m_peak;
    default:
        return {};
    }
}

QString EndpointTableModel::textOf(const EndpointView &endpoint, int column) const
{
    const bool off = endpoint.health == EndpointHealth::Disabled;
    switch (column) {
    case Name: return endpoint.name;
    case Health: return Words::healthOf(endpoint.health, endpoint.returnsInS(m_now));
    case FirstByte: return Words::durationOrNone(m_timelines.value(endpoint.id).firstByteP50);
    case Success: {
        const std::optional<double> rate = m_timelines.value(endpoint.id).successRate();
        return rate ? Words::percent(*rate) : Words::none();
    }
    case InFlight: return off ? Words::none() : QLocale().toString(endpoint.inFlight);
    case Pool: return off ? Words::none() : QStringLiteral("%1/%2").arg(endpoint.poolOpen).arg(endpoint.poolIdle);
    default: return {};
    }
}

QString EndpointTableModel::toolTipOf(const EndpointView &endpoint, int column) const
{
    switch (column) {
    case Name: return QStringLiteral("%1, %2\n%3").arg(endpoint.name, noteOf(endpoint), endpoint.baseUrl);
    case Health: return endpoint.lastError;
    case Success: {
        const EndpointTimeline range = m_timelines.value(endpoint.id);
        return tr("Attempts in the range above: %1 good, %2 failed")
            .arg(QLocale().toString(range.succeededInRange), QLocale().toString(range.failedInRange));
    }
    case Pool:
        return endpoint.poolHttp2 > 0
            ? tr("Open connections: %1, of which idle: %2, over HTTP/2: %3").arg(endpoint.poolOpen).arg(endpoint.poolIdle).arg(endpoint.poolHttp2)
            : tr("Open connections: %1, of which idle: %2").arg(endpoint.poolOpen).arg(endpoint.poolIdle);
    case Recent: return recentInWords(endpoint.id);
    default: return {};
    }
}

QString EndpointTableModel::noteOf(const EndpointView &endpoint) const
{
    const QString priority = tr("priority %1").arg(endpoint.priority);
    return endpoint.preferred ? tr("%1, preferred", "priority").arg(priority) : priority;
}

QString EndpointTableModel::recentInWords(const QString &id) const
{
    const EndpointTimeline minutes = m_timelines.value(id);
    return tr("Attempts of the last 30 minutes: %1 good, %2 failed")
        .arg(QLocale().toString(sum(minutes.ok)), QLocale().toString(sum(minutes.failed)));
}

QVariant EndpointTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    switch (role) {
    case Qt::DisplayRole: return headingOf(section);
    case Qt::ToolTipRole: return plainToolTip(explanationOf(section));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((isAtTheRight(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default: return {};
    }
}

QString EndpointTableModel::headingOf(int section)
{
    switch (section) {
    case Name: return tr("Endpoint");
    case Health: return tr("Health");
    case FirstByte: return tr("First byte");
    case Success: return tr("Success");
    case InFlight: return tr("In flight");
    case Pool: return tr("Pool");
    case Recent: return tr("Last 30 min");
    default: return {};
    }
}

QString EndpointTableModel::explanationOf(int section)
{
    switch (section) {
    case FirstByte: return tr("Until the first byte of an answer: median of the range above");
    case Success: return tr("Attempts that succeeded, of the range above");
    case Pool: return tr("Connections: open / idle");
    case Recent: return tr("Attempts per minute: good ones above the line, failed ones below it");
    default: return {};
    }
}

} // namespace qcc
