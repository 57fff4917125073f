#pragma once

#include <QTableView>

namespace qcc {

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
