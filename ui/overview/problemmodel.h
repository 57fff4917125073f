#pragma once

#include "core/facts/exchangerecord.h"

#include <QAbstractTableModel>

namespace qcc {

/// The last exchanges that failed or had to be repaired, the newest first.
class ProblemModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, What, ColumnCount };
    static constexpr qsizetype limit = 5;

    using QAbstractTableModel::QAbstractTableModel;

    /// Takes the first `limit`. `now` decides which times need a date.
    void setProblems(const QList<ExchangeRecord> &newestFirst, const QDateTime &now);
    quint64 numberAt(int row) const { return m_problems.at(row).number; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    qsizetype overlap(const QList<ExchangeRecord> &newer) const;

    QList<ExchangeRecord> m_problems;
    QDateTime m_now;
};

} // namespace qcc
