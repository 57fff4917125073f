#pragma once

#include "ui/model/proxyview.h"

#include <QAbstractTableModel>

namespace qcc {

/// The endpoints of the cluster in use, in their own order.
class EndpointTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Health, FirstByte, Success, InFlight, Pool, Recent, Act, ColumnCount };
    using Time = EndpointView::Time;

    using QAbstractTableModel::QAbstractTableModel;

    void setEndpoints(const QList<EndpointView> &endpoints, Time now);
    void setTimelines(const QHash<QString, EndpointTimeline> &timelines);
    /// Lets the countdowns go on.
    void tick(Time now);

    const EndpointView &endpointAt(int row) const { return m_endpoints.at(row); }
    /// -1: none of that id.
    int rowOf(const QString &id) const;
    bool countsDown() const;
    /// It is kept out, and a reset would let it in at once.
    static bool canBeReset(EndpointHealth health);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    static QString headingOf(int section);
    static QString explanationOf(int section);
    QString textOf(const EndpointView &endpoint, int column) const;
    QString toolTipOf(const EndpointView &endpoint, int column) const;
    QString noteOf(const EndpointView &endpoint) const;
    QString recentInWords(const QString &id) const;

    QList<EndpointView> m_endpoints;
    QHash<QString, EndpointTimeline> m_timelines; ///< Cut to what is shown.
    int m_peak = 0;
    Time m_now;
};

} // namespace qcc
