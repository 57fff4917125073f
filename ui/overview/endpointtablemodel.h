#pragma once

#include "ui/model/proxyview.h"

#include <QAbstractTableModel>
#include <QMetaType>

namespace qcc {

/// The one step that helps an endpoint.
enum class EndpointStep { None, Reset, EditKey, Test };

/// The endpoints of the cluster in use: in their own order while they are few; else those that fail first, then those with requests, and a last row that
/// opens the rest.
class EndpointTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, State, Recent, FirstByte, Success, InFlight, ColumnCount };
    enum Role {
        MeaningRole = Qt::UserRole, ///< Meaning: the mark before the name.
        NoteRole,                   ///< QString: the second line.
        SparklineRole,              ///< EndpointTimeline, of the last 30 minutes at most.
        SparklinePeakRole,          ///< int: the busiest minute of all rows, so that they share one scale.
        StepRole,                   ///< EndpointStep.
        IsMoreRole,                 ///< bool: the row that opens or closes the rest.
    };
    using Time = EndpointView::Time;

    /// More than these, and the rest is folded.
    static constexpr qsizetype most = 8;

    using QAbstractTableModel::QAbstractTableModel;

    /// `inOrder`: they are asked one after the other, by priority.
    void setEndpoints(const QList<EndpointView> &endpoints, Time now, bool inOrder = false);
    void setTimelines(const QHash<QString, EndpointTimeline> &timelines);
    /// Opens or closes the rest.
    void setOpen(bool open);
    bool isOpen() const { return m_open; }
    /// Lets the countdowns go on.
    void tick(Time now);

    /// Null: the row that opens the rest.
    const EndpointView *endpointAt(int row) const;
    /// -1: none of that id is shown.
    int rowOf(const QString &id) const;
    bool countsDown() const;
    /// It is kept out, and a reset would let it in at once.
    static bool canBeReset(EndpointHealth health);
    static EndpointStep stepOf(const EndpointView &endpoint);
    static QString wordOf(EndpointStep step);
    /// What a column's figures are, where its caption does not say it all.
    static QString explanationOf(int section);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    static QString headingOf(int section);
    QList<qsizetype> order() const;
    void reorder(bool others);
    QString textOf(const EndpointView &endpoint, int column) const;
    QString toolTipOf(const EndpointView &endpoint, int column) const;
    QString noteOf(const EndpointView &endpoint) const;
    QString spokenOf(const EndpointView &endpoint, int column) const;
    QString moreText() const;
    QString recentInWords(const QString &id) const;

    QList<EndpointView> m_endpoints;
    QList<qsizetype> m_rows; ///< Places in m_endpoints.
    bool m_open = false;
    bool m_inOrder = false;
    QHash<QString, EndpointTimeline> m_timelines; ///< Cut to what is shown.
    int m_peak = 0;
    Time m_now;
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::EndpointTimeline)
