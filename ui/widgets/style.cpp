#include "ui/widgets/style.h"

#include "ui/widgets/controls.h"
#include "ui/widgets/theme.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QPainter>
#include <QPushButton>
#include <QStyleFactory>
#include <QStyleHints>
#include <QStyleOption>
#include <QToolButton>

#include <algorithm>

namespace qcc {

namespace {

const QString fusion = QStringLiteral("fusion");

constexpr int textPadding = 12;   ///< Beside the words of a button.
constexpr int fieldPadding = 8;   ///< Beside those of a field, beyond what Qt leaves.
constexpr int chevronRoom = 28;   ///< At the right of a box of choices.
constexpr int shortestSlider = 24;

CheckLook checkOf(const QStyleOption &option)
{
    return {.on = bool(option.state & QStyle::State_On), .partly = bool(option.state & QStyle::State_NoChange), .enabled = bool(option.state & QStyle::State_Enabled),
            .hovered = bool(option.state & QStyle::State_MouseOver)};
}

bool isPrimary(const QStyleOption *option)
{
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
    return button && (button->features & QStyleOptionButton::DefaultButton) && (option->state & QStyle::State_Enabled);
}

/// Of a field, a number, a box of choices: what it lies in, with the focus as its border.
void drawField(QPainter &painter, const QRect &rect, const QStyleOption *option, const QWidget *widget)
{
    const Colours colours = coloursOf(option->palette);
    const bool enabled = option->state & QStyle::State_Enabled;
    drawBox(painter, rect, tokens::radius::control, enabled ? colours.raised : colours.page, isFaulty(widget) ? colours.of(Meaning::Failure).mark : colours.hairline);
    if (enabled && (option->state & QStyle::State_HasFocus))
        drawFocus(painter, rect, tokens::radius::control, colours.accent);
}

void drawButton(QPainter &painter, const QStyleOption *option, const QRect &rect)
{
    const Colours colours = coloursOf(option->palette);
    const bool enabled = option->state & QStyle::State_Enabled;
    const bool down = option->state & (QStyle::State_Sunken | QStyle::State_On);
    const bool hovered = enabled && (option->state & QStyle::State_MouseOver);
    const bool focused = enabled && (option->state & QStyle::State_HasFocus) && (option->state & QStyle::State_KeyboardFocusChange);
    if (isPrimary(option)) {
        // A ring of its own colour would not show at its edge.
        constexpr int gap = tokens::line::focus + tokens::line::focusGap;
        const QRect body = focused ? rect.adjusted(gap, gap, -gap, -gap) : rect;
        const QColor fill = down ? colours.accent.darker(115) : hovered ? colours.accent.darker(107) : colours.accent;
        drawBox(painter, body, tokens::radius::control - (focused ? 2 : 0), fill, fill);
    } else if (!enabled) {
        drawBox(painter, rect, tokens::radius::control, {}, colours.hairline);
    } else {
        drawBox(painter, rect, tokens::radius::control, down ? colours.selected : hovered ? colours.hover : colours.raised, colours.hairline);
    }
    if (focused)
        drawFocus(painter, rect, tokens::radius::control, colours.accent);
}

/// A chosen row is tinted, not filled; where a view tells which cell of the row it is, only the row's ends are round.
void drawRow(QPainter &painter, const QStyleOptionViewItem &option)
{
    const Colours colours = coloursOf(option.palette);
    const bool chosen = option.state & QStyle::State_Selected;
    const bool hovered = (option.state & QStyle::State_MouseOver) && (option.state & QStyle::State_Enabled);
    if (!chosen && !hovered) {
        if (option.backgroundBrush.style() != Qt::NoBrush)
            painter.fillRect(option.rect, option.backgroundBrush);
        return;
    }
    const bool opens = option.viewItemPosition == QStyleOptionViewItem::Beginning || option.viewItemPosition == QStyleOptionViewItem::OnlyOne;
    const bool closes = option.viewItemPosition == QStyleOptionViewItem::End || option.viewItemPosition == QStyleOptionViewItem::OnlyOne;
    constexpr int beyond = tokens::radius::row;
    painter.save();
    painter.setClipRect(option.rect);
    drawBox(painter, option.rect.adjusted(opens ? 0 : -beyond, 0, closes ? 0 : beyond, 0), beyond, chosen ? colours.accentSoft : colours.hover, {});
    painter.restore();
}

void drawScrollBar(QPainter &painter, const QStyle &style, const QStyleOptionSlider &option, const QWidget *widget)
{
    const Colours colours = coloursOf(option.palette);
    QRect slider = style.subControlRect(QStyle::CC_ScrollBar, &option, QStyle::SC_ScrollBarSlider, widget);
    if (option.maximum <= option.minimum || !(option.state & QStyle::State_Enabled))
        return;
    slider.adjust(1, 1, -1, -1);
    QColor ink = colours.of(Meaning::Neutral).mark;
    ink.setAlphaF(option.state & (QStyle::State_MouseOver | QStyle::State_Sunken) ? 0.8f : 0.45f);
    drawBox(painter, slider, std::min(slider.width(), slider.height()) / 2.0, ink, {});
}

QRect sliderOf(const QStyleOptionSlider &option)
{
    const bool vertical = option.orientation == Qt::Vertical;
    const int length = vertical ? option.rect.height() : option.rect.width();
    const qint64 range = qint64(option.maximum) - option.minimum;
    const int slider = range > 0 ? std::clamp<int>(static_cast<int>(qint64(length) * option.pageStep / (range + option.pageStep)), std::min(shortestSlider, length), length) : length;
    const int start = QStyle::sliderPositionFromValue(option.minimum, option.maximum, option.sliderPosition, length - slider, option.upsideDown);
    return vertical ? QRect(option.rect.left(), option.rect.top() + start, option.rect.width(), slider)
                    : QRect(option.rect.left() + start, option.rect.top(), slider, option.rect.height());
}

/// A list or table with round corners: what lies in it leaves them free, its words the edge.
bool isCard(const QObject *widget)
{
    const auto *area = qobject_cast<const QAbstractScrollArea *>(widget);
    return area && area->frameShape() == QFrame::StyledPanel;
}

} // namespace

Style::Style(Theme theme)
    : QProxyStyle(QStyleFactory::create(fusion))
    , m_theme(theme)
{
    setObjectName(QStringLiteral("qcc"));
}

void Style::polish(QPalette &palette)
{
    if (m_theme != Theme::System || !isHighContrast(palette))
        palette = paletteOf(m_theme == Theme::Dark || (m_theme == Theme::System && isDark(palette)) ? tokens::dark : tokens::light);
}

void Style::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton *>(widget) || qobject_cast<QComboBox *>(widget))
        widget->setAttribute(Qt::WA_Hover);
    // The frame draws what lies behind the rows, with its round corners.
    if (auto *area = qobject_cast<QAbstractScrollArea *>(widget); area && (isCard(area) || isCard(area->parent())))
        area->viewport()->setAutoFillBackground(false);
    if (auto *view = qobject_cast<QAbstractItemView *>(widget))
        view->viewport()->setAttribute(Qt::WA_Hover);
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const Colours colours = coloursOf(option->palette);
    switch (element) {
    case PE_PanelButtonCommand:
        return drawButton(*painter, option, option->rect);
    case PE_PanelButtonTool: {
        const auto *button = qobject_cast<const QToolButton *>(widget);
        if (button && !button->autoRaise())
            return drawButton(*painter, option, option->rect);
        if (option->state & (State_Sunken | State_On))
            drawBox(*painter, option->rect, tokens::radius::control, colours.selected, {});
        else if ((option->state & State_MouseOver) && (option->state & State_Enabled))
            drawBox(*painter, option->rect, tokens::radius::control, colours.hover, {});
        return;
    }
    case PE_PanelLineEdit: {
        const auto *panel = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (panel && panel->lineWidth > 0)
            drawField(*painter, option->rect, option, widget);
        return;
    }
    case PE_FrameLineEdit:    // is part of its panel
    case PE_PanelItemViewRow: // each cell draws its share
        return;
    case PE_Frame: {
        const bool isList = qobject_cast<const QAbstractScrollArea *>(widget);
        drawBox(*painter, option->rect, tokens::radius::card, isList || (widget && widget->autoFillBackground()) ? colours.raised : QColor(), colours.hairline);
        if (isList && (option->state & State_HasFocus) && (option->state & State_KeyboardFocusChange))
            drawFocus(*painter, option->rect, tokens::radius::card, colours.accent);
        return;
    }
    case PE_FrameFocusRect: // Buttons show it at their edge.
        if (!qobject_cast<const QPushButton *>(widget))
            drawFocus(*painter, option->rect, 4, colours.accent);
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
    case PE_IndicatorRadioButton:
        drawCheckBox(*painter, QRectF(option->rect), option->palette, checkOf(*option), element == PE_IndicatorRadioButton);
        return;
    case PE_IndicatorArrowDown:
    case PE_IndicatorArrowUp:
        drawChevron(*painter, QRectF(option->rect).center(), option->state & State_Enabled ? colours.text2 : colours.disabled, element == PE_IndicatorArrowUp ? Towards::Up : Towards::Down);
        return;
    case PE_IndicatorHeaderArrow:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option); header && header->sortIndicator != QStyleOptionHeader::None)
            drawChevron(*painter, QRectF(option->rect).center(), colours.text3, header->sortIndicator == QStyleOptionHeader::SortUp ? Towards::Up : Towards::Down, 0.8);
        return;
    case PE_PanelItemViewItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option))
            drawRow(*painter, *item);
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const Colours colours = coloursOf(option->palette);
    switch (element) {
    case CE_PushButtonLabel: {
        QStyleOptionButton button = *qstyleoption_cast<const QStyleOptionButton *>(option);
        if (isPrimary(option))
            button.palette.setColor(QPalette::ButtonText, colours.onAccent);
        return QProxyStyle::drawControl(element, &button, painter, widget);
    }
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
        if (!isCard(widget ? widget->parent() : nullptr))
            painter->fillRect(option->rect, colours.page);
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), colours.hairline);
        return;
    case CE_HeaderLabel: {
        QStyleOptionHeader header = *qstyleoption_cast<const QStyleOptionHeader *>(option);
        for (const QPalette::ColorRole role : {QPalette::ButtonText, QPalette::WindowText, QPalette::Text})
            header.palette.setColor(role, colours.text3);
        painter->setFont(metrics::caption(painter->font()));
        return QProxyStyle::drawControl(element, &header, painter, widget);
    }
    case CE_ItemViewItem: {
        QStyleOptionViewItem item = *qstyleoption_cast<const QStyleOptionViewItem *>(option);
        item.palette.setColor(QPalette::HighlightedText, item.palette.color(QPalette::Text));
        return QProxyStyle::drawControl(element, &item, painter, widget);
    }
    case CE_Splitter:
        painter->fillRect(option->state & State_Horizontal ? QRect(option->rect.center().x(), option->rect.top(), 1, option->rect.height())
                                                           : QRect(option->rect.left(), option->rect.center().y(), option->rect.width(), 1),
                          colours.hairline);
        return;
    default:
        QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter, const QWidget *widget) const
{
    const Colours colours = coloursOf(option->palette);
    switch (control) {
    case CC_ComboBox: {
        const auto *box = qstyleoption_cast<const QStyleOptionComboBox *>(option);
        if (box->frame)
            drawField(*painter, option->rect, option, widget);
        const QRect arrow = proxy()->subControlRect(control, option, SC_ComboBoxArrow, widget);
        drawChevron(*painter, QRectF(arrow).center(), option->state & State_Enabled ? colours.text2 : colours.disabled);
        return;
    }
    case CC_SpinBox: {
        const auto *box = qstyleoption_cast<const QStyleOptionSpinBox *>(option);
        if (box->frame)
            drawField(*painter, option->rect, option, widget);
        if (box->buttonSymbols == QAbstractSpinBox::NoButtons)
            return;
        const auto arrow = [&](SubControl part, bool up, bool able) {
            const QRect place = proxy()->subControlRect(control, option, part, widget);
            if (able && (option->activeSubControls & part) && (option->state & State_MouseOver))
                drawBox(*painter, QRectF(place.adjusted(2, up ? 3 : 1, -3, up ? -1 : -3)), 3, colours.hover, {});
            drawChevron(*painter, QRectF(place).center() + QPointF(0, up ? 1 : -1), able ? colours.text2 : colours.disabled, up ? Towards::Up : Towards::Down, 0.75);
        };
        const bool enabled = option->state & State_Enabled;
        arrow(SC_SpinBoxUp, true, enabled && (box->stepEnabled & QAbstractSpinBox::StepUpEnabled));
        arrow(SC_SpinBoxDown, false, enabled && (box->stepEnabled & QAbstractSpinBox::StepDownEnabled));
        return;
    }
    case CC_ToolButton: {
        QStyleOptionToolButton button = *qstyleoption_cast<const QStyleOptionToolButton *>(option);
        // An icon says that it opens a menu, or nothing does.
        button.features.setFlag(QStyleOptionToolButton::HasMenu, (button.features & QStyleOptionToolButton::HasMenu) && button.toolButtonStyle != Qt::ToolButtonIconOnly);
        return QProxyStyle::drawComplexControl(control, &button, painter, widget);
    }
    case CC_ScrollBar:
        return drawScrollBar(*painter, *proxy(), *qstyleoption_cast<const QStyleOptionSlider *>(option), widget);
    default:
        QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &contents, const QWidget *widget) const
{
    // A font that is larger than usual makes its control higher.
    const int height = option ? std::max(tokens::size::control, option->fontMetrics.height() + 12) : tokens::size::control;
    switch (type) {
    case CT_PushButton:
        return {contents.width() + 2 * textPadding, height};
    case CT_ComboBox:
        return {contents.width() + 2 * fieldPadding + chevronRoom, height};
    case CT_LineEdit:
    case CT_SpinBox:
        return {QProxyStyle::sizeFromContents(type, option, contents, widget).width() + fieldPadding, height};
    case CT_HeaderSection:
    case CT_ItemViewItem: // rows of a list without a delegate of ours
        return QProxyStyle::sizeFromContents(type, option, contents, widget).expandedTo({0, height + (type == CT_HeaderSection ? 2 : -2)});
    case CT_ToolButton: {
        const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option);
        if (button && button->toolButtonStyle == Qt::ToolButtonIconOnly && !button->icon.isNull())
            return {28, 28};
        return {contents.width() + 2 * tokens::space::unit + 4, std::max(tokens::size::controlSmall, contents.height() + 6)};
    }
    default:
        return QProxyStyle::sizeFromContents(type, option, contents, widget);
    }
}

