#include "ui/tray/trayicon.h"

#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QCursor>
#include <QEvent>
#include <QGuiApplication>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>
#include <QSettings>

#include <algorithm>
#include <array>
#include <utility>

namespace qcc {

namespace {

/// What is in the ring, and how it is drawn in a square of so many pixels, so that straight edges fall on whole ones.
struct Drawing {
    int box;
    qreal ring, line;      ///< Its radius and its width.
    qreal dot;             ///< Its radius.
    qreal arm, cross;      ///< Of the cross: half a side of its square, and the width of its strokes.
    QPointF top, right, left; ///< Of the triangle.
};

constexpr std::array drawings{
    Drawing{16, 6, 2, 2, 2.75, 1.5, {12, 8.2}, {15.4, 15}, {8.6, 15}},
    Drawing{20, 7, 2, 2.5, 3, 1.8, {15, 10.4}, {19.2, 18}, {10.8, 18}},
    Drawing{22, 8, 2, 3, 3.2, 2, {16.5, 11.6}, {21, 20}, {12, 20}},
    Drawing{24, 9, 2, 3, 3.6, 2, {18, 13}, {22.8, 22}, {13.2, 22}},
    Drawing{32, 11.5, 3, 4.5, 4.6, 2.6, {24, 17}, {30.4, 29}, {17.6, 29}},
};

const Drawing &drawingFor(int size)
{
    const auto fits = [size](const Drawing &drawing) { return size % drawing.box == 0; };
    const auto found = std::find_if(drawings.rbegin(), drawings.rend(), fits);
    return found == drawings.rend() ? drawings.front() : *found;
}

/// A state's ring, and the sign in or at it.
struct Shape {
    QPainterPath ring, sign;
};

QPainterPath stroked(const QPainterPath &path, qreal width, Qt::PenCapStyle cap = Qt::FlatCap)
{
    QPainterPathStroker stroker;
    stroker.setWidth(width);
    stroker.setCapStyle(cap);
    stroker.setJoinStyle(Qt::RoundJoin);
    return stroker.createStroke(path);
}

QPainterPath triangleOf(const Drawing &drawing)
{
    QPainterPath path(drawing.top);
    path.lineTo(drawing.right);
    path.lineTo(drawing.left);
    path.closeSubpath();
    return path;
}

/// `outline`: what is added at every edge.
Shape shapeOf(ProxyState state, const Drawing &drawing, qreal outline)
{
    const qreal middle = drawing.box / 2.0;
    const QPointF centre(middle, middle);
    const QRectF around(middle - drawing.ring, middle - drawing.ring, 2 * drawing.ring, 2 * drawing.ring);
    QPainterPath circle;
    circle.addEllipse(around);
    Shape shape{stroked(circle, drawing.line + 2 * outline), {}};
    switch (state) {
    case ProxyState::Unconfigured:
    case ProxyState::Stopped:
        break;
    case ProxyState::Finishing:
    case ProxyState::Starting: {
        QPainterPath open;
        open.arcMoveTo(around, 6);
        open.arcTo(around, 6, -289);
        shape.ring = stroked(open, drawing.line + 2 * outline, outline > 0 ? Qt::RoundCap : Qt::FlatCap);
        break;
    }
    case ProxyState::Running:
        shape.sign.addEllipse(centre, drawing.dot + outline, drawing.dot + outline);
        break;
    case ProxyState::Degraded: {
        const QPainterPath triangle = triangleOf(drawing);
        // The notch, of which the outline has its own share.
        if (outline == 0)
            shape.ring -= triangle.united(stroked(triangle, 3 * std::max(1.0, drawing.box / 20.0)));
        shape.sign = outline > 0 ? triangle.united(stroked(triangle, 2 * outline)) : triangle;
        break;
    }
    case ProxyState::NoNetwork:
    case ProxyState::Down: {
        const QPointF down(drawing.arm, drawing.arm), up(drawing.arm, -drawing.arm);
        QPainterPath strokes(centre - down);
        strokes.lineTo(centre + down);
        strokes.moveTo(centre - up);
        strokes.lineTo(centre + up);
        shape.sign = stroked(strokes, drawing.cross + 2 * outline);
        break;
    }
    }
    return shape;
}

struct Ink {
    QColor ring, sign;
    QColor outline = {}; ///< None, where it is no colour.
};

QPixmap drawn(ProxyState state, int size, const Ink &ink)
{
    const Drawing &drawing = drawingFor(size);
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(qreal(size) / drawing.box, qreal(size) / drawing.box);
    if (ink.outline.isValid()) {
        const Shape under = shapeOf(state, drawing, 1);
        painter.fillPath(under.ring.united(under.sign), ink.outline);
    }
    const Shape shape = shapeOf(state, drawing, 0);
    painter.fillPath(shape.ring, ink.ring);
    painter.fillPath(shape.sign, ink.sign);
    return pixmap;
}

QIcon iconOf(ProxyState state, const Ink &ink)
{
    QIcon icon;
    for (const int size : {16, 20, 22, 24, 32, 40, 44, 48, 64, 96})
        icon.addPixmap(drawn(state, size, ink));
    return icon;
}

QColor signColour(ProxyState state, bool darkPanel)
{
    switch (state) {
    case ProxyState::Running: return darkPanel ? QColor(0x5f, 0xc7, 0x92) : QColor(0x1f, 0x8a, 0x55);
    case ProxyState::Degraded: return darkPanel ? QColor(0xee, 0xb6, 0x4a) : QColor(0xb2, 0x6f, 0x00);
    case ProxyState::NoNetwork:
    case ProxyState::Down: return darkPanel ? QColor(0xff, 0x7d, 0x6c) : QColor(0xc8, 0x32, 0x1f);
    case ProxyState::Unconfigured:
    case ProxyState::Stopped:
    case ProxyState::Finishing:
    case ProxyState::Starting: return {}; // has none
    }
    Q_UNREACHABLE();
}

} // namespace

QIcon stateIcon(ProxyState state, const QColor &colour)
{
    QIcon icon = iconOf(state, {colour, colour});
    icon.setIsMask(true);
    return icon;
}

QIcon trayIconOf(ProxyState state, TrayColours colours, std::optional<bool> darkPanel)
{
    if (!darkPanel && colours == TrayColours::Automatic)
        return stateIcon(state, Qt::black);
    const bool guesses = colours == TrayColours::Automatic || colours == TrayColours::Colour;
    const bool light = guesses ? darkPanel.value_or(false) : colours == TrayColours::Light;
    const QColor ring = light ? QColor(0xf4, 0xf4, 0xf6) : QColor(0x26, 0x26, 0x2a);
    const QColor outline = light ? QColor(20, 20, 24, 191) : QColor(255, 255, 255, 217);
    return iconOf(state, {ring, colours == TrayColours::Colour ? signColour(state, light) : ring, outline});
}

std::optional<bool> panelIsDark()
{
    const QString platform = QGuiApplication::platformName();
    // The icon is a mask there: the menu bar colours it itself.
    if (platform == QLatin1StringView("cocoa"))
        return std::nullopt;
    // The taskbar has a theme of its own, apart from that of applications. Windows without the setting has a dark one.
    if (platform == QLatin1StringView("windows")) {
        const QSettings personalize(QStringLiteral("HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize"), QSettings::NativeFormat);
        return personalize.value(QStringLiteral("SystemUsesLightTheme"), 0).toInt() == 0;
    }
    // GNOME's top bar is dark in the light theme, too; other panels mostly follow the theme.
    return qgetenv("XDG_CURRENT_DESKTOP").split(':').contains("GNOME") || isDark(QGuiApplication::palette());
}

TrayIcon::TrayIcon(std::function<bool()> mayAsk, QObject *parent)
    : QObject(parent)
    , m_mayAsk(std::move(mayAsk))
    , m_darkPanel(panelIsDark())
{
    qGuiApp->installEventFilter(this);
    setView({});
    if (!m_mayAsk || m_mayAsk())
        make();
}

void TrayIcon::make()
{
    m_icon = std::make_unique<QSystemTrayIcon>();
    m_icon->setContextMenu(&m_menu);
    connect(m_icon.get(), &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger)
            act(m_leftClick);
        else if (reason == QSystemTrayIcon::MiddleClick)
            act(m_middleClick);
    });
    connect(m_icon.get(), &QSystemTrayIcon::messageClicked, this, &TrayIcon::notificationClicked);
    draw();
    m_icon->setToolTip(m_toolTip);
    if (m_shown)
        m_icon->show();
}

