#include "ui/clients/clientwords.h"

#include "ui/model/coretext.h"
#include "ui/model/words.h"

#include <QDir>
#include <QFileInfo>
#include <QUrl>

#include <algorithm>
#include <chrono>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

using Connection = ClientState::Connection;

/// So long that its first request came is news.
constexpr std::chrono::minutes newsFor{10};

/// The part of an address that people know it by.
QString hostOf(const QString &address)
{
    const QUrl url(address);
    return url.host().isEmpty() ? address : url.port() < 0 ? url.host() : url.authority();
}

} // namespace

QString ClientWords::nameOf(ClientProgram client)
{
    return client == ClientProgram::OpenAiSdk ? tr("OpenAI's SDK") : toWord(client);
}

QString ClientWords::of(Step step)
{
    switch (step) {
    case Step::None: return {};
    case Step::Connect: return tr("Connect", "a client");
    case Step::Disconnect: return tr("Disconnect", "a client");
    case Step::Show: return tr("Show…");
    case Step::OpenFile: return tr("Open file");
    }
    Q_UNREACHABLE();
}

bool ClientWords::goesThrough(const ClientState &state)
{
    return state.connection == Connection::Here && state.shadows.isEmpty();
}

ClientWords::Row ClientWords::rowOf(const ClientView &client, const QDateTime &now)
{
    const ClientState &state = client.state;
    const bool isOurs = state.since.has_value();
    switch (state.connection) {
    case Connection::Unclear:
        return {Meaning::Failure, false, tr("Settings cannot be read"), Words::sentence(inUsersLanguage(state.problem)), fileOf(state).isEmpty() ? Step::None : Step::OpenFile};
    case Connection::Here: {
        if (!state.shadows.isEmpty())
            return {Meaning::Warning, false, tr("Connected, but something is in the way"), warningsOf(state).constFirst(), Step::Show};
        if (!isOurs) {
            if (!state.place.isEmpty() && !QFileInfo(state.place).isAbsolute())
                return {Meaning::Success, false, tr("Connected"), tr("By the variable %1, and not by qcc").arg(state.place), Step::None};
            const QString reason = client.last ? tr("Set by hand; its last request came %1").arg(Words::ago(*client.last, now)) : tr("Set by hand, and not by qcc");
            return {Meaning::Success, false, tr("Connected"), reason, fileOf(state).isEmpty() ? Step::None : Step::OpenFile};
        }
        if (!client.hasCome())
            return {std::nullopt, true, tr("Connected, waits for its first request"), tr("Start %1 anew, and send it something", "a client").arg(nameOf(state.client)), Step::Disconnect};
        const bool isNews = client.first && client.first->secsTo(now) < std::chrono::seconds(newsFor).count();
        const QString reason = isNews ? tr("The first request came at %1").arg(client.first->toLocalTime().toString(u"HH:mm"_s))
                                      : tr("Its last request came %1").arg(Words::ago(client.last ? *client.last : *client.first, now));
        return {Meaning::Success, false, tr("Connected"), reason, Step::Disconnect};
    }
    case Connection::Elsewhere: {
        const QString asks = state.address.isEmpty() ? tr("Asks an address that is none") : tr("Asks %1", "an address").arg(hostOf(state.address));
        if (isOurs)
            return {Meaning::Warning, false, tr("No longer connected"), asks, Step::Connect};
        return {Meaning::Neutral, false, tr("Not connected"), asks, isConnectable(state.client) ? Step::Connect : Step::None};
    }
    case Connection::None:
        if (!state.isInstalled)
            return {std::nullopt, false, tr("Not installed"), {}, Step::None};
        if (isOurs)
            return {Meaning::Warning, false, tr("No longer connected"), tr("Somebody has changed its settings since"), Step::Connect};
        return {Meaning::Neutral, false, tr("Not connected"), tr("Asks its vendor"), Step::Connect};
    }
    Q_UNREACHABLE();
}

QString ClientWords::fileOf(const ClientState &state)
{
    const bool isFile = QFileInfo(state.place).isAbsolute();
    return isFile ? state.place : state.places.value(0);
}

QStringList ClientWords::warningsOf(const ClientState &state)
{
    QStringList warnings;
    for (const QString &shadow : state.shadows)
        warnings << inUsersLanguage(shadow);
    return warnings;
}

QString ClientWords::summary(const QList<ClientView> &clients)
{
    const auto installed = std::ranges::count_if(clients, [](const ClientView &each) { return each.state.isInstalled; });
    const auto through = std::ranges::count_if(clients, [](const ClientView &each) { return goesThrough(each.state); });
    // Whole, since in some languages nothing stands between two sentences.
    if (installed == 0)
        return tr("Connecting changes single lines of their settings, and shows them first.");
    if (through == 1)
        return tr("1 of %1 goes through qcc. Connecting changes single lines of their settings, and shows them first.", "clients").arg(installed);
    return tr("%1 of %2 go through qcc. Connecting changes single lines of their settings, and shows them first.", "clients").arg(through).arg(installed);
}

std::optional<Meaning> ClientWords::worstOf(const QList<ClientView> &clients)
{
    std::optional<Meaning> worst;
    for (const ClientView &each : clients) {
        if (!each.state.since)
            continue;
        if (each.state.connection == Connection::Unclear)
            return Meaning::Failure;
        if (!goesThrough(each.state))
            worst = Meaning::Warning;
    }
    return worst;
}

QString ClientWords::done(const ShownChange &change)
{
    const QString name = nameOf(change.client);
    if (change.connects)
        return tr("%1 asks qcc from its next start on", "a client").arg(name);
    if (change.leftAlone.isEmpty())
        return tr("%1 has its own settings back", "a client").arg(name);
    return tr("%1 has its own settings back, but for what somebody has changed since", "a client").arg(name);
}

QString ClientWords::pathOf(const QString &path)
{
    const QString home = QDir::homePath();
    const QString shown = path.startsWith(home + u'/') ? u'~' + path.sliced(home.size()) : path;
    return QDir::toNativeSeparators(shown);
}

QString ClientWords::keyOf(const LeftAlone &left)
{
    return left.key.join(u'.');
}

} // namespace qcc
