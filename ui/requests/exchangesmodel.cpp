#include "ui/requests/exchangesmodel.h"

#include <QHash>

#include <algorithm>

namespace qcc {

ExchangesModel::ExchangesModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void ExchangesModel::addFinished(const QList<ExchangeRecord> &newestFirst)
{
    for (auto it = newestFirst.crbegin(); it != newestFirst.crend(); ++it) {
        if (m_finishedNumbers.contains(it->number))
            continue;
        auto row = std::make_shared<const ExchangeRow>(*it);
        const bool passes = m_filter.passes(*row);
        m_finished.push_front({std::move(row), passes});
        m_finishedNumbers.insert(it->number);
        m_missed.remove(it->number);
    }
    m_running.removeIf([this](const ExchangeRowPtr &row) { return m_finishedNumbers.contains(row->number); });
    trim();
    showWanted();
}

void ExchangesModel::setRunning(const QList<RunningView> &running, qint64 nowMs)
{
    QHash<quint64, ExchangeRowPtr> before;
    for (const ExchangeRowPtr &row : std::as_const(m_running))
        before.insert(row->number, row);
    m_running.clear();
    for (const RunningView &exchange : running) {
        before.remove(exchange.number);
        if (!m_finishedNumbers.contains(exchange.number))
            m_running.append(std::make_shared<const ExchangeRow>(exchange));
    }
    QSet<quint64> missed;
    for (const ExchangeRowPtr &row : std::as_const(before)) {
        if (m_missed.contains(row->number))
            continue;
        missed.insert(row->number);
        m_running.append(row);
    }
    m_missed = missed;
    m_runningSinceMs = m_nowMs = nowMs;
    // Numbers are given in the order of arrival.
    std::ranges::sort(m_running, std::greater(), [](const ExchangeRowPtr &row) { return row->number; });
    trim();
    showWanted();
}

void ExchangesModel::tick(qint64 nowMs)
{
    m_nowMs = nowMs;
    int last = 0;
    while (last < m_shown.size() && m_shown.at(last)->running())
        ++last;
    if (last > 0)
        Q_EMIT dataChanged(index(0, FirstByte), index(last - 1, Total), {Qt::DisplayRole});
}

void ExchangesModel::clear()
{
    beginResetModel();
    m_running.clear();
    m_missed.clear();
    m_finished.clear();
    m_finishedNumbers.clear();
    m_shown.clear();
    endResetModel();
}

void ExchangesModel::setFilter(const ExchangeFilter &filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    for (Kept &kept : m_finished)
        kept.passes = m_filter.passes(*kept.row);
    m_shown = wanted();
    endResetModel();
}

int ExchangesModel::rowOf(quint64 number) const
{
    const auto it = std::ranges::find(m_shown, number, [](const ExchangeRowPtr &row) { return row->number; });
    return it == m_shown.cend() ? -1 : static_cast<int>(it - m_shown.cbegin());
}

bool ExchangesModel::keeps(quint64 number) const
{
    return m_finishedNumbers.contains(number)
        || std::ranges::any_of(m_running, [number](const ExchangeRowPtr &row) { return row->number == number; });
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
    for (const Kept &kept : m_finished) {
        if (kept.passes)
            rows.append(kept.row);
    }
    return rows;
}

void ExchangesModel::trim()
{
    while (total() > limit && !m_finished.empty()) {
        m_finishedNumbers.remove(m_finished.back().row->number);
        m_finished.pop_back();
    }
}

void ExchangesModel::showWanted()
{
    const QList<ExchangeRowPtr> rows = wanted();
    QHash<quint64, int> places;
    places.reserve(rows.size());
    for (int i = 0; i < rows.size(); ++i)
        places.insert(rows.at(i)->number, i);
    removeAllBut(places);
    sortBy(places);
    insertMissing(rows);
    replaceChanged(rows);
}

void ExchangesModel::removeAllBut(const QHash<quint64, int> &places)
{
    const auto stays = [this, &places](int row) { return places.contains(m_shown.at(row)->number); };
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
    const auto place = [&places](const ExchangeRowPtr &row) { return places.value(row->number); };
    if (std::ranges::is_sorted(m_shown, {}, place))
        return;
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList from = persistentIndexList();
    QList<quint64> numbers;
    for (const QModelIndex &index : from)
        numbers.append(m_shown.at(index.row())->number);
    std::ranges::sort(m_shown, {}, place);
    QModelIndexList to;
    for (qsizetype i = 0; i < from.size(); ++i)
        to.append(index(rowOf(numbers.at(i)), from.at(i).column()));
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged();
}

void ExchangesModel::insertMissing(const QList<ExchangeRowPtr> &rows)
{
    const auto stands = [this, &rows](int row, int wantedRow) {
        return row < m_shown.size() && m_shown.at(row)->number == rows.at(wantedRow)->number;
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
