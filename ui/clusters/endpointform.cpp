#include "ui/clusters/endpointform.h"

#include "core/config/settings.h"
#include "ui/clusters/formparts.h"
#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QScrollArea>
#include <QSpinBox>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

enum ProxyChoice { SystemProxy, NoProxy, ProxyAt };

QHBoxLayout *rowOf(std::initializer_list<QWidget *> widgets)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::unit);
    for (QWidget *widget : widgets)
        row->addWidget(widget);
    return row;
}

/// What config.json allows.
void allow(QSpinBox *box, const QString &path)
{
    const SettingRule &rule = settingAt(path).rule;
    box->setRange(static_cast<int>(rule.low), static_cast<int>(rule.high));
}

} // namespace

EndpointForm::EndpointForm(QWidget *parent)
    : QWidget(parent)
    , m_statusMark(new TextLabel)
    , m_status(new TextLabel)
    , m_reset(new QPushButton(tr("Reset &breaker")))
    , m_name(new QLineEdit)
    , m_baseUrl(new QLineEdit)
    , m_key(new QLineEdit)
    , m_showKey(new QToolButton)
    , m_removeKey(new QToolButton)
    , m_auth(new QComboBox)
    , m_priority(new QSpinBox)
    , m_weight(new QSpinBox)
    , m_enabled(new QCheckBox(tr("&Enabled")))
    , m_proxy(new QComboBox)
    , m_proxyUrl(new QLineEdit)
    , m_http2(new QCheckBox(tr("Use HTTP/&2 where the endpoint offers it")))
    , m_caFile(new QLineEdit)
    , m_chooseCaFile(new QToolButton)
    , m_models(new ModelMapTable)
    , m_remark(new TextLabel)
    , m_revert(new QPushButton(tr("&Revert")))
    , m_save(new QPushButton(tr("&Save")))
{
    for (QLabel *label : {m_status, m_remark})
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_remark->setWordWrap(true);
    // Its words come and go by themselves; the fields below it stay where they are.
    m_status->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    QSizePolicy keepsItsRoom = m_reset->sizePolicy();
    keepsItsRoom.setRetainSizeWhenHidden(true);
    m_reset->setSizePolicy(keepsItsRoom);
    setPlainToolTip(m_reset, tr("Forget its failures and use it again at once"));

    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus); // It follows the focus of its fields.
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(makeFields());
    scroll->setMinimumHeight(fontMetrics().height() * 5);

    auto *status = rowOf({m_statusMark, m_status, m_reset});
    status->setStretch(1, 1);
    auto *foot = rowOf({m_remark, m_revert, m_save});
    foot->setStretch(0, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::unit);
    column->addLayout(status);
    column->addWidget(scroll, 1);
    column->addLayout(foot);

    connect(m_reset, &QPushButton::clicked, this, &EndpointForm::resetRequested);
    connect(m_revert, &QPushButton::clicked, this, &EndpointForm::revertRequested);
    connect(m_save, &QPushButton::clicked, this, &EndpointForm::saveRequested);
    setContent({});
    dress();
}

