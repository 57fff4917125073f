#include "ui/clusters/fieldnote.h"

#include "ui/model/words.h"
#include "ui/widgets/metrics.h"
#include "ui/widgets/plaintext.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace qcc {

FieldNote::FieldNote(QWidget *parent)
    : QWidget(parent)
    , m_text(new TextLabel)
    , m_remedy(new QToolButton)
{
    m_text->setWordWrap(true);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::unit);
    row->addWidget(m_text, 1);
    row->addWidget(m_remedy, 0, Qt::AlignTop);
    connect(m_remedy, &QToolButton::clicked, this, [this] { Q_EMIT remedyChosen(m_note.remedy); });
    dress();
    hide();
}

void FieldNote::setNote(const DraftNote *note)
{
    const DraftNote next = note && note->gravity != DraftNote::Gravity::Missing ? *note : DraftNote{};
    if (next == m_note)
        return;
    m_note = next;
    const Meaning meaning = next.gravity == DraftNote::Gravity::Warning ? Meaning::Warning : Meaning::Failure;
    m_text->setText(next.text.isEmpty() ? QString() : Words::markOf(meaning) + u' ' + next.text);
    m_remedy->setText(next.remedyText);
    m_remedy->setVisible(!next.remedyText.isEmpty());
    dress();
    setVisible(!next.text.isEmpty());
}

QString FieldNote::text() const
{
    return m_note.text;
}

void FieldNote::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void FieldNote::dress()
{
    const Meaning meaning = m_note.gravity == DraftNote::Gravity::Warning ? Meaning::Warning : Meaning::Failure;
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, colourOf(meaning, colours));
    m_text->setPalette(colours);
    m_text->setFont(metrics::caption(font()));
    m_remedy->setFont(metrics::caption(font()));
}

} // namespace qcc
