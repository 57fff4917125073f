#include "ui/tray/traymenu.h"

#include "ui/model/statetext.h"

#include <QActionGroup>
#include <QClipboard>
#include <QGuiApplication>

namespace qcc {

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

} // namespace

TrayMenu::TrayMenu(QWidget *parent)
    : QMenu(parent)
    , m_clusters(new QActionGroup(this))
{
    m_state = addAction(QString());
    m_state->setEnabled(false);
    m_startStop = addAction(QString());
    connect(m_startStop, &QAction::triggered, this, [this] {
        if (m_view.serves())
            Q_EMIT stopRequested();
        else
            Q_EMIT startRequested();
    });
    addSeparator();

    m_noCluster = addAction(tr("No clusters yet"));
    m_noCluster->setEnabled(false);
    m_afterClusters = addSeparator();
    connect(m_clusters, &QActionGroup::triggered, this, [this](const QAction *action) {
        const QString name = action->data().toString();
        if (name != m_view.cluster)
            Q_EMIT clusterChosen(name);
    });

    addCopyMenu();
    m_startAtLogin = addAction(tr("Start at &login"));
    m_startAtLogin->setCheckable(true);
    connect(m_startAtLogin, &QAction::triggered, this, &TrayMenu::startAtLoginChosen);
    addSeparator();
    connect(addAction(tr("&About qcc")), &QAction::triggered, this, &TrayMenu::aboutRequested);
    connect(addAction(tr("&Quit")), &QAction::triggered, this, &TrayMenu::quitRequested);
    setView(m_view);
}

void TrayMenu::addCopyMenu()
{
    m_copy = addMenu(tr("&Copy"));
    connect(m_copy->addAction(tr("&Address")), &QAction::triggered, this, [this] { copyText(m_view.address); });
    m_copy->addSeparator();
    addEnvironmentItem(tr("Environment line for &bash and zsh"), Shell::Bash);
    addEnvironmentItem(tr("Environment line for &fish"), Shell::Fish);
    addEnvironmentItem(tr("Environment line for &PowerShell"), Shell::PowerShell);
    m_copy->addSeparator();
    m_copyError = m_copy->addAction(tr("&Last error"));
    connect(m_copyError, &QAction::triggered, this, [this] { copyText(m_view.lastError); });
}

void TrayMenu::addEnvironmentItem(const QString &text, Shell shell)
{
    connect(m_copy->addAction(text), &QAction::triggered, this,
            [this, shell] { copyText(environmentLine(shell, m_view.address)); });
}

void TrayMenu::setView(const ProxyView &view)
{
    m_view = view;
    m_state->setText(plain(StateText::line(view)));
    m_startStop->setText(view.serves() ? tr("&Stop") : tr("&Start"));
    m_startStop->setEnabled(view.state != ProxyState::Starting);
    m_copy->setEnabled(!view.address.isEmpty());
    m_copyError->setEnabled(!view.lastError.isEmpty());
    showClusters();
}

void TrayMenu::setStartsAtLogin(bool on)
{
    m_startAtLogin->setChecked(on);
}

void TrayMenu::showClusters()
{
    m_noCluster->setVisible(m_view.clusters.isEmpty());
    while (m_clusters->actions().size() > m_view.clusters.size())
        delete m_clusters->actions().constLast();
    while (m_clusters->actions().size() < m_view.clusters.size()) {
        auto *action = new QAction(m_clusters);
        action->setCheckable(true);
        insertAction(m_afterClusters, action);
    }

    bool oneInUse = false;
    for (qsizetype i = 0; i < m_view.clusters.size(); ++i) {
        QAction *action = m_clusters->actions().at(i);
        const QString &name = m_view.clusters.at(i);
        action->setText(plain(name));
        action->setData(name);
        action->setEnabled(m_view.state != ProxyState::Starting);
        if (name == m_view.cluster) {
            action->setChecked(true);
            oneInUse = true;
        }
    }
    // An exclusive group does not let go of its checked action by itself.
    if (!oneInUse && m_clusters->checkedAction()) {
        m_clusters->setExclusive(false);
        m_clusters->checkedAction()->setChecked(false);
        m_clusters->setExclusive(true);
    }
}

} // namespace qcc