QRect Style::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    const auto *panel = element == SE_LineEditContents ? qstyleoption_cast<const QStyleOptionFrame *>(option) : nullptr;
    return panel && panel->lineWidth > 0 ? rect.adjusted(fieldPadding / 2, 0, -fieldPadding / 2, 0) : rect;
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl part, const QWidget *widget) const
{
    if (control == CC_ScrollBar) {
        const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option);
        const QRect slider = sliderOf(*bar);
        const bool vertical = bar->orientation == Qt::Vertical;
        switch (part) {
        case SC_ScrollBarSlider: return slider;
        case SC_ScrollBarGroove: return option->rect;
        case SC_ScrollBarSubPage:
            return vertical ? QRect(option->rect.topLeft(), QPoint(option->rect.right(), slider.top() - 1)) : QRect(option->rect.topLeft(), QPoint(slider.left() - 1, option->rect.bottom()));
        case SC_ScrollBarAddPage:
            return vertical ? QRect(QPoint(option->rect.left(), slider.bottom() + 1), option->rect.bottomRight())
                            : QRect(QPoint(slider.right() + 1, option->rect.top()), option->rect.bottomRight());
        default: return {};
        }
    }
    if (control == CC_ComboBox) {
        const QRect &rect = option->rect;
        if (part == SC_ComboBoxArrow)
            return visualRect(option->direction, rect, QRect(rect.right() - chevronRoom + 1, rect.top(), chevronRoom, rect.height()));
        if (part == SC_ComboBoxEditField)
            return visualRect(option->direction, rect, rect.adjusted(fieldPadding + 2, 1, -chevronRoom, -1));
    }
    return QProxyStyle::subControlRect(control, option, part, widget);
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent: return tokens::size::scrollBar;
    case PM_ScrollBarSliderMin: return shortestSlider;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight: return tokens::size::checkBox;
    case PM_SplitterWidth: return 7;
    case PM_HeaderMargin: return tokens::space::unit;
    case PM_FocusFrameHMargin: return isCard(widget) ? tokens::space::unit - 1 : QProxyStyle::pixelMetric(metric, option, widget);
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical: return 0;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *answer) const
{
    return hint == SH_ScrollBar_Transient || hint == SH_EtchDisabledText || hint == SH_DialogButtonBox_ButtonsHaveIcons ? 0 : QProxyStyle::styleHint(hint, option, widget, answer);
}

bool hasOwnStyle()
{
    return qobject_cast<const Style *>(QApplication::style());
}

bool isFilled(QStyle::State state)
{
    return (state & QStyle::State_Selected) && !hasOwnStyle();
}

void applyTheme(Theme theme)
{
    static const QString systemStyle = QApplication::style()->objectName();
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    qApp->styleHints()->setColorScheme(theme == Theme::Light ? Qt::ColorScheme::Light : theme == Theme::Dark ? Qt::ColorScheme::Dark : Qt::ColorScheme::Unknown);
    const bool platformCan = true;
#else
    // Before Qt 6.8 a style cannot be asked for its other half.
    const bool platformCan = theme == Theme::System;
#endif
    if (systemStyle != fusion && platformCan) {
        if (hasOwnStyle())
            QApplication::setStyle(QStyleFactory::create(systemStyle));
        return;
    }
    QApplication::setStyle(new Style(theme));
}

} // namespace qcc
