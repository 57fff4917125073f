#include "ui/widgets/controls.h"

#include "ui/widgets/motion.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QLocale>
#include <QPainter>
#include <QStyleOptionTab>
#include <QStylePainter>

#include <algorithm>
#include <utility>

namespace qcc {

namespace {

constexpr int chipHeight = 24;
constexpr int chipPadding = 10;
constexpr int chipMark = 10;
constexpr int segmentPadding = 12;
constexpr int segmentsBorder = 2;
constexpr auto faultProperty = "qcc_faulty";

/// Qt tells a checkable button of a class that it does not know as a plain one.
class AccessibleSwitch : public QAccessibleWidget
{
public:
    explicit AccessibleSwitch(QAbstractButton *button) : QAccessibleWidget(button, QAccessible::CheckBox) { }

    QAccessible::State state() const override
    {
        QAccessible::State state = QAccessibleWidget::state();
        state.checkable = true;
        state.checked = button()->isChecked();
        return state;
    }
    QString text(QAccessible::Text what) const override
    {
        const QString own = QAccessibleWidget::text(what);
        return own.isEmpty() && what == QAccessible::Name ? button()->text().remove(u'&') : own;
    }
    QStringList actionNames() const override { return {toggleAction()}; }
    void doAction(const QString &action) override
    {
        if (action == toggleAction())
            button()->click();
        else
            QAccessibleWidget::doAction(action);
    }

private:
    QAbstractButton *button() const { return static_cast<QAbstractButton *>(object()); }
};

QAccessibleInterface *accessibleControl(const QString &, QObject *object)
{
    if (auto *button = qobject_cast<Switch *>(object))
        return new AccessibleSwitch(button);
    if (auto *segments = qobject_cast<Segments *>(object))
        return new QAccessibleWidget(segments, QAccessible::Grouping);
    auto *chip = qobject_cast<ChipButton *>(object);
    return chip ? new AccessibleSwitch(chip) : nullptr;
}

bool showsFocus(const QWidget &widget)
{
    return widget.hasFocus() && widget.window()->testAttribute(Qt::WA_KeyboardFocusChange);
}

/// Side by side, choices look there as tabs do.
bool drawsTabs(const QStyle &style)
{
    return style.objectName() == QLatin1StringView("macos");
}

class Segment : public QAbstractButton
{
public:
    explicit Segment(const QString &text)
    {
        setText(text);
        setCheckable(true);
        setFocusPolicy(Qt::ClickFocus);
        setAttribute(Qt::WA_Hover);
    }

    QSize sizeHint() const override
    {
        if (drawsTabs(*style())) {
            const QStyleOptionTab option = asTab();
            const QSize around(style()->pixelMetric(QStyle::PM_TabBarTabHSpace, &option, this), style()->pixelMetric(QStyle::PM_TabBarTabVSpace, &option, this));
            return style()->sizeFromContents(QStyle::CT_TabBarTab, &option, fontMetrics().size(Qt::TextShowMnemonic, text()) + around, this);
        }
        const QFont widest = metrics::strong(metrics::caption(font()), text());
        return {QFontMetrics(widest).horizontalAdvance(shown()) + 2 * segmentPadding, tokens::size::control - 2 * segmentsBorder};
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        if (drawsTabs(*style())) {
            QStylePainter(this).drawControl(QStyle::CE_TabBarTab, asTab());
            return;
        }
        QPainter painter(this);
        const Colours colours = coloursOf(palette());
        if (isChecked())
            drawBox(painter, rect(), 4, colours.thumb, colours.hairline);
        const QFont small = metrics::caption(font());
        painter.setFont(isChecked() ? metrics::strong(small, text()) : small);
        painter.setPen(!isEnabled() ? colours.disabled : isChecked() || underMouse() ? colours.text : colours.text2);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextShowMnemonic, text());
        if (showsFocus(*this))
            drawFocus(painter, rect(), 4, colours.accent);
    }

private:
    QString shown() const { return QString(text()).remove(u'&'); }

