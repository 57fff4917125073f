#pragma once

#include <QAbstractTableModel>
#include <QList>

namespace qcc {

/// A table of values whose rows are told apart by `key()`: what is set anew touches only the rows that differ, so selection, scroll
/// position and an open editor stay where they are.
template <typename Row>
class RowModel : public QAbstractTableModel
{
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setRows(const QList<Row> &rows)
    {
        for (qsizetype at = m_rows.size() - 1; at >= 0; --at) {
            if (find(rows, m_rows.at(at).key(), 0) < 0) {
                beginRemoveRows({}, int(at), int(at));
                m_rows.removeAt(at);
                endRemoveRows();
            }
        }
        for (qsizetype at = 0; at < rows.size(); ++at) {
            const qsizetype from = find(m_rows, rows.at(at).key(), at);
            if (from < 0) {
                beginInsertRows({}, int(at), int(at));
                m_rows.insert(at, rows.at(at));
                endInsertRows();
                continue;
            }
            if (from != at) {
                beginMoveRows({}, int(from), int(from), {}, int(at));
                m_rows.move(from, at);
                endMoveRows();
            }
            if (m_rows.at(at) != rows.at(at)) {
                m_rows[at] = rows.at(at);
                Q_EMIT dataChanged(index(int(at), 0), index(int(at), columnCount() - 1));
            }
        }
    }

    const QList<Row> &rows() const { return m_rows; }
    const Row &row(int at) const { return m_rows.at(at); }
    int rowOf(const QString &key) const { return int(find(m_rows, key, 0)); }
    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }

private:
    static qsizetype find(const QList<Row> &rows, const QString &key, qsizetype from)
    {
        for (qsizetype at = from; at < rows.size(); ++at) {
            if (rows.at(at).key() == key)
                return at;
        }
        return -1;
    }

    QList<Row> m_rows;
};

} // namespace qcc
