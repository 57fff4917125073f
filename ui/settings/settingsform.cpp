#include "ui/settings/settingsform.h"

#include "ui/settings/settingfield.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"
#include "ui/widgets/theme.h"

#include <QEvent>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <utility>

namespace qcc {

namespace {

constexpr int mostWidth = 640;
constexpr int aboveTitle = 14;
constexpr int titleHeight = 24;

/// What the rows of a section lie on, parted by hairlines.
class Card : public QWidget
{
public:
    Card()
    {
        auto *rows = new QVBoxLayout(this);
        rows->setContentsMargins(1, 1, 1, 1);
        rows->setSpacing(1);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colours colours = coloursOf(palette());
        drawBox(painter, rect(), tokens::radius::card, colours.raised, colours.hairline);
        bool first = true;
        for (int i = 0; i < layout()->count(); ++i) {
            const QWidget *row = layout()->itemAt(i)->widget();
            if (row->isHidden())
                continue;
            if (!std::exchange(first, false))
                painter.fillRect(1, row->y() - 1, width() - 2, 1, colours.hairline);
        }
    }
};

} // namespace

SettingsForm::SettingsForm(QWidget *parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
    , m_nothing(new TextLabel(tr("No setting has these words. Those that are not on this page are in config.json.")))
{
    setMaximumWidth(mostWidth);
    m_column->setContentsMargins(0, 0, 0, tokens::space::margin);
    m_column->setSpacing(0);
    m_nothing->setWordWrap(true);
    m_nothing->setContentsMargins(0, aboveTitle, 0, 0);
    m_column->addWidget(m_nothing);
    m_nothing->hide();
    dress();
}

void SettingsForm::addSection(const QString &title)
{
    Section section{new TextLabel(title), new Card};
    section.title->setContentsMargins(0, aboveTitle, 0, metrics::half);
    m_column->addWidget(section.title);
    m_column->addWidget(section.card);
    m_sections << section;
    dress();
}

void SettingsForm::addField(SettingField *field, const QString &key)
{
    const Section &section = m_sections.constLast();
    section.card->layout()->addWidget(field);
    const QStringList words{section.title->text(), field->label(), field->caption(), key};
    m_rows.append({field, static_cast<int>(m_sections.size()) - 1, key, words.join(QLatin1Char('\n'))});
}

void SettingsForm::filter(const QString &text)
{
    const QString wanted = text.trimmed();
    QList<bool> used(m_sections.size(), false);
    for (const Row &row : std::as_const(m_rows)) {
        const bool found = row.words.contains(wanted, Qt::CaseInsensitive);
        row.field->setVisible(found);
        used[row.section] = used[row.section] || found;
    }
    for (int i = 0; i < m_sections.size(); ++i) {
        m_sections[i].title->setVisible(used[i]);
        m_sections[i].card->setVisible(used[i]);
        m_sections[i].card->update();
    }
    m_nothing->setVisible(!used.contains(true));
}

QList<SettingPlace> SettingsForm::places() const
{
    QList<SettingPlace> places;
    for (const Row &row : m_rows)
        places.append({m_sections.at(row.section).title->text(), row.field->label(), row.key});
    return places;
}

QStringList SettingsForm::sections() const
{
    QStringList titles;
    for (const Section &section : m_sections)
        titles << section.title->text();
    return titles;
}

bool SettingsForm::shows(int section) const
{
    return !m_sections.at(section).title->isHidden();
}

int SettingsForm::topOf(int section) const
{
    return m_sections.at(section).title->y();
}

int SettingsForm::sectionAt(int y) const
{
    int found = -1;
    for (int i = 0; i < m_sections.size(); ++i) {
        if (shows(i) && (found < 0 || topOf(i) <= y))
            found = i;
    }
    return found;
}

void SettingsForm::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        dress();
}

void SettingsForm::dress()
{
    for (const Section &section : std::as_const(m_sections)) {
        section.title->setFont(metrics::sectionTitle(font()));
        section.title->setMinimumHeight(aboveTitle + titleHeight + metrics::half);
    }
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, coloursOf(palette()).text2);
    m_nothing->setPalette(quiet);
}

} // namespace qcc
