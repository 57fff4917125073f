#include "ui/window/headerbar.h"

#include "ui/model/words.h"
#include "ui/tray/trayicon.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QClipboard>
#include <QComboBox>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>

#include <algorithm>

namespace qcc {

namespace {

constexpr int iconSize = 22;

QColor colourOf(ProxyState state, const QPalette &palette)
{
    switch (state) {
    case ProxyState::Running: return qcc::colourOf(Meaning::Success, palette);
    case ProxyState::NoNetwork:
    case ProxyState::Degraded: return qcc::colourOf(Meaning::Warning, palette);
    case ProxyState::Down: return qcc::colourOf(Meaning::Failure, palette);
    case ProxyState::Unconfigured:
    case ProxyState::Stopped:
    case ProxyState::Finishing:
    case ProxyState::Starting: return qcc::colourOf(Meaning::Neutral, palette);
    }
    Q_UNREACHABLE();
}

} // namespace

StateLabel::StateLabel(QWidget *parent)
    : QWidget(parent)
    , m_icon(new TextLabel)
    , m_word(new TextLabel)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::unit);
    row->addWidget(m_icon);
    row->addWidget(m_word, 1);
    draw();
}

void StateLabel::setState(ProxyState state)
{
    if (state == m_state)
        return;
    m_state = state;
    draw();
}

void StateLabel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        draw();
}

void StateLabel::draw()
{
    const QIcon icon = stateIcon(m_state, colourOf(m_state, palette()));
    m_icon->setPixmap(icon.pixmap(QSize(iconSize, iconSize), devicePixelRatioF()));
    m_word->setFont(metrics::sectionTitle(font()));
    // As wide as the widest, so that nothing beside it moves when the state changes.
    int widest = 0;
    for (int state = 0; state <= static_cast<int>(lastProxyState); ++state)
        widest = std::max(widest, m_word->fontMetrics().horizontalAdvance(StateText::word(static_cast<ProxyState>(state))));
    m_word->setMinimumWidth(widest);
    m_word->setText(StateText::word(m_state));
    setAccessibleName(m_word->text());
}

namespace {

constexpr int clusterWidthInChars = 16;

} // namespace

HeaderBar::HeaderBar(QWidget *parent)
    : QWidget(parent)
    , m_clusters(new QComboBox)
    , m_address(new TextLabel)
    , m_copy(new QToolButton)
    , m_startStop(new QPushButton)
    , m_more(new QToolButton)
{
    m_clusters->setMinimumContentsLength(clusterWidthInChars);
    m_clusters->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_clusters->setAccessibleName(tr("Cluster in use"));
    setPlainToolTip(m_clusters, tr("The cluster in use"));
    m_address->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    // A name would stand in place of the address itself.
    m_address->setAccessibleDescription(tr("Address for clients"));

    m_copy->setAutoRaise(true);
    m_copy->setPopupMode(QToolButton::InstantPopup);
    m_copy->setMenu(buildCopyMenu());
    setPlainToolTip(m_copy, tr("Copy the address, or the line that points a client at it"));
    m_copy->setAccessibleName(tr("Copy the address"));

    auto *menu = new QMenu(this);
    connect(menu->addAction(tr("&Import…")), &QAction::triggered, this, &HeaderBar::importRequested);
    menu->addSeparator();
    connect(menu->addAction(tr("&About qcc")), &QAction::triggered, this, &HeaderBar::aboutRequested);
    QAction *quit = menu->addAction(tr("&Quit qcc"));
    quit->setShortcut(QKeySequence::Quit);
    connect(quit, &QAction::triggered, this, &HeaderBar::quitRequested);
    m_more->setAutoRaise(true);
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setMenu(menu);
    setPlainToolTip(m_more, tr("More"));
    m_more->setAccessibleName(tr("More"));

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::unit);
    row->addWidget(m_clusters);
    row->addSpacing(metrics::unit);
    row->addWidget(m_address);
    row->addWidget(m_copy);
    row->addStretch(1);
    row->addWidget(m_startStop);
    row->addWidget(m_more);

    connect(m_startStop, &QPushButton::clicked, this, [this] {
        if (m_view.serves())
            Q_EMIT stopRequested();
        else
            Q_EMIT startRequested();
    });
    connect(m_clusters, &QComboBox::activated, this, [this](int index) {
        const QString name = m_clusters->itemText(index);
        if (name != m_view.cluster)
            Q_EMIT clusterChosen(name);
    });
    drawIcons();
    setView(m_view);
}

QMenu *HeaderBar::buildCopyMenu()
{
    auto *menu = new QMenu(this);
    connect(menu->addAction(tr("&Address")), &QAction::triggered, this,
            [this] { QGuiApplication::clipboard()->setText(m_view.address); });
    menu->addSeparator();
    addLine(menu, tr("Environment line for &bash and zsh"), Shell::Bash);
    addLine(menu, tr("Environment line for &fish"), Shell::Fish);
    addLine(menu, tr("Environment line for &PowerShell"), Shell::PowerShell);
    addLine(menu, tr("Environment line for &cmd"), Shell::Cmd);
    return menu;
}

void HeaderBar::addLine(QMenu *menu, const QString &text, Shell shell)
{
    connect(menu->addAction(text), &QAction::triggered, this,
            [this, shell] { QGuiApplication::clipboard()->setText(environmentLine(shell, m_view.address)); });
}

void HeaderBar::setView(const ProxyView &view)
{
    m_view = view;
    m_startStop->setText(view.serves() ? tr("&Stop") : tr("&Start"));
    m_startStop->setEnabled(!view.isChanging() && !view.lacksConfig());
    setPlainToolTip(m_startStop, view.lacksConfig() ? tr("The proxy cannot be started before config.json is corrected.") : QString());
    m_address->setText(view.address);
    m_copy->setEnabled(!view.address.isEmpty());
    showClusters();
}

void HeaderBar::showClientLines()
{
    m_copy->showMenu();
}

void HeaderBar::showClusters()
{
    const QSignalBlocker quiet(m_clusters);
    QStringList shown;
    for (int i = 0; i < m_clusters->count(); ++i)
        shown << m_clusters->itemText(i);
    if (shown != m_view.clusters) {
        m_clusters->clear();
        m_clusters->addItems(m_view.clusters);
    }
    m_clusters->setPlaceholderText(!m_view.clusters.isEmpty()      ? tr("Choose a cluster")
                                       : m_view.configFault.isEmpty() ? tr("No clusters yet")
                                                                      : Words::none());
    m_clusters->setCurrentIndex(m_clusters->findText(m_view.cluster, Qt::MatchExactly | Qt::MatchCaseSensitive));
    m_clusters->setEnabled(!m_view.clusters.isEmpty() && !m_view.isChanging());
}

void HeaderBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        drawIcons();
}

void HeaderBar::drawIcons()
{
    const QColor colour = palette().color(QPalette::WindowText);
    m_copy->setIcon(tintedIcon(QStringLiteral(":/icons/copy.svg"), colour));
    m_more->setIcon(tintedIcon(QStringLiteral(":/icons/more.svg"), colour));
}

} // namespace qcc
