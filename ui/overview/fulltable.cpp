#include "ui/overview/fulltable.h"

#include "ui/overview/quietheader.h"
#include "ui/widgets/metrics.h"

#include <QEvent>
#include <QWheelEvent>

namespace qcc {

namespace {

constexpr double rowLines = 1.6; ///< Of a line of text.

} // namespace

FullTable::FullTable(QWidget *parent)
    : QTableView(parent)
{
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    viewport()->setAutoFillBackground(false);
    setHorizontalHeader(new QuietHeader);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    applyFonts();
}

void FullTable::setModel(QAbstractItemModel *model)
{
    QTableView::setModel(model);
    connect(model, &QAbstractItemModel::modelReset, this, &FullTable::updateGeometry);
    connect(model, &QAbstractItemModel::rowsInserted, this, &FullTable::updateGeometry);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &FullTable::updateGeometry);
}

int FullTable::fullHeight() const
{
    const int rows = model() ? model()->rowCount() : 0;
    const int header = horizontalHeader()->isHidden() ? 0 : horizontalHeader()->sizeHint().height();
    return header + rows * verticalHeader()->defaultSectionSize() + 2 * frameWidth();
}

QSize FullTable::sizeHint() const
{
    return {QTableView::sizeHint().width(), fullHeight()};
}

QSize FullTable::minimumSizeHint() const
{
    return {0, fullHeight()};
}

void FullTable::wheelEvent(QWheelEvent *event)
{
    event->ignore();
}

void FullTable::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        applyFonts();
}

void FullTable::applyFonts()
{
    verticalHeader()->setDefaultSectionSize(qRound(rowLines * fontMetrics().lineSpacing()));
    horizontalHeader()->setFont(metrics::caption(font()));
    updateGeometry();
}

} // namespace qcc
