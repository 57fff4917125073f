#include "ui/settings/addressfields.h"

#include "core/config/addresses.h"
#include "ui/model/proxyview.h"
#include "ui/model/words.h"
#include "ui/settings/configfields.h"
#include "ui/settings/settingedits.h"
#include "ui/settings/settingfield.h"
#include "ui/settings/settingsform.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
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

const QString &tokenPath()
{
    static const QString path = QStringLiteral("listen.access_token");
    return path;
}

bool isSameAddress(const QString &address, const Config::Listen &listen)
{
    const QUrl url(address);
    return url.port() == listen.port && url.host().compare(listen.host, Qt::CaseInsensitive) == 0;
}

} // namespace

AddressFields::AddressFields(SettingsForm *form, ConfigFields *fields)
    : QObject(form)
    , m_form(form)
    , m_host(new QLineEdit)
    , m_token(new TokenEdit)
    , m_note(new QWidget)
    , m_noteText(new TextLabel)
{
    form->addSection(tr("Address"));
    fields->add(
        tr("Host:"),
        {hostPath(), tr("Host"),
         new SettingField(m_host,
                          tr("localhost, or an IP address of this computer. With 0.0.0.0 other computers reach the proxy, too.")),
         [host = m_host] { return QJsonValue(host->text().trimmed()); },
         [host = m_host](const QJsonValue &value) { host->setText(value.toString()); },
         [](const QJsonValue &value) { return value.toString(); }, [this] { return hostFault(); }, true});
    fields->addNumber(tr("Port:"), QStringLiteral("listen.port"));
    fields->add(
        tr("Access token:"),
        {tokenPath(),
         tr("Access token"),
         new SettingField(m_token, tr("Clients present it as their API key. Required where other computers reach the proxy.")),
         [token = m_token] { return QJsonValue(token->token()); },
         [token = m_token](const QJsonValue &value) { token->setToken(value.toString()); },
         {},
         [this] { return tokenFault(); },
         true});

    auto *restart = new QPushButton(tr("&Restart the proxy"));
    m_noteText->setWordWrap(true);
    auto *row = new QHBoxLayout(m_note);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::unit);
    row->addWidget(m_noteText, 1);
    row->addWidget(restart);
    form->addNote(m_note);

    connect(m_host, &QLineEdit::textEdited, fields, &ConfigFields::check);
    connect(m_host, &QLineEdit::editingFinished, fields, [fields] { fields->commit(hostPath()); });
    connect(m_token, &TokenEdit::edited, fields, &ConfigFields::check);
    connect(m_token, &TokenEdit::finished, fields, [fields] { fields->commit(tokenPath()); });
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
    const bool differs = !m_inForce.isEmpty() && !isSameAddress(m_inForce, m_configured);
    if (differs)
        m_noteText->setText(Words::markOf(Meaning::Warning) + QLatin1Char(' ')
                            + tr("The new address takes effect at the next start. Until then it is %1.").arg(m_inForce));
    m_form->setNoteVisible(m_note, differs);
}

} // namespace qcc
