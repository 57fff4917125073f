#pragma once

#include "ui/model/proxyview.h"
#include "ui/model/traysettings.h"
#include "ui/tray/traymenu.h"

#include <QColor>
#include <QIcon>
#include <QObject>
#include <QSystemTrayIcon>

#include <functional>
#include <memory>
#include <optional>

namespace qcc {

/// The ring of `state` in one colour, drawn for each size that panels and lists use. The shape says the state, the colour only fits what it stands on.
QIcon stateIcon(ProxyState state, const QColor &colour);

/// The same for a panel, with an outline in the contrasting tone, so that it can be told on any. `darkPanel`: see panelIsDark().
QIcon trayIconOf(ProxyState state, TrayColours colours, std::optional<bool> darkPanel);

/// Whether the panel that holds the tray is dark, as far as the system tells. Nothing: it colours icons itself, by their shape.
std::optional<bool> panelIsDark();

/// The icon in the system's tray, its tooltip and its menu.
class TrayIcon : public QObject
{
    Q_OBJECT

public:
    /// `mayAsk`: whether Qt may be asked for a tray, which on some desktops it looks for once. Nothing: at any time.
    explicit TrayIcon(std::function<bool()> mayAsk = {}, QObject *parent = nullptr);

    /// Whether the desktop has a tray now; one may come later while a session starts, and takes the icon in when this is asked.
    bool isAvailable();

    void show();
    void hide();
    void setView(const ProxyView &view);
    /// While qcc quits, a click on the icon opens the menu, which says how to go on.
    void setQuitting(bool quitting);
    void setClicks(ClickAction left, ClickAction middle);
    void setColours(TrayColours colours);
    /// A passing message next to the icon, for what happened without a window being open.
    void notify(const QString &title, const QString &text, bool problem);

    QIcon icon() const { return m_icon ? m_icon->icon() : QIcon(); }
    QString toolTip() const { return m_toolTip; }
    TrayMenu *menu() { return &m_menu; }
    /// Where it is on the screen; empty where the desktop does not tell.
    QRect geometry() const { return m_icon ? m_icon->geometry() : QRect(); }

Q_SIGNALS:
    /// Clicks on the icon itself, as setClicks() says.
    void openRequested();
    void startStopRequested();
    void panelRequested();
    /// The last notify() was clicked.
    void notificationClicked();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void make();
    void draw();
    void act(ClickAction action);

    const std::function<bool()> m_mayAsk;
    TrayMenu m_menu;
    std::unique_ptr<QSystemTrayIcon> m_icon; ///< Once Qt may be asked for one.
    bool m_shown = false;
    QString m_toolTip;
    ProxyState m_state = ProxyState::Stopped;
    TrayColours m_colours = TrayColours::Automatic;
    std::optional<bool> m_darkPanel;
    bool m_quitting = false;
    ClickAction m_leftClick = ClickAction::OpenPanel;
    ClickAction m_middleClick = ClickAction::StartStop;
};

} // namespace qcc
