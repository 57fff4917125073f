#include "ui/tray/trayicon.h"

#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QCursor>
#include <QEvent>
#include <QGuiApplication>

namespace qcc {

namespace {

QString fileOf(ProxyState state)
{
    switch (state) {
    case ProxyState::Unconfigured:
    case ProxyState::Stopped: return QStringLiteral(":/icons/tray-stopped.svg");
    case ProxyState::Starting: return QStringLiteral(":/icons/tray-starting.svg");
    case ProxyState::Running: return QStringLiteral(":/icons/tray-running.svg");
    case ProxyState::Degraded: return QStringLiteral(":/icons/tray-degraded.svg");
    case ProxyState::NoNetwork:
    case ProxyState::Down: return QStringLiteral(":/icons/tray-down.svg");
    }
    Q_UNREACHABLE();
}

} // namespace

QIcon stateIcon(ProxyState state, const QColor &colour)
{
    QIcon icon = tintedIcon(fileOf(state), colour);
    icon.setIsMask(true);
    return icon;
}

TrayIcon::TrayIcon(QObject *parent)
    : QObject(parent)
    , m_colour(panelForeground())
{
    m_icon.setContextMenu(&m_menu);
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger)
            act(m_leftClick);
        else if (reason == QSystemTrayIcon::MiddleClick)
            act(m_middleClick);
    });
    connect(&m_icon, &QSystemTrayIcon::messageClicked, this, &TrayIcon::notificationClicked);
    qGuiApp->installEventFilter(this);
    draw();
    setView({});
}

bool TrayIcon::isAvailable()
{
    return QSystemTrayIcon::isSystemTrayAvailable();
}

void TrayIcon::show()
{
    m_icon.show();
}

void TrayIcon::hide()
{
    m_icon.hide();
}

void TrayIcon::setView(const ProxyView &view)
{
    m_menu.setView(view);
    // The tray lives in another process: tell it only what changed.
    if (view.state != m_state) {
        m_state = view.state;
        draw();
    }
    const QString toolTip = markupFree(StateText::toolTip(view));
    if (toolTip != m_icon.toolTip())
        m_icon.setToolTip(toolTip);
}

void TrayIcon::notify(const QString &title, const QString &text, bool problem)
{
    m_icon.showMessage(markupFree(title), markupFree(text), problem ? QSystemTrayIcon::Warning : QSystemTrayIcon::Information);
}

void TrayIcon::setClicks(ClickAction left, ClickAction middle)
{
    m_leftClick = left;
    m_middleClick = middle;
}

void TrayIcon::act(ClickAction action)
{
    switch (action) {
    case ClickAction::Nothing: break;
    case ClickAction::OpenWindow: Q_EMIT openRequested(); break;
    case ClickAction::StartStop: Q_EMIT startStopRequested(); break;
    case ClickAction::OpenMenu: m_menu.popup(QCursor::pos()); break;
    }
}

bool TrayIcon::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == qGuiApp && event->type() == QEvent::ApplicationPaletteChange) {
        const QColor colour = panelForeground();
        if (colour != m_colour) {
            m_colour = colour;
            draw();
        }
    }
    return QObject::eventFilter(watched, event);
}

void TrayIcon::draw()
{
    m_icon.setIcon(stateIcon(m_state, m_colour));
}

} // namespace qcc
