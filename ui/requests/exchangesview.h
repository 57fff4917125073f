#pragma once

#include <QTreeView>

#include <functional>

namespace qcc {

class ExchangesModel;

/// The table of the Requests page. The column of the attempts takes what width the others leave.
class ExchangesView : public QTreeView
{
    Q_OBJECT

public:
    explicit ExchangesView(ExchangesModel &model, QWidget *parent = nullptr);

    /// Lets `change` change the lines. At the top it stays at the top; else the lines that are in view stay where they are.
    void keepingPlace(const std::function<void()> &change);

    QByteArray saveColumns() const;
    void restoreColumns(const QByteArray &state);

Q_SIGNALS:
    void copyRequested();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void sizeColumns();
    int neededWidth(int column) const;
    void fitAttempts();
    /// The first line in view that does not move when others come, and how far above the edge it begins.
    std::pair<quint64, int> anchor() const;

    ExchangesModel &m_model;
    bool m_sizing = false;
    bool m_sizedByUser = false;
};

} // namespace qcc
