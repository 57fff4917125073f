#pragma once

#include "ui/overview/fulltable.h"
#include "ui/overview/problemmodel.h"

namespace qcc {

/// The last problems; a click or Enter asks for more about one.
class ProblemTable : public FullTable
{
    Q_OBJECT

public:
    explicit ProblemTable(QWidget *parent = nullptr);

    void setProblems(const QList<ExchangeRecord> &newestFirst, const QDateTime &now);

Q_SIGNALS:
    void exchangeChosen(quint64 number);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void measureColumns();

    ProblemModel m_model;
};

} // namespace qcc
