#include "ui/clients/clientrow.h"

#include "ui/clients/clientoptions.h"
#include "ui/widgets/plaintext.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>

#include <algorithm>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;
using Step = ClientWords::Step;

namespace {

constexpr int leastHeight = 52;
constexpr int rightMargin = 12;
constexpr int lineMargin = 6;
constexpr int markSize = 12;
constexpr int markToText = 10;
constexpr int stepRoom = 104; ///< Its column, however short the step's word.
constexpr int nameShare = 2;
constexpr int stateShare = 3;

/// A path in one line: both its ends tell it from others.
class PathLabel : public TextLabel
{
public:
    PathLabel() { setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, fontMetrics().elidedText(text(), Qt::ElideMiddle, width()));
    }
};

} // namespace

ClientRow::ClientRow(ClientProgram client, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_name(new TextLabel(ClientWords::nameOf(client)))
    , m_place(new PathLabel)
    , m_mark(new MarkLabel(markSize))
    , m_state(new TextLabel)
    , m_reason(new TextLabel)
    , m_step(new QPushButton)
{
    setAccessibleName(m_name->text());
    QSizePolicy keeps = m_mark->sizePolicy();
    keeps.setRetainSizeWhenHidden(true);
    m_mark->setSizePolicy(keeps);
    for (QLabel *words : {m_state, m_reason})
        words->setWordWrap(true);
    const auto pile = [](QLabel *first, QLabel *second) {
        auto *column = new QVBoxLayout;
        column->setSpacing(0);
        column->addStretch();
        column->addWidget(first);
        column->addWidget(second);
        column->addStretch();
        return column;
    };
    auto *state = new QHBoxLayout;
    state->setSpacing(markToText);
    state->addWidget(m_mark);
    state->addLayout(pile(m_state, m_reason), 1);
    auto *step = new QWidget;
    step->setMinimumWidth(stepRoom);
    auto *end = new QHBoxLayout(step);
    end->setContentsMargins(0, 0, 0, 0);
    end->addStretch();
    end->addWidget(m_step);
    auto *head = new QWidget;
    head->setMinimumHeight(leastHeight);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(metrics::edge, lineMargin, rightMargin, lineMargin);
    row->setSpacing(metrics::edge);
    row->addLayout(pile(m_name, m_place), nameShare);
    row->addLayout(state, stateShare);
    row->addWidget(step);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(head);
    connect(m_step, &QPushButton::clicked, this, [this] { Q_EMIT stepWanted(m_shown.step); });
    dress();
}

void ClientRow::setView(const ClientView &view, const QDateTime &now)
{
    m_view = view;
    m_shown = ClientWords::rowOf(view, now);
    QStringList places;
    for (const QString &place : view.state.places)
        places << ClientWords::pathOf(place);
    const QString file = ClientWords::fileOf(view.state);
    m_place->setText(file.isEmpty() ? tr("By variables alone") : ClientWords::pathOf(file));
    setPlainToolTip(m_place, places.join(u'\n'));
    m_mark->setVisible(m_shown.waits || m_shown.mark);
    if (m_shown.waits)
        m_mark->setRunning();
    else
        m_mark->setMeaning(m_shown.mark.value_or(Meaning::Neutral));
    m_state->setText(m_shown.state);
    m_reason->setText(m_shown.reason);
    setPlainToolTip(m_reason, view.state.address);
    m_reason->setVisible(!m_shown.reason.isEmpty());
    m_step->setText(ClientWords::of(m_shown.step));
    m_step->setAccessibleName(u"%1 %2"_s.arg(m_step->text(), m_name->text()));
    m_step->setAccessibleDescription(u"%1. %2"_s.arg(m_shown.state, m_shown.reason));
    m_step->setVisible(m_shown.step != Step::None && !m_opened);
    if (m_opened) {
        m_opened->setConnected(view.state.since.has_value());
        m_opened->setWarnings(ClientWords::warningsOf(view.state));
    }
    dress();
}

ClientChange *ClientRow::open(ClientChange::Kind kind)
{
    close();
    m_opened = new ClientChange(m_client, kind);
    m_opened->setConnected(m_view.state.since.has_value());
    m_opened->setWarnings(ClientWords::warningsOf(m_view.state));
    layout()->addWidget(m_opened);
    m_opened->show(); // Now, so that it can have the focus.
    m_step->hide();
    return m_opened;
}

void ClientRow::close()
{
    if (!m_opened)
        return;
    const QWidget *focus = window()->focusWidget();
    const bool hadFocus = focus && (focus == m_opened || m_opened->isAncestorOf(focus));
    ClientChange *gone = std::exchange(m_opened, nullptr);
    m_step->setVisible(m_shown.step != Step::None);
    if (hadFocus)
        m_step->setFocus(Qt::OtherFocusReason);
    layout()->removeWidget(gone);
    gone->hide();
    gone->deleteLater(); // One of its buttons may be what was clicked.
}

/// What is rarely wanted, and the step by another way.
void ClientRow::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [menu, this](const QString &text, Step step) {
        connect(menu->addAction(text), &QAction::triggered, this, [this, step] { Q_EMIT stepWanted(step); });
    };
    const ClientState &state = m_view.state;
    const bool canConnect = state.isInstalled && !state.places.isEmpty() && state.connection != ClientState::Connection::Unclear;
    if (canConnect)
        add(state.since && ClientOptions::existFor(m_client) ? tr("&Options…") : tr("C&onnect…"), Step::Connect);
    if (state.since)
        add(tr("&Disconnect…"), Step::Disconnect);
    if (!state.places.isEmpty()) {
        if (state.isInstalled)
            add(tr("Open its &settings file"), Step::OpenFile);
        connect(menu->addAction(tr("Copy the &path")), &QAction::triggered, this, [place = ClientWords::fileOf(state)] { QGuiApplication::clipboard()->setText(place); });
    }
    if (menu->isEmpty())
        delete menu;
    else
        menu->popup(event->globalPos());
}

void ClientRow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void ClientRow::dress()
{
    const Colours colours = coloursOf(palette());
    const QFont small = metrics::caption(font());
    const auto ink = [this](QLabel *label, const QColor &colour) {
        QPalette inks = palette();
        inks.setColor(QPalette::WindowText, colour);
        label->setPalette(inks);
    };
    const bool isThere = m_view.state.isInstalled;
    m_name->setFont(metrics::medium(font(), m_name->text()));
    for (QLabel *label : {m_place, m_reason})
        label->setFont(small);
    ink(m_name, isThere ? colours.text : colours.text3);
    ink(m_place, colours.text3);
    ink(m_reason, colours.text3);
    const bool isWrong = m_shown.mark == Meaning::Warning || m_shown.mark == Meaning::Failure;
    ink(m_state, isWrong ? colours.of(*m_shown.mark).text : isThere ? colours.text : colours.text3);
    m_step->setFont(metrics::medium(small, m_step->text()));
    m_step->setFixedHeight(std::max(tokens::size::controlSmall, m_step->fontMetrics().height() + metrics::unit));
}

} // namespace qcc
