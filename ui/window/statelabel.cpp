#include "ui/window/statelabel.h"

#include "ui/model/statetext.h"
#include "ui/tray/stateicon.h"
#include "ui/widgets/colours.h"
#include "ui/widgets/metrics.h"
#include "ui/widgets/plaintext.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>

namespace qcc {

namespace {

constexpr int iconSize = 22;

QColor colourOf(ProxyState state, const QPalette &palette)
{
    switch (state) {
    case ProxyState::Running: return qcc::colourOf(Meaning::Success, palette);
    case ProxyState::NoNetwork:
    case ProxyState::Degraded: return qcc::colourOf(Meaning::Warning, palette);
    case ProxyState::Down: return qcc::colourOf(Meaning::Failure, palette);
    case ProxyState::Unconfigured:
    case ProxyState::Stopped:
    case ProxyState::Starting: return qcc::colourOf(Meaning::Neutral, palette);
    }
    Q_UNREACHABLE();
}

} // namespace

StateLabel::StateLabel(QWidget *parent)
    : QWidget(parent)
    , m_icon(new TextLabel)
    , m_word(new TextLabel)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::unit);
    row->addWidget(m_icon);
    row->addWidget(m_word, 1);
    draw();
}

void StateLabel::setState(ProxyState state)
{
    if (state == m_state)
        return;
    m_state = state;
    draw();
}

void StateLabel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        draw();
}

void StateLabel::draw()
{
    const QIcon icon = stateIcon(m_state, colourOf(m_state, palette()));
    m_icon->setPixmap(icon.pixmap(QSize(iconSize, iconSize), devicePixelRatioF()));
    m_word->setFont(metrics::sectionTitle(font()));
    m_word->setText(StateText::word(m_state));
    setAccessibleName(m_word->text());
}

} // namespace qcc
