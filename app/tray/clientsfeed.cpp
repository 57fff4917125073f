#include "app/tray/clientsfeed.h"

#include "app/tray/endpointtester.h"
#include "app/tray/historyfeed.h"
#include "app/tray/pagefeeds.h"
#include "core/config/addresses.h"
#include "ui/clients/clientspage.h"
#include "ui/widgets/messages.h"
#include "ui/window/mainwindow.h"

#include <QDesktopServices>
#include <QEvent>
#include <QUrl>

#include <algorithm>
#include <utility>

namespace qcc {

namespace {

/// Questions to the history below this are ours: the page of requests counts upwards from 1, the overview downwards from -1.
constexpr int firstPastQuestion = -1'000'000'000;

} // namespace

ClientsFeed::ClientsFeed(const Paths &paths, HistoryFeed *history, PageFeeds &feeds, MainWindow &window, QObject *parent)
    : QObject(parent)
    , m_window(window)
    , m_history(history)
    , m_files(new ClientFiles(paths))
{
    m_thread.setObjectName(QStringLiteral("qcc clients"));
    m_files->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_files, &QObject::deleteLater);
    connectPage();
    connectFiles();
    connect(&m_window, &MainWindow::visiblePageChanged, this, &ClientsFeed::pageChanged);
    m_window.installEventFilter(this);
    connect(&feeds, &PageFeeds::exchangesArrived, this, [this](const QList<ExchangeRecord> &exchanges) {
        for (const ExchangeRecord &each : exchanges) {
            if (const auto client = clientOfProduct(each.client))
                take(*client, each.startedAt);
        }
        show();
    });
    // The first request of a client may take minutes.
    connect(&feeds, &PageFeeds::runningArrived, this, [this](const QList<RunningView> &running) {
        for (const RunningView &each : running) {
            if (const auto client = clientOfProduct(each.client))
                take(*client, each.startedAt);
        }
        show();
    });
    connect(m_history, &HistoryFeed::found, this, [this](int question, const HistoryPage &page) {
        const auto asked = m_pastQuestions.constFind(question);
        if (asked == m_pastQuestions.constEnd())
            return;
        for (const KeptExchange &kept : page.exchanges)
            take(*asked, kept.record.startedAt);
        m_pastQuestions.erase(asked);
        if (!page.exchanges.isEmpty())
            show();
    });
}

ClientsFeed::~ClientsFeed()
{
    if (!m_thread.isRunning()) {
        delete m_files;
        return;
    }
    m_thread.quit();
    m_thread.wait();
}

void ClientsFeed::connectPage()
{
    ClientsPage *page = m_window.clients();
    connect(page, &ClientsPage::changeWanted, this, [this](ClientProgram client, bool connects, const std::optional<ClientExtras> &extras) {
        m_thread.start();
        QMetaObject::invokeMethod(m_files, [files = m_files, question = ++m_question, client, connects, extras, way = m_way] { files->plan(question, client, connects, extras, way); });
    });
    connect(page, &ClientsPage::changeConfirmed, this,
            [this] { QMetaObject::invokeMethod(m_files, [files = m_files, question = m_shownQuestion] { files->carryOut(question); }); });
    connect(page, &ClientsPage::openFileRequested, this, [](const QString &path) { QDesktopServices::openUrl(QUrl::fromLocalFile(path)); });
}