QWidget *EndpointForm::makeFields()
{
    fillChoices();
    auto *fields = new QWidget;
    auto *form = new QFormLayout(fields);
    form->setContentsMargins(0, 0, metrics::unit, 0);
    form->setHorizontalSpacing(metrics::unit);
    form->setVerticalSpacing(metrics::unit);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);

    m_baseUrl->setPlaceholderText(u"https://relay.example/api"_s);
    addField(form, tr("&Name:"), m_name, rowOf({m_name}), DraftField::Name);
    addField(form, tr("Base &URL:"), m_baseUrl, rowOf({m_baseUrl}), DraftField::BaseUrl);
    addField(form, tr("&Key:"), m_key, makeKeyControls(), DraftField::ApiKey);
    auto *authLabel = new TextLabel(tr("Key sent &as:"));
    authLabel->setBuddy(m_auth);
    form->addRow(authLabel, m_auth);

    auto *weightLabel = new TextLabel(tr("&Weight:"));
    weightLabel->setBuddy(m_weight);
    allow(m_priority, u"clusters[].endpoints[].priority"_s);
    setPlainToolTip(m_priority, tr("The lowest number comes first."));
    allow(m_weight, u"clusters[].endpoints[].weight"_s);
    setPlainToolTip(m_weight, tr("Its share of the requests where the strategy goes by weight."));
    auto *numbers = rowOf({m_priority, weightLabel, m_weight, m_enabled});
    numbers->insertSpacing(1, metrics::unit);
    numbers->insertSpacing(4, metrics::unit);
    numbers->addStretch(1);
    auto *priorityLabel = new TextLabel(tr("&Priority:"));
    priorityLabel->setBuddy(m_priority);
    form->addRow(priorityLabel, numbers);

    addField(form, tr("Pro&xy:"), m_proxy, makeProxyControls(), DraftField::Proxy);
    form->addRow(QString(), m_http2);
    addField(form, tr("CA &file:"), m_caFile, makeCaFileControls(), DraftField::CaFile);
    addField(form, tr("&Models:"), m_models, rowOf({m_models}), DraftField::ModelMap);

    for (QLineEdit *edit : {m_name, m_baseUrl, m_key, m_proxyUrl, m_caFile})
        connect(edit, &QLineEdit::textEdited, this, &EndpointForm::tellEdits);
    for (QComboBox *choice : {m_auth, m_proxy})
        connect(choice, &QComboBox::activated, this, &EndpointForm::tellEdits);
    for (QSpinBox *number : {m_priority, m_weight})
        connect(number, &QSpinBox::valueChanged, this, &EndpointForm::tellEdits);
    for (QCheckBox *box : {m_enabled, m_http2})
        connect(box, &QCheckBox::clicked, this, &EndpointForm::tellEdits);
    connect(m_models, &ModelMapTable::edited, this, &EndpointForm::tellEdits);
    connect(m_notes.value(DraftField::BaseUrl), &FieldNote::remedyChosen, this, [this](const QString &remedy) {
        m_baseUrl->setText(remedy);
        tellEdits();
    });
    return fields;
}

void EndpointForm::addField(QFormLayout *form, const QString &label, QWidget *buddy, QLayout *controls, DraftField note)
{
    auto *said = new FieldNote;
    m_notes.insert(note, said);
    auto *column = new QVBoxLayout;
    column->setSpacing(metrics::half);
    column->addLayout(controls);
    column->addWidget(said);
    auto *name = new TextLabel(label);
    name->setBuddy(buddy);
    form->addRow(name, column);
}

QHBoxLayout *EndpointForm::makeKeyControls()
{
    m_key->setEchoMode(QLineEdit::Password);
    m_key->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhNoAutoUppercase | Qt::ImhNoPredictiveText);
    m_showKey->setText(tr("Sh&ow"));
    setPlainToolTip(m_showKey, tr("Show what is typed"));
    m_showKey->setCheckable(true);
    m_removeKey->setText(tr("Remo&ve"));
    setPlainToolTip(m_removeKey, tr("Save it without the stored key"));
    m_removeKey->setCheckable(true);
    connect(m_showKey, &QToolButton::toggled, m_key,
            [key = m_key](bool on) { key->setEchoMode(on ? QLineEdit::Normal : QLineEdit::Password); });
    connect(m_removeKey, &QToolButton::clicked, this, [this] {
        m_key->clear();
        tellEdits();
    });
    auto *row = rowOf({m_key, m_showKey, m_removeKey});
    row->setStretch(0, 1);
    return row;
}

