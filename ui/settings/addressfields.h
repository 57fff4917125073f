#pragma once

#include "core/config/config.h"

#include <QObject>

class QLineEdit;

namespace qcc {

class ConfigFields;
class SettingField;
class SettingsForm;
class TokenEdit;
struct ProxyView;

/// Where the proxy listens: host, port and access token, which depend on one another, and whether that is in force already.
class AddressFields : public QObject
{
    Q_OBJECT

public:
    AddressFields(SettingsForm *form, ConfigFields *fields);

    void setConfig(const Config &config);
    void setView(const ProxyView &view);

Q_SIGNALS:
    void restartRequested();

private:
    QString hostFault() const;
    QString tokenFault() const;
    void addRestart(SettingField *field);
    void showForce();

    QLineEdit *m_host;
    TokenEdit *m_token;
    SettingField *m_hostField;
    SettingField *m_portField;
    Config::Listen m_configured;
    QString m_inForce; ///< An address; empty while the proxy does not run.
};

} // namespace qcc
