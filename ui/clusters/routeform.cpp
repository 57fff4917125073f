#include "ui/clusters/routeform.h"

#include "core/clients/clientwishes.h"
#include "ui/clusters/endpointmore.h"
#include "ui/clusters/formparts.h"
#include "ui/model/words.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"
#include "ui/widgets/style.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeySequence>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScopedValueRollback>

#include <algorithm>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// What requests of Claude Code and Codex are to them; others can be typed. Source: core/api/clientprogram.h, requestClassesOf().
const QStringList knownClasses{u"main"_s, u"subagent"_s, u"workflow"_s, u"compaction"_s, u"auxiliary"_s, u"review"_s, u"compact"_s, u"turn"_s};

QStringList knownClients()
{
    QStringList names;
    for (const ClientProgram client : EnumTable<ClientProgram>::values) {
        if (isConnectable(client))
            names << slugOf(client);
    }
    return names;
}

/// A box with proposals; what is typed stays as it is typed.
QComboBox *proposing(const QStringList &proposals, const QString &ifEmpty)
{
    auto *box = new QComboBox;
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->setCompleter(nullptr);
    box->addItems(proposals);
    box->setCurrentIndex(-1);
    box->lineEdit()->setPlaceholderText(ifEmpty);
    return box;
}

bool holdsControl(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) { return c.category() == QChar::Other_Control; });
}

DraftNote fault(const QString &text)
{
    return {.gravity = DraftNote::Gravity::Fault, .text = text};
}

/// What is wrong with `text` in any of the fields.
std::optional<DraftNote> faultOf(const QString &text)
{
    if (holdsControl(text))
        return fault(RouteForm::tr("Tabs and other control characters cannot be part of it."));
    if (text == text.trimmed())
        return std::nullopt;
    DraftNote note = fault(RouteForm::tr("A space at its beginning or end would be part of it."));
    note.remedy = text.trimmed();
    note.remedyText = RouteForm::tr("Remove it", "the space");
    return note;
}

std::optional<DraftNote> noteOnCluster(const RouteRule &rule, const Config &config)
{
    if (!config.cluster(rule.cluster))
        return fault(RouteForm::tr("There is no cluster %1 any more. Choose another one.").arg(Words::shortName(rule.cluster)));
    if (leadsSomewhere(rule, config))
        return std::nullopt;
    return DraftNote{.gravity = DraftNote::Gravity::Warning, .text = RouteForm::tr("It has no enabled endpoint. Until it has one, the route is passed over.")};
}

} // namespace

bool leadsSomewhere(const RouteRule &rule, const Config &config)
{
    const Cluster *there = config.cluster(rule.cluster);
    return there && std::ranges::any_of(there->endpoints, &Endpoint::mayServe);
}

QList<RouteNote> notesOnRoute(const RouteRule &rule, bool isNew, const Config &config)
{
    QList<RouteNote> notes;
    for (const auto &[field, text] : {std::pair{RouteField::Client, rule.client}, {RouteField::Class, rule.requestClass}, {RouteField::Model, rule.model},
                                      {RouteField::Path, rule.path}, {RouteField::AsksFor, rule.setModel}}) {
        if (const auto note = faultOf(text))
            notes.append({field, *note});
    }
    const auto has = [&notes](RouteField field) { return std::ranges::any_of(notes, [field](const RouteNote &each) { return each.field == field; }); };
    if (rule.text().isEmpty() && !has(RouteField::Client)) {
        DraftNote none = fault(RouteForm::tr("Fill in at least one of client, class, model and path."));
        none.gravity = isNew ? DraftNote::Gravity::Missing : DraftNote::Gravity::Fault;
        notes.append({RouteField::Client, none});
    }
    if (!rule.path.isEmpty() && !has(RouteField::Path) && !rule.path.startsWith(u'/') && !rule.path.startsWith(u'*')) {
        notes.append({RouteField::Path, {.gravity = DraftNote::Gravity::Warning, .text = RouteForm::tr("No path is like that: they begin with a slash."),
                                         .remedy = u'/' + rule.path, .remedyText = RouteForm::tr("Put it there", "the slash")}});
    }
    if (rule.setModel.contains(u'*') && !has(RouteField::AsksFor))
        notes.append({RouteField::AsksFor, {.gravity = DraftNote::Gravity::Warning, .text = RouteForm::tr("The * is sent as it is: it stands for anything in conditions only.")}});
    if (const auto note = noteOnCluster(rule, config))
        notes.append({RouteField::Cluster, *note});
    return notes;
}

