#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/model/proxyview.h"
#include "ui/overview/cardtable.h"

#include <QAbstractTableModel>
#include <QCoreApplication>

namespace qcc {

/// What happened to an exchange that did not go smoothly, in one line of the user's language.
class ProblemText
{
    Q_DECLARE_TR_FUNCTIONS(ProblemText)

public:
    /// "relay-c 529 overloaded → relay-a served it".
    static QString of(const ExchangeRecord &exchange);
    /// All that is known, line by line: the request, and what each attempt said.
    static QString details(const ExchangeRecord &exchange);

private:
    static QString failureOf(const AttemptRecord &attempt);
    static QString endOf(const ExchangeRecord &exchange);
};

/// The last exchanges that failed or had to be repaired, the newest first. Those of which the same is to be said are one row, with how often it was.
class ProblemModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, What, ColumnCount };
    enum Role {
        MeaningRole = Qt::UserRole, ///< Meaning: the mark before the time.
        TimesRole,                  ///< QString: how often, where it was more than once.
    };
    static constexpr qsizetype usualRows = 5;
    static constexpr qsizetype leastRows = 2;

    using QAbstractTableModel::QAbstractTableModel;

    /// `now` decides which times need a date.
    void setProblems(const QList<ExchangeRecord> &newestFirst, const QDateTime &now);
    /// So many rows are shown.
    void setMostRows(qsizetype most);
    /// Of the newest one of a row.
    quint64 keyAt(int row) const { return exchangeKey(m_rows.at(row).newest); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Row {
        ExchangeRecord newest;
        QString text;
        int times = 1;
    };
    void show();
    static QString textOf(const Row &row);
    qsizetype overlap(const QList<Row> &newer) const;

    QList<ExchangeRecord> m_problems;
    QList<Row> m_rows;
    qsizetype m_most = usualRows;
    QDateTime m_now;
};

/// The last problems; a click or Enter asks for more about one.
class ProblemTable : public CardTable
{
    Q_OBJECT

public:
    explicit ProblemTable(QWidget *parent = nullptr);

    void setProblems(const QList<ExchangeRecord> &newestFirst, const QDateTime &now);
    /// As high as `height` (but for a few rows at least), with as many rows as that holds.
    void fill(int height);
    /// As high as its rows, with as many of them as `height` holds: a few at least, the usual number at most.
    void fit(int height);

Q_SIGNALS:
    /// By its exchangeKey().
    void exchangeChosen(quint64 key);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void measureColumns();

    ProblemModel m_model;
};

} // namespace qcc
