#include "ui/tray/panel.h"

#include "ui/model/words.h"
#include "ui/overview/sentence.h"
#include "ui/tray/panelparts.h"
#include "ui/tray/trayicon.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QAccessibleWidget>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QScreen>
#include <QToolButton>

#include <algorithm>

namespace qcc {

namespace {

constexpr int panelWidth = 340;
constexpr int inner = 14;
constexpr int ringSize = 20;
constexpr int panelRadius = 10;

/// Without this a screen reader is told of a group.
QAccessibleInterface *accessiblePanel(const QString &, QObject *object)
{
    auto *panel = qobject_cast<Panel *>(object);
    return panel ? new QAccessibleWidget(panel, QAccessible::Dialog, panel->windowTitle()) : nullptr;
}

/// On Wayland a popup belongs to a window of ours, and there may be none: there it is one of its own, which goes when another gets the focus.
Qt::WindowFlags kindOfWindow()
{
    return QGuiApplication::platformName().startsWith(QLatin1StringView("wayland")) ? Qt::Dialog : Qt::Popup;
}

/// X11 may be without a compositor, where what is not painted is black, and Qt does not tell.
bool hasRoundCorners()
{
    return QGuiApplication::platformName() != QLatin1StringView("xcb");
}

} // namespace

Panel::Panel(QWidget *parent)
    : QFrame(parent, kindOfWindow() | Qt::FramelessWindowHint | Qt::NoDropShadowWindowHint)
    , m_ring(new TextLabel)
    , m_title(new TextLabel)
    , m_place(new TextLabel)
    , m_switch(new Switch)
    , m_seconds(new PanelSeconds)
    , m_copy(new QToolButton)
    , m_settings(new QToolButton)
    , m_menu(new QToolButton)
{
    QAccessible::installFactory(accessiblePanel);
    setAttribute(Qt::WA_TranslucentBackground, hasRoundCorners());
    setWindowTitle(tr("qcc at a glance"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildHead());
    column->addWidget(buildFigures());
    m_clusterGroup = addGroup(*column, tr("Cluster"));
    m_endpointGroup = addGroup(*column, tr("Endpoints"));
    column->addWidget(buildFoot());
    column->setSizeConstraint(QLayout::SetFixedSize);
    setFixedWidth(panelWidth);
    m_clock.setInterval(std::chrono::seconds(1));
    connect(&m_clock, &QTimer::timeout, this, &Panel::showEndpoints);
    applyLooks();
}

QWidget *Panel::buildHead()
{
    m_title->setWordWrap(true);
    m_switch->setAccessibleName(tr("Proxy"));
    connect(m_switch, &QAbstractButton::clicked, this, [this] {
        const bool serves = m_view.serves();
        m_switch->setChecked(serves);
        if (serves)
            Q_EMIT stopRequested();
        else
            Q_EMIT startRequested();
    });
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(m_title);
    words->addWidget(m_place);
    auto *head = new QWidget;
    head->setFixedWidth(panelWidth);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(inner + 1, inner, inner - 2, 6);
    row->setSpacing(10);
    row->addWidget(m_ring);
    row->addLayout(words, 1);
    row->addWidget(m_switch);
    return head;
}

QWidget *Panel::buildFigures()
{
    auto *figures = new QWidget;
    auto *column = new QVBoxLayout(figures);
    column->setContentsMargins(inner, 0, inner, metrics::unit);
    column->setSpacing(metrics::unit);
    column->addWidget(m_seconds);
    auto *axis = new QHBoxLayout;
    auto *begin = new TextLabel(tr("Last 60 s"));
    auto *end = new TextLabel(tr("now"));
    m_captions << begin << end;
    axis->addWidget(begin);
    axis->addStretch(1);
    axis->addWidget(end);
    column->addLayout(axis);
    auto *numbers = new QHBoxLayout;
    numbers->setSpacing(metrics::unit);
    for (Figure &figure : m_figures) {
        figure = {new TextLabel, new TextLabel};
        m_captions << figure.caption;
        auto *cell = new QVBoxLayout;
        cell->setSpacing(0);
        cell->addWidget(figure.number);
        cell->addWidget(figure.caption);
        numbers->addLayout(cell, 1);
    }
    column->addLayout(numbers);
    return figures;
}

QVBoxLayout *Panel::addGroup(QVBoxLayout &column, const QString &title)
{
    auto *group = new QWidget;
    auto *rows = new QVBoxLayout(group);
    rows->setContentsMargins(6, metrics::unit, 6, metrics::unit);
    rows->setSpacing(0);
    auto *caption = new TextLabel(title);
    caption->setContentsMargins(metrics::unit, 0, 0, 2);
    m_captions << caption;
    rows->addWidget(caption);
    m_lines << group;
    column.addWidget(group);
    return rows;
}

QWidget *Panel::buildFoot()
{
    auto *open = new QPushButton(tr("&Open qcc"));
    open->setDefault(true);
    connect(open, &QPushButton::clicked, this, [this] {
        close();
        Q_EMIT openRequested();
    });
    setPlainToolTip(m_copy, tr("Copy the address"));
    setPlainToolTip(m_settings, tr("Settings"));
    setPlainToolTip(m_menu, tr("Menu"));
    connect(m_copy, &QToolButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_view.address);
        close();
    });
    connect(m_settings, &QToolButton::clicked, this, [this] {
        close();
        Q_EMIT settingsRequested();
    });
    connect(m_menu, &QToolButton::clicked, this, [this] {
        const QPoint place = m_menu->mapToGlobal(QPoint(0, m_menu->height()));
        close();
        Q_EMIT menuRequested(place);
    });
    auto *foot = new QWidget;
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(10, 6, 10, 6);
    row->setSpacing(metrics::half);
    row->addWidget(open);
    row->addStretch(1);
    for (QToolButton *button : {m_copy, m_settings, m_menu}) {
        button->setAutoRaise(true);
        button->setAccessibleName(button->toolTip());
        button->setFocusPolicy(Qt::StrongFocus);
        row->addWidget(button);
    }
    m_lines << foot;
    return foot;
}

