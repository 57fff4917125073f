#include "app/tray/clientfiles.h"

#include <QFileInfo>

#include <chrono>
#include <utility>

namespace qcc {

using namespace std::chrono_literals;

namespace {

/// Who writes a file does so in several steps.
constexpr auto readInterval = 250ms;

ShownChange shown(const ClientPlan &plan, bool connects, const ClientExtras &extras)
{
    ShownChange change{plan.client, connects, extras, {}, plan.leftAlone, plan.missing, {}};
    for (const FileChange &file : plan.files) {
        if (file.changes())
            change.files.append({file.path, !file.before, !file.after, changedLines(file)});
    }
    return change;
}

/// What leads from where `plan` has led to what was there before.
ClientPlan backFrom(ClientPlan plan, const std::optional<LedgerEntry> &before)
{
    for (FileChange &file : plan.files)
        std::swap(file.before, file.after);
    plan.known = std::exchange(plan.entry, before);
    plan.connects = before.has_value();
    plan.leftAlone.clear();
    plan.missing.clear();
    return plan;
}

} // namespace

ClientFiles::ClientFiles(const Paths &paths)
    : m_paths(paths)
    , m_watcher(this)
    , m_pace(this)
{
    m_pace.setSingleShot(true);
    m_pace.setInterval(readInterval);
    connect(&m_pace, &QTimer::timeout, this, &ClientFiles::read);
    const auto changed = [this] {
        if (!m_address.isEmpty() && !m_pace.isActive())
            m_pace.start();
    };
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, changed);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, changed);
}

void ClientFiles::follow(const QString &address)
{
    m_address = address;
    read();
}

void ClientFiles::rest()
{
    m_address.clear();
    m_pace.stop();
    if (const QStringList watched = m_watcher.files() + m_watcher.directories(); !watched.isEmpty())
        m_watcher.removePaths(watched);
}

void ClientFiles::read()
{
    if (m_address.isEmpty())
        return;
    const Result<Ledger> ledger = readLedger(m_paths);
    // What was connected is not known then, but how the files stand is.
    const QList<ClientState> states = clientStates(ClientPlaces::ofThisUser(m_paths), ledger ? *ledger : Ledger(), m_address, {});
    watch(states);
    Q_EMIT statesRead(states);
    if (!ledger)
        Q_EMIT unreadable(ledger.error());
}

/// The files, and the folders that they would come to be in. What is replaced by another file is told of by its folder, and watched anew.
void ClientFiles::watch(const QList<ClientState> &states)
{
    QStringList wanted{m_paths.home()};
    for (const ClientState &state : states) {
        for (const QString &place : state.places) {
            wanted << place;
            QString folder = QFileInfo(place).path();
            if (!QFileInfo::exists(folder))
                folder = QFileInfo(folder).path();
            wanted << folder;
        }
    }
    const QStringList watched = m_watcher.files() + m_watcher.directories();
    for (const QString &path : std::as_const(wanted)) {
        if (!watched.contains(path) && QFileInfo::exists(path))
            m_watcher.addPath(path);
    }
}

Result<ClientPlan> ClientFiles::planFor(const ShownChange &wanted, const ClientWay &way, const Ledger &ledger) const
{
    if (!wanted.connects)
        return planDisconnect(wanted.client, ledger);
    const bool keeps = wanted.extras.keepLogin;
    if (const QString fault = keeps ? keepLoginFault(wanted.client, way.key != QLatin1String(anyKey)) : QString(); !fault.isEmpty())
        return Failure{ErrorCode::Usage, fault, {}};
    return planConnect(wanted.client, wishesFor(wanted.client, ClientPlaces::ofThisUser(m_paths), way.address, way.key, wanted.extras), ledger,
                       QDateTime::currentDateTimeUtc(), keeps);
}

void ClientFiles::plan(int question, ClientProgram client, bool connects, const std::optional<ClientExtras> &extras, const ClientWay &way)
{
    m_question = question;
    m_plan.reset();
    m_before.reset();
    ShownChange wanted{client, connects, extras.value_or(ClientExtras())};
    const Result<Ledger> ledger = readLedger(m_paths);
    if (ledger && ledger->contains(client)) {
        m_before = ledger->value(client);
        wanted.extras = extras ? *extras : extrasIn(client, *m_before);
    }
    const Result<ClientPlan> plan = ledger ? planFor(wanted, way, *ledger) : Result<ClientPlan>(ledger.error());
    if (plan) {
        m_plan = *plan;
        m_shown = shown(*plan, connects, wanted.extras);
        Q_EMIT planned(question, m_shown);
    } else {
        wanted.failure = plan.error();
        Q_EMIT planned(question, wanted);
    }
}

void ClientFiles::carryOut(int question)
{
    if (!m_plan || question != m_question) {
        // What was seen is no longer what would be done: it is shown, and waits to be confirmed anew.
        if (m_plan)
            Q_EMIT planned(m_question, m_shown);
        return;
    }
    ClientPlan plan = *std::exchange(m_plan, std::nullopt);
    // Requests before this moment are none that it led here.
    if (plan.connects && !plan.known)
        plan.entry->since = QDateTime::currentDateTimeUtc();
    if (const Result<void> carried = qcc::carryOut(plan, m_paths); !carried) {
        Q_EMIT failed(plan.client, carried.error());
        read();
        return;
    }
    m_undoDisconnects = plan.connects && !m_before;
    m_undo = backFrom(plan, m_before);
    Q_EMIT done(m_shown);
    read();
}

void ClientFiles::takeBack()
{
    if (!m_undo)
        return;
    ClientPlan undo = *std::exchange(m_undo, std::nullopt);
    if (m_undoDisconnects) {
        const Result<Ledger> ledger = readLedger(m_paths);
        const Result<ClientPlan> plan = ledger ? planDisconnect(undo.client, *ledger) : Result<ClientPlan>(ledger.error());
        if (!plan) {
            Q_EMIT failed(undo.client, plan.error());
            return;
        }
        undo = *plan;
    }
    if (const Result<void> carried = qcc::carryOut(undo, m_paths); carried)
        Q_EMIT takenBack(shown(undo, undo.connects, {}));
    else
        Q_EMIT failed(undo.client, carried.error());
    read();
}

} // namespace qcc
