#include "ui/settings/settingfield.h"

#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QLabel>
#include <QVBoxLayout>

namespace qcc {

namespace {

constexpr int choiceWidthInChars = 30; // So that they stand in a column.

QLabel *note()
{
    auto *label = new TextLabel;
    label->setWordWrap(true);
    return label;
}

void colour(QLabel *label, Meaning meaning, QPalette palette)
{
    palette.setColor(QPalette::WindowText, colourOf(meaning, palette));
    label->setPalette(palette);
}

} // namespace

SettingField::SettingField(QWidget *editor, const QString &caption, QWidget *parent)
    : QWidget(parent)
    , m_editor(editor)
    , m_caption(caption.isEmpty() ? nullptr : note())
    , m_fault(note())
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::half);
    const bool grows = editor->sizePolicy().horizontalPolicy() & QSizePolicy::ExpandFlag;
    column->addWidget(editor, 0, grows ? Qt::Alignment() : Qt::AlignLeft);
    if (m_caption) {
        m_caption->setText(caption);
        column->addWidget(m_caption);
    }
    describe();
    column->addWidget(m_fault);
    m_fault->hide();
    if (auto *choice = qobject_cast<QComboBox *>(editor))
        choice->setMinimumWidth(fontMetrics().averageCharWidth() * choiceWidthInChars);
    dress();
}

QString SettingField::caption() const
{
    return m_caption ? m_caption->text() : QString();
}

void SettingField::setFault(const QString &text)
{
    if (text == m_faultText)
        return;
    m_faultText = text;
    m_fault->setText(text.isEmpty() ? QString() : Words::markOf(Meaning::Failure) + QLatin1Char(' ') + text);
    m_fault->setVisible(!text.isEmpty());
    describe();
}

void SettingField::setName(const QString &name)
{
    m_editor->setAccessibleName(name);
    describe();
}

void SettingField::describe()
{
    QStringList words{m_faultText.isEmpty() ? caption() : m_faultText};
    // Qt on Linux gives a combo box the name of its entry, and takes only a sibling for its label.
    if (qobject_cast<QComboBox *>(m_editor))
        words.prepend(m_editor->accessibleName());
    words.removeAll(QString());
    m_editor->setAccessibleDescription(words.join(QStringLiteral(". ")));
}

void SettingField::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void SettingField::dress()
{
    if (m_caption) {
        m_caption->setFont(metrics::caption(font()));
        colour(m_caption, Meaning::Neutral, palette());
    }
    m_fault->setFont(metrics::caption(font()));
    colour(m_fault, Meaning::Failure, palette());
}

} // namespace qcc