bool canBeSaved(const QList<RouteNote> &notes)
{
    return std::ranges::all_of(notes, [](const RouteNote &each) { return each.note.gravity == DraftNote::Gravity::Warning; });
}

RouteForm::RouteForm(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel)
    , m_state(new TextLabel)
    , m_client(proposing(knownClients(), tr("Any")))
    , m_class(proposing(knownClasses, tr("Any")))
    , m_model(new QLineEdit)
    , m_path(new QLineEdit)
    , m_cluster(new QComboBox)
    , m_asksFor(new QLineEdit)
    , m_save(new QPushButton(tr("&Save")))
    , m_revert(new QPushButton(tr("&Revert")))
    , m_remarkMark(new MarkLabel)
    , m_remark(new TextLabel)
{
    m_model->setPlaceholderText(tr("Any"));
    m_path->setPlaceholderText(tr("Any"));
    m_asksFor->setPlaceholderText(tr("The model that the client asks for"));
    // Where our style draws, what is typed stands below what is chosen.
    for (QLineEdit *edit : {m_model, m_path, m_asksFor})
        edit->setTextMargins(hasOwnStyle() ? metrics::half : 0, 0, 0, 0);
    m_cluster->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_remark->setWordWrap(true);
    m_remark->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_save->setDefault(true);
    setPlainToolTip(m_client, tr("As the page Clients calls it, or as its User-Agent begins; * stands for anything"));
    setPlainToolTip(m_class, tr("What the request is to its client. Claude Code says it with its hint headers on; that something is a sub-agent's it says always."));
    setPlainToolTip(m_model, tr("As the client asks for it; * stands for anything"));
    setPlainToolTip(m_path, tr("Such as /v1/responses; * stands for anything"));
    setPlainToolTip(m_asksFor, tr("The model that is asked for there in place of the client's"));

    auto *head = rowOf({m_title, m_state});
    head->setStretch(1, 1);
    auto *foot = rowOf({m_save, m_revert, m_remarkMark, m_remark});
    foot->setContentsMargins(FormGrid::labelWidth + metrics::edge, 0, 0, 0);
    foot->insertSpacing(2, metrics::unit);
    foot->setStretch(4, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::unit);
    column->addLayout(head);
    column->addWidget(new FieldsArea(makeFields()));
    column->addLayout(foot);
    column->addStretch(1);

    for (QLineEdit *edit : {m_client->lineEdit(), m_class->lineEdit(), m_model, m_path, m_asksFor})
        connect(edit, &QLineEdit::textChanged, this, &RouteForm::tellEdits);
    connect(m_cluster, &QComboBox::activated, this, &RouteForm::tellEdits);
    connect(m_save, &QPushButton::clicked, this, &RouteForm::saveRequested);
    connect(m_revert, &QPushButton::clicked, this, &RouteForm::revertRequested);
    dress();
}

QWidget *RouteForm::makeFields()
{
    auto *fields = new QWidget;
    FormGrid grid(fields);
    addField(grid, RouteField::Client, tr("C&lient"), m_client);
    addField(grid, RouteField::Class, tr("Cl&ass"), m_class);
    addField(grid, RouteField::Model, tr("&Model"), m_model);
    addField(grid, RouteField::Path, tr("&Path"), m_path);
    addField(grid, RouteField::Cluster, tr("Goes &to"), m_cluster);
    addField(grid, RouteField::AsksFor, tr("Asks &for"), m_asksFor);
    return fields;
}

void RouteForm::addField(FormGrid &grid, RouteField field, const QString &label, QWidget *editor)
{
    editor->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto *note = new FieldNote;
    m_notes.insert(field, note);
    grid.addField(label, editor, rowOf({editor}), note);
    connect(note, &FieldNote::remedyChosen, this, [editor](const QString &remedy) {
        auto *box = qobject_cast<QComboBox *>(editor);
        (box ? box->lineEdit() : static_cast<QLineEdit *>(editor))->setText(remedy);
    });
}

