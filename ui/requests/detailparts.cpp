#include "ui/requests/detailparts.h"

#include "ui/widgets/plaintext.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QPainter>

namespace qcc {

namespace {

// Units: pixels.
constexpr int markSide = 16;
constexpr int titleToBox = 6;
constexpr int boxPadding = 10;

} // namespace

QLabel *selectable(QLabel *label, Qt::TextInteractionFlags how)
{
    label->setWordWrap(true);
    label->setTextInteractionFlags(how);
    return label;
}

void colour(QLabel *label, const QColor &ink)
{
    QPalette palette = label->parentWidget() ? label->parentWidget()->palette() : label->palette();
    // Which of them it is depends on what it lies on.
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text})
        palette.setColor(role, ink);
    label->setPalette(palette);
}

QHBoxLayout *titleRow(QLabel *title, QLabel *beside)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::unit);
    title->setWordWrap(true);
    row->addWidget(title, 1);
    row->addWidget(beside, 0, Qt::AlignTop);
    return row;
}

DetailMark::DetailMark()
{
    setFixedSize(markSide, markSide);
}

void DetailMark::setMark(Mark mark, Meaning meaning)
{
    m_mark = mark;
    m_meaning = meaning;
    update();
}

void DetailMark::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    drawMark(painter, m_mark, rect(), m_mark == Mark::Play ? colours.text2 : colours.of(m_meaning).mark);
}

SaidBox::SaidBox()
    : m_title(new TextLabel)
    , m_attempts(new TextLabel)
    , m_words(selectable(new TextLabel, Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(titleToBox);
    column->addLayout(titleRow(m_title, m_attempts));
    column->addWidget(m_words);
    m_words->setContentsMargins(boxPadding, metrics::unit, boxPadding, metrics::unit);
}

void SaidBox::setSaid(const Said &said)
{
    m_title->setText(DetailText::breakable(said.title));
    m_attempts->setText(said.attempts);
    m_words->setText(DetailText::breakable(said.words));
    m_words->setAccessibleName(said.title);
    m_words->setAccessibleDescription(said.words);
    applyLook();
}

void SaidBox::applyLook()
{
    m_title->setFont(metrics::sectionTitle(font()));
    m_attempts->setFont(metrics::caption(font()));
    colour(m_attempts, coloursOf(palette()).text3);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (font().pointSizeF() > 0)
        fixed.setPointSizeF(font().pointSizeF());
    m_words->setFont(metrics::caption(fixed));
}

void SaidBox::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    drawBox(painter, m_words->geometry(), tokens::radius::control, colours.page, colours.hairline);
}

} // namespace qcc
