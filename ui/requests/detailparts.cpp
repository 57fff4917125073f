#include "ui/requests/detailparts.h"

#include "ui/widgets/plaintext.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QPainter>
#include <QTextLayout>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace qcc {

namespace {

// Units: pixels.
constexpr int markSide = 16;
constexpr int titleToBox = 6;
constexpr int boxPadding = 10;
constexpr int spare = 2; ///< An editor scrolls whose last line ends with its view.

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

SaidWords::SaidWords()
{
    setReadOnly(true);
    setTabChangesFocus(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setViewportMargins(boxPadding, metrics::unit, boxPadding, metrics::unit - spare);
    document()->setDocumentMargin(0);
    viewport()->setAutoFillBackground(false);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void SaidWords::setWords(const QString &words)
{
    // Anew it would lose what is selected in it.
    if (words == toPlainText())
        return;
    setPlainText(words);
    updateGeometry();
}

int SaidWords::heightForWidth(int width) const
{
    QTextOption option;
    option.setWrapMode(wordWrapMode());
    double height = 0;
    const QStringList parts = toPlainText().split(QLatin1Char('\n'));
    for (const QString &part : parts) {
        QTextLayout layout(part.isEmpty() ? QStringLiteral(" ") : part, font());
        layout.setTextOption(option);
        layout.beginLayout();
        for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
            line.setLineWidth(std::max(1, width - 2 * boxPadding));
            height += line.height();
        }
        layout.endLayout();
    }
    return static_cast<int>(std::ceil(height)) + 2 * metrics::unit;
}

QSize SaidWords::sizeHint() const
{
    const int width = 40 * fontMetrics().averageCharWidth();
    return {width, heightForWidth(width)};
}

QSize SaidWords::minimumSizeHint() const
{
    return {8 * fontMetrics().averageCharWidth() + 2 * boxPadding, fontMetrics().lineSpacing() + 2 * metrics::unit};
}

/// All of it is there: what is turned is the pane.
void SaidWords::wheelEvent(QWheelEvent *event)
{
    event->ignore();
}

SaidBox::SaidBox()
    : m_title(new TextLabel)
    , m_attempts(new TextLabel)
    , m_words(new SaidWords)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(titleToBox);
    column->addLayout(titleRow(m_title, m_attempts));
    column->addWidget(m_words);
}

void SaidBox::setSaid(const Said &said)
{
    m_title->setText(DetailText::breakable(said.title));
    m_attempts->setText(said.attempts);
    m_words->setWords(said.words);
    m_words->setAccessibleName(said.title);
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

/// The box lies under the words, which have no ground of their own.
void SaidBox::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    drawBox(painter, m_words->geometry(), tokens::radius::control, colours.page, colours.hairline);
}

} // namespace qcc
