#include "ui/window/footcard.h"

#include "ui/model/words.h"
#include "ui/tray/trayicon.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/plaintext.h"
#include "ui/window/clusterpicker.h"

#include <QClipboard>
#include <QDateTime>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QIcon>
#include <QLocale>
#include <QPainter>
#include <QToolButton>
#include <QUrl>

#include <algorithm>

namespace qcc {

namespace {

constexpr int ringSize = 16;
constexpr int ringToText = 10;
constexpr int ringLeft = 8;
constexpr int copySize = 24;

} // namespace

FootCard::FootCard(QWidget *parent)
    : QWidget(parent)
    , m_addressRow(new QWidget)
    , m_ring(new TextLabel)
    , m_state(new TextLabel)
    , m_switch(new Switch)
    , m_rate(new TextLabel)
    , m_address(new TextLabel)
    , m_copy(new QToolButton)
{
    m_switch->setAccessibleName(tr("Proxy"));
    // A long one is cut at the sidebar's edge.
    m_address->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_address->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    // A name would stand in place of the address itself.
    m_address->setAccessibleDescription(tr("Address for clients"));
    m_copy->setAutoRaise(true);
    m_copy->setIconSize({14, 14});
    m_copy->setFixedSize(copySize, copySize);
    m_copy->setFocusPolicy(Qt::StrongFocus);
    setPlainToolTip(m_copy, tr("Copy the address"));
    m_copy->setAccessibleName(tr("Copy the address"));

    auto *state = new QHBoxLayout;
    state->setContentsMargins(ringLeft, metrics::unit, 4, 0);
    state->setSpacing(ringToText);
    state->addWidget(m_ring);
    state->addWidget(m_state, 1);
    state->addWidget(m_switch);
    auto *rate = new QHBoxLayout;
    rate->setContentsMargins(ringLeft + ringSize + ringToText, 0, metrics::unit, metrics::unit);
    rate->addWidget(m_rate);
    auto *address = new QHBoxLayout(m_addressRow);
    address->setContentsMargins(ringLeft + ringSize + ringToText, 4, 4, 4);
    address->setSpacing(metrics::half);
    address->addWidget(m_address, 1);
    address->addWidget(m_copy);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(state);
    column->addLayout(rate);
    column->addWidget(m_addressRow);

    connect(m_switch, &QAbstractButton::clicked, this, [this] {
        // It shows how things stand, and they stand as they did until the proxy has done it.
        const bool serves = m_view.serves();
        m_switch->setChecked(serves);
        if (serves)
            Q_EMIT stopRequested();
        else
            Q_EMIT startRequested();
    });
    connect(m_copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_view.address); });
    applyLooks();
    setView(m_view);
}

void FootCard::setView(const ProxyView &view)
{
    const bool otherState = view.state != m_view.state;
    m_view = view;
    m_state->setText(StateText::word(view.state));
    m_switch->setChecked(view.serves() || view.state == ProxyState::Starting);
    m_switch->setEnabled(!view.isChanging() && !view.lacksConfig());
    setPlainToolTip(m_switch, view.lacksConfig() ? tr("The proxy cannot be started before config.json is corrected.")
                              : view.serves()    ? tr("Stop the proxy")
                                                 : tr("Start the proxy"));
    m_rate->setText(rateText());
    // Everybody knows the rest, and the copy has it.
    m_address->setText(QString(view.address).remove(QStringLiteral("http://")));
    setPlainToolTip(m_address, view.address);
    m_copy->setEnabled(!view.address.isEmpty());
    if (otherState)
        applyLooks();
}

/// One line, whatever there is to say.
QString FootCard::rateText() const
{
    if (m_view.state == ProxyState::Finishing)
        return m_view.inFlight > 0 ? tr("%n request(s) left", nullptr, m_view.inFlight) : QString();
    if (m_view.lacksConfig())
        return tr("config.json has a fault");
    if (!m_view.serves())
        return m_view.state == ProxyState::Starting ? QString() : tr("Takes no requests");
    return tr("%1 / min · %2 in flight", "requests").arg(QLocale().toString(m_view.perMinute(QDateTime::currentDateTimeUtc())), QLocale().toString(m_view.inFlight));
}

void FootCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    drawBox(painter, rect(), tokens::radius::card, colours.raised, colours.hairline);
    painter.fillRect(0, m_addressRow->y(), width(), 1, colours.hairline);
}

void FootCard::applyLooks()
{
    const Colours colours = coloursOf(palette());
    const QIcon icon = stateIcon(m_view.state, colours.of(meaningOf(m_view.state)).mark);
    m_ring->setPixmap(icon.pixmap(QSize(ringSize, ringSize), devicePixelRatioF()));
    m_ring->setFixedWidth(ringSize);
    m_state->setFont(metrics::strong(font(), StateText::word(m_view.state)));
    // As wide as the widest, so that nothing beside it moves when the state changes.
    int widest = 0;
    for (int state = 0; state <= static_cast<int>(lastProxyState); ++state) {
        const QString word = StateText::word(static_cast<ProxyState>(state));
        widest = std::max(widest, QFontMetrics(metrics::strong(font(), word)).horizontalAdvance(word));
    }
    m_state->setMinimumWidth(widest);
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, colours.text2);
    for (QLabel *label : {m_rate, m_address}) {
        label->setFont(metrics::caption(font()));
        label->setPalette(quiet);
    }
    m_rate->setFixedHeight(QFontMetrics(m_rate->font()).height() + 2);
    m_copy->setIcon(tintedIcon(QStringLiteral(":/icons/copy.svg"), colours.text2));
}

void FootCard::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        applyLooks();
}

} // namespace qcc
