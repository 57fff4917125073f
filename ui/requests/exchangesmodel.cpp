#include "ui/requests/exchangesmodel.h"

#include <QHash>

#include <algorithm>
#include <iterator>
#include <optional>
#include <variant>

namespace qcc {

ExchangesModel::ExchangesModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void ExchangesModel::keep(const ExchangeRecord &exchange, bool past)
{
    const quint64 key = exchangeKey(exchange);
    if (m_finished.contains(key))
        return;
    auto row = std::make_shared<const ExchangeRow>(exchange);
    const bool passes = m_filter.passes(*row);
    m_finished.emplace(key, Kept{std::move(row), passes, past});
    m_missed.remove(key);
}

void ExchangesModel::addFinished(const QList<ExchangeRecord> &exchanges)
{
    for (const ExchangeRecord &exchange : exchanges)
        keep(exchange, false);
    m_running.removeIf([this](const ExchangeRowPtr &row) { return m_finished.contains(row->key); });
    trim();
    showWanted();
}

void ExchangesModel::addPast(const QList<ExchangeRecord> &exchanges)
{
    const auto before = std::ssize(m_finished);
    for (const ExchangeRecord &exchange : exchanges)
        keep(exchange, true);
    m_past = std::min(mostPast, m_past + std::ssize(m_finished) - before);
    trim();
    showWanted();
}

void ExchangesModel::setRunning(const QList<RunningView> &running, qint64 nowMs)
{
    QHash<quint64, ExchangeRowPtr> before;
    for (const ExchangeRowPtr &row : std::as_const(m_running))
        before.insert(row->key, row);
    m_running.clear();
    for (const RunningView &exchange : running) {
        auto row = std::make_shared<const ExchangeRow>(exchange);
        before.remove(row->key);
        if (!m_finished.contains(row->key))
            m_running.append(std::move(row));
    }
    QSet<quint64> missed;
    for (const ExchangeRowPtr &row : std::as_const(before)) {
        if (m_missed.contains(row->key))
            continue;
        missed.insert(row->key);
        m_running.append(row);
    }
    m_missed = missed;
    m_runningSinceMs = m_nowMs = nowMs;
    trim();
    showWanted();
}

void ExchangesModel::tick(qint64 nowMs)
{
    m_nowMs = nowMs;
    for (int row = 0; row < rowCount(); ++row) {
        if (m_shown.at(row)->running())
            Q_EMIT dataChanged(index(row, FirstByte), index(row, Total), {Qt::DisplayRole});
    }
}

void ExchangesModel::dropRunning()
{
    m_running.clear();
    m_missed.clear();
    showWanted();
}

void ExchangesModel::clear()
{
    beginResetModel();
    m_running.clear();
    m_missed.clear();
    m_finished.clear();
    m_past = 0;
    m_shown.clear();
    endResetModel();
}

void ExchangesModel::setFilter(const ExchangeFilter &filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    // Beside others they would look like all there is of their time.
    std::erase_if(m_finished, [](const auto &each) { return each.second.past; });
    m_past = 0;
    for (auto &[key, kept] : m_finished)
        kept.passes = m_filter.passes(*kept.row);
    m_shown = wanted();
    endResetModel();
}

int ExchangesModel::rowOf(quint64 key) const
{
    const auto it = std::ranges::find(m_shown, key, [](const ExchangeRowPtr &row) { return row->key; });
    return it == m_shown.cend() ? -1 : static_cast<int>(it - m_shown.cbegin());
}

bool ExchangesModel::keeps(quint64 key) const
{
    return m_finished.contains(key) || std::ranges::any_of(m_running, [key](const ExchangeRowPtr &row) { return row->key == key; });
}

qint64 ExchangesModel::runningFound() const
{
    return std::ranges::count_if(m_running, [this](const ExchangeRowPtr &row) { return m_filter.finds(*row); });
}

PerEnum<Outcome, qint64> ExchangesModel::finishedFound() const
{
    PerEnum<Outcome, qint64> found;
    for (const auto &[key, kept] : m_finished)
        found[kept.row->finished()->outcome] += m_filter.finds(*kept.row) ? 1 : 0;
    return found;
}

PerEnum<Outcome, qint64> ExchangesModel::finishedFoundSince(const QDateTime &end) const
{
    PerEnum<Outcome, qint64> found;
    for (const auto &[key, kept] : m_finished) {
        const ExchangeRecord &finished = *kept.row->finished();
        found[finished.outcome] += !kept.past && endOfExchange(finished) > end && m_filter.finds(*kept.row) ? 1 : 0;
    }
    return found;
}

int ExchangesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int ExchangesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columns;
}

QList<ExchangeRowPtr> ExchangesModel::wanted() const
{
    QList<ExchangeRowPtr> rows;
    rows.reserve(total());
    std::ranges::copy_if(m_running, std::back_inserter(rows), [this](const ExchangeRowPtr &row) { return m_filter.passes(*row); });
    for (const auto &[key, kept] : m_finished) {
        if (kept.passes)
            rows.append(kept.row);
    }
    std::ranges::stable_sort(rows, [this](const ExchangeRowPtr &one, const ExchangeRowPtr &other) { return comesBefore(one, other); });
    return rows;
}