void Panel::setView(const ProxyView &view)
{
    m_view = view;
    if (isVisible())
        present();
}

void Panel::setRecent(const QList<RecentSeconds::Second> &seconds)
{
    m_seconds->set(seconds);
}

void Panel::present()
{
    const Sentence sentence = sentenceFor(m_view, {}, QDateTime::currentDateTimeUtc());
    m_title->setText(sentence.title);
    QStringList place{m_view.cluster, QString(m_view.address).remove(QStringLiteral("http://"))};
    place.removeAll(QString());
    m_place->setText(m_place->fontMetrics().elidedText(place.join(QStringLiteral(" · ")), Qt::ElideRight, panelWidth - 2 * inner - ringSize - 60));
    m_ring->setPixmap(stateIcon(m_view.state, coloursOf(palette()).of(sentence.meaning).mark).pixmap(QSize(ringSize, ringSize), devicePixelRatioF()));
    m_switch->setChecked(m_view.serves() || m_view.state == ProxyState::Starting);
    m_switch->setEnabled(!m_view.isChanging() && !m_view.lacksConfig());
    m_copy->setEnabled(!m_view.address.isEmpty());
    showFigures();
    showClusters();
    showEndpoints();
}

void Panel::showFigures()
{
    const bool serves = m_view.serves();
    const auto put = [](const Figure &figure, const QString &number, const QString &caption) {
        figure.number->setText(number);
        figure.number->setAccessibleName(QStringLiteral("%1 %2").arg(number, caption));
        figure.caption->setText(caption);
    };
    std::optional<double> firstByte;
    for (const EndpointView &each : std::as_const(m_view.endpoints)) {
        if (each.firstByteP50 && isInUse(each.health))
            firstByte = firstByte ? std::min(*firstByte, *each.firstByteP50) : *each.firstByteP50;
    }
    put(m_figures[0], serves && m_view.liveRate ? Words::percent(*m_view.liveRate) : Words::none(), tr("Success, 5 min"));
    put(m_figures[1], serves ? QLocale().toString(m_view.inFlight) : Words::none(), tr("In flight"));
    put(m_figures[2], serves ? Words::durationOrNone(firstByte) : Words::none(), tr("First byte"));
}

PanelRow *Panel::rowAt(QVBoxLayout &group, QList<PanelRow *> &rows, qsizetype at)
{
    while (rows.size() <= at) {
        auto *row = new PanelRow;
        rows.append(row);
        group.addWidget(row);
    }
    rows.at(at)->show();
    return rows.at(at);
}

void Panel::showClusters()
{
    // The one in use is always among them.
    QStringList names = m_view.clusters;
    if (const qsizetype at = names.indexOf(m_view.cluster); at >= mostClusters)
        names.move(at, mostClusters - 1);
    const qsizetype shown = std::min(names.size(), mostClusters);
    for (qsizetype i = 0; i < shown; ++i) {
        PanelRow *row = rowAt(*m_clusterGroup, m_clusterRows, i);
        const bool isUsed = names.at(i) == m_view.cluster;
        PanelRow::Content content{.name = names.at(i), .ticked = isUsed, .strong = isUsed};
        if (isUsed && !m_view.endpoints.isEmpty()) {
            content.number = Words::usableOf(m_view.endpoints);
            content.endMark = sentenceFor(m_view, {}, {}).meaning;
        }
        row->setContent(content);
        row->disconnect(this);
        connect(row, &QAbstractButton::clicked, this, [this, name = names.at(i)] {
            if (name != m_view.cluster)
                Q_EMIT clusterChosen(name);
        });
    }
    for (qsizetype i = shown; i < m_clusterRows.size(); ++i)
        m_clusterRows.at(i)->hide();
    m_clusterGroup->parentWidget()->setVisible(shown > 0);
    fit();
}

