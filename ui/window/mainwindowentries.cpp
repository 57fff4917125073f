// What the palette of the window finds. How the window is put together is in mainwindow.cpp.
#include "ui/window/mainwindow.h"

#include "ui/clients/clientspage.h"
#include "ui/clusters/clusterspage.h"
#include "ui/model/words.h"
#include "ui/overview/endpointtablemodel.h"
#include "ui/settings/settingspage.h"
#include "ui/window/paletteentries.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeySequence>

#include <algorithm>
#include <chrono>

namespace qcc {

namespace {

using Group = PaletteEntry::Group;

QString icon(const char *name)
{
    return QStringLiteral(":/icons/%1.svg").arg(QLatin1StringView(name));
}

/// Those that need somebody first.
QList<EndpointView> byNeed(QList<EndpointView> endpoints)
{
    std::ranges::stable_sort(endpoints, {}, [](const EndpointView &each) {
        switch (Words::meaningOf(each.health)) {
        case Meaning::Failure: return 0;
        case Meaning::Warning: return 1;
        default: return each.health == EndpointHealth::Disabled ? 3 : 2;
        }
    });
    return endpoints;
}

} // namespace

QList<PaletteEntry> MainWindow::entries()
{
    QList<PaletteEntry> entries = endpointEntries();
    for (const QString &name : std::as_const(m_view.clusters)) {
        const bool isUsed = name == m_view.cluster;
        entries.append({Group::Clusters, name, isUsed ? tr("In use") : tr("Use it"), {}, icon("page-clusters"), {}, [this, name, isUsed] {
                            if (isUsed)
                                showPage(Page::Clusters);
                            else
                                Q_EMIT clusterChosen(name);
                        }});
    }
    for (const PlacedPage &each : std::as_const(m_placed)) {
        const QKeySequence keys = PlacedPage::keysAt(placeOf(each.page));
        entries.append({Group::Pages, each.name, keys.toString(QKeySequence::NativeText), {}, each.icon, {}, [this, page = each.page] { showPage(page); }});
    }
    return entries + actionEntries() + settingEntries();
}

QList<PaletteEntry> MainWindow::endpointEntries()
{
    QList<PaletteEntry> entries;
    const auto now = std::chrono::steady_clock::now();
    for (const EndpointView &each : byNeed(m_view.endpoints)) {
        const bool mayReset = EndpointTableModel::canBeReset(each.health);
        const bool mayPrefer = each.health != EndpointHealth::Disabled;
        const QString step = mayReset ? tr("Reset") : !mayPrefer ? tr("Show") : each.preferred ? tr("No longer prefer") : tr("Prefer");
        const QString state = Words::healthOf(each.health, each.returnsInS(now));
        const QString detail = QStringLiteral("%1 · %2").arg(step, each.firstByteP50 && !mayReset ? QStringLiteral("%1, %2").arg(state, Words::duration(*each.firstByteP50)) : state);
        entries.append({Group::Endpoints, each.name, detail, Words::meaningOf(each.health), {}, each.baseUrl,
                        [this, id = each.id, mayReset, mayPrefer, preferred = each.preferred] {
                            if (mayReset)
                                Q_EMIT resetRequested(id);
                            else if (mayPrefer)
                                Q_EMIT preferRequested(preferred ? QString() : id);
                            else
                                showPage(Page::Clusters);
                        }});
    }
    return entries;
}

QList<PaletteEntry> MainWindow::actionEntries()
{
    QList<PaletteEntry> entries;
    const auto add = [&entries](const QString &text, const char *sign, std::function<void()> act, const QString &words = {}) {
        entries.append({Group::Actions, text, {}, {}, icon(sign), words, std::move(act)});
    };
    if (m_view.serves())
        add(tr("Stop the proxy"), "page-overview", [this] { Q_EMIT stopRequested(); });
    else if (!m_view.isChanging() && !m_view.lacksConfig())
        add(tr("Start the proxy"), "page-overview", [this] { Q_EMIT startRequested(); });
    const bool anyReset = std::ranges::any_of(m_view.endpoints, [](const EndpointView &each) { return EndpointTableModel::canBeReset(each.health); });
    if (anyReset)
        add(tr("Reset breakers of %1", "a cluster").arg(m_view.cluster), "page-overview", [this] { Q_EMIT resetRequested({}); });
    add(tr("Add an endpoint…"), "page-clusters", [this] {
        showPage(Page::Clusters);
        m_clusters->addEndpoint();
    });
    if (m_config && !m_config->clusters.isEmpty()) {
        add(tr("Add a route…"), "page-clusters", [this] {
            showPage(Page::Clusters);
            m_clusters->addRoute();
        });
    }
    add(tr("Import…"), "page-clusters", [this] { Q_EMIT importRequested(); });
    add(tr("Diagnostics…"), "more", [this] { Q_EMIT diagnosticsRequested(); }, tr("doctor check problem error", "words that find the diagnostics"));
    if (!m_view.address.isEmpty())
        add(tr("Copy the address"), "copy", [address = m_view.address] { QGuiApplication::clipboard()->setText(address); }, m_view.address);
    add(tr("Another client…"), "page-clients", [this] {
        showPage(Page::Clients);
        m_clients->showLines();
    }, QStringLiteral("environment bash zsh fish PowerShell cmd"));
    add(tr("About qcc"), "more", [this] { Q_EMIT aboutRequested(); });
    add(tr("Quit qcc"), "more", [this] { Q_EMIT quitRequested(); });
    // Before anything is typed there is no room for all of them.
    return entries + clientEntries();
}

/// Until it is known how they stand, all that can be connected.
QList<PaletteEntry> MainWindow::clientEntries()
{
    QList<PaletteEntry> entries;
    const QList<ClientView> &known = m_clients->clients();
    for (const ClientProgram client : EnumTable<ClientProgram>::values) {
        const auto view = std::ranges::find(known, client, [](const ClientView &each) { return each.state.client; });
        const bool isKnown = view != known.end();
        const bool isConnected = isKnown && view->state.since && view->state.connection == ClientState::Connection::Here;
        if (!isConnectable(client) || (isKnown && !isConnected && ClientWords::rowOf(*view, {}).step != ClientWords::Step::Connect))
            continue;
        const QString name = ClientWords::nameOf(client);
        entries.append({Group::Actions, isConnected ? tr("Disconnect %1…", "a client").arg(name) : tr("Connect %1…", "a client").arg(name), {}, {}, icon("page-clients"), {},
                        [this, client, isConnected] {
                            showPage(Page::Clients);
                            m_clients->openChange(client, isConnected ? ClientChange::Kind::Disconnect : ClientChange::Kind::Connect);
                        }});
    }
    return entries;
}

QList<PaletteEntry> MainWindow::settingEntries()
{
    QList<PaletteEntry> entries;
    const QList<SettingPlace> places = m_settings->places();
    for (qsizetype i = 0; i < places.size(); ++i) {
        entries.append({Group::Settings, places.at(i).label, places.at(i).section, {}, icon("page-settings"), places.at(i).key, [this, i] {
                            showPage(Page::Settings);
                            m_settings->showPlace(i);
                        }});
    }
    return entries;
}

} // namespace qcc
