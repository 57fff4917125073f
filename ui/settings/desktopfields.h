#pragma once

#include "ui/model/traysettings.h"

#include <QObject>

#include <array>

class QComboBox;

namespace qcc {

class Segments;
class SettingsForm;
class Switch;

/// The settings of the desktop application itself.
class DesktopFields : public QObject
{
    Q_OBJECT

public:
    explicit DesktopFields(SettingsForm *form);

    void setSettings(const TraySettings &settings);
    void setStartsAtLogin(bool on);

Q_SIGNALS:
    void settingsChanged(const qcc::TraySettings &settings);
    void startAtLoginChosen(bool on);

private:
    void addStartup(SettingsForm *form);
    void addAppearance(SettingsForm *form);
    void addNotices(SettingsForm *form);
    void take();

    TraySettings m_settings;
    Switch *m_login;
    QComboBox *m_language;
    Segments *m_theme;    ///< By Theme.
    Segments *m_trayIcon; ///< By TrayColours.
    QComboBox *m_leftClick;
    QComboBox *m_middleClick;
    std::array<Switch *, noticeCount> m_notices{};
};

} // namespace qcc
