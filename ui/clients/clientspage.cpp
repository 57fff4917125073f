#include "ui/clients/clientspage.h"

#include "ui/clients/clientlines.h"
#include "ui/widgets/messages.h"
#include "ui/widgets/pagehead.h"
#include "ui/widgets/plaintext.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>

#include <algorithm>
#include <chrono>
#include <utility>

namespace qcc {

using namespace std::chrono_literals;
using Step = ClientWords::Step;

namespace {

constexpr int emptyHeight = 220;

} // namespace

ClientsPage::ClientsPage(QWidget *parent)
    : QWidget(parent)
    , m_head(new PageHead(tr("Clients"), ClientWords::summary({})))
    , m_faultLine(new QWidget)
    , m_fault(new TextLabel)
    , m_scroll(new QScrollArea)
    , m_card(new RowsCard)
    , m_none(new EmptyState(tr("No client was found"), tr("Claude Code, Codex, Gemini CLI, opencode and qwen-code appear here once they are installed. Any other client goes by the lines below.")))
    , m_lines(new ClientLines)
{
    auto *mark = new MarkLabel;
    mark->setMeaning(Meaning::Failure);
    m_fault->setWordWrap(true);
    m_fault->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *fault = new QHBoxLayout(m_faultLine);
    fault->setContentsMargins(0, 0, 0, 0);
    fault->setSpacing(metrics::unit);
    fault->addWidget(mark);
    fault->addWidget(m_fault, 1);
    m_faultLine->hide();
    m_none->setMinimumHeight(emptyHeight);
    m_none->hide();
    m_card->hide();

    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(tokens::space::margin, tokens::space::margin, tokens::space::margin, tokens::space::margin);
    column->setSpacing(metrics::edge);
    column->addWidget(m_head);
    column->addWidget(m_faultLine);
    column->addWidget(m_none);
    column->addWidget(m_card);
    column->addSpacing(metrics::half);
    column->addWidget(m_lines);
    column->addStretch(1);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setWidget(content);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->addWidget(m_scroll);
    m_clock.setInterval(1s);
    connect(&m_clock, &QTimer::timeout, this, &ClientsPage::showWords);
    dress();
}

void ClientsPage::setClients(const QList<ClientView> &clients)
{
    QList<ClientView> sorted = clients;
    std::ranges::stable_partition(sorted, [](const ClientView &each) { return each.state.isInstalled; });
    if (m_known && sorted == m_clients && !m_wanted)
        return;
    m_clients = sorted;
    const bool anyInstalled = std::ranges::any_of(m_clients, [](const ClientView &each) { return each.state.isInstalled; });
    m_known = true;
    m_none->setVisible(!anyInstalled);
    m_card->setVisible(anyInstalled);
    for (ClientRow *row : findChildren<ClientRow *>()) {
        if (std::ranges::none_of(m_clients, [row](const ClientView &each) { return each.state.client == row->client(); })) {
            m_card->layout()->removeWidget(row);
            delete row;
        }
    }
    auto *rows = static_cast<QVBoxLayout *>(m_card->layout());
    for (int i = 0; i < m_clients.size(); ++i) {
        ClientRow *row = rowOf(m_clients.at(i).state.client);
        if (!row)
            row = addRow(m_clients.at(i).state.client);
        // In their order, for the Tab key as well.
        if (rows->indexOf(row) != i) {
            rows->removeWidget(row);
            rows->insertWidget(i, row);
        }
    }
    showWords();
    m_head->setLine(ClientWords::summary(m_clients));
    m_card->update();
    if (const std::optional<Wanted> wanted = std::exchange(m_wanted, std::nullopt))
        openChange(wanted->client, wanted->kind);
    Q_EMIT clientsChanged();
}

void ClientsPage::showWords()
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    for (const ClientView &each : std::as_const(m_clients))
        rowOf(each.state.client)->setView(each, now);
}

ClientRow *ClientsPage::rowOf(ClientProgram client) const
{
    const QList<ClientRow *> rows = findChildren<ClientRow *>();
    const auto row = std::ranges::find(rows, client, &ClientRow::client);
    return row == rows.end() ? nullptr : *row;
}

