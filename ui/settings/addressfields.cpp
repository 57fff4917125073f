#include "ui/settings/addressfields.h"

#include "core/config/addresses.h"
#include "ui/model/proxyview.h"
#include "ui/settings/configfields.h"
#include "ui/settings/settingedits.h"
#include "ui/settings/settingfield.h"
#include "ui/settings/settingsform.h"

#include <QLineEdit>
#include <QPushButton>
#include <QUrl>

namespace qcc {

namespace {

const QString &hostPath()
{
    static const QString path = QStringLiteral("listen.host");
    return path;
}

const QString &portPath()
{
    static const QString path = QStringLiteral("listen.port");
    return path;
}

const QString &tokenPath()
{
    static const QString path = QStringLiteral("listen.access_token");
    return path;
}

} // namespace

AddressFields::AddressFields(SettingsForm *form, ConfigFields *fields)
    : QObject(form)
    , m_host(new QLineEdit)
    , m_token(new TokenEdit)
{
    form->addSection(tr("Address"));
    m_host->setFixedWidth(fieldWidth(m_host->font()));
    m_hostField = new SettingField(tr("Host"), m_host,
                                   tr("localhost, or an IP address of this computer. With 0.0.0.0 other computers reach the proxy, too."));
    fields->add({hostPath(), tr("Host"), m_hostField,
                 [host = m_host] { return QJsonValue(host->text().trimmed()); },
                 [host = m_host](const QJsonValue &value) { host->setText(value.toString()); },
                 [](const QJsonValue &value) { return value.toString(); }, [this] { return hostFault(); }, true});
    fields->addNumber(tr("Port"), portPath());
    m_portField = fields->field(portPath());
    fields->add({tokenPath(),
                 tr("Access token"),
                 new SettingField(tr("Access token"), m_token,
                                  tr("Clients present it as their API key. Required where other computers reach the proxy.")),
                 [token = m_token] { return QJsonValue(token->token()); },
                 [token = m_token](const QJsonValue &value) { token->setToken(value.toString()); },
                 {},
                 [this] { return tokenFault(); },
                 true});
    addRestart(m_hostField);
    addRestart(m_portField);

    connect(m_host, &QLineEdit::textEdited, fields, &ConfigFields::check);
    connect(m_host, &QLineEdit::editingFinished, fields, [fields] { fields->commit(hostPath()); });
    connect(m_token, &TokenEdit::edited, fields, &ConfigFields::check);
    connect(m_token, &TokenEdit::finished, fields, [fields] { fields->commit(tokenPath()); });
}

void AddressFields::addRestart(SettingField *field)
{
    auto *restart = smallButton(tr("&Restart the proxy"));
    field->setStep(restart);
    connect(restart, &QPushButton::clicked, this, &AddressFields::restartRequested);
}

void AddressFields::setConfig(const Config &config)
{
    if (config.listen == m_configured)
        return;
    m_configured = config.listen;
    showForce();
}

void AddressFields::setView(const ProxyView &view)
{
    const QString inForce = view.serves() ? view.address : QString();
    if (inForce == m_inForce)
        return;
    m_inForce = inForce;
    showForce();
}

QString AddressFields::hostFault() const
{
    const QString host = m_host->text().trimmed();
    if (!listenHostFault(host).isEmpty())
        return tr("This is no IP address. Enter one of this computer's, or localhost.");
    if (!isLoopbackHost(host) && m_token->token().isEmpty())
        return tr("Everyone who reaches this address could use your keys. Set an access token first.");
    return {};
}

QString AddressFields::tokenFault() const
{
    if (m_token->token().isEmpty() && !isLoopbackHost(m_host->text().trimmed()))
        return tr("Everyone who reaches %1 could use your keys. Keep a token, or go back to 127.0.0.1 first.")
            .arg(m_host->text().trimmed());
    return {};
}

void AddressFields::showForce()
{
    const QUrl url(m_inForce);
    const bool runs = !m_inForce.isEmpty();
    const bool portDiffers = runs && url.port() != m_configured.port;
    const bool hostDiffers = runs && url.host().compare(m_configured.host, Qt::CaseInsensitive) != 0;
    const auto notice = [](const QString &inForce) { return tr("Takes effect at the next start; until then it is %1.").arg(inForce); };
    m_portField->setNotice(portDiffers ? notice(QString::number(url.port())) : QString());
    // One restart is enough for both.
    m_hostField->setNotice(hostDiffers ? notice(url.host()) : QString(), !portDiffers);
}

} // namespace qcc
