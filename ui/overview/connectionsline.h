#pragma once

#include "ui/model/proxyview.h"

#include <QAbstractButton>
#include <QWidget>

#include <array>

class QBoxLayout;
class QGridLayout;
class QLabel;

namespace qcc {

/// A line that opens what lies below it: chevron, title, and in short what that says.
class DisclosureLine : public QAbstractButton
{
    Q_OBJECT

public:
    explicit DisclosureLine(const QString &title, QWidget *parent = nullptr);

    void setSummary(const QString &summary);
    QString summary() const { return m_summary; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_summary;
};

/// What the connections to the endpoints do, in a line; opened, that and how long answers took in numbers, and who was not let in.
class ConnectionsLine : public QWidget
{
    Q_OBJECT

public:
    explicit ConnectionsLine(QWidget *parent = nullptr);

    /// Without figures ("–") unless the proxy serves.
    void setView(const ProxyView &view);
    void setTimeline(const TimelineView &timeline);
    bool isOpen() const { return m_line->isChecked(); }
    DisclosureLine *line() const { return m_line; }

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
    QString summary() const;
    static QString refusedText(const RefusalCounts &refused);
    void arrange();
    void applyLooks();

    ProxyView m_view;
    TimelineView m_timeline;
    DisclosureLine *m_line;
    QWidget *m_body;
    QWidget *m_latencies;
    QWidget *m_connections;
    QBoxLayout *m_groups;
    QLabel *m_range = nullptr; ///< What time the durations are of.
    QList<QLabel *> m_captions;
    std::array<Value, 3> m_firstByte;
    std::array<Value, 3> m_total;
    std::array<Value, 6> m_pool;
    QLabel *m_refused;
};

} // namespace qcc