namespace {

/// What a column is sorted by; what runs, and what is not known, comes after all others in both directions.
using SortValue = std::variant<double, QString>;

std::optional<SortValue> sortValue(const ExchangeRow &row, int column)
{
    const RunningView *running = row.running();
    const ExchangeRecord *finished = row.finished();
    const auto text = [](const QString &of) { return of.isEmpty() ? std::nullopt : std::optional<SortValue>(of.toCaseFolded()); };
    const auto number = [](std::optional<double> of) { return of ? std::optional<SortValue>(*of) : std::nullopt; };
    switch (column) {
    case ExchangesModel::State: return finished ? number(static_cast<double>(finished->outcome)) : std::nullopt;
    case ExchangesModel::Client: return text(running ? running->client : finished->client);
    case ExchangesModel::Model: return text(running ? running->model : finished->model);
    case ExchangesModel::Attempts: return number(static_cast<double>(running ? running->attempts : finished->attempts.size()));
    case ExchangesModel::FirstByte: return number(running ? running->firstByteMs : finished->firstByteMs);
    case ExchangesModel::Total: return finished ? number(finished->totalMs) : std::nullopt;
    case ExchangesModel::Tokens:
        if (!finished || (!finished->inputTokens && !finished->outputTokens))
            return std::nullopt;
        return number(static_cast<double>(finished->inputTokens.value_or(0) + finished->outputTokens.value_or(0)));
    default: return std::nullopt;
    }
}

} // namespace

bool ExchangesModel::comesBefore(const ExchangeRowPtr &one, const ExchangeRowPtr &other) const
{
    const bool descending = m_sortOrder == Qt::DescendingOrder;
    if (m_sortColumn == Time)
        return descending ? one->key > other->key : one->key < other->key;
    const auto left = sortValue(*one, m_sortColumn);
    const auto right = sortValue(*other, m_sortColumn);
    if (left && right && *left != *right)
        return descending ? *left > *right : *left < *right;
    return bool(left) != bool(right) ? bool(left) : one->key > other->key;
}

void ExchangesModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || (column == m_sortColumn && order == m_sortOrder))
        return;
    m_sortColumn = column;
    m_sortOrder = order;
    showWanted();
}

void ExchangesModel::trim()
{
    while (total() > limit + m_past && !m_finished.empty())
        m_finished.erase(std::prev(m_finished.end()));
}

void ExchangesModel::showWanted()
{
    const QList<ExchangeRowPtr> rows = wanted();
    QHash<quint64, int> places;
    places.reserve(rows.size());
    for (int i = 0; i < rows.size(); ++i)
        places.insert(rows.at(i)->key, i);
    removeAllBut(places);
    sortBy(places);
    insertMissing(rows);
    replaceChanged(rows);
}

void ExchangesModel::removeAllBut(const QHash<quint64, int> &places)
{
    const auto stays = [this, &places](int row) { return places.contains(m_shown.at(row)->key); };
    for (int last = rowCount() - 1; last >= 0; --last) {
        if (stays(last))
            continue;
        int first = last;
        while (first > 0 && !stays(first - 1))
            --first;
        beginRemoveRows({}, first, last);
        m_shown.remove(first, last - first + 1);
        endRemoveRows();
        last = first;
    }
}

void ExchangesModel::sortBy(const QHash<quint64, int> &places)
{
    const auto place = [&places](const ExchangeRowPtr &row) { return places.value(row->key); };
    if (std::ranges::is_sorted(m_shown, {}, place))
        return;
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList from = persistentIndexList();
    QList<quint64> keys;
    for (const QModelIndex &index : from)
        keys.append(m_shown.at(index.row())->key);
    std::ranges::sort(m_shown, {}, place);
    QModelIndexList to;
    for (qsizetype i = 0; i < from.size(); ++i)
        to.append(index(rowOf(keys.at(i)), from.at(i).column()));
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged();
}

void ExchangesModel::insertMissing(const QList<ExchangeRowPtr> &rows)
{
    const auto stands = [this, &rows](int row, int wantedRow) {
        return row < m_shown.size() && m_shown.at(row)->key == rows.at(wantedRow)->key;
    };
    for (int row = 0; row < rows.size(); ++row) {
        if (stands(row, row))
            continue;
        int last = row;
        while (last + 1 < rows.size() && !stands(row, last + 1))
            ++last;
        beginInsertRows({}, row, last);
        m_shown.insert(row, last - row + 1, {});
        std::copy_n(rows.cbegin() + row, last - row + 1, m_shown.begin() + row);
        endInsertRows();
        row = last;
    }
}

void ExchangesModel::replaceChanged(const QList<ExchangeRowPtr> &rows)
{
    Q_ASSERT(rows.size() == m_shown.size());
    for (int row = 0; row < rows.size(); ++row) {
        const int first = row;
        for (; row < rows.size() && m_shown.at(row) != rows.at(row); ++row)
            m_shown[row] = rows.at(row);
        if (row > first)
            Q_EMIT dataChanged(index(first, 0), index(row - 1, columns - 1));
    }
}

} // namespace qcc
