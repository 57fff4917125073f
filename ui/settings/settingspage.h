#pragma once

#include "core/config/config.h"
#include "ui/model/configchange.h"
#include "ui/model/proxyview.h"
#include "ui/model/traysettings.h"

#include <QWidget>

class QLabel;
class QLineEdit;

namespace qcc {

class AddressFields;
class ConfigFields;
class DesktopFields;
class SettingsForm;

/// All settings in one column: those of the proxy, which are in config.json, and those of the desktop application.
class SettingsPage : public QWidget
{
    Q_OBJECT

public:
    explicit SettingsPage(QWidget *parent = nullptr);

    /// What is being typed stays; all else follows.
    void setConfig(const ConfigSnapshot &config);
    /// To say where the configured address is not the one in force.
    void setView(const ProxyView &view);
    void setTraySettings(const TraySettings &settings);
    void setStartsAtLogin(bool on);
    /// The last change was not taken.
    void editRefused(const QString &why);
    void focusFilter();
    /// Shows all settings again; false where none was left out.
    bool clearFilter();

Q_SIGNALS:
    void changeRequested(const qcc::ConfigChange &change);
    void traySettingsChanged(const qcc::TraySettings &settings);
    void startAtLoginChosen(bool on);
    /// To bring a changed address into force.
    void restartRequested();
    /// To show config.json.
    void openConfigRequested();

private:
    QLineEdit *m_filter;
    QLabel *m_fault; ///< Why nothing of config.json can be changed.
    SettingsForm *m_form;
    ConfigFields *m_fields;
    AddressFields *m_address;
    DesktopFields *m_desktop;
    ConfigSnapshot m_config;
    QString m_configFault;
};

} // namespace qcc
