#include "ui/overview/endpointtablemodel.h"

#include "ui/model/coretext.h"
#include "ui/model/endpointwords.h"
#include "ui/model/words.h"
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

/// Words begin a cell as a sentence does.
QString capitalized(QString text)
{
    // Names, hosts and statuses keep their letters.
    if (!text.isEmpty() && text.front().isLower())
        text[0] = text.front().toUpper();
    return text;
}

} // namespace

void EndpointTableModel::setEndpoints(const QList<EndpointView> &endpoints, Time now, bool inOrder)
{
    m_now = now;
    if (std::exchange(m_inOrder, inOrder) != inOrder || !sameIds(endpoints, m_endpoints)) {
        beginResetModel();
        m_endpoints = endpoints;
        m_rows = order();
        endResetModel();
        return;
    }
    const QList<EndpointView> before = std::exchange(m_endpoints, endpoints);
    const QList<qsizetype> rows = m_rows;
    reorder(false);
    if (rows != m_rows)
        return;
    // Whose turn it is depends on all of them.
    const bool turnsChange = m_inOrder && !std::ranges::equal(before, m_endpoints, [](const EndpointView &one, const EndpointView &other) {
        return one.health == other.health && one.preferred == other.preferred && one.priority == other.priority;
    });
    for (int row = 0; row < m_rows.size(); ++row) {
        const qsizetype place = m_rows.at(row);
        if (turnsChange || before.at(place) != m_endpoints.at(place))
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
        for (const int count : std::as_const(minutes.ok))
            peak = std::max(peak, count);
        shown.insert(it.key(), minutes);
    }
    if (shown == m_timelines)
        return;
    m_timelines = shown;
    m_peak = peak;
    reorder(true);
}

void EndpointTableModel::setOpen(bool open)
{
    if (open == m_open)
        return;
    beginResetModel();
    m_open = open;
    m_rows = order();
    endResetModel();
}

/// Places of those that are shown.
QList<qsizetype> EndpointTableModel::order() const
{
    QList<qsizetype> places(m_endpoints.size());
    std::iota(places.begin(), places.end(), 0);
    if (places.size() <= most)
        return places;
    const auto rank = [this](qsizetype place) {
        const EndpointView &endpoint = m_endpoints.at(place);
        const auto its = m_timelines.constFind(endpoint.id);
        const bool asked = endpoint.inFlight > 0 || (its != m_timelines.cend() && its->succeededInRange + its->failedInRange > 0);
        return isMissing(endpoint) ? 0 : asked ? 1 : 2;
    };
    std::ranges::stable_sort(places, {}, rank);
    if (!m_open)
        places.resize(most);
    return places;
}

/// `others`: what does not decide the order has changed too.
void EndpointTableModel::reorder(bool others)
{
    const QList<qsizetype> rows = order();
    if (rows != m_rows) {
        beginResetModel();
        m_rows = rows;
        endResetModel();
    } else if (others && !m_rows.isEmpty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

void EndpointTableModel::tick(Time now)
{
    m_now = now;
    for (int row = 0; row < m_rows.size(); ++row) {
        if (m_endpoints.at(m_rows.at(row)).returnsAt)
            Q_EMIT dataChanged(index(row, State), index(row, State));
    }
}

const EndpointView *EndpointTableModel::endpointAt(int row) const
{
    return row < m_rows.size() ? &m_endpoints.at(m_rows.at(row)) : nullptr;
}

int EndpointTableModel::rowOf(const QString &id) const
{
    const auto it = std::ranges::find_if(m_rows, [this, &id](qsizetype place) { return m_endpoints.at(place).id == id; });
    return it == m_rows.end() ? -1 : static_cast<int>(it - m_rows.begin());
}

bool EndpointTableModel::countsDown() const
{
    return std::ranges::any_of(m_rows, [this](qsizetype place) { return m_endpoints.at(place).returnsInS(m_now) > 0; });
}

bool EndpointTableModel::canBeReset(EndpointHealth health)
{
    return health == EndpointHealth::Open || health == EndpointHealth::Resting || health == EndpointHealth::KeyRefused;
}

EndpointStep EndpointTableModel::stepOf(const EndpointView &endpoint)
{
    switch (endpoint.health) {
    case EndpointHealth::KeyRefused: return EndpointStep::EditKey;
    case EndpointHealth::Open:
    case EndpointHealth::Resting: return EndpointStep::Reset;
    case EndpointHealth::Unhealthy: return EndpointStep::Test;
    case EndpointHealth::Unknown:
    case EndpointHealth::Healthy:
    case EndpointHealth::Degraded:
    case EndpointHealth::Disabled: return EndpointStep::None;
    }
    Q_UNREACHABLE();
}

QString EndpointTableModel::wordOf(EndpointStep step)
{
    switch (step) {
    case EndpointStep::None: return {};
    case EndpointStep::Reset: return tr("Reset");
    case EndpointStep::EditKey: return tr("Edit key…");
    case EndpointStep::Test: return tr("Test");
    }
    Q_UNREACHABLE();
}

int EndpointTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size()) + (m_endpoints.size() > most ? 1 : 0);
}

int EndpointTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString EndpointTableModel::moreText() const
{
    return m_open ? tr("Show fewer") : tr("%1 more", "endpoints").arg(QLocale().toString(m_endpoints.size() - m_rows.size()));
}

QVariant EndpointTableModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const EndpointView *endpoint = endpointAt(index.row());
    const int column = index.column();
    if (!endpoint) {
        const bool isText = role == Qt::DisplayRole || role == Qt::AccessibleTextRole;
        return role == IsMoreRole ? QVariant(true) : isText && column == Name ? QVariant(moreText()) : QVariant();
    }
    switch (role) {
    case Qt::DisplayRole: return textOf(*endpoint, column);
    case Qt::ToolTipRole: return plainToolTip(toolTipOf(*endpoint, column));
    case Qt::TextAlignmentRole: return QVariant::fromValue((column >= FirstByte ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::AccessibleTextRole: return spokenOf(*endpoint, column);
    case Qt::AccessibleDescriptionRole: {
        const EndpointStep step = stepOf(*endpoint);
        return step == EndpointStep::None ? QString() : tr("Enter: %1", "what the key does").arg(wordOf(step));
    }
    case MeaningRole: return QVariant::fromValue(Words::meaningOf(endpoint->health));
    case NoteRole: return column == Name ? EndpointWords::address(*endpoint) : column == State ? capitalized(noteOf(*endpoint)) : QString();
    case SparklineRole: return QVariant::fromValue(m_timelines.value(endpoint->id));
    case SparklinePeakRole: return m_peak;
    case StepRole: return QVariant::fromValue(stepOf(*endpoint));
    case IsMoreRole: return false;
    default: return {};
    }
}

QString EndpointTableModel::textOf(const EndpointView &endpoint, int column) const
{
    const bool off = endpoint.health == EndpointHealth::Disabled;
    switch (column) {
    case Name: return endpoint.name;
    case State: return capitalized(Words::healthOf(endpoint.health, endpoint.returnsInS(m_now)));
    case FirstByte: return Words::durationOrNone(m_timelines.value(endpoint.id).firstByteP50);
    case Success: {
        const std::optional<double> rate = m_timelines.value(endpoint.id).successRate();
        return rate ? Words::percent(*rate) : Words::none();
    }
    case InFlight: return off ? Words::none() : QLocale().toString(endpoint.inFlight);
    default: return {};
    }
}

QString EndpointTableModel::noteOf(const EndpointView &endpoint) const
{
    return EndpointWords::note(endpoint, m_inOrder ? m_endpoints : QList<EndpointView>());
}

QString EndpointTableModel::spokenOf(const EndpointView &endpoint, int column) const
{
    switch (column) {
    case Name: return QStringLiteral("%1, %2").arg(endpoint.name, EndpointWords::place(endpoint));
    case State: return endpoint.lastError.isEmpty() ? textOf(endpoint, State) : QStringLiteral("%1, %2").arg(textOf(endpoint, State), noteOf(endpoint));
    case Recent: return recentInWords(endpoint.id);
    default: return textOf(endpoint, column);
    }
}

QString EndpointTableModel::toolTipOf(const EndpointView &endpoint, int column) const
{
    switch (column) {
    case Name: return QStringLiteral("%1, %2\n%3").arg(endpoint.name, EndpointWords::place(endpoint), endpoint.baseUrl);
    case State: return inUsersLanguage(endpoint.lastError);
    case Success: {
        const EndpointTimeline range = m_timelines.value(endpoint.id);
        return tr("Attempts in the range above: %1 good, %2 failed")
            .arg(QLocale().toString(range.succeededInRange), QLocale().toString(range.failedInRange));
    }
    case InFlight:
        return endpoint.poolHttp2 > 0
            ? tr("Open connections: %1, of which idle: %2, over HTTP/2: %3").arg(endpoint.poolOpen).arg(endpoint.poolIdle).arg(endpoint.poolHttp2)
            : tr("Open connections: %1, of which idle: %2").arg(endpoint.poolOpen).arg(endpoint.poolIdle);
    case Recent: return recentInWords(endpoint.id);
    default: return {};
    }
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
    default: return {};
    }
}

QString EndpointTableModel::headingOf(int section)
{
    switch (section) {
    case Name: return tr("Endpoint");
    case State: return tr("State");
    case Recent: return tr("Last 30 min");
    case FirstByte: return tr("First byte");
    case Success: return tr("Success");
    case InFlight: return tr("In flight");
    default: return {};
    }
}

QString EndpointTableModel::explanationOf(int section)
{
    switch (section) {
    case FirstByte: return tr("Until the first byte of an answer: median of the range above");
    case Success: return tr("Attempts that succeeded, of the range above");
    case Recent: return tr("Attempts per minute: good ones above the line, failed ones below it");
    default: return {};
    }
}

} // namespace qcc
