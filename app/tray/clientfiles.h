#pragma once

#include "core/clients/clientconnection.h"
#include "core/config/paths.h"
#include "ui/clients/clientwords.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

#include <optional>

namespace qcc {

/// What clients are to ask, and with what key.
struct ClientWay {
    QString address; ///< "http://127.0.0.1:7860"
    QString key;

    bool operator==(const ClientWay &) const = default;
};

/// The settings files of clients, for the window: read again when they change while somebody looks, and changed as it was shown.
/// Thread: one of its own, since the files lie where people put them, which may be slow; all calls are posted there, and the signals carry values back.
class ClientFiles : public QObject
{
    Q_OBJECT

public:
    explicit ClientFiles(const Paths &paths);

    /// statesRead or unreadable follows, and again with every change of the files.
    void follow(const QString &address);
    void rest();
    /// planned follows, with the same `question`. `extras`: none are those that it was connected with.
    void plan(int question, ClientProgram client, bool connects, const std::optional<ClientExtras> &extras, const ClientWay &way);
    /// Does what was planned last, if that was for `question`: done or failed follows, and statesRead while the files are followed. Else planned follows again.
    void carryOut(int question);
    /// The way back from what was carried out last: takenBack or failed follows.
    void takeBack();

Q_SIGNALS:
    void statesRead(const QList<qcc::ClientState> &states);
    /// It is not known what was connected, so that nothing can be.
    void unreadable(const qcc::Failure &failure);
    void planned(int question, const qcc::ShownChange &change);
    void done(const qcc::ShownChange &change);
    void takenBack(const qcc::ShownChange &change);
    void failed(qcc::ClientProgram client, const qcc::Failure &failure);

private:
    Result<ClientPlan> planFor(const ShownChange &wanted, const ClientWay &way, const Ledger &ledger) const;
    void read();
    void watch(const QList<ClientState> &states);

    const Paths m_paths;
    QString m_address; ///< Empty: nobody looks.
    QFileSystemWatcher m_watcher;
    QTimer m_pace;
    int m_question = 0;               ///< What m_plan is for.
    std::optional<ClientPlan> m_plan;
    ShownChange m_shown;              ///< Of m_plan.
    std::optional<LedgerEntry> m_before; ///< Of the ledger when it was made.
    std::optional<ClientPlan> m_undo;    ///< Takes back what was carried out last.
    bool m_undoDisconnects = false;      ///< What has been connected for the first time is disconnected, whatever else was changed since.
};

} // namespace qcc
