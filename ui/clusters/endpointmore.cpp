#include "ui/clusters/endpointmore.h"

#include "core/config/addresses.h"
#include "core/config/loginhosts.h"
#include "core/config/settings.h"
#include "core/config/vendors.h"
#include "ui/clusters/formparts.h"
#include "ui/clusters/pairtable.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QSpinBox>
#include <QToolButton>

#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

enum ProxyChoice { SystemProxy, NoProxy, ProxyAt };

/// What config.json allows.
void allow(QSpinBox *box, const QString &path)
{
    const SettingRule &rule = settingAt(path).rule;
    box->setRange(static_cast<int>(rule.low), static_cast<int>(rule.high));
}

} // namespace

QHBoxLayout *rowOf(std::initializer_list<QWidget *> widgets)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::unit);
    for (QWidget *widget : widgets)
        row->addWidget(widget);
    return row;
}

void put(QLineEdit &edit, const QString &text)
{
    if (edit.text() == text)
        return;
    edit.setText(text);
    edit.setCursorPosition(0);
}

EndpointMore::EndpointMore(QWidget *parent)
    : QWidget(parent)
    , m_auth(new QComboBox)
    , m_anywhere(new QCheckBox(tr("passthrough_anywhere: to this host, too")))
    , m_priority(new QSpinBox)
    , m_weight(new QSpinBox)
    , m_atOnce(new QSpinBox)
    , m_perMinute(new QSpinBox)
    , m_enabled(new QCheckBox(tr("&Enabled")))
    , m_proxy(new QComboBox)
    , m_proxyUrl(new QLineEdit)
    , m_http2(new QCheckBox(tr("Use HTTP/&2 where the endpoint offers it")))
    , m_keyCommand(new QLineEdit)
    , m_caFile(new QLineEdit)
    , m_clientCert(new QLineEdit)
    , m_clientKey(new QLineEdit)
    , m_models(new ModelMapTable)
    , m_headers(new HeaderTable)
    , m_query(new ParameterTable)
    , m_authNote(new FieldNote)
    , m_proxyNote(new FieldNote)
    , m_caFileNote(new FieldNote)
    , m_keyCommandNote(new FieldNote)
    , m_clientCertNote(new FieldNote)
    , m_modelsNote(new FieldNote)
    , m_headersNote(new FieldNote)
    , m_queryNote(new FieldNote)
{
    fillChoices();
    explain();
    FormGrid grid(this);
    grid.addField(tr("Key sent &as"), m_auth, rowOf({m_auth}), m_authNote);
    grid.addControls(rowOf({m_anywhere}));
    grid.addField(tr("Key pr&ogram"), m_keyCommand, rowOf({m_keyCommand}), m_keyCommandNote);
    grid.addField(tr("&Priority"), m_priority, makeNumbers(), nullptr);
    grid.addField(tr("&Limits"), m_atOnce, makeLimits(), nullptr);
    grid.addField(tr("Pro&xy"), m_proxy, makeProxyControls(), m_proxyNote);
    grid.addField(tr("CA &file"), m_caFile, makeFileControls(m_caFile, tr("CA file")), m_caFileNote);
    grid.addField(tr("Client &certificate"), m_clientCert, makeFileControls(m_clientCert, tr("Client certificate")), nullptr);
    grid.addField(tr("&Its key"), m_clientKey, makeFileControls(m_clientKey, tr("Key of the client certificate")), m_clientCertNote);
    grid.addField(tr("&Models"), m_models, rowOf({m_models}), m_modelsNote);
    grid.addField(tr("&Headers"), m_headers, rowOf({m_headers}), m_headersNote);
    grid.addField(tr("&Query"), m_query, rowOf({m_query}), m_queryNote);
    grid.addControls(rowOf({m_http2}));
    auto *on = rowOf({m_enabled});
    grid.addControls(on);

    for (QLineEdit *edit : {m_proxyUrl, m_caFile, m_keyCommand, m_clientCert, m_clientKey})
        connect(edit, &QLineEdit::textEdited, this, &EndpointMore::tell);
    for (QComboBox *choice : {m_auth, m_proxy})
        connect(choice, &QComboBox::activated, this, &EndpointMore::tell);
    for (QSpinBox *number : {m_priority, m_weight, m_atOnce, m_perMinute})
        connect(number, &QSpinBox::valueChanged, this, &EndpointMore::tell);
    for (QCheckBox *box : {m_enabled, m_http2, m_anywhere})
        connect(box, &QCheckBox::clicked, this, &EndpointMore::tell);
    for (PairTable *table : {m_models, m_headers, m_query})
        connect(table, &PairTable::edited, this, &EndpointMore::tell);
}

QString EndpointMore::summary()
{
    return tr("Key sent as, key program, priority, weight, limits, proxy, certificates, models, headers, query");
}

