#pragma once

#include "core/facts/livefigures.h"
#include "core/front/localsurface.h"

#include <QByteArray>

namespace qcc {

class Journal;
class LogReader;

/// The answer to GET `path`?`query` under /__qcc__/: stats, logs, requests, metrics, health. (events is a stream and stays with the
/// connection.) Nothing here changes state or shows a key.
LocalAnswer localAnswer(const QByteArray &path, const QByteArray &query, const Journal &journal, const LiveFigures &live,
                        LogReader &logReader);

} // namespace qcc
