#pragma once

#include <QHeaderView>

namespace qcc {

/// The titles of a table's columns without boxes around them, and a faint line below.
class QuietHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit QuietHeader(QWidget *parent = nullptr);

protected:
    void paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const override;
};

} // namespace qcc
