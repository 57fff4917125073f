#include "ui/overview/problemtable.h"

#include "ui/overview/markdelegate.h"
#include "ui/widgets/metrics.h"

#include <QHeaderView>
#include <QKeyEvent>

namespace qcc {

ProblemTable::ProblemTable(QWidget *parent)
    : FullTable(parent)
{
    setAccessibleName(tr("Last problems"));
    setAccessibleDescription(tr("Enter shows the request."));
    setModel(&m_model);
    setItemDelegateForColumn(ProblemModel::Time, new MarkDelegate(this));
    horizontalHeader()->hide();
    horizontalHeader()->setSectionResizeMode(ProblemModel::What, QHeaderView::Stretch);
    viewport()->setCursor(Qt::PointingHandCursor);
    connect(this, &QAbstractItemView::clicked, this,
            [this](const QModelIndex &index) { Q_EMIT exchangeChosen(m_model.numberAt(index.row())); });
    measureColumns();
}

void ProblemTable::setProblems(const QList<ExchangeRecord> &newestFirst, const QDateTime &now)
{
    m_model.setProblems(newestFirst, now);
    measureColumns();
}

void ProblemTable::keyPressEvent(QKeyEvent *event)
{
    // Not by activated(): with some styles a click activates too, and would count twice.
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!enter || !currentIndex().isValid()) {
        FullTable::keyPressEvent(event);
        return;
    }
    Q_EMIT exchangeChosen(m_model.numberAt(currentIndex().row()));
}

void ProblemTable::measureColumns()
{
    int width = 0;
    for (int row = 0; row < m_model.rowCount(); ++row)
        width = std::max(width, fontMetrics().horizontalAdvance(m_model.index(row, ProblemModel::Time).data().toString()));
    setColumnWidth(ProblemModel::Time, MarkDelegate::markWidth(fontMetrics()) + width + metrics::edge);
}

void ProblemTable::changeEvent(QEvent *event)
{
    FullTable::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        measureColumns();
}

} // namespace qcc