bool EndpointMore::isUsedIn(const EndpointDraft &draft)
{
    EndpointDraft usual = draft;
    const EndpointDraft fresh;
    // As the chosen vendor has it, it is said beside that.
    if (const VendorPreset *vendor = vendorNamed(draft.vendor); !vendor || draft.auth != vendor->auth)
        usual.auth = fresh.auth;
    usual.weight = fresh.weight;
    usual.proxy = fresh.proxy;
    usual.http2 = fresh.http2;
    usual.caFile = fresh.caFile;
    usual.modelMap = fresh.modelMap;
    usual.maxConcurrent = fresh.maxConcurrent;
    usual.requestsPerMinute = fresh.requestsPerMinute;
    usual.passthroughAnywhere = fresh.passthroughAnywhere;
    usual.apiKeyCommand = fresh.apiKeyCommand;
    usual.clientCert = fresh.clientCert;
    usual.clientKey = fresh.clientKey;
    usual.headers = fresh.headers;
    usual.query = fresh.query;
    return usual != draft;
}

bool EndpointMore::has(DraftField field)
{
    return field != DraftField::Name && field != DraftField::BaseUrl && field != DraftField::ApiKey;
}

FieldNote *EndpointMore::note(DraftField field) const
{
    switch (field) {
    case DraftField::Auth: return m_authNote;
    case DraftField::Proxy: return m_proxyNote;
    case DraftField::CaFile: return m_caFileNote;
    case DraftField::KeyCommand: return m_keyCommandNote;
    case DraftField::ClientCert: return m_clientCertNote;
    case DraftField::Headers: return m_headersNote;
    case DraftField::Query: return m_queryNote;
    default: return m_modelsNote;
    }
}

QHBoxLayout *EndpointMore::makeNumbers()
{
    allow(m_priority, u"clusters[].endpoints[].priority"_s);
    setPlainToolTip(m_priority, tr("The lowest number comes first."));
    allow(m_weight, u"clusters[].endpoints[].weight"_s);
    setPlainToolTip(m_weight, tr("Its share of the requests where the strategy goes by weight."));
    auto *weightLabel = new TextLabel(tr("&Weight"));
    weightLabel->setBuddy(m_weight);
    auto *numbers = rowOf({m_priority, weightLabel, m_weight});
    numbers->insertSpacing(1, metrics::unit);
    numbers->addStretch(1);
    return numbers;
}

QHBoxLayout *EndpointMore::makeLimits()
{
    allow(m_atOnce, u"clusters[].endpoints[].max_concurrent"_s);
    setPlainToolTip(m_atOnce, tr("So many requests it gets at a time; further ones go to the next endpoint, or wait."));
    allow(m_perMinute, u"clusters[].endpoints[].requests_per_minute"_s);
    setPlainToolTip(m_perMinute, tr("So many requests it gets within any minute; further ones go to the next endpoint, or wait."));
    for (QSpinBox *limit : {m_atOnce, m_perMinute})
        limit->setSpecialValueText(tr("no limit"));
    m_atOnce->setAccessibleName(tr("Requests at a time"));
    m_perMinute->setAccessibleName(tr("Requests a minute"));
    auto *row = rowOf({m_atOnce, new TextLabel(tr("at a time")), m_perMinute, new TextLabel(tr("a minute"))});
    row->addStretch(1);
    return row;
}

QHBoxLayout *EndpointMore::makeProxyControls()
{
    m_proxyUrl->setPlaceholderText(u"socks5://127.0.0.1:1080"_s);
    m_proxyUrl->setAccessibleName(tr("Address of the proxy"));
    auto *row = rowOf({m_proxy, m_proxyUrl});
    row->setStretch(1, 1);
    return row;
}

void EndpointMore::explain()
{
    m_keyCommand->setPlaceholderText(tr("none: the key above"));
    setPlainToolTip(m_keyCommand, tr("A program with its arguments whose first line of output is the key. It is asked when a request needs the key, and takes the place of one that is kept."));
    setPlainToolTip(m_anywhere, tr("Whoever is at this host gets the login of the client, and can use it."));
    m_caFile->setPlaceholderText(tr("none: those that this computer trusts"));
    setPlainToolTip(m_caFile, tr("A PEM file with the certificate authorities that are trusted for this endpoint, in place of this computer's"));
    m_clientCert->setPlaceholderText(tr("none: only the key says who asks"));
    setPlainToolTip(m_clientCert, tr("A PEM file with the certificate that is shown to this endpoint, and those that lead to its authority"));
    m_clientKey->setPlaceholderText(tr("in the same file"));
    setPlainToolTip(m_clientKey, tr("A PEM file with the certificate's key, without a passphrase"));
}

