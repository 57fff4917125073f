#pragma once

#include <QHeaderView>

namespace qcc {

/// The header of a table whose cells keep a distance from each other: its texts stand exactly above theirs.
class InsetHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit InsetHeader(QWidget *parent = nullptr);

protected:
    void paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const override;
    QSize sectionSizeFromContents(int logicalIndex) const override;
};

} // namespace qcc
