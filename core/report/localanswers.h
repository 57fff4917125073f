#pragma once

#include "core/facts/livefigures.h"
#include "core/front/localpages.h"

#include <QByteArray>

namespace qcc {

class Journal;
struct LiveFigures;
class LogReader;

/// The text of GET /__qcc__/metrics. Source: Prometheus text exposition format 0.0.4.
QByteArray metricsText(const Journal &journal, const LiveFigures &live);

/// What is to be read on `page`; nothing of the events, which are a stream and stay with the connection. Nothing here changes state or shows a key.
LocalAnswer localAnswer(LocalPage page, const QByteArray &query, const Journal &journal, const LiveFigures &live,
                        LogReader &logReader);

} // namespace qcc