void Panel::showEndpoints()
{
    // Those that need somebody go first where not all can be shown.
    m_endpoints = m_view.endpoints;
    if (m_endpoints.size() > mostEndpoints) {
        std::ranges::stable_sort(m_endpoints, {}, [](const EndpointView &each) { return isMissing(each) ? 0 : each.health == EndpointHealth::Disabled ? 2 : 1; });
        m_endpoints.resize(mostEndpoints);
    }
    const auto now = std::chrono::steady_clock::now();
    for (qsizetype i = 0; i < m_endpoints.size(); ++i) {
        const EndpointView &each = m_endpoints.at(i);
        PanelRow *row = rowAt(*m_endpointGroup, m_endpointRows, i);
        const bool works = each.health == EndpointHealth::Healthy;
        const QString state = Words::healthOf(each.health, each.returnsInS(now));
        const bool mayReset = each.health == EndpointHealth::Open || each.health == EndpointHealth::Resting || each.health == EndpointHealth::KeyRefused;
        row->setContent({.name = each.name,
                         .note = works ? QString() : state.left(1).toUpper() + state.mid(1),
                         .noteMeaning = Words::meaningOf(each.health),
                         .number = mayReset || !isInUse(each.health) ? QString() : Words::durationOrNone(each.firstByteP50),
                         .mark = Words::meaningOf(each.health),
                         .step = mayReset ? tr("Reset") : QString()});
        row->disconnect(this);
        row->step()->disconnect(this);
        connect(row, &QAbstractButton::clicked, this, [this, i] { act(i, false); });
        connect(row->step(), &QAbstractButton::clicked, this, [this, i] { act(i, true); });
    }
    for (qsizetype i = m_endpoints.size(); i < m_endpointRows.size(); ++i)
        m_endpointRows.at(i)->hide();
    m_endpointGroup->parentWidget()->setVisible(!m_endpoints.isEmpty());
    const bool counts = std::ranges::any_of(m_endpoints, [now](const EndpointView &each) { return each.returnsInS(now) > 0; });
    counts && isVisible() ? m_clock.start() : m_clock.stop();
    fit();
}

/// The button resets; the row is for who wants this one first.
void Panel::act(qsizetype endpoint, bool step)
{
    if (endpoint >= m_endpoints.size())
        return;
    const EndpointView &each = m_endpoints.at(endpoint);
    if (step)
        Q_EMIT resetRequested(each.id);
    else if (each.health != EndpointHealth::Disabled)
        Q_EMIT preferRequested(each.preferred ? QString() : each.id);
}

void Panel::openAt(const QRect &icon, const QPoint &pointer)
{
    present();
    ensurePolished();
    fit();
    const QRect anchor = icon.isValid() && !icon.isEmpty() ? icon : QRect(pointer, QSize(1, 1));
    const QScreen *screen = QGuiApplication::screenAt(anchor.center());
    const QRect place = placeBeside(anchor, sizeHint(), (screen ? screen : QGuiApplication::primaryScreen())->availableGeometry());
    move(place.topLeft());
    show();
    showEndpoints(); // whose clock runs while it is seen
    m_switch->setFocus(Qt::PopupFocusReason);
}

void Panel::fit()
{
    if (isVisible())
        adjustSize();
}

void Panel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    drawBox(painter, rect(), hasRoundCorners() ? panelRadius : 0, colours.page, colours.hairline);
    for (const QWidget *each : std::as_const(m_lines)) {
        if (each->isVisible())
            painter.fillRect(QRect(1, each->y(), width() - 2, 1), colours.hairline);
    }
}

void Panel::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Cancel))
        close();
    else
        QFrame::keyPressEvent(event);
}

bool Panel::event(QEvent *event)
{
    if (event->type() == QEvent::WindowDeactivate && !isHidden())
        close();
    return QFrame::event(event);
}

void Panel::applyLooks()
{
    const Colours colours = coloursOf(palette());
    m_title->setFont(metrics::strong(font(), m_title->text()));
    m_place->setFont(metrics::caption(font()));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, colours.text2);
    m_place->setPalette(quiet);
    for (QLabel *caption : std::as_const(m_captions)) {
        caption->setFont(metrics::caption(font()));
        caption->setPalette(quiet);
    }
    for (const Figure &figure : m_figures)
        figure.number->setFont(metrics::medium(metrics::lead(font()), QString()));
    m_copy->setIcon(tintedIcon(QStringLiteral(":/icons/copy.svg"), colours.text2));
    m_settings->setIcon(tintedIcon(QStringLiteral(":/icons/page-settings.svg"), colours.text2));
    m_menu->setIcon(tintedIcon(QStringLiteral(":/icons/more.svg"), colours.text2));
}

void Panel::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLooks();
}

} // namespace qcc
