#include "ui/widgets/emptystate.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace qcc {

namespace {

constexpr int textWidthInChars = 60;

} // namespace

EmptyState::EmptyState(const QString &title, const QString &text, QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel)
    , m_text(new TextLabel)
    , m_buttons(new QHBoxLayout)
{
    for (QLabel *label : {m_title, m_text}) {
        label->setAlignment(Qt::AlignHCenter);
    }
    m_text->setWordWrap(true);
    m_buttons->setSpacing(metrics::unit);
    m_buttons->addStretch();
    m_buttons->addStretch();

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::edge, metrics::edge, metrics::edge, metrics::edge);
    column->setSpacing(metrics::unit);
    column->addStretch(2);
    column->addWidget(m_title);
    // Centred by stretches: with an alignment the layout would not ask how high the wrapped text is.
    auto *textRow = new QHBoxLayout;
    textRow->addStretch();
    textRow->addWidget(m_text);
    textRow->addStretch();
    column->addLayout(textRow);
    column->addSpacing(metrics::unit);
    column->addLayout(m_buttons);
    column->addStretch(3);
    setTexts(title, text);
    applyFonts();
}

void EmptyState::setTexts(const QString &title, const QString &text)
{
    m_title->setText(title);
    m_text->setText(text);
}

QPushButton *EmptyState::addButton(const QString &text)
{
    auto *button = new QPushButton(text);
    button->setDefault(m_buttons->count() == 2);
    m_buttons->insertWidget(m_buttons->count() - 1, button);
    return button;
}

void EmptyState::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        applyFonts();
}

void EmptyState::applyFonts()
{
    m_title->setFont(metrics::sectionTitle(font()));
    m_text->setFixedWidth(fontMetrics().averageCharWidth() * textWidthInChars);
}

} // namespace qcc