RouteRule RouteForm::typed() const
{
    return {m_client->currentText(), m_class->currentText(), m_model->text(), m_path->text(), m_cluster->currentData().toString(), m_asksFor->text()};
}

void RouteForm::fill(const RouteFormContent &content)
{
    const QScopedValueRollback filling(m_filling, true);
    put(*m_client->lineEdit(), content.rule.client);
    put(*m_class->lineEdit(), content.rule.requestClass);
    put(*m_model, content.rule.model);
    put(*m_path, content.rule.path);
    put(*m_asksFor, content.rule.setModel);
    // One that is gone is still what the route says.
    QStringList names = content.clusters;
    if (!names.contains(content.rule.cluster))
        names << content.rule.cluster;
    QStringList shown;
    for (int i = 0; i < m_cluster->count(); ++i)
        shown << m_cluster->itemData(i).toString();
    if (shown != names) {
        m_cluster->clear();
        for (const QString &name : std::as_const(names))
            m_cluster->addItem(Words::shortName(name), name);
    }
    m_cluster->setCurrentIndex(m_cluster->findData(content.rule.cluster));
}

void RouteForm::setContent(const RouteFormContent &content)
{
    m_content = content;
    fill(content);
    m_title->setText(content.title);
    m_state->setText(content.state);
    for (auto it = m_notes.cbegin(); it != m_notes.cend(); ++it) {
        const auto note = std::ranges::find(content.notes, it.key(), &RouteNote::field);
        it.value()->setNote(note == content.notes.end() ? nullptr : &note->note);
    }
    for (const auto &[field, editor] : {std::pair<RouteField, QWidget *>{RouteField::Client, m_client}, {RouteField::Class, m_class}, {RouteField::Model, m_model},
                                        {RouteField::Path, m_path}, {RouteField::Cluster, m_cluster}, {RouteField::AsksFor, m_asksFor}}) {
        const auto note = std::ranges::find(content.notes, field, &RouteNote::field);
        setFaulty(editor, note != content.notes.end() && note->note.gravity == DraftNote::Gravity::Fault);
        // To who does not see what stands below it.
        editor->setAccessibleDescription(m_notes.value(field)->text());
    }
    m_save->setEnabled(content.canSave);
    setPlainToolTip(m_save, content.canSave                  ? tr("Save (%1)").arg(QKeySequence(QKeySequence::Save).toString(QKeySequence::NativeText))
                            : !canBeSaved(content.notes)     ? tr("What is marked in the form is to be corrected first.")
                                                             : tr("Nothing was changed."));
    m_revert->setEnabled(content.canRevert);
    m_remarkMark->setVisible(content.remarkMeaning.has_value());
    m_remarkMark->setMeaning(content.remarkMeaning.value_or(Meaning::Neutral));
    m_remark->setText(content.remark);
    dress();
}

void RouteForm::focusFirstField()
{
    m_client->setFocus(Qt::OtherFocusReason);
}

void RouteForm::tellEdits()
{
    if (!m_filling)
        Q_EMIT edited(typed());
}

void RouteForm::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void RouteForm::dress()
{
    const Colours colours = coloursOf(palette());
    const auto write = [this](QLabel *label, const QColor &colour) {
        QPalette written = palette();
        written.setColor(QPalette::WindowText, colour);
        label->setPalette(written);
    };
    for (QLabel *label : findChildren<QLabel *>()) {
        if (!label->buddy())
            continue;
        write(label, colours.text2);
        FormGrid::placeLabel(*label);
    }
    const std::optional<Meaning> said = m_content.remarkMeaning;
    write(m_remark, !said ? colours.text3 : *said == Meaning::Success ? colours.text : colours.of(*said).text);
    write(m_state, colours.text3);
    m_title->setFont(metrics::sectionTitle(font()));
    m_state->setFont(metrics::caption(font()));
    m_remark->setFont(said ? font() : metrics::caption(font()));
}

} // namespace qcc
