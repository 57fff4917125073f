#include "ui/model/statetext.h"

#include "ui/model/words.h"

#include <QLocale>

namespace qcc {

QString StateText::word(ProxyState state)
{
    switch (state) {
    case ProxyState::Stopped: return tr("Stopped");
    case ProxyState::Starting: return tr("Starting…");
    case ProxyState::Running: return tr("Running");
    case ProxyState::Degraded: return tr("Degraded");
    case ProxyState::Down: return tr("Down");
    case ProxyState::Unconfigured: return tr("No endpoint yet");
    case ProxyState::NoNetwork: return tr("No network");
    }
    Q_UNREACHABLE();
}

QString StateText::line(const ProxyView &view)
{
    if (!view.serves())
        return word(view.state);
    if (!view.successRate && view.inFlight == 0)
        return tr("%1 · %2", "state, no requests yet").arg(word(view.state), success(view));
    QString text = word(view.state);
    if (view.successRate)
        text = tr("%1 · %2", "state, success rate").arg(text, Words::percent(*view.successRate));
    return tr("%1 · %2 in flight", "state and success rate, number of requests").arg(text, QLocale().toString(view.inFlight));
}

QString StateText::success(const ProxyView &view)
{
    if (!view.successRate)
        return view.figures.requests == 0 ? tr("no requests yet") : tr("no requests in the last hour");
    return tr("%1 of the last hour").arg(Words::percent(*view.successRate));
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
