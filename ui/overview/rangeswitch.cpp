#include "ui/overview/rangeswitch.h"

#include "ui/widgets/colours.h"
#include "ui/widgets/plaintext.h"

#include <QButtonGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QToolButton>

namespace qcc {

RangeSwitch::RangeSwitch(QWidget *parent)
    : QWidget(parent)
    , m_buttons(new QButtonGroup(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    addButton(TimelineRange::Hour, tr("1 h"), tr("The last hour"));
    addButton(TimelineRange::Day, tr("24 h"), tr("The last 24 hours"));
    addButton(TimelineRange::Week, tr("7 d"), tr("The last 7 days"));
    m_buttons->button(static_cast<int>(TimelineRange::Hour))->setChecked(true);
    connect(m_buttons, &QButtonGroup::idToggled, this, [this](int id, bool checked) {
        if (!checked)
            return;
        applyLooks();
        Q_EMIT rangeChosen(static_cast<TimelineRange>(id));
    });
    applyLooks();
}

TimelineRange RangeSwitch::range() const
{
    return static_cast<TimelineRange>(m_buttons->checkedId());
}

void RangeSwitch::addButton(TimelineRange range, const QString &text, const QString &name)
{
    auto *button = new QToolButton;
    button->setCheckable(true);
    button->setText(text);
    setPlainToolTip(button, name);
    button->setAccessibleName(name);
    button->setFocusPolicy(Qt::StrongFocus);
    m_buttons->addButton(button, static_cast<int>(range));
    layout()->addWidget(button);
}

/// Some styles hardly show in the dark which button is down, so its text does too.
void RangeSwitch::applyLooks()
{
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    QPalette quiet = palette();
    quiet.setColor(QPalette::ButtonText, colourOf(Meaning::Neutral, palette()));
    for (QAbstractButton *button : m_buttons->buttons()) {
        button->setFont(strong);
        const int width = button->sizeHint().width();
        button->setFont(button->isChecked() ? strong : font());
        button->setPalette(button->isChecked() ? palette() : quiet);
        button->setFixedWidth(width);
    }
}

void RangeSwitch::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLooks();
}

} // namespace qcc
