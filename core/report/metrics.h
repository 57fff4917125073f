#pragma once

#include <QByteArray>

namespace qcc {

class Journal;
struct LiveFigures;

/// The text of GET /__qcc__/metrics. Source: Prometheus text exposition format 0.0.4.
QByteArray metricsText(const Journal &journal, const LiveFigures &live);

} // namespace qcc
