#pragma once

#include "core/config/config.h"
#include "ui/model/configchange.h"
#include "ui/model/proxyview.h"
#include "ui/model/traysettings.h"
#include "ui/settings/settingsform.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QScrollArea;

namespace qcc {

class AddressFields;
class ConfigFields;
class DesktopFields;
class SettingsIndex;

/// All settings in one column: those of the proxy, which are in config.json, and those of the desktop application. Where there is room, an index stands
/// beside them.
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
    /// What can be set, in the order of the page.
    QList<SettingPlace> places() const;
    /// Brings one of places() before the eyes and under the keys. Its value stays.
    void showPlace(qsizetype place);
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

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    QWidget *faultLine();
    void search(const QString &text);
    void goTo(int section);
    void markPlace();
    void placeIndex();
    void dress();

    QLineEdit *m_filter;
    QWidget *m_faultLine;
    QLabel *m_fault; ///< Why nothing of config.json can be changed.
    QScrollArea *m_scroll;
    SettingsForm *m_form;
    ConfigFields *m_fields;
    DesktopFields *m_desktop;
    AddressFields *m_address;
    SettingsIndex *m_index;
    bool m_goes = false; ///< What scrolls now is the index.
    ConfigSnapshot m_config;
    QString m_configFault;
};

} // namespace qcc