QHBoxLayout *EndpointForm::makeProxyControls()
{
    m_proxyUrl->setPlaceholderText(u"socks5://127.0.0.1:1080"_s);
    m_proxyUrl->setAccessibleName(tr("Address of the proxy"));
    auto *row = rowOf({m_proxy, m_proxyUrl});
    row->setStretch(1, 1);
    return row;
}

QHBoxLayout *EndpointForm::makeCaFileControls()
{
    m_caFile->setPlaceholderText(tr("none: those that this computer trusts"));
    setPlainToolTip(m_caFile, tr("A PEM file with the certificate authorities that are trusted for this endpoint, in place of this computer's"));
    m_chooseCaFile->setText(tr("Choose…"));
    m_chooseCaFile->setAccessibleName(tr("Choose the CA file"));
    connect(m_chooseCaFile, &QToolButton::clicked, this, &EndpointForm::chooseCaFile);
    auto *row = rowOf({m_caFile, m_chooseCaFile});
    row->setStretch(0, 1);
    return row;
}

void EndpointForm::chooseCaFile()
{
    auto *dialog = new QFileDialog(this, tr("CA file"), QFileInfo(m_caFile->text()).path(),
                                   tr("Certificates (*.pem *.crt *.cer)") + u";;"_s + tr("All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        m_caFile->setText(QDir::toNativeSeparators(path));
        tellEdits();
    });
    dialog->open();
}

void EndpointForm::fillChoices()
{
    const std::initializer_list<std::pair<AuthStyle, QString>> styles = {
        {AuthStyle::Auto, tr("The header that the client used")},
        {AuthStyle::XApiKey, u"x-api-key"_s},
        {AuthStyle::Bearer, u"Authorization: Bearer"_s},
        {AuthStyle::Both, tr("Both: x-api-key and Authorization")},
        {AuthStyle::XGoogApiKey, u"x-goog-api-key"_s},
        {AuthStyle::None, tr("Not at all")},
    };
    for (const auto &[style, text] : styles)
        m_auth->addItem(text, QVariant::fromValue(int(style)));
    m_proxy->addItems({tr("System"), tr("None"), tr("URL")});
}

void EndpointForm::setContent(const FormContent &content)
{
    const bool other = content.place != m_content.place;
    const FormContent before = std::exchange(m_content, content);
    if (other)
        m_showKey->setChecked(false);
    if (other || typed() != content.draft)
        fill(content.draft);
    showKeyState();
    for (auto it = m_notes.cbegin(); it != m_notes.cend(); ++it) {
        const auto note = std::ranges::find(content.notes, it.key(), &DraftNote::field);
        it.value()->setNote(note == content.notes.end() ? nullptr : &*note);
    }
    m_name->setPlaceholderText(content.nameIfEmpty);
    showStatus();
    m_statusMark->setVisible(!content.status.isEmpty());
    m_statusMark->setText(Words::markOf(content.meaning));
    m_reset->setVisible(content.canReset);
    m_save->setEnabled(content.canSave);
    setPlainToolTip(m_save, content.canSave     ? tr("Save (%1)").arg(QKeySequence(QKeySequence::Save).toString(QKeySequence::NativeText))
                            : content.canRevert ? tr("What is marked in the form is to be corrected first.")
                                                : tr("Nothing was changed."));
    m_revert->setEnabled(content.canRevert);
    m_remark->setText(content.remark.isEmpty() ? QString() : Words::markOf(content.remarkMeaning) + u' ' + content.remark);
    if (before.meaning != content.meaning || before.remarkMeaning != content.remarkMeaning)
        dress();
}

/// Two lines, whatever there is to say; the whole of a longer one is in the tip.
void EndpointForm::showStatus()
{
    QStringList lines = m_content.status.split(u'\n').first(std::min<qsizetype>(m_content.status.count(u'\n') + 1, 2));
    for (QString &line : lines)
        line = m_status->fontMetrics().elidedText(line, Qt::ElideRight, m_status->width());
    m_status->setText(lines.join(u'\n'));
    m_status->setFixedHeight(std::max(2 * m_status->fontMetrics().lineSpacing(), m_reset->sizeHint().height()));
    setPlainToolTip(m_status, m_status->text() == m_content.status ? QString() : m_content.status);
}

