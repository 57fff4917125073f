#include "ui/tray/panel.h"

#include "ui/model/endpointwords.h"
#include "ui/model/words.h"
#include "ui/overview/endpointtablemodel.h"
#include "ui/overview/sentence.h"
#include "ui/tray/panelparts.h"
#include "ui/tray/trayicon.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/motion.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QAccessibleWidget>
#include <QApplication>
#include <QClipboard>
#include <QEvent>
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
constexpr int belowFigures = 10;
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
    return QApplication::platformName().startsWith(QLatin1StringView("wayland")) ? Qt::Dialog : Qt::Popup;
}

/// Where nothing is told of a window's compositor, and there may be none: then what is transparent is black.
bool mayBeBlackBehind()
{
    return QApplication::platformName() == QLatin1StringView("xcb");
}

} // namespace

Panel::Panel(QWidget *parent)
    : QFrame(parent, kindOfWindow() | Qt::FramelessWindowHint | Qt::NoDropShadowWindowHint)
    , m_ring(new TextLabel)
    , m_title(new TextLabel)
    , m_place(new TextLabel)
    , m_switch(new Switch)
    , m_seconds(new PanelSeconds)
    , m_clusters(new PanelGroup(tr("Cluster")))
    , m_endpointRows(new PanelGroup(tr("Endpoints")))
    , m_copy(new QToolButton)
    , m_settings(new QToolButton)
    , m_menu(new QToolButton)
{
    QAccessible::installFactory(accessiblePanel);
    setAttribute(Qt::WA_TranslucentBackground);
    setWindowTitle(tr("qcc at a glance"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildHead());
    column->addWidget(buildFigures());
    for (PanelGroup *group : {m_clusters, m_endpointRows}) {
        m_captions << group->captions();
        m_lines << group;
        column->addWidget(group);
    }
    column->addWidget(buildFoot());
    column->setSizeConstraint(QLayout::SetFixedSize);
    setFixedWidth(panelWidth);
    m_clock.setInterval(std::chrono::seconds(1));
    connect(&m_clock, &QTimer::timeout, this, &Panel::showEndpoints);
    appearSoftly(*this);
    applyLooks();
}

QWidget *Panel::buildHead()
{
    m_title->setWordWrap(true);
    m_switch->setAccessibleName(tr("Proxy"));
    connect(m_switch, &QAbstractButton::clicked, this, [this] {
        const bool serves = m_view.serves();
        m_switch->setChecked(serves);
        serves ? Q_EMIT stopRequested() : Q_EMIT startRequested();
    });
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_title);
    words->addWidget(m_place);
    auto *head = new QWidget;
    head->setFixedWidth(panelWidth);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(inner + 1, inner - 2, inner, metrics::unit);
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
    column->setContentsMargins(inner, 0, inner, belowFigures);
    column->setSpacing(metrics::half);
    column->addWidget(m_seconds);
    auto *axis = new QHBoxLayout;
    auto *begin = new TextLabel(tr("Last 60 s"));
    auto *end = new TextLabel(tr("now"));
    m_captions << begin << end;
    axis->addWidget(begin);
    axis->addStretch(1);
    axis->addWidget(end);
    column->addLayout(axis);
    column->addSpacing(metrics::half);
    auto *numbers = new QHBoxLayout;
    numbers->setSpacing(0);
    for (Figure &figure : m_figures) {
        figure = {new TextLabel, new TextLabel};
        m_captions << figure.caption;
        auto *cell = new QVBoxLayout;
        cell->setSpacing(2);
        cell->addWidget(figure.number);
        cell->addWidget(figure.caption);
        numbers->addLayout(cell, 1);
    }
    column->addLayout(numbers);
    return figures;
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
        QApplication::clipboard()->setText(m_view.address);
        close();
    });
    connect(m_settings, &QToolButton::clicked, this, [this] {
        close();
        Q_EMIT settingsRequested();
    });
    connect(m_menu, &QToolButton::clicked, this, [this] { Q_EMIT menuRequested(m_menu->mapToGlobal(QPoint(0, m_menu->height()))); });
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
    m_title->setFont(metrics::strong(font(), sentence.title));
    m_place->setText(placeText());
    m_ring->setPixmap(stateIcon(m_view.state, coloursOf(palette()).of(sentence.meaning).mark).pixmap(QSize(ringSize, ringSize), devicePixelRatioF()));
    m_switch->setChecked(m_view.serves() || m_view.state == ProxyState::Starting);
    m_switch->setEnabled(!m_view.isChanging() && !m_view.lacksConfig());
    m_copy->setEnabled(!m_view.address.isEmpty());
    showFigures();
    showClusters();
    showEndpoints();
}