void ClientsFeed::connectFiles()
{
    ClientsPage *page = m_window.clients();
    connect(m_files, &ClientFiles::statesRead, this, [this, page](const QList<ClientState> &states) {
        m_states = states;
        page->setFault({});
        for (const ClientState &state : states) {
            Came &came = m_came[state.client];
            if (!state.since || (came.first && *came.first < *state.since))
                came.first.reset();
            // What came when it was not known yet that it was connected.
            if (state.since && !came.first && came.last && *came.last >= *state.since)
                came.first = came.last;
        }
        show();
    });
    connect(m_files, &ClientFiles::unreadable, page, [page](const Failure &failure) { page->setFault(failureText(failure)); });
    connect(m_files, &ClientFiles::planned, page, [this, page](int question, const ShownChange &change) {
        if (question != m_question)
            return;
        m_shownQuestion = question;
        page->showChange(change);
    });
    connect(m_files, &ClientFiles::done, this, [this, page](const ShownChange &change) {
        page->changeDone(change.client);
        m_window.messages()->showDone(ClientWords::done(change), [this] { undo(); });
        m_canUndo = true;
    });
    connect(m_files, &ClientFiles::takenBack, this, [this](const ShownChange &change) { m_window.messages()->showDone(ClientWords::done(change), {}); });
    connect(m_files, &ClientFiles::failed, this, [this, page](ClientProgram client, const Failure &failure) {
        // Beside what was to be done; else, of an undo, over the page.
        if (!page->changeFailed(client, failureText(failure)))
            m_window.messages()->showProblem(failureText(failure));
    });
}

bool ClientsFeed::undo()
{
    if (!std::exchange(m_canUndo, false))
        return false;
    QMetaObject::invokeMethod(m_files, &ClientFiles::takeBack);
    return true;
}

void ClientsFeed::setView(const ProxyView &view)
{
    m_view = view;
    wayChanged();
}

void ClientsFeed::setConfig(const ConfigSnapshot &config)
{
    m_config = config;
    wayChanged();
}

void ClientsFeed::wayChanged()
{
    const QUrl address(m_view.address);
    const QByteArray token = m_config ? m_config->listen.accessToken : QByteArray();
    const ClientWay way{address.host().isEmpty() ? QString() : clientAddress(address.host(), static_cast<quint16>(address.port())),
                        QString::fromUtf8(token.isEmpty() ? QByteArray(anyKey) : token)};
    if (way == m_way)
        return;
    m_way = way;
    m_window.clients()->setAddress(m_way.address, QString::fromUtf8(token));
    look();
}

bool ClientsFeed::isSeen() const
{
    return m_window.visiblePage() == MainWindow::Page::Clients;
}

void ClientsFeed::pageChanged()
{
    if (isSeen()) {
        look();
        askForPast();
    } else if (m_thread.isRunning()) {
        QMetaObject::invokeMethod(m_files, &ClientFiles::rest);
    }
}

void ClientsFeed::look()
{
    if (!isSeen() || m_way.address.isEmpty())
        return;
    m_thread.start();
    QMetaObject::invokeMethod(m_files, [files = m_files, address = m_way.address] { files->follow(address); });
}

bool ClientsFeed::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::WindowActivate)
        look();
    return QObject::eventFilter(watched, event);
}

/// Once: what comes from then on is told by the proxy.
void ClientsFeed::askForPast()
{
    if (std::exchange(m_pastAsked, true))
        return;
    int question = firstPastQuestion;
    for (const ClientProgram client : EnumTable<ClientProgram>::values) {
        for (const QString &product : productsOf(client)) {
            HistoryQuery query;
            query.client = product;
            query.limit = 1;
            m_pastQuestions.insert(--question, client);
            QMetaObject::invokeMethod(m_history, [feed = m_history, question, query] { feed->find(question, query); });
        }
    }
}

void ClientsFeed::take(ClientProgram client, const QDateTime &when)
{
    Came &came = m_came[client];
    if (!came.last || *came.last < when)
        came.last = when;
    const auto state = std::ranges::find(m_states, client, &ClientState::client);
    if (state != m_states.cend() && state->since && when >= *state->since && (!came.first || when < *came.first))
        came.first = when;
}

void ClientsFeed::show()
{
    if (m_states.isEmpty())
        return;
    QList<ClientView> views;
    for (const ClientState &state : std::as_const(m_states)) {
        const Came came = m_came.value(state.client);
        // Of one that was connected before somebody listened, it is not known which was the first.
        views.append({state, state.since && *state.since >= m_started ? came.first : std::nullopt, came.last});
    }
    m_window.clients()->setClients(views);
}

} // namespace qcc
