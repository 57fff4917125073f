#pragma once

#include "ui/clients/clientchange.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace qcc {

/// A client: its name over where its settings are, how it stands over why, and the one step that helps. What the step is about opens below it. A widget
/// each, unlike rows of endpoints: they are few, and what opens in them holds fields.
class ClientRow : public QWidget
{
    Q_OBJECT

public:
    explicit ClientRow(ClientProgram client, QWidget *parent = nullptr);

    ClientProgram client() const { return m_client; }
    const ClientView &view() const { return m_view; }
    void setView(const ClientView &view, const QDateTime &now);
    /// What has opened; null: nothing.
    ClientChange *opened() const { return m_opened; }
    ClientChange *open(ClientChange::Kind kind);
    /// The focus goes to the step, where it was within.
    void close();

Q_SIGNALS:
    void stepWanted(qcc::ClientWords::Step step);

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void dress();

    const ClientProgram m_client;
    ClientView m_view;
    ClientWords::Row m_shown;
    QLabel *m_name;
    QLabel *m_place;
    MarkLabel *m_mark;
    QLabel *m_state;
    QLabel *m_reason;
    QPushButton *m_step;
    ClientChange *m_opened = nullptr;
};

} // namespace qcc
