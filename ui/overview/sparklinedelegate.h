#pragma once

#include <QStyledItemDelegate>

namespace qcc {

/// The attempts of the last minutes in little bars: good ones above the line, failed ones below it.
class SparklineDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace qcc
