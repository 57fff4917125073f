#pragma once

#include "ui/requests/exchangedelegate.h"
#include "ui/requests/exchangerow.h"

#include <QAbstractTableModel>
#include <QSet>

#include <functional>
#include <map>

namespace qcc {

/// The lines of the Requests page: what runs and what has finished, of this run of the proxy and of earlier ones, in the order of their time or of a column,
/// as far as the filter lets them through.
/// Changes are told as what they are (gone, moved, come, changed), so that selections and editors of the views survive them.
class ExchangesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    /// Words to the left, numbers to the right. MarkRole: a Mark, as an int.
    enum Column { Time, State, Client, Model, Attempts, FirstByte, Total, Tokens };
    static constexpr int columns = Tokens + 1;
    enum Role { ChipsRole = Qt::UserRole + 1, MarkRole, MeaningRole };
    /// Lines that are kept, those that run included; beyond those that were asked for.
    static constexpr qsizetype limit = 2'000;
    static constexpr qsizetype mostPast = 20'000;

    explicit ExchangesModel(QObject *parent = nullptr);

    void addFinished(const QList<ExchangeRecord> &exchanges);
    /// Those that somebody looked for: they make no room for others, and go with the filter that they were looked for with.
    void addPast(const QList<ExchangeRecord> &exchanges);
    /// One that is missing stays for one more call: its record may be on its way. One that has finished is left alone.
    /// `nowMs`: of any steady clock; the one that tick() is called with.
    void setRunning(const QList<RunningView> &running, qint64 nowMs);
    /// The ages of those that run, grown since.
    void tick(qint64 nowMs);
    /// Nothing runs any more.
    void dropRunning();
    void clear();
    void setFilter(const ExchangeFilter &filter);

    const ExchangeRow &at(int row) const { return *m_shown.at(row); }
    ExchangeRowPtr rowPtr(int row) const { return m_shown.at(row); }
    /// -1: not shown.
    int rowOf(quint64 key) const;
    /// All that are kept, shown or not.
    qsizetype total() const { return m_running.size() + std::ssize(m_finished); }
    bool hasRunning() const { return !m_running.isEmpty(); }
    /// Those that the filter finds, whatever outcome it asks for.
    qint64 runningFound() const;
    PerEnum<Outcome, qint64> finishedFound() const;
    /// Of the finished ones that this run of the proxy told, those that the filter finds and that ended after `end`.
    PerEnum<Outcome, qint64> finishedFoundSince(const QDateTime &end) const;
    bool keeps(quint64 key) const;
    bool keepsFinished(quint64 key) const { return m_finished.contains(key); }
    /// Of one that runs. Units: milliseconds.
    double ageOf(const RunningView &running) const { return running.ageMs + static_cast<double>(m_nowMs - m_runningSinceMs); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order = Qt::DescendingOrder) override;

private:
    QList<ExchangeRowPtr> wanted() const;
    void trim();
    void showWanted();
    void removeAllBut(const QHash<quint64, int> &places);
    void sortBy(const QHash<quint64, int> &places);
    void keep(const ExchangeRecord &exchange, bool past);
    bool comesBefore(const ExchangeRowPtr &one, const ExchangeRowPtr &other) const;
    void insertMissing(const QList<ExchangeRowPtr> &rows);
    void replaceChanged(const QList<ExchangeRowPtr> &rows);
    static QString heading(int section);
    QString text(const ExchangeRow &row, int column) const;
    QString text(const RunningView &exchange, int column) const;
    static QString text(const ExchangeRecord &exchange, int column);
    static QString toolTip(const ExchangeRow &row, int column);

    struct Kept {
        ExchangeRowPtr row;
        bool passes;
        bool past; ///< Somebody looked for it.
    };
    ExchangeFilter m_filter;
    int m_sortColumn = Time;
    Qt::SortOrder m_sortOrder = Qt::DescendingOrder;
    QList<ExchangeRowPtr> m_running;
    QSet<quint64> m_missed;                               ///< Of those that run: not among them any more, and no record yet.
    std::map<quint64, Kept, std::greater<>> m_finished;   ///< By key, the newest first.
    qsizetype m_past = 0;                                 ///< How many were looked for.
    QList<ExchangeRowPtr> m_shown;
    qint64 m_runningSinceMs = 0;
    qint64 m_nowMs = 0;
};

} // namespace qcc
