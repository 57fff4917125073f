#include "ui/widgets/motion.h"

#include <QApplication>
#include <QEvent>
#include <QGraphicsOpacityEffect>
#include <QPointer>
#include <QStyle>
#include <QVariantAnimation>
#include <QWidget>

namespace qcc {

namespace {

/// The platforms without it say so in the log each time they are asked.
bool hasWindowOpacity()
{
    const QString platform = QGuiApplication::platformName();
    return platform == QLatin1StringView("xcb") || platform == QLatin1StringView("windows") || platform == QLatin1StringView("cocoa");
}

class Appearance : public QObject
{
public:
    Appearance(QWidget &widget, int milliseconds)
        : QObject(&widget)
        , m_widget(widget)
    {
        m_motion.setStartValue(0.0);
        m_motion.setEndValue(1.0);
        m_motion.setDuration(milliseconds);
        m_motion.setEasingCurve(QEasingCurve::OutCubic);
        connect(&m_motion, &QVariantAnimation::valueChanged, this, [this](const QVariant &opacity) { apply(opacity.toDouble()); });
        connect(&m_motion, &QVariantAnimation::finished, this, &Appearance::end);
        widget.installEventFilter(this);
    }

    bool eventFilter(QObject *, QEvent *event) override
    {
        // A window is told before it is on the screen. A child also hears of what it lies in, which is none of this.
        if (event->type() == (m_widget.isWindow() ? QEvent::Show : QEvent::ShowToParent) && !event->spontaneous())
            begin();
        else if (event->type() == QEvent::Hide && !event->spontaneous())
            end();
        return false;
    }

private:
    void begin()
    {
        end();
        if (!mayMove() || !m_widget.isVisible() || (m_widget.isWindow() && !hasWindowOpacity()))
            return;
        if (!m_widget.isWindow())
            m_widget.setGraphicsEffect(m_effect = new QGraphicsOpacityEffect(&m_widget));
        apply(0);
        m_motion.start();
    }

    void apply(double opacity)
    {
        if (m_effect)
            m_effect->setOpacity(opacity);
        else if (m_widget.isWindow())
            m_widget.setWindowOpacity(opacity);
    }

    void end()
    {
        if (m_motion.state() == QAbstractAnimation::Running)
            m_motion.stop();
        if (m_effect)
            m_widget.setGraphicsEffect(nullptr);
        else if (m_widget.isWindow() && m_widget.windowOpacity() < 1)
            m_widget.setWindowOpacity(1);
    }

    QWidget &m_widget;
    QVariantAnimation m_motion;
    QPointer<QGraphicsOpacityEffect> m_effect;
};

} // namespace

bool mayMove()
{
    return QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration) > 0;
}

void appearSoftly(QWidget &widget, int milliseconds)
{
    new Appearance(widget, milliseconds);
}

} // namespace qcc
