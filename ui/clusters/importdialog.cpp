#include "ui/clusters/importdialog.h"

#include "ui/model/coretext.h"
#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace qcc {

namespace {

constexpr QSize usualSize(760, 420);
enum Column { NameColumn, UrlColumn, KeyColumn, ClusterColumn, StateColumn, ColumnCount };

struct Text {
    Q_DECLARE_TR_FUNCTIONS(ImportDialog)
};

QString wordOf(ImportSource source)
{
    switch (source) {
    case ImportSource::Fastcc: return QStringLiteral("fastcc");
    case ImportSource::CcSwitch: return QStringLiteral("cc-switch");
    case ImportSource::ClaudeCode: return QStringLiteral("Claude Code");
    case ImportSource::Environment: return Text::tr("Environment variables");
    }
    Q_UNREACHABLE();
}

QString wordOf(ImportOutcome outcome)
{
    switch (outcome) {
    case ImportOutcome::Added: return Text::tr("new");
    case ImportOutcome::AlreadyThere: return Text::tr("there already");
    case ImportOutcome::OwnAddress: return Text::tr("leads to qcc itself");
    case ImportOutcome::Placeholder: return Text::tr("stands for another proxy");
    case ImportOutcome::Garbled: return Text::tr("settings cannot be read");
    case ImportOutcome::UnknownAddress: return Text::tr("address not understood");
    case ImportOutcome::KeyElsewhere: return Text::tr("key is elsewhere");
    case ImportOutcome::BadUrl: return Text::tr("no usable URL");
    case ImportOutcome::NoKey: return Text::tr("no key");
    case ImportOutcome::BadKey: return Text::tr("no usable key");
    case ImportOutcome::NeedsRewriting: return Text::tr("speaks another API");
    }
    Q_UNREACHABLE();
}

QString placesText(const QList<SearchedPlace> &searched)
{
    QStringList places;
    for (const SearchedPlace &place : searched) {
        QString line = wordOf(place.source);
        // The other place is no file, and its name says the same once more.
        if (place.source != ImportSource::Environment)
            line += QStringLiteral(": ") + place.place;
        if (place.state == SearchedPlace::State::Unreadable)
            line += QStringLiteral(" %1 %2").arg(Words::markOf(Meaning::Failure), inUsersLanguage(place.problem));
        else if (place.state == SearchedPlace::State::Missing)
            line += QStringLiteral(" (%1)").arg(Text::tr("not there"));
        places << line;
    }
    return places.join(QLatin1Char('\n'));
}

} // namespace

ImportDialog::ImportDialog(const QList<ImportedEndpoint> &preview, const QList<SearchedPlace> &searched, QWidget *parent)
    : QDialog(parent)
    , m_preview(preview)
    , m_list(new QTreeWidget)
{
    setWindowTitle(tr("Import endpoints"));
    resize(usualSize);

    auto *intro = new TextLabel(preview.isEmpty() ? tr("No endpoints were found in the places where other programs keep them.")
                                                  : tr("These endpoints were found on this computer. Nothing is changed where they come from."));
    intro->setWordWrap(true);
    auto *looked = new TextLabel(tr("Looked at:") + QLatin1Char('\n') + placesText(searched));
    looked->setWordWrap(true);
    looked->setFont(metrics::caption(font()));
    looked->setForegroundRole(QPalette::PlaceholderText);
    looked->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);

    m_list->setAccessibleName(tr("Endpoints found"));
    m_list->setColumnCount(ColumnCount);
    m_list->setHeaderLabels({tr("Endpoint"), tr("Base URL"), tr("Key"), tr("Into cluster"), tr("State")});
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setTextElideMode(Qt::ElideMiddle);
    for (const ImportedEndpoint &endpoint : preview)
        addRow(endpoint);
    for (const int column : {int(NameColumn), int(KeyColumn), int(ClusterColumn), int(StateColumn)})
        m_list->resizeColumnToContents(column);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(UrlColumn, QHeaderView::Stretch);
    m_list->setVisible(!preview.isEmpty());

    auto *buttons = new QDialogButtonBox;
    if (!preview.isEmpty())
        m_import = buttons->addButton(QString(), QDialogButtonBox::AcceptRole);
    buttons->addButton(preview.isEmpty() ? QDialogButtonBox::Close : QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_list, &QTreeWidget::itemChanged, this, &ImportDialog::countChosen);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::edge, metrics::edge, metrics::edge, metrics::edge);
    column->setSpacing(metrics::unit);
    column->addWidget(intro);
    column->addWidget(m_list, 1);
    column->addWidget(looked);
    if (preview.isEmpty())
        column->addStretch(1);
    column->addWidget(buttons);
    countChosen();
}

void ImportDialog::addRow(const ImportedEndpoint &endpoint)
{
    auto *item = new QTreeWidgetItem(m_list);
    const bool isNew = endpoint.outcome == ImportOutcome::Added;
    item->setText(NameColumn, endpoint.name.isEmpty() ? endpoint.found.fields.name.value_or(Words::none()) : endpoint.name);
    item->setText(UrlColumn, shownUrl(endpoint.found));
    item->setText(KeyColumn, maskedKey(endpoint.found));
    item->setText(ClusterColumn, endpoint.found.cluster);
    item->setText(StateColumn, endpoint.warning.isEmpty() ? wordOf(endpoint.outcome) : Text::tr("new, with a remark"));
    const QString from = QStringLiteral("%1: %2").arg(wordOf(endpoint.found.source), endpoint.found.place);
    for (int column = 0; column < ColumnCount; ++column)
        setPlainToolTip(item, column, column == UrlColumn ? item->text(UrlColumn) : from);
    const QString becomes = inUsersLanguage(endpoint.sentence);
    const QString told = endpoint.warning.isEmpty() ? becomes : becomes + QLatin1Char('\n') + inUsersLanguage(endpoint.warning);
    setPlainToolTip(item, StateColumn, told);
    item->setData(StateColumn, Qt::AccessibleDescriptionRole, told);
    item->setCheckState(NameColumn, isNew ? Qt::Checked : Qt::Unchecked);
    item->setDisabled(!isNew);
}

QList<FoundEndpoint> ImportDialog::chosen() const
{
    QList<FoundEndpoint> chosen;
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        if (m_list->topLevelItem(row)->checkState(NameColumn) == Qt::Checked)
            chosen.append(m_preview.at(row).found);
    }
    return chosen;
}

void ImportDialog::countChosen()
{
    if (!m_import)
        return;
    const auto count = static_cast<int>(chosen().size());
    m_import->setText(tr("&Import %n endpoint(s)", nullptr, count));
    m_import->setEnabled(count > 0);
    m_import->setDefault(true);
}

} // namespace qcc
