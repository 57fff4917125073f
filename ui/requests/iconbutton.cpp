#include "ui/requests/iconbutton.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QPainter>
#include <QStyleOptionToolButton>
#include <QStylePainter>

namespace qcc {

namespace {

constexpr int side = 28;
constexpr int signSide = 16;

void drawSign(QPainter &painter, Sign sign, const QRectF &box, const QColor &colour)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(box.topLeft());
    painter.scale(box.width() / signSide, box.height() / signSide);
    painter.setPen(QPen(colour, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    switch (sign) {
    case Sign::Close:
        painter.drawLine(QPointF(4, 4), QPointF(12, 12));
        painter.drawLine(QPointF(12, 4), QPointF(4, 12));
        break;
    case Sign::Dots:
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        for (const double x : {3.5, 8.0, 12.5})
            painter.drawEllipse(QPointF(x, 8), 1.2, 1.2);
        break;
    }
    painter.restore();
}

} // namespace

IconButton::IconButton(Sign sign, const QString &what, QWidget *parent)
    : QToolButton(parent)
    , m_sign(sign)
{
    setAutoRaise(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setAccessibleName(what);
    setPlainToolTip(this, what);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize IconButton::sizeHint() const
{
    return {side, side};
}

void IconButton::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    QStyleOptionToolButton option;
    initStyleOption(&option);
    // The arrow of a menu would be a second sign.
    option.features = QStyleOptionToolButton::None;
    painter.drawComplexControl(QStyle::CC_ToolButton, option);
    QRectF box(0, 0, signSide, signSide);
    box.moveCenter(QRectF(rect()).center());
    const Colours colours = coloursOf(palette());
    drawSign(painter, m_sign, box, !isEnabled() ? colours.disabled : underMouse() ? colours.text : colours.text2);
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
        drawFocus(painter, rect(), tokens::radius::control, colours.accent);
}

} // namespace qcc