QHBoxLayout *EndpointMore::makeFileControls(QLineEdit *edit, const QString &title)
{
    auto *choose = new QToolButton;
    choose->setText(tr("Choose…"));
    choose->setAccessibleName(tr("Choose the file: %1", "what it is").arg(title));
    choose->setFocusPolicy(Qt::StrongFocus);
    choose->setMinimumHeight(edit->sizeHint().height());
    connect(choose, &QToolButton::clicked, this, [this, edit, title] { chooseFile(edit, title); });
    auto *row = rowOf({edit, choose});
    row->setStretch(0, 1);
    return row;
}

void EndpointMore::chooseFile(QLineEdit *edit, const QString &title)
{
    auto *dialog = new QFileDialog(this, title, QFileInfo(edit->text()).path(),
                                   tr("Certificates (*.pem *.crt *.cer *.key)") + u";;"_s + tr("All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, edit](const QString &path) {
        edit->setText(QDir::toNativeSeparators(path));
        tell();
    });
    dialog->open();
}

void EndpointMore::fillChoices()
{
    const std::initializer_list<std::pair<AuthStyle, QString>> styles = {
        {AuthStyle::Auto, tr("The header that the client used")},
        {AuthStyle::XApiKey, u"x-api-key"_s},
        {AuthStyle::Bearer, u"Authorization: Bearer"_s},
        {AuthStyle::Both, tr("Both: x-api-key and Authorization")},
        {AuthStyle::XGoogApiKey, u"x-goog-api-key"_s},
        {AuthStyle::ApiKey, u"api-key"_s},
        {AuthStyle::None, tr("Not at all")},
        {AuthStyle::Passthrough, tr("No key: the client's own login is passed on")},
    };
    for (const auto &[style, text] : styles)
        m_auth->addItem(text, QVariant::fromValue(int(style)));
    m_proxy->addItems({tr("System"), tr("None"), tr("URL")});
    // As wide as the field, and no wider than there is room for.
    m_auth->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_auth->setMinimumContentsLength(8);
    m_auth->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
}

void EndpointMore::tell()
{
    m_proxyUrl->setVisible(m_proxy->currentIndex() == ProxyAt);
    if (!m_filling)
        Q_EMIT edited();
}

void EndpointMore::fill(const EndpointDraft &draft)
{
    const QScopedValueRollback filling(m_filling, true);
    m_auth->setCurrentIndex(m_auth->findData(int(draft.auth)));
    m_anywhere->setChecked(draft.passthroughAnywhere);
    m_priority->setValue(draft.priority);
    m_weight->setValue(draft.weight);
    m_atOnce->setValue(draft.maxConcurrent);
    m_perMinute->setValue(draft.requestsPerMinute);
    m_enabled->setChecked(draft.enabled);
    m_http2->setChecked(draft.http2);
    put(*m_keyCommand, draft.apiKeyCommand);
    put(*m_caFile, QDir::toNativeSeparators(draft.caFile));
    put(*m_clientCert, QDir::toNativeSeparators(draft.clientCert));
    put(*m_clientKey, QDir::toNativeSeparators(draft.clientKey));
    m_models->setLines(draft.modelMap);
    m_headers->setLines(draft.headers);
    m_query->setLines(draft.query);
    const bool system = draft.proxy == "system"_L1;
    m_proxy->setCurrentIndex(system ? SystemProxy : draft.proxy == "none"_L1 ? NoProxy : ProxyAt);
    if (m_proxy->currentIndex() == ProxyAt)
        put(*m_proxyUrl, draft.proxy);
    tell();
}

void EndpointMore::offerAnywhere(const EndpointDraft &draft)
{
    m_anywhere->setVisible(draft.auth == AuthStyle::Passthrough && !takesItsOwnLogins(trimmedBaseUrl(draft.baseUrl.trimmed())));
}

void EndpointMore::read(EndpointDraft &draft) const
{
    draft.auth = AuthStyle(m_auth->currentData().toInt());
    draft.passthroughAnywhere = draft.auth == AuthStyle::Passthrough && m_anywhere->isChecked();
    draft.priority = m_priority->value();
    draft.weight = m_weight->value();
    draft.maxConcurrent = m_atOnce->value();
    draft.requestsPerMinute = m_perMinute->value();
    draft.enabled = m_enabled->isChecked();
    draft.http2 = m_http2->isChecked();
    draft.apiKeyCommand = m_keyCommand->text();
    draft.caFile = QDir::fromNativeSeparators(m_caFile->text());
    draft.clientCert = QDir::fromNativeSeparators(m_clientCert->text());
    draft.clientKey = QDir::fromNativeSeparators(m_clientKey->text());
    draft.modelMap = m_models->lines();
    draft.headers = m_headers->lines();
    draft.query = m_query->lines();
    switch (m_proxy->currentIndex()) {
    case SystemProxy: draft.proxy = u"system"_s; break;
    case NoProxy: draft.proxy = u"none"_s; break;
    default: draft.proxy = m_proxyUrl->text(); break;
    }
}

} // namespace qcc