/// Of a long name as much as the address leaves.
QString Panel::placeText() const
{
    const QFontMetrics size(m_place->font());
    const int room = panelWidth - 2 * inner - ringSize - 60;
    const QString address = size.elidedText(QString(m_view.address).remove(QStringLiteral("http://")), Qt::ElideMiddle, room * 2 / 3);
    const QString between = m_view.cluster.isEmpty() || address.isEmpty() ? QString() : QStringLiteral(" · ");
    return size.elidedText(m_view.cluster, Qt::ElideRight, room - size.horizontalAdvance(between + address)) + between + address;
}

void Panel::showFigures()
{
    const bool serves = m_view.serves();
    const auto put = [](const Figure &figure, const QString &number, const QString &caption) {
        figure.number->setText(number);
        figure.number->setAccessibleName(QStringLiteral("%1 %2").arg(number, caption));
        figure.caption->setText(caption);
    };
    put(m_figures[0], serves && m_view.liveRate ? Words::percent(*m_view.liveRate) : Words::none(), tr("Success, 5 min"));
    // The same as in the window.
    put(m_figures[1], serves ? tr("%1 / min", "requests").arg(QLocale().toString(m_view.perMinute(QDateTime::currentDateTimeUtc()))) : Words::none(),
        tr("%1 in flight", "requests").arg(QLocale().toString(m_view.inFlight)));
    put(m_figures[2], serves ? Words::durationOrNone(m_view.firstByte()) : Words::none(), tr("First byte"));
}

void Panel::showClusters()
{
    // The one in use is always among them.
    QStringList names = m_view.clusters;
    if (const qsizetype at = names.indexOf(m_view.cluster); at >= mostClusters)
        names.move(at, mostClusters - 1);
    const qsizetype shown = std::min(names.size(), mostClusters);
    const QList<PanelRow *> &rows = m_clusters->take(shown, names.size());
    for (qsizetype i = 0; i < shown; ++i) {
        PanelRow *row = rows.at(i);
        const bool isUsed = names.at(i) == m_view.cluster;
        PanelRow::Content content{.name = names.at(i), .ticked = isUsed, .strong = isUsed, .quietNumber = true};
        if (isUsed && !m_view.endpoints.isEmpty()) {
            content.number = Words::usableOf(m_view.endpoints);
            content.endMark = sentenceFor(m_view, {}, {}).meaning;
        } else if (const int enabled = m_view.enabledIn.value(names.at(i)); enabled > 0) {
            // Of those that are not in use nobody knows more.
            content.number = QLocale().toString(enabled);
        }
        row->setContent(content);
        row->disconnect(this);
        connect(row, &QAbstractButton::clicked, this, [this, name = names.at(i)] {
            if (name != m_view.cluster)
                Q_EMIT clusterChosen(name);
        });
    }
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
    const QList<PanelRow *> &rows = m_endpointRows->take(m_endpoints.size(), m_view.endpoints.size());
    for (qsizetype i = 0; i < m_endpoints.size(); ++i) {
        const EndpointView &each = m_endpoints.at(i);
        PanelRow *row = rows.at(i);
        const bool works = each.health == EndpointHealth::Healthy;
        QString state = works ? EndpointWords::standIn(each, m_view.inOrder.contains(m_view.cluster) ? m_view.endpoints : QList<EndpointView>()) : Words::healthOf(each.health, each.returnsInS(now));
        if (!state.isEmpty())
            state[0] = state.front().toUpper();
        const bool mayReset = EndpointTableModel::canBeReset(each.health);
        row->setContent({.name = each.name,
                         .note = state,
                         .noteMeaning = works ? Meaning::Neutral : Words::meaningOf(each.health),
                         .number = each.firstByteP50 && isInUse(each.health) && !mayReset ? Words::duration(*each.firstByteP50) : QString(),
                         .mark = Words::meaningOf(each.health),
                         .step = mayReset ? tr("Reset") : QString()});
        row->disconnect(this);
        row->step()->disconnect(this);
        connect(row, &QAbstractButton::clicked, this, [this, i] { act(i, false); });
        connect(row->step(), &QAbstractButton::clicked, this, [this, i] { act(i, true); });
    }
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
    const QScreen *screen = QApplication::screenAt(anchor.center());
    const QRect place = placeBeside(anchor, sizeHint(), (screen ? screen : QApplication::primaryScreen())->availableGeometry());
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
    drawBox(painter, rect(), panelRadius, colours.page, colours.hairline);
    for (const QWidget *each : std::as_const(m_lines)) {
        if (each->isVisible())
            painter.fillRect(QRect(1, each->y(), width() - 2, 1), colours.hairline);
    }
}

void Panel::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    // Without the corners it looks the same with a compositor, and without one nothing is left of them to be black.
    if (mayBeBlackBehind())
        setMask(withoutCorners(size(), panelRadius));
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
    const QWidget *popup = QApplication::activePopupWidget();
    if (event->type() == QEvent::WindowDeactivate && !isHidden() && (!popup || popup == this))
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
    quiet.setColor(QPalette::WindowText, colours.text3);
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
