#pragma once

#include "ui/model/proxyview.h"

#include <QHeaderView>
#include <QMetaType>
#include <QStyledItemDelegate>
#include <QTableView>

namespace qcc {

/// What the overview's tables hold beside texts.
enum OverviewRole {
    MeaningRole = Qt::UserRole, ///< Meaning: the mark before the text.
    NoteRole,                   ///< QString: a quiet word after it.
    SparklineRole,              ///< EndpointTimeline, of the last 30 minutes at most.
    SparklinePeakRole,          ///< int: the busiest minute of all rows, so that they share one scale.
};

/// A coloured mark, the text, and a quiet note after it: MeaningRole, Qt::DisplayRole and NoteRole.
class MarkDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    /// What the mark adds to the width of the text.
    static int markWidth(const QFontMetrics &metrics);
};

/// The attempts of the last minutes in little bars: good ones above the line, failed ones below it.
class SparklineDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

/// The titles of a table's columns without boxes around them, and a faint line below.
class QuietHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit QuietHeader(QWidget *parent = nullptr);

protected:
    void paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const override;
};

/// A quiet table as high as all its rows: the page scrolls, not the table.
class FullTable : public QTableView
{
    Q_OBJECT

public:
    explicit FullTable(QWidget *parent = nullptr);

    void setModel(QAbstractItemModel *model) override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    void applyFonts();
    int fullHeight() const;
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::EndpointTimeline)
