#include "ui/settings/settingsform.h"

#include "ui/settings/settingfield.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QAbstractButton>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QRegularExpression>

#include <algorithm>
#include <utility>

namespace qcc {

namespace {

constexpr int widthInChars = 100;

} // namespace

SettingsForm::SettingsForm(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
    , m_nothing(new TextLabel(tr("No setting has these words. Those that are not on this page are in config.json.")))
{
    m_grid->setContentsMargins(metrics::edge, 0, metrics::edge, metrics::edge);
    m_grid->setHorizontalSpacing(metrics::edge);
    m_grid->setVerticalSpacing(metrics::unit + metrics::half);
    m_grid->setColumnStretch(1, 1);
    m_nothing->setWordWrap(true);
    m_grid->addWidget(m_nothing, m_grid->rowCount(), 0, 1, 2);
    m_nothing->hide();
    dress();
}

void SettingsForm::addSection(const QString &title)
{
    auto *label = new TextLabel(title);
    label->setContentsMargins(0, m_titles.isEmpty() ? 0 : metrics::edge, 0, 0);
    m_titles << label;
    m_grid->addWidget(label, m_grid->rowCount(), 0, 1, 2);
    dress();
}

void SettingsForm::addField(const QString &label, SettingField *field, const QString &key)
{
    QWidget *editor = field->editor();
    const auto *button = qobject_cast<QAbstractButton *>(editor);
    if (!button && editor->accessibleName().isEmpty())
        field->setName(plainLabel(label));
    const int row = m_grid->rowCount();
    QLabel *name = nullptr;
    if (!label.isEmpty()) {
        name = new TextLabel(label);
        name->setBuddy(editor);
        // Level with the editor, whatever stands below that.
        name->setMinimumHeight(editor->sizeHint().height());
        m_grid->addWidget(name, row, 0, Qt::AlignTop | Qt::AlignLeft);
        // The editors stay where they are while the search hides labels.
        m_grid->setColumnMinimumWidth(0, std::max(m_grid->columnMinimumWidth(0), name->sizeHint().width()));
    }
    m_grid->addWidget(field, row, 1, Qt::AlignTop);
    const QStringList words{m_titles.last()->text(), plainLabel(label), button ? plainLabel(button->text()) : QString(),
                            field->caption(), key};
    m_rows.append({field, words.join(QLatin1Char('\n')), m_titles.last(), name});
}

void SettingsForm::addNote(QWidget *note)
{
    m_grid->addWidget(note, m_grid->rowCount(), 1);
    m_rows.append({note, m_titles.last()->text(), m_titles.last(), nullptr, false});
    note->hide();
}

void SettingsForm::setNoteVisible(QWidget *note, bool visible)
{
    for (Row &row : m_rows) {
        if (row.widget == note && row.wanted != visible) {
            row.wanted = visible;
            showRows();
        }
    }
}

void SettingsForm::filter(const QString &text)
{
    m_filter = text.trimmed();
    showRows();
}

void SettingsForm::showRows()
{
    QList<QLabel *> used;
    for (const Row &row : std::as_const(m_rows)) {
        const bool found = row.words.contains(m_filter, Qt::CaseInsensitive);
        row.widget->setVisible(found && row.wanted);
        if (row.label)
            row.label->setVisible(found);
        if (found && !used.contains(row.title))
            used << row.title;
    }
    for (QLabel *title : std::as_const(m_titles))
        title->setVisible(used.contains(title));
    m_nothing->setVisible(used.isEmpty());
}

void SettingsForm::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        dress();
}

void SettingsForm::dress()
{
    setMaximumWidth(fontMetrics().averageCharWidth() * widthInChars);
    for (QLabel *title : std::as_const(m_titles))
        title->setFont(metrics::sectionTitle(font()));
}

QString plainLabel(QString label)
{
    static const QRegularExpression marks(QStringLiteral("\\(&\\w\\)|&|[:\uFF1A]$"));
    return label.remove(marks);
}

} // namespace qcc
