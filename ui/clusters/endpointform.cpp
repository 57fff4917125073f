#include "ui/clusters/endpointform.h"

#include "core/config/vendors.h"
#include "ui/clusters/endpointmore.h"
#include "ui/clusters/formparts.h"
#include "ui/clusters/vendorbox.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QAbstractButton>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QResizeEvent>
#include <QScopedValueRollback>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

EndpointForm::EndpointForm(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel)
    , m_state(new TextLabel)
    , m_reset(new QPushButton(tr("Reset &breaker")))
    , m_vendor(new VendorBox)
    , m_vendorWords(new TextLabel)
    , m_name(new QLineEdit)
    , m_baseUrl(new QLineEdit)
    , m_key(new QLineEdit)
    , m_showKey(new QToolButton)
    , m_removeKey(new QToolButton)
    , m_more(new EndpointMore)
    , m_fold(new Fold(tr("M&ore"), EndpointMore::summary(), m_more))
    , m_save(new QPushButton(tr("&Save")))
    , m_revert(new QPushButton(tr("&Revert")))
    , m_remarkMark(new MarkLabel)
    , m_remark(new TextLabel)
{
    m_title->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_remark->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_remark->setWordWrap(true);
    m_save->setDefault(true);
    QSizePolicy keepsItsRoom = m_reset->sizePolicy();
    keepsItsRoom.setRetainSizeWhenHidden(true);
    m_reset->setSizePolicy(keepsItsRoom);
    setPlainToolTip(m_reset, tr("Forget its failures and use it again at once"));

    m_scroll = new FieldsArea(makeFields());
    auto *head = rowOf({m_title, m_state, m_reset});
    head->setStretch(1, 1);
    auto *foot = rowOf({m_save, m_revert, m_remarkMark, m_remark});
    foot->setContentsMargins(FormGrid::labelWidth + metrics::edge, 0, 0, 0);
    foot->insertSpacing(2, metrics::unit);
    foot->setStretch(4, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::unit);
    column->addLayout(head);
    column->addWidget(m_scroll);
    column->addLayout(foot);
    column->addStretch(1);

    connect(m_reset, &QPushButton::clicked, this, &EndpointForm::resetRequested);
    connect(m_revert, &QPushButton::clicked, this, &EndpointForm::revertRequested);
    connect(m_save, &QPushButton::clicked, this, &EndpointForm::saveRequested);
    connect(m_fold, &Fold::toggled, this, [this](bool open) { m_keepsOpen = open; });
    setContent({});
    dress();
}

/// For a new endpoint alone: what it chooses is in the fields below, and not kept.
QWidget *EndpointForm::makeVendorField()
{
    m_vendorWords->setWordWrap(true);
    m_vendorField = new QWidget;
    FormGrid grid(m_vendorField);
    grid.addField(tr("Ven&dor"), m_vendor, rowOf({m_vendor}), m_vendorWords);
    connect(m_vendor, &VendorBox::vendorChosen, this, &EndpointForm::takeVendor);
    return m_vendorField;
}

QWidget *EndpointForm::makeFields()
{
    auto *first = new QWidget;
    FormGrid grid(first);
    for (const DraftField field : {DraftField::Name, DraftField::BaseUrl, DraftField::ApiKey})
        m_notes.insert(field, new FieldNote);
    for (const DraftField field : {DraftField::Proxy, DraftField::CaFile, DraftField::ModelMap, DraftField::Headers, DraftField::Query,
                                   DraftField::KeyCommand, DraftField::ClientCert, DraftField::Auth})
        m_notes.insert(field, m_more->note(field));
    m_baseUrl->setPlaceholderText(u"https://relay.example/api"_s);
    grid.addField(tr("&Name"), m_name, rowOf({m_name}), m_notes.value(DraftField::Name));
    grid.addField(tr("Base &URL"), m_baseUrl, rowOf({m_baseUrl}), m_notes.value(DraftField::BaseUrl));
    grid.addField(tr("&Key"), m_key, makeKeyControls(), m_notes.value(DraftField::ApiKey));

    auto *fields = new QWidget;
    auto *column = new QVBoxLayout(fields);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::half);
    column->addWidget(makeVendorField());
    column->addWidget(first);
    column->addWidget(m_fold);
    column->addStretch(1);

    for (QLineEdit *edit : {m_name, m_baseUrl, m_key})
        connect(edit, &QLineEdit::textEdited, this, &EndpointForm::tellEdits);
    connect(m_more, &EndpointMore::edited, this, &EndpointForm::tellEdits);
    connect(m_notes.value(DraftField::BaseUrl), &FieldNote::remedyChosen, this, [this](const QString &remedy) {
        m_baseUrl->setText(remedy);
        tellEdits();
    });
    return fields;
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
    for (QToolButton *button : {m_showKey, m_removeKey})
        button->setMinimumHeight(m_key->sizeHint().height());
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

void EndpointForm::setContent(const FormContent &content)
{
    const bool other = content.place != m_content.place;
    const FormContent before = std::exchange(m_content, content);
    m_vendorField->setVisible(content.place.endpoint.isEmpty());
    if (other)
        m_showKey->setChecked(false);
    if (other || typed() != content.draft)
        fill(content.draft);
    m_more->offerAnywhere(content.draft);
    showKeyState();
    for (auto it = m_notes.cbegin(); it != m_notes.cend(); ++it) {
        const auto note = std::ranges::find(content.notes, it.key(), &DraftNote::field);
        it.value()->setNote(note == content.notes.end() ? nullptr : &*note);
    }
    unfold(before);
    m_vendorWords->setText(vendorWords(content.draft.vendor));
    m_vendor->setAccessibleDescription(m_vendorWords->text());
    m_name->setPlaceholderText(content.nameIfEmpty);
    showTitle();
    m_state->setText(content.canRevert ? tr("Edited, not saved") : QString());
    m_reset->setVisible(content.canReset);
    m_save->setEnabled(content.canSave);
    setPlainToolTip(m_save, content.canSave     ? tr("Save (%1)").arg(QKeySequence(QKeySequence::Save).toString(QKeySequence::NativeText))
                            : content.canRevert ? tr("What is marked in the form is to be corrected first.")
                                                : tr("Nothing was changed."));
    m_revert->setEnabled(content.canRevert);
    m_remarkMark->setVisible(content.remarkMeaning.has_value());
    m_remarkMark->setMeaning(content.remarkMeaning.value_or(Meaning::Neutral));
    m_remark->setText(content.remark);
    if (before.remarkMeaning != content.remarkMeaning)
        dress();
}

