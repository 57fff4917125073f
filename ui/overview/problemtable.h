#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/model/proxyview.h"
#include "ui/overview/tableparts.h"

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
    quint64 keyAt(int row) const { return exchangeKey(m_problems.at(row)); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    qsizetype overlap(const QList<ExchangeRecord> &newer) const;

    QList<ExchangeRecord> m_problems;
    QDateTime m_now;
};

/// The last problems; a click or Enter asks for more about one.
class ProblemTable : public FullTable
{
    Q_OBJECT

public:
    explicit ProblemTable(QWidget *parent = nullptr);

    void setProblems(const QList<ExchangeRecord> &newestFirst, const QDateTime &now);

Q_SIGNALS:
    /// By its exchangeKey().
    void exchangeChosen(quint64 key);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void measureColumns();

    ProblemModel m_model;
};

} // namespace qcc
