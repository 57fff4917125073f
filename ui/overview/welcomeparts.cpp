#include "ui/overview/welcomeparts.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"
#include "ui/widgets/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>

#include <algorithm>

namespace qcc {

namespace {

constexpr int disc = 20; ///< Around a step's number.
constexpr int between = 10;
constexpr int link = 32; ///< Between two steps.
constexpr int pasteHeight = 84;
constexpr int buttonHeight = 24;

bool showsFocus(const QWidget &widget)
{
    return widget.hasFocus() && widget.window()->testAttribute(Qt::WA_KeyboardFocusChange);
}

} // namespace

Steps::Steps(const QStringList &steps, QWidget *parent)
    : QWidget(parent)
    , m_steps(steps)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

int Steps::widthOf(qsizetype step) const
{
    const QString &words = m_steps.at(step);
    return disc + metrics::unit + QFontMetrics(step == 0 ? metrics::strong(font(), words) : font()).horizontalAdvance(words);
}

QSize Steps::sizeHint() const
{
    int width = static_cast<int>(m_steps.size() - 1) * (2 * between + link);
    for (qsizetype i = 0; i < m_steps.size(); ++i)
        width += widthOf(i);
    return {width, std::max(disc, fontMetrics().height())};
}

void Steps::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    int left = 0;
    for (qsizetype i = 0; i < m_steps.size(); ++i) {
        const bool now = i == 0;
        if (!now) {
            painter.fillRect(left + between, height() / 2, link, 1, colours.hairline);
            left += 2 * between + link;
        }
        const QRectF circle(left, (height() - disc) / 2.0, disc, disc);
        drawBox(painter, circle, disc / 2.0, now ? colours.accent : QColor(), now ? colours.accent : colours.text3);
        const QString number = QString::number(i + 1);
        painter.setFont(metrics::strong(metrics::caption(font()), number));
        painter.setPen(now ? colours.onAccent : colours.text3);
        painter.drawText(circle, Qt::AlignCenter, number);
        painter.setFont(now ? metrics::strong(font(), m_steps.at(i)) : font());
        painter.setPen(now ? colours.text : colours.text3);
        painter.drawText(QRect(left + disc + metrics::unit, 0, width(), height()), Qt::AlignLeft | Qt::AlignVCenter, m_steps.at(i));
        left += widthOf(i);
    }
}

PasteField::PasteField(QWidget *parent)
    : QPlainTextEdit(parent)
{
    setFrameShape(NoFrame);
    setTabChangesFocus(true);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(0);
}

bool PasteField::canInsertFromMimeData(const QMimeData *source) const
{
    return source->hasText() && !source->hasUrls();
}

void PasteField::insertFromMimeData(const QMimeData *source)
{
    QPlainTextEdit::insertFromMimeData(source);
    Q_EMIT offered(source->text());
}

void PasteField::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && !(event->modifiers() & Qt::ShiftModifier)) {
        if (!toPlainText().trimmed().isEmpty())
            Q_EMIT offered(toPlainText());
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

void PasteField::focusInEvent(QFocusEvent *event)
{
    QPlainTextEdit::focusInEvent(event);
    parentWidget()->update();
}

void PasteField::focusOutEvent(QFocusEvent *event)
{
    QPlainTextEdit::focusOutEvent(event);
    parentWidget()->update();
}

PasteBox::PasteBox(PasteField *field, QWidget *parent)
    : QWidget(parent)
    , m_field(field)
{
    setFixedHeight(std::max(pasteHeight, 4 * fontMetrics().height()));
    setFocusProxy(field);
    auto *box = new QHBoxLayout(this);
    box->setContentsMargins(14, 12, 8, 10);
    box->addWidget(field);
}

void PasteBox::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    drawBox(painter, rect(), tokens::radius::card, colours.raised, colours.hairline);
    if (m_field->hasFocus())
        drawFocus(painter, rect(), tokens::radius::card, colours.accent);
}

LinkButton::LinkButton(const QString &text, QWidget *parent)
    : QPushButton(text, parent)
{
    setFlat(true);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize LinkButton::sizeHint() const
{
    const QFontMetrics measure(metrics::medium(font(), text()));
    return {measure.size(Qt::TextShowMnemonic, text()).width() + 2 * metrics::unit, std::max(tokens::size::control, measure.height() + 12)};
}

void LinkButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    if (underMouse() || isDown())
        drawBox(painter, rect(), tokens::radius::control, isDown() ? colours.selected : colours.hover, {});
    painter.setFont(metrics::medium(font(), text()));
    painter.setPen(isEnabled() ? colours.accentText : colours.disabled);
    painter.drawText(rect(), Qt::AlignCenter | Qt::TextShowMnemonic, text());
    if (showsFocus(*this))
        drawFocus(painter, rect(), tokens::radius::control, colours.accent);
}

FoundRow::FoundRow(const QString &names, const QString &from, QWidget *parent)
    : QWidget(parent)
    , m_names(names)
    , m_from(from)
    , m_button(new QPushButton(tr("Import", "of endpoints that were found")))
{
    const int lines = fontMetrics().height() + QFontMetrics(metrics::caption(font())).height();
    setFixedHeight(std::max(tokens::size::rowTwoLines, lines + metrics::unit));
    setPlainToolTip(this, names + QLatin1Char('\n') + from);
    m_button->setFont(metrics::caption(m_button->font()));
    m_button->setFixedHeight(std::max(buttonHeight, m_button->fontMetrics().height() + 8));
    m_button->setAccessibleName(tr("Import %1").arg(names));
    m_button->setAccessibleDescription(from);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(metrics::edge, 0, 12, 0);
    row->addStretch();
    row->addWidget(m_button);
}

void FoundRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    const QFont first = metrics::medium(font(), m_names), second = metrics::caption(font());
    const int upper = QFontMetrics(first).height(), lower = QFontMetrics(second).height();
    const int room = m_button->x() - 2 * metrics::edge;
    const int top = (height() - upper - lower) / 2;
    painter.setFont(first);
    painter.setPen(colours.text);
    painter.drawText(QRect(metrics::edge, top, room, upper), Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(m_names, Qt::ElideRight, room));
    painter.setFont(second);
    painter.setPen(colours.text3);
    painter.drawText(QRect(metrics::edge, top + upper, room, lower), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_from, Qt::ElideMiddle, room));
}

} // namespace qcc