    QStyleOptionTab asTab() const
    {
        const QList<QAbstractButton *> all = group()->buttons();
        const qsizetype place = all.indexOf(this), chosen = group()->checkedId(), last = all.size() - 1;
        QStyleOptionTab tab;
        tab.initFrom(this);
        tab.text = text();
        tab.shape = QTabBar::RoundedNorth;
        tab.state.setFlag(QStyle::State_Selected, isChecked());
        tab.state.setFlag(QStyle::State_Sunken, isDown());
        tab.position = last == 0 ? QStyleOptionTab::OnlyOneTab : place == 0 ? QStyleOptionTab::Beginning : place == last ? QStyleOptionTab::End : QStyleOptionTab::Middle;
        tab.selectedPosition = chosen == place + 1 ? QStyleOptionTab::NextIsSelected
            : chosen >= 0 && chosen == place - 1   ? QStyleOptionTab::PreviousIsSelected
                                                   : QStyleOptionTab::NotAdjacent;
        return tab;
    }
};

} // namespace

void setFaulty(QWidget *editor, bool faulty)
{
    QList<QWidget *> fields{editor};
    for (QLineEdit *field : editor->findChildren<QLineEdit *>())
        fields << field;
    for (QWidget *field : std::as_const(fields)) {
        field->setProperty(faultProperty, faulty);
        field->update();
    }
}

bool isFaulty(const QWidget *field)
{
    return field && field->property(faultProperty).toBool();
}

QSize sizeOf(Switch::Size size)
{
    return size == Switch::Size::Usual ? QSize(34, 20) : QSize(28, 16);
}

void drawSwitch(QPainter &painter, const QRectF &rect, const QPalette &palette, bool enabled, double place)
{
    const Colours colours = coloursOf(palette);
    const bool on = place > 0.5;
    const QColor fill = on && enabled ? colours.accent : colours.track;
    // An empty one is told by its edge and its knob.
    drawBox(painter, rect, rect.height() / 2 - 0.5, fill, on && enabled ? colours.accent : colours.of(Meaning::Neutral).mark);
    const double knob = rect.height() - 6;
    const double left = rect.left() + 3 + place * (rect.width() - rect.height());
    drawBox(painter, QRectF(left, rect.top() + 3, knob, knob), knob / 2, !enabled ? colours.disabled : on ? colours.onAccent : colours.text3, {});
}

Switch::Switch(Size size, QWidget *parent)
    : QAbstractButton(parent)
    , m_size(size)
    , m_place(0)
{
    QAccessible::installFactory(accessibleControl);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_motion.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_motion, &QVariantAnimation::valueChanged, this, [this](const QVariant &value) {
        m_place = value.toDouble();
        update();
    });
    connect(this, &QAbstractButton::toggled, this, &Switch::slide);
}

void Switch::slide(bool on)
{
    m_motion.stop();
    const double to = on ? 1 : 0;
    // Nobody has seen it otherwise.
    if (!m_seen || !mayMove()) {
        m_place = to;
        update();
        return;
    }
    m_motion.setStartValue(m_place);
    m_motion.setEndValue(to);
    m_motion.setDuration(tokens::motion::moveMs);
    m_motion.start();
}

QSize Switch::sizeHint() const
{
    // The focus stands around it.
    constexpr int around = tokens::line::focus + tokens::line::focusGap;
    return sizeOf(m_size) + QSize(2 * around, 2 * around);
}

void Switch::paintEvent(QPaintEvent *)
{
    m_seen = true;
    QPainter painter(this);
    QRectF body(QPointF(), sizeOf(m_size));
    body.moveCenter(QRectF(rect()).center());
    drawSwitch(painter, body, palette(), isEnabled(), m_place);
    if (showsFocus(*this))
        drawFocus(painter, rect(), height() / 2.0 - 1, coloursOf(palette()).accent);
}

void Switch::hideEvent(QHideEvent *event)
{
    QAbstractButton::hideEvent(event);
    m_seen = false;
}

Segments::Segments(const QStringList &choices, QWidget *parent)
    : QWidget(parent)
{
    QAccessible::installFactory(accessibleControl);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(segmentsBorder, segmentsBorder, segmentsBorder, segmentsBorder);
    row->setSpacing(0);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&m_buttons, &QButtonGroup::idClicked, this, &Segments::chosen);
    // Qt thinks of Tab only once one of them has had the focus.
    connect(&m_buttons, &QButtonGroup::buttonToggled, this,
            [](QAbstractButton *button, bool on) { button->setFocusPolicy(on ? Qt::StrongFocus : Qt::ClickFocus); });
    // A tab's edge follows the one beside it.
    connect(&m_buttons, &QButtonGroup::buttonToggled, this, qOverload<>(&QWidget::update));
    setChoices(choices);
}

