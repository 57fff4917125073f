#include "ui/settings/settingfield.h"

#include "ui/widgets/controls.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace qcc {

namespace {

constexpr int markSize = 10;
constexpr int lineMargin = 7; ///< Above and below: a row with two lines is as high as its like on other pages.
constexpr int rightMargin = 12;

} // namespace

SettingField::SettingField(const QString &label, QWidget *editor, const QString &caption, QWidget *parent)
    : QWidget(parent)
    , m_label(new TextLabel(label))
    , m_editor(editor)
    , m_mark(new MarkLabel(markSize))
    , m_markColumn(new QVBoxLayout)
    , m_words(new TextLabel)
    , m_row(new QHBoxLayout(this))
    , m_captionText(caption)
{
    setMinimumHeight(tokens::size::rowTwoLines);
    for (QLabel *text : {m_label, m_words})
        text->setWordWrap(true);
    m_markColumn->addWidget(m_mark);
    auto *below = new QHBoxLayout;
    below->setSpacing(metrics::half + 2);
    below->addLayout(m_markColumn);
    below->setAlignment(m_markColumn, Qt::AlignTop);
    below->addWidget(m_words, 1);
    auto *left = new QVBoxLayout;
    left->setSpacing(0);
    left->addStretch();
    left->addWidget(m_label);
    left->addLayout(below);
    left->addStretch();
    m_row->setContentsMargins(metrics::edge, lineMargin, rightMargin, lineMargin);
    m_row->setSpacing(metrics::edge);
    m_row->addLayout(left, 1);
    m_row->addWidget(editor, 0, Qt::AlignRight | Qt::AlignVCenter);
    if (editor->accessibleName().isEmpty())
        editor->setAccessibleName(label);
    dress();
    showWords();
}

QWidget *SettingField::keyed() const
{
    // Not by a focus proxy, at which Shift+Tab would turn back. A button beside a field does something else.
    const QList<QWidget *> parts = m_editor->findChildren<QWidget *>();
    const auto part = std::ranges::find_if(parts, [](const QWidget *each) { return each->focusPolicy() & Qt::TabFocus && !qobject_cast<const QPushButton *>(each); });
    return m_editor->focusPolicy() & Qt::TabFocus || part == parts.end() ? m_editor : *part;
}

QString SettingField::label() const
{
    return m_label->text();
}

void SettingField::setFault(const QString &text)
{
    if (text == m_faultText)
        return;
    m_faultText = text;
    setFaulty(m_editor, !text.isEmpty());
    showWords();
}

void SettingField::setNotice(const QString &text, bool withStep)
{
    if (m_step)
        m_step->setVisible(withStep && !text.isEmpty());
    if (text == m_noticeText)
        return;
    m_noticeText = text;
    showWords();
}

void SettingField::setStep(QPushButton *step)
{
    m_step = step;
    m_row->insertWidget(1, step, 0, Qt::AlignVCenter);
    step->hide();
}

void SettingField::showWords()
{
    const QString &text = !m_faultText.isEmpty() ? m_faultText : !m_noticeText.isEmpty() ? m_noticeText : m_captionText;
    const bool marked = !m_faultText.isEmpty() || !m_noticeText.isEmpty();
    m_words->setText(text);
    m_words->setVisible(!text.isEmpty());
    m_mark->setMeaning(m_faultText.isEmpty() ? Meaning::Warning : Meaning::Failure);
    m_mark->setVisible(marked);
    dress();
    describe();
}

void SettingField::describe()
{
    QStringList words{m_words->text()};
    // Qt on Linux gives a combo box the name of its entry, and takes only a sibling for its label.
    if (qobject_cast<QComboBox *>(m_editor))
        words.prepend(m_editor->accessibleName());
    // Of its choices nobody would know what they are of.
    if (auto *choices = qobject_cast<Segments *>(m_editor)) {
        for (QAbstractButton *choice : choices->findChildren<QAbstractButton *>())
            choice->setAccessibleDescription(label());
    }
    words.removeAll(QString());
    m_editor->setAccessibleDescription(words.join(QStringLiteral(". ")));
}

void SettingField::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

// The words belong to the switch, as those of a check box do to it.
void SettingField::mouseReleaseEvent(QMouseEvent *event)
{
    auto *button = qobject_cast<Switch *>(m_editor);
    if (button && button->isEnabled() && event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        button->click();
    else
        QWidget::mouseReleaseEvent(event);
}

void SettingField::dress()
{
    const Colours colours = coloursOf(palette());
    m_words->setFont(metrics::caption(font()));
    QPalette ink = palette();
    ink.setColor(QPalette::WindowText, !m_faultText.isEmpty()    ? colours.of(Meaning::Failure).text
                                       : !m_noticeText.isEmpty() ? colours.of(Meaning::Warning).text
                                                                 : colours.text3);
    m_words->setPalette(ink);
    // Level with the first line of what wraps.
    m_markColumn->setContentsMargins(0, m_mark->isHidden() ? 0 : std::max(0, (QFontMetrics(m_words->font()).height() - markSize) / 2), 0, 0);
}

} // namespace qcc