/// Nobody is left alone with a fault, or with something unusual, that cannot be seen.
void EndpointForm::unfold(const FormContent &before)
{
    const auto isFaulty = [](const FormContent &content) {
        return std::ranges::any_of(content.notes, [](const DraftNote &note) { return EndpointMore::has(note.field); });
    };
    if (m_content.place != before.place)
        m_fold->setOpen(m_keepsOpen || EndpointMore::isUsedIn(m_content.draft) || isFaulty(m_content));
    else if (!m_fold->isOpen() && ((isFaulty(m_content) && !isFaulty(before)) || (EndpointMore::isUsedIn(m_content.draft) && !EndpointMore::isUsedIn(before.draft))))
        m_fold->setOpen(true);
}

void EndpointForm::keepMoreOpen(bool open)
{
    m_keepsOpen = open;
    m_fold->setOpen(open || m_fold->isOpen());
}

void EndpointForm::showTitle()
{
    // Half of the line at most; the rest says how it is.
    const int room = std::max(width() / 2, m_title->fontMetrics().averageCharWidth() * 12);
    m_title->setText(m_title->fontMetrics().elidedText(m_content.title, Qt::ElideRight, room));
    setPlainToolTip(m_title, m_title->text() == m_content.title ? QString() : m_content.title);
}

void EndpointForm::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    showTitle();
}

int EndpointForm::usualHeight() const
{
    const int more = m_fold->isOpen() ? m_more->height() + metrics::half : 0;
    return layout()->sizeHint().height() - m_scroll->sizeHint().height() + std::max(0, m_scroll->sizeHint().height() - more);
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

void EndpointForm::takeVendor(const QString &vendor, bool isSettled)
{
    EndpointDraft draft = typed();
    draft.vendor = m_content.draft.vendor;
    Q_EMIT edited(withVendor(draft, vendor, m_content.otherNames));
    if (isSettled)
        focusWhatIsLeft();
}

/// Where a vendor's preset ends and its owner begins.
void EndpointForm::focusWhatIsLeft()
{
    if (m_content.draft.vendor.isEmpty())
        return focusFirstField();
    const qsizetype resource = m_baseUrl->text().indexOf(vendorResource);
    (resource < 0 ? m_key : m_baseUrl)->setFocus(Qt::OtherFocusReason);
    if (resource >= 0)
        m_baseUrl->setSelection(int(resource), int(vendorResource.size()));
}

EndpointDraft EndpointForm::typed() const
{
    EndpointDraft draft;
    draft.vendor = m_vendor->vendor();
    draft.name = m_name->text();
    draft.baseUrl = m_baseUrl->text();
    if (!m_key->text().isEmpty())
        draft.apiKey = m_key->text();
    else if (m_removeKey->isChecked())
        draft.apiKey = QString();
    m_more->read(draft);
    return draft;
}

void EndpointForm::fill(const EndpointDraft &draft)
{
    const QScopedValueRollback filling(m_filling, true);
    m_vendor->setVendor(draft.vendor);
    put(*m_name, draft.name);
    put(*m_baseUrl, draft.baseUrl);
    put(*m_key, draft.apiKey.value_or(QString()));
    m_removeKey->setChecked(draft.apiKey && draft.apiKey->isEmpty());
    m_more->fill(draft);
}

void EndpointForm::showKeyState()
{
    const bool stored = !m_content.maskedKey.isEmpty();
    const bool removed = m_removeKey->isChecked();
    m_key->setPlaceholderText(stored && !removed ? tr("%1, unchanged", "masked key").arg(m_content.maskedKey)
                                                 : removed ? tr("will be removed") : tr("none"));
    m_showKey->setEnabled(!m_key->text().isEmpty());
    m_removeKey->setVisible(stored);
}

void EndpointForm::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void EndpointForm::dress()
{
    const Colours colours = coloursOf(palette());
    const auto write = [this](QLabel *label, const QColor &colour) {
        QPalette written = palette();
        written.setColor(QPalette::WindowText, colour);
        label->setPalette(written);
    };
    const auto labels = findChildren<QLabel *>();
    for (QLabel *label : labels) {
        if (!label->buddy())
            continue;
        write(label, colours.text2);
        FormGrid::placeLabel(*label);
    }
    const std::optional<Meaning> said = m_content.remarkMeaning;
    const bool speaks = said && *said != Meaning::Success && *said != Meaning::Neutral;
    write(m_remark, !said ? colours.text3 : speaks ? colours.of(*said).text : colours.text);
    write(m_state, colours.text3);
    write(m_vendorWords, colours.text3);
    m_vendorWords->setFont(metrics::caption(font()));
    m_vendorWords->setMinimumHeight(QFontMetrics(m_vendorWords->font()).height());
    m_title->setFont(metrics::sectionTitle(font()));
    m_state->setFont(metrics::caption(font()));
    m_remark->setFont(said ? font() : metrics::caption(font()));
}

} // namespace qcc
