#pragma once

#include "ui/overview/endpointtablemodel.h"
#include "ui/overview/tableparts.h"

#include <QTimer>

class QMenu;

namespace qcc {

/// How each endpoint does, and what can be done about it. Where there is little room, the least important columns go.
class EndpointTable : public FullTable
{
    Q_OBJECT

public:
    explicit EndpointTable(QWidget *parent = nullptr);

    void setEndpoints(const QList<EndpointView> &endpoints);
    void setTimelines(const QHash<QString, EndpointTimeline> &timelines);
    /// What can be done about the endpoint of `row`; goes by itself when it closes.
    QMenu *menuFor(int row);

Q_SIGNALS:
    void resetRequested(const QString &endpointId);
    /// Empty: none is to be picked by hand any more.
    void preferRequested(const QString &endpointId);

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void showButtons();
    void measureColumns();
    void fitColumns();
    void runClock();

    EndpointTableModel m_model;
    QTimer m_clock; ///< Runs only while something counts down before the user's eyes.
    std::array<int, EndpointTableModel::ColumnCount> m_widths{};
};

} // namespace qcc
