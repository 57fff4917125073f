#include "ui/overview/problemmodel.h"

#include "ui/model/words.h"
#include "ui/overview/overviewroles.h"
#include "ui/overview/problemtext.h"
#include "ui/widgets/plaintext.h"

#include <algorithm>

namespace qcc {

namespace {

/// A finished exchange does not change; its number is given again after a restart.
bool isSame(const ExchangeRecord &one, const ExchangeRecord &other)
{
    return one.number == other.number && one.startedAt == other.startedAt;
}

} // namespace

void ProblemModel::setProblems(const QList<ExchangeRecord> &newestFirst, const QDateTime &now)
{
    const QList<ExchangeRecord> newer = newestFirst.first(std::min(newestFirst.size(), limit));
    const bool otherDay = m_now.toLocalTime().date() != now.toLocalTime().date();
    m_now = now;
    if (const qsizetype kept = overlap(newer); kept > 0) {
        // The usual case: some came on top, as many fell off. What is selected stays so.
        if (kept < m_problems.size()) {
            beginRemoveRows({}, static_cast<int>(kept), static_cast<int>(m_problems.size() - 1));
            m_problems.resize(kept);
            endRemoveRows();
        }
        if (kept < newer.size()) {
            beginInsertRows({}, 0, static_cast<int>(newer.size() - kept - 1));
            m_problems = newer;
            endInsertRows();
        }
    } else if (!m_problems.isEmpty() || !newer.isEmpty()) {
        beginResetModel();
        m_problems = newer;
        endResetModel();
    }
    if (otherDay && !m_problems.isEmpty())
        Q_EMIT dataChanged(index(0, Time), index(rowCount() - 1, Time));
}

/// How many of the first known ones are the last of the newer ones.
qsizetype ProblemModel::overlap(const QList<ExchangeRecord> &newer) const
{
    if (m_problems.isEmpty())
        return 0;
    const auto isFirst = [this](const ExchangeRecord &one) { return isSame(one, m_problems.constFirst()); };
    const auto first = std::ranges::find_if(newer, isFirst);
    const qsizetype kept = newer.end() - first;
    return kept <= m_problems.size() && std::equal(first, newer.end(), m_problems.begin(), isSame) ? kept : 0;
}

int ProblemModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_problems.size());
}

int ProblemModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ProblemModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const ExchangeRecord &exchange = m_problems.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == Time ? Words::timeOfDay(exchange.startedAt, m_now) : ProblemText::of(exchange);
    case Qt::AccessibleTextRole:
        return index.column() == Time
            ? Words::timeOfDay(exchange.startedAt, m_now)
            : QStringLiteral("%1: %2").arg(Words::of(exchange.outcome), ProblemText::of(exchange));
    case Qt::ToolTipRole: return plainToolTip(ProblemText::details(exchange));
    case MeaningRole:
        return QVariant::fromValue(Words::meaningOf(exchange.outcome));
    default:
        return {};
    }
}

QVariant ProblemModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Time ? tr("Time") : tr("What happened");
}

} // namespace qcc