bool TrayIcon::isAvailable()
{
    if (!m_icon && m_mayAsk())
        make();
    return m_icon && QSystemTrayIcon::isSystemTrayAvailable();
}

void TrayIcon::show()
{
    m_shown = true;
    if (m_icon)
        m_icon->show();
}

void TrayIcon::hide()
{
    m_shown = false;
    if (m_icon)
        m_icon->hide();
}

void TrayIcon::setView(const ProxyView &view)
{
    m_menu.setView(view);
    // The tray lives in another process: tell it only what changed.
    if (view.state != m_state) {
        m_state = view.state;
        draw();
    }
    const QString toolTip = markupFree(StateText::toolTip(view));
    if (toolTip == std::exchange(m_toolTip, toolTip) || !m_icon)
        return;
    m_icon->setToolTip(toolTip);
}

void TrayIcon::notify(const QString &title, const QString &text, bool problem)
{
    if (m_icon)
        m_icon->showMessage(markupFree(title), markupFree(text), problem ? QSystemTrayIcon::Warning : QSystemTrayIcon::Information);
}

void TrayIcon::setClicks(ClickAction left, ClickAction middle)
{
    m_leftClick = left;
    m_middleClick = middle;
}

void TrayIcon::setColours(TrayColours colours)
{
    if (colours != std::exchange(m_colours, colours))
        draw();
}

void TrayIcon::setQuitting(bool quitting)
{
    m_quitting = quitting;
    m_menu.setQuitting(quitting);
}

void TrayIcon::act(ClickAction action)
{
    // A click is no answer to whether it shall end.
    switch (m_quitting ? ClickAction::OpenMenu : action) {
    case ClickAction::Nothing: break;
    case ClickAction::OpenWindow: Q_EMIT openRequested(); break;
    case ClickAction::OpenPanel: Q_EMIT panelRequested(); break;
    case ClickAction::StartStop: Q_EMIT startStopRequested(); break;
    // On Wayland nobody is told where the icon is, and a menu without a window beside it stands where the compositor puts it: mostly in the middle. Qt
    // cannot ask the tray for its own, which a right click opens.
    case ClickAction::OpenMenu: m_menu.popup(QCursor::pos()); break;
    }
}

bool TrayIcon::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == qGuiApp && event->type() == QEvent::ApplicationPaletteChange) {
        const std::optional<bool> dark = panelIsDark();
        if (dark != std::exchange(m_darkPanel, dark))
            draw();
    }
    return QObject::eventFilter(watched, event);
}

void TrayIcon::draw()
{
    if (m_icon)
        m_icon->setIcon(trayIconOf(m_state, m_colours, m_darkPanel));
}

} // namespace qcc