void Segments::setChoices(const QStringList &choices)
{
    const int before = current();
    const QList<QAbstractButton *> old = m_buttons.buttons();
    for (QAbstractButton *button : old)
        delete button;
    for (const QString &choice : choices) {
        auto *segment = new Segment(choice);
        m_buttons.addButton(segment, static_cast<int>(m_buttons.buttons().size()));
        layout()->addWidget(segment);
    }
    if (!choices.isEmpty())
        setCurrent(std::clamp<int>(before, 0, static_cast<int>(choices.size()) - 1));
}

int Segments::current() const
{
    return m_buttons.checkedId();
}

void Segments::setCurrent(int index)
{
    if (QAbstractButton *button = m_buttons.button(index))
        button->setChecked(true);
}

void Segments::paintEvent(QPaintEvent *)
{
    if (drawsTabs(*style()))
        return;
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    drawBox(painter, rect(), tokens::radius::control, colours.track, colours.hairline);
}

void Segments::keyPressEvent(QKeyEvent *event)
{
    // A group of checkable buttons goes by the arrows of itself; what it leaves is not for the page to scroll by.
    if (event->key() != Qt::Key_Left && event->key() != Qt::Key_Right)
        QWidget::keyPressEvent(event);
}

ChipButton::ChipButton(const QString &text, QWidget *parent)
    : QAbstractButton(parent)
{
    QAccessible::installFactory(accessibleControl);
    setText(text);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void ChipButton::setMeaning(std::optional<Meaning> meaning)
{
    m_meaning = meaning;
    updateGeometry();
    update();
}

void ChipButton::setMark(std::optional<Mark> mark)
{
    m_mark = mark;
    updateGeometry();
    update();
}

void ChipButton::setCount(std::optional<qint64> count)
{
    if (count == std::exchange(m_count, count))
        return;
    setAccessibleName(count ? QStringLiteral("%1 %2").arg(text(), countText()) : text());
    updateGeometry();
    update();
}

QString ChipButton::countText() const
{
    return m_count ? QLocale().toString(*m_count) : QString();
}

QSize ChipButton::sizeHint() const
{
    const QFont small = metrics::strong(metrics::caption(font()), text());
    const QFontMetrics measure(small);
    int width = 2 * chipPadding + measure.horizontalAdvance(QString(text()).remove(u'&'));
    if (m_meaning || m_mark)
        width += chipMark + 6;
    if (m_count)
        width += 6 + measure.horizontalAdvance(countText());
    return {width, std::max(chipHeight, measure.height() + 6)};
}

void ChipButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    const bool on = isChecked();
    const QColor fill = on ? colours.accentSoft : underMouse() && isEnabled() ? colours.hover : colours.raised;
    drawBox(painter, rect(), height() / 2.0, fill, on ? colours.accent : colours.hairline);
    const QFont small = metrics::caption(font());
    painter.setFont(on ? metrics::strong(small, text()) : small);
    // There is room for the stronger words of a chosen one.
    const int content = (m_meaning || m_mark ? chipMark + 6 : 0) + painter.fontMetrics().horizontalAdvance(QString(text()).remove(u'&'))
        + (m_count ? 6 + painter.fontMetrics().horizontalAdvance(countText()) : 0);
    int left = std::max(chipPadding, (width() - content) / 2);
    if (m_meaning || m_mark) {
        const QColor ink = m_meaning ? colours.of(*m_meaning).mark : colours.text2;
        drawMark(painter, m_mark ? *m_mark : markOf(*m_meaning), QRectF(left, (height() - chipMark) / 2.0, chipMark, chipMark), ink);
        left += chipMark + 6;
    }
    painter.setPen(!isEnabled() ? colours.disabled : on ? colours.accentText : colours.text);
    const QRect words(left, 0, painter.fontMetrics().horizontalAdvance(QString(text()).remove(u'&')), height());
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextShowMnemonic, text());
    if (m_count) {
        painter.setPen(on ? colours.accentText : colours.text3);
        painter.drawText(rect().adjusted(words.right() + 7, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, countText());
    }
    if (showsFocus(*this))
        drawFocus(painter, rect(), height() / 2.0, colours.accent);
}

} // namespace qcc
