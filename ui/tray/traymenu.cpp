#include "ui/tray/traymenu.h"

#include "ui/model/coretext.h"
#include "ui/model/words.h"

#include <QActionGroup>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QIcon>
#include <QLabel>

#include <algorithm>

namespace qcc {

AboutBox::AboutBox(QWidget *parent)
    : QMessageBox(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(false);
    setWindowTitle(tr("About qcc"));
    setIconPixmap(QIcon(QStringLiteral(":/icons/qcc.svg")).pixmap(64, 64));
    setText(QStringLiteral("qcc %1").arg(QLatin1StringView(QCC_VERSION)));
    setInformativeText(tr("One stable local address for AI coding clients.\n\n"
                          "Free software under the GNU General Public License, version 3, without any warranty."));
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    // setTextFormat() leaves the informative text out.
    const QList<QLabel *> labels = findChildren<QLabel *>();
    for (QLabel *label : labels)
        label->setTextFormat(Qt::PlainText);
}

namespace {

/// A single "&" in an action's text is a mnemonic, not a letter.
QString plain(QString text)
{
    return text.replace(QLatin1Char('&'), QStringLiteral("&&"));
}

void copyText(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

/// Items of `group` as many as `count`; new ones stand in `menu` before `before`.
void fit(QActionGroup *group, qsizetype count, QMenu *menu, QAction *before)
{
    while (group->actions().size() > count)
        delete group->actions().constLast();
    while (group->actions().size() < count) {
        auto *action = new QAction(group);
        action->setCheckable(true);
        menu->insertAction(before, action);
    }
}

/// An exclusive group does not let go of its checked action by itself.
void uncheck(QActionGroup *group)
{
    if (!group->checkedAction())
        return;
    const auto policy = group->exclusionPolicy();
    group->setExclusionPolicy(QActionGroup::ExclusionPolicy::None);
    group->checkedAction()->setChecked(false);
    group->setExclusionPolicy(policy);
}

QString endpointText(const EndpointView &endpoint, EndpointView::Time now)
{
    QStringList parts{Words::shortName(endpoint.name), Words::healthOf(endpoint.health, endpoint.returnsInS(now))};
    if (endpoint.firstByteP50 && isInUse(endpoint.health))
        parts << Words::duration(*endpoint.firstByteP50);
    return Words::markOf(Words::meaningOf(endpoint.health)) + QStringLiteral("  ") + parts.join(QStringLiteral(" · "));
}

} // namespace

TrayMenu::TrayMenu(QWidget *parent)
    : QMenu(parent)
    , m_clusters(new QActionGroup(this))
    , m_endpoints(new QActionGroup(this))
{
    m_state = addAction(QString());
    m_state->setEnabled(false);
    m_startStop = addAction(QString());
    connect(m_startStop, &QAction::triggered, this, [this] {
        if (m_quitting)
            Q_EMIT keepRequested();
        else if (m_view.serves())
            Q_EMIT stopRequested();
        else
            Q_EMIT startRequested();
    });
    addSeparator();
    addClusters();
    addEndpoints();
    addSeparator();

    QAction *open = addItem(this, QT_TR_NOOP("&Open qcc"));
    connect(open, &QAction::triggered, this, &TrayMenu::openRequested);
    addCopyMenu();
    m_reset = addItem(this, QT_TR_NOOP("&Reset breakers"));
    connect(m_reset, &QAction::triggered, this, &TrayMenu::resetRequested);
    addSeparator();
    m_startAtLogin = addItem(this, QT_TR_NOOP("Start at &login"));
    m_startAtLogin->setCheckable(true);
    connect(m_startAtLogin, &QAction::triggered, this, &TrayMenu::startAtLoginChosen);
    QAction *settings = addItem(this, QT_TR_NOOP("S&ettings"));
    connect(settings, &QAction::triggered, this, &TrayMenu::settingsRequested);
    QAction *about = addItem(this, QT_TR_NOOP("&About qcc"));
    connect(about, &QAction::triggered, this, &TrayMenu::aboutRequested);
    m_ofRunning = {open, m_startAtLogin, settings, about};
    m_quit = addAction(QString());
    connect(m_quit, &QAction::triggered, this, &TrayMenu::quitRequested);
    translate();
}

QAction *TrayMenu::addItem(QMenu *menu, const char *text)
{
    QAction *action = menu->addAction(QString());
    m_texts.append({action, text});
    return action;
}

void TrayMenu::translate()
{
    for (const Text &text : std::as_const(m_texts))
        text.action->setText(tr(text.source));
    setView(m_view);
}

void TrayMenu::changeEvent(QEvent *event)
{
    QMenu::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        translate();
}

void TrayMenu::addClusters()
{
    m_noCluster = addItem(this, QT_TR_NOOP("No clusters yet"));
    m_noCluster->setEnabled(false);
    m_clusterMenu = addMenu(QString());
    m_texts.append({m_clusterMenu->menuAction(), QT_TR_NOOP("Cl&uster")});
    m_afterClusters = addSeparator();
    connect(m_clusters, &QActionGroup::triggered, this, [this](const QAction *action) {
        const QString name = action->data().toString();
        if (name != m_view.cluster)
            Q_EMIT clusterChosen(name);
    });
}

void TrayMenu::addEndpoints()
{
    m_endpointMenu = addMenu(QString());
    m_texts.append({m_endpointMenu->menuAction(), QT_TR_NOOP("En&dpoints")});
    m_clock.setInterval(std::chrono::seconds(1));
    connect(&m_clock, &QTimer::timeout, this, &TrayMenu::showEndpoints);
    // Not every panel tells of a menu within a menu.
    connect(this, &QMenu::aboutToShow, this, &TrayMenu::showEndpoints);
    connect(m_endpointMenu, &QMenu::aboutToShow, this, [this] {
        m_showsEndpoints = true;
        showEndpoints();
    });
    connect(m_endpointMenu, &QMenu::aboutToHide, this, [this] {
        m_showsEndpoints = false;
        m_clock.stop();
    });
    m_endpoints->setExclusionPolicy(QActionGroup::ExclusionPolicy::ExclusiveOptional);
    connect(m_endpoints, &QActionGroup::triggered, this, [this](const QAction *action) {
        Q_EMIT preferRequested(action->isChecked() ? action->data().toString() : QString());
    });
}

void TrayMenu::addCopyMenu()
{
    m_copy = addMenu(QString());
    m_texts.append({m_copy->menuAction(), QT_TR_NOOP("&Copy")});
    connect(addItem(m_copy, QT_TR_NOOP("&Address")), &QAction::triggered, this, [this] { copyText(m_view.address); });
    connect(addItem(m_copy, QT_TR_NOOP("Lines for a &client…")), &QAction::triggered, this, &TrayMenu::clientsRequested);
    m_copy->addSeparator();
    m_copyError = addItem(m_copy, QT_TR_NOOP("&Last error"));
    connect(m_copyError, &QAction::triggered, this, [this] { copyText(inUsersLanguage(m_view.lastError)); });
}

void TrayMenu::setView(const ProxyView &view)
{
    m_view = view;
    m_state->setText(plain(StateText::line(view)));
    m_startStop->setText(m_quitting ? tr("&Keep running") : view.serves() ? tr("&Stop") : tr("&Start"));
    m_startStop->setEnabled(m_quitting || (!view.isChanging() && !view.lacksConfig()));
    m_quit->setText(m_quitting ? tr("&Quit now") : tr("&Quit"));
    for (QAction *action : std::as_const(m_ofRunning))
        action->setEnabled(!m_quitting);
    m_copy->setEnabled(!view.address.isEmpty());
    m_copyError->setEnabled(!view.lastError.isEmpty());
    m_reset->setEnabled(!view.isChanging() && std::ranges::any_of(view.endpoints, [](const EndpointView &endpoint) {
        return endpoint.health != EndpointHealth::Disabled && !isInUse(endpoint.health);
    }));
    showClusters();
    showEndpoints();
}

void TrayMenu::setQuitting(bool quitting)
{
    m_quitting = quitting;
    setView(m_view);
}

void TrayMenu::setStartsAtLogin(bool on)
{
    m_startAtLogin->setChecked(on);
}

void TrayMenu::showClusters()
{
    m_noCluster->setVisible(m_view.clusters.isEmpty() && m_view.configFault.isEmpty());
    const bool ownMenu = m_view.clusters.size() > clustersAtTop;
    if (ownMenu != m_clusterMenu->menuAction()->isVisible())
        fit(m_clusters, 0, this, nullptr);
    m_clusterMenu->menuAction()->setVisible(ownMenu);
    if (ownMenu)
        fit(m_clusters, m_view.clusters.size(), m_clusterMenu, nullptr);
    else
        fit(m_clusters, m_view.clusters.size(), this, m_afterClusters);

    bool oneInUse = false;
    for (qsizetype i = 0; i < m_view.clusters.size(); ++i) {
        QAction *action = m_clusters->actions().at(i);
        const QString &name = m_view.clusters.at(i);
        action->setText(plain(Words::shortName(name)));
        action->setData(name);
        action->setEnabled(!m_view.isChanging());
        if (name == m_view.cluster) {
            action->setChecked(true);
            oneInUse = true;
        }
    }
    if (!oneInUse)
        uncheck(m_clusters);
}

void TrayMenu::showEndpoints()
{
    const EndpointView::Time now = std::chrono::steady_clock::now();
    m_endpointMenu->setEnabled(!m_view.endpoints.isEmpty() && !m_view.isChanging());
    fit(m_endpoints, m_view.endpoints.size(), m_endpointMenu, nullptr);
    bool onePicked = false;
    for (qsizetype i = 0; i < m_view.endpoints.size(); ++i) {
        QAction *action = m_endpoints->actions().at(i);
        const EndpointView &endpoint = m_view.endpoints.at(i);
        action->setText(plain(endpointText(endpoint, now)));
        action->setData(endpoint.id);
        action->setEnabled(endpoint.health != EndpointHealth::Disabled);
        if (endpoint.preferred) {
            action->setChecked(true);
            onePicked = true;
        }
    }
    if (!onePicked)
        uncheck(m_endpoints);
    const bool countsDown = std::ranges::any_of(m_view.endpoints, [now](const EndpointView &endpoint) { return endpoint.returnsInS(now) > 0; });
    if (!m_showsEndpoints || !countsDown)
        m_clock.stop();
    else if (!m_clock.isActive())
        m_clock.start();
}

} // namespace qcc
