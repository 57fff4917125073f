#pragma once

#include <QString>

namespace qcc {

/// What somebody may want to be told while no window is open.
enum class Notice { FailedOver, AllDown, Recovered, PortInUse, KeyRejected };
inline constexpr int noticeCount = 5;

/// What a click on the tray icon does.
enum class ClickAction { Nothing, OpenWindow, StartStop, OpenMenu, OpenPanel };

enum class Theme { System, Light, Dark };

/// How the tray icon is drawn: to fit the panel as far as that is known, light, dark, or so that its sign has a colour.
enum class TrayColours { Automatic, Light, Dark, Colour };

/// The settings of the desktop application itself; those of the proxy are in config.json.
struct TraySettings {
    QString language; ///< "en", "zh_CN"; empty: the system's.
    Theme theme = Theme::System;
    TrayColours trayIcon = TrayColours::Automatic;
    ClickAction leftClick = ClickAction::OpenPanel;
    ClickAction middleClick = ClickAction::StartStop;
    bool notices[noticeCount] = {true, true, true, true, true}; ///< Indexed by Notice.

    bool tells(Notice notice) const { return notices[static_cast<int>(notice)]; }
    bool operator==(const TraySettings &) const = default;
};

} // namespace qcc
