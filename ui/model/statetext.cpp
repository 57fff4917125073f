#include "ui/model/statetext.h"

#include <QLocale>

#include <cmath>

namespace qcc {

namespace {

/// Rounded down, so that 100 % is said only when nothing failed.
QString percent(double value)
{
    if (value >= 100)
        return QLocale().toString(100);
    return QLocale().toString(std::floor(value * 10) / 10, 'f', 1);
}

} // namespace

QString StateText::word(ProxyState state)
{
    switch (state) {
    case ProxyState::Stopped: return tr("Stopped");
    case ProxyState::Starting: return tr("Starting…");
    case ProxyState::Running: return tr("Running");
    case ProxyState::Degraded: return tr("Degraded");
    case ProxyState::Down: return tr("Down");
    }
    Q_UNREACHABLE();
}

QString StateText::line(const ProxyView &view)
{
    if (!view.serves())
        return word(view.state);
    if (!view.successRate && view.inFlight == 0)
        return tr("%1 · no requests yet").arg(word(view.state));
    QString text = word(view.state);
    if (view.successRate)
        text = tr("%1 · %2 %", "state, success rate").arg(text, percent(*view.successRate));
    return tr("%1 · %2 in flight", "state and success rate, number of requests").arg(text, QLocale().toString(view.inFlight));
}

QString StateText::success(const ProxyView &view)
{
    if (!view.successRate)
        return tr("no requests yet");
    return tr("%1 % since the start").arg(percent(*view.successRate));
}

QString StateText::toolTip(const ProxyView &view)
{
    QStringList lines{tr("qcc: %1").arg(word(view.state))};
    if (view.serves()) {
        lines << tr("Cluster: %1").arg(view.cluster.isEmpty() ? tr("none") : view.cluster)
              << tr("Success: %1").arg(success(view))
              << tr("In flight: %1").arg(QLocale().toString(view.inFlight));
    }
    if (!view.lastError.isEmpty())
        lines << tr("Last error: %1").arg(view.lastError);
    return lines.join(QLatin1Char('\n'));
}

} // namespace qcc
