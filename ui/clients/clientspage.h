#pragma once

#include "ui/clients/clientrow.h"

#include <QList>
#include <QTimer>
#include <QWidget>

#include <optional>

class QLabel;
class QScrollArea;

namespace qcc {

class ClientLines;
class EmptyState;
class PageHead;

/// The clients of this computer: whom each asks, what stands in the way, and the step that makes it ask qcc or lets it go, of which the change is shown before
/// anything is done. It reads and writes no file: who shows it does.
class ClientsPage : public QWidget
{
    Q_OBJECT

public:
    explicit ClientsPage(QWidget *parent = nullptr);

    /// All that there are, in their order; those that are not installed go last.
    void setClients(const QList<ClientView> &clients);
    const QList<ClientView> &clients() const { return m_clients; }
    /// Why it is not known what was connected; empty: it is.
    void setFault(const QString &text);
    /// What clients are to ask, and the key that they need; empty: any is good.
    void setAddress(const QString &address, const QString &key);
    /// What was asked for by changeWanted.
    void showChange(const ShownChange &change);
    /// The change that was shown has been carried out.
    void changeDone(ClientProgram client);
    /// The same has failed. Returns whether it could be said beside the change.
    bool changeFailed(ClientProgram client, const QString &why);
    /// Opens a client's row with what connecting, or disconnecting, would change; where it is not known yet how clients stand, as soon as it is.
    void openChange(ClientProgram client, ClientChange::Kind kind);
    /// Closes what is open. Returns whether anything was.
    bool leaveChange();
    /// The lines for any client, with the focus.
    void showLines();

Q_SIGNALS:
    /// showChange is to follow. `extras`: what the client shall be asked for; none: as it was until now.
    void changeWanted(qcc::ClientProgram client, bool connects, const std::optional<qcc::ClientExtras> &extras);
    /// The change that is shown is to be done: changeDone or changeFailed is to follow.
    void changeConfirmed(qcc::ClientProgram client);
    void openFileRequested(const QString &path);
    /// Other clients, or in another way than before.
    void clientsChanged();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    struct Wanted {
        ClientProgram client;
        ClientChange::Kind kind;
    };

    ClientRow *rowOf(ClientProgram client) const;
    ClientRow *addRow(ClientProgram client);
    ClientRow *openRow() const;
    void takeStep(ClientRow *row, ClientWords::Step step);
    void open(ClientRow *row, ClientChange::Kind kind);
    void showWords();
    void dress();

    QList<ClientView> m_clients;
    bool m_known = false; ///< How they stand.
    std::optional<Wanted> m_wanted;
    PageHead *m_head;
    QWidget *m_faultLine;
    QLabel *m_fault;
    QScrollArea *m_scroll;
    RowsCard *m_card;
    EmptyState *m_none;
    ClientLines *m_lines;
    QTimer m_clock; ///< While it is seen: times go by.
};

} // namespace qcc