ClientRow *ClientsPage::addRow(ClientProgram client)
{
    auto *row = new ClientRow(client);
    m_card->add(row);
    connect(row, &ClientRow::stepWanted, this, [this, row](Step step) { takeStep(row, step); });
    return row;
}

ClientRow *ClientsPage::openRow() const
{
    const QList<ClientRow *> rows = findChildren<ClientRow *>();
    const auto row = std::ranges::find_if(rows, &ClientRow::opened);
    return row == rows.end() ? nullptr : *row;
}

void ClientsPage::takeStep(ClientRow *row, Step step)
{
    switch (step) {
    case Step::None: break;
    case Step::Connect: open(row, ClientChange::Kind::Connect); break;
    case Step::Disconnect: open(row, ClientChange::Kind::Disconnect); break;
    case Step::Show: open(row, ClientChange::Kind::Warnings); break;
    case Step::OpenFile: Q_EMIT openFileRequested(ClientWords::fileOf(row->view().state)); break;
    }
}

void ClientsPage::open(ClientRow *row, ClientChange::Kind kind)
{
    leaveChange();
    ClientChange *change = row->open(kind);
    const ClientProgram client = row->client();
    connect(change, &ClientChange::cancelled, this, &ClientsPage::leaveChange);
    connect(change, &ClientChange::confirmed, this, [this, client] { Q_EMIT changeConfirmed(client); });
    connect(change, &ClientChange::extrasChosen, this, [this, client](const ClientExtras &extras) { Q_EMIT changeWanted(client, true, extras); });
    connect(change, &ClientChange::disconnectWanted, this, [this, row] { open(row, ClientChange::Kind::Disconnect); });
    connect(change, &ClientChange::optionsWanted, this, [this, row] { open(row, ClientChange::Kind::Connect); });
    change->takeFocus();
    if (kind != ClientChange::Kind::Warnings)
        Q_EMIT changeWanted(client, kind == ClientChange::Kind::Connect, std::nullopt);
}

void ClientsPage::showChange(const ShownChange &change)
{
    ClientRow *row = rowOf(change.client);
    ClientChange *opened = row ? row->opened() : nullptr;
    if (!opened || (opened->kind() == ClientChange::Kind::Connect) != change.connects)
        return;
    opened->setChange(change);
    // All of it is to be seen, its buttons first.
    m_scroll->widget()->layout()->activate();
    m_scroll->ensureWidgetVisible(opened, 0, metrics::edge);
}

void ClientsPage::changeDone(ClientProgram client)
{
    if (ClientRow *row = rowOf(client))
        row->close();
}

bool ClientsPage::changeFailed(ClientProgram client, const QString &why)
{
    ClientRow *row = rowOf(client);
    if (!row || !row->opened())
        return false;
    row->opened()->setFailure(why);
    // How it would be now, to try it again.
    if (row->opened()->kind() != ClientChange::Kind::Warnings)
        Q_EMIT changeWanted(client, row->opened()->kind() == ClientChange::Kind::Connect, row->opened()->extras());
    return true;
}

void ClientsPage::openChange(ClientProgram client, ClientChange::Kind kind)
{
    if (!m_known) {
        m_wanted = {client, kind};
        return;
    }
    if (ClientRow *row = rowOf(client))
        open(row, kind);
}

bool ClientsPage::leaveChange()
{
    ClientRow *row = openRow();
    if (!row)
        return false;
    row->close();
    return true;
}

void ClientsPage::showLines()
{
    m_scroll->ensureWidgetVisible(m_lines);
    m_lines->takeFocus();
}

void ClientsPage::setFault(const QString &text)
{
    m_fault->setText(text);
    m_faultLine->setVisible(!text.isEmpty());
}

void ClientsPage::setAddress(const QString &address, const QString &key)
{
    m_lines->setAddress(address, key);
}

void ClientsPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    showWords();
    m_clock.start();
}

void ClientsPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_clock.stop();
}

void ClientsPage::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        dress();
}

void ClientsPage::dress()
{
    QPalette loud = palette();
    loud.setColor(QPalette::WindowText, colourOf(Meaning::Failure, palette()));
    m_fault->setPalette(loud);
}

} // namespace qcc