void EndpointForm::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // Its own width is known only once the layout has been at work.
    QMetaObject::invokeMethod(this, &EndpointForm::showStatus, Qt::QueuedConnection);
}

void EndpointForm::focusFirstField()
{
    m_baseUrl->setFocus(Qt::OtherFocusReason);
}

void EndpointForm::tellEdits()
{
    if (m_filling)
        return;
    if (!m_key->text().isEmpty())
        m_removeKey->setChecked(false);
    Q_EMIT edited(typed());
}

EndpointDraft EndpointForm::typed() const
{
    EndpointDraft draft;
    draft.name = m_name->text();
    draft.baseUrl = m_baseUrl->text();
    if (!m_key->text().isEmpty())
        draft.apiKey = m_key->text();
    else if (m_removeKey->isChecked())
        draft.apiKey = QString();
    draft.auth = AuthStyle(m_auth->currentData().toInt());
    draft.priority = m_priority->value();
    draft.weight = m_weight->value();
    draft.enabled = m_enabled->isChecked();
    draft.http2 = m_http2->isChecked();
    draft.caFile = QDir::fromNativeSeparators(m_caFile->text());
    draft.modelMap = m_models->lines();
    switch (m_proxy->currentIndex()) {
    case SystemProxy: draft.proxy = u"system"_s; break;
    case NoProxy: draft.proxy = u"none"_s; break;
    default: draft.proxy = m_proxyUrl->text(); break;
    }
    return draft;
}

void EndpointForm::fill(const EndpointDraft &draft)
{
    const QScopedValueRollback filling(m_filling, true);
    const auto put = [](QLineEdit *edit, const QString &text) {
        if (edit->text() != text) {
            edit->setText(text);
            edit->setCursorPosition(0);
        }
    };
    put(m_name, draft.name);
    put(m_baseUrl, draft.baseUrl);
    put(m_key, draft.apiKey.value_or(QString()));
    m_removeKey->setChecked(draft.apiKey && draft.apiKey->isEmpty());
    m_auth->setCurrentIndex(m_auth->findData(int(draft.auth)));
    m_priority->setValue(draft.priority);
    m_weight->setValue(draft.weight);
    m_enabled->setChecked(draft.enabled);
    m_http2->setChecked(draft.http2);
    put(m_caFile, QDir::toNativeSeparators(draft.caFile));
    m_models->setLines(draft.modelMap);
    const bool system = draft.proxy == "system"_L1;
    m_proxy->setCurrentIndex(system ? SystemProxy : draft.proxy == "none"_L1 ? NoProxy : ProxyAt);
    if (m_proxy->currentIndex() == ProxyAt)
        put(m_proxyUrl, draft.proxy);
}

void EndpointForm::showKeyState()
{
    const bool stored = !m_content.maskedKey.isEmpty();
    const bool removed = m_removeKey->isChecked();
    m_key->setPlaceholderText(stored && !removed ? tr("%1, unchanged", "masked key").arg(m_content.maskedKey)
                                                 : removed ? tr("will be removed") : tr("none"));
    m_showKey->setEnabled(!m_key->text().isEmpty());
    m_removeKey->setVisible(stored);
    m_proxyUrl->setVisible(m_proxy->currentIndex() == ProxyAt);
}

void EndpointForm::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        dress();
}

void EndpointForm::dress()
{
    const auto colour = [this](QLabel *label, Meaning meaning) {
        QPalette colours = palette();
        colours.setColor(QPalette::WindowText, colourOf(meaning, colours));
        label->setPalette(colours);
    };
    colour(m_statusMark, m_content.meaning);
    colour(m_remark, m_content.remarkMeaning);
}

} // namespace qcc
