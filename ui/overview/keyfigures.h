#pragma once

#include "ui/model/proxyview.h"

#include <QWidget>

#include <array>

class QBoxLayout;
class QGridLayout;
class QLabel;

namespace qcc {

/// The four numbers that say how it goes; the first one is big.
class KeyFigures : public QWidget
{
    Q_OBJECT

public:
    explicit KeyFigures(QWidget *parent = nullptr);

    void setView(const ProxyView &view);
    /// The figure that is about the range of the page.
    void setTimeline(const TimelineView &timeline);

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Figure {
        QLabel *number = nullptr;
        QLabel *caption = nullptr;
    };
    void put(const Figure &figure, const QString &number, const QString &caption);
    void show();
    QString successCaption() const;
    void applyLooks();

    ProxyView m_view;
    TimelineView m_timeline;
    Figure m_success;
    Figure m_inFlight;
    Figure m_firstByte;
    Figure m_reused;
};

/// How long answers took, and what the connections to the endpoints do: side by side where there is room, else below each other.
class LatencyTable : public QWidget
{
    Q_OBJECT

public:
    explicit LatencyTable(QWidget *parent = nullptr);

    /// Without figures ("–") unless the proxy serves.
    void setView(const ProxyView &view);
    void setTimeline(const TimelineView &timeline);
    QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Value {
        QString name; ///< For screen readers, which do not see the row and the column.
        QLabel *label = nullptr;
    };
    QLabel *addText(QGridLayout &grid, const QString &text, int row, int column);
    Value addValue(QGridLayout &grid, const QString &name, int row, int column);
    void addLatencies();
    void addConnections();
    void put(const Value &value, const QString &text);
    void show();
    void arrange();
    void applyLooks();

    ProxyView m_view;
    TimelineView m_timeline;
    QLabel *m_range = nullptr; ///< What time the durations are of.
    QWidget *m_latencies;
    QWidget *m_connections;
    QBoxLayout *m_groups;
    QList<QLabel *> m_captions;
    std::array<Value, 3> m_firstByte;
    std::array<Value, 3> m_total;
    std::array<Value, 4> m_pool;
    QLabel *m_http2Name = nullptr;
    Value m_http2;
};

} // namespace qcc
