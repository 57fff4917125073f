#pragma once

#include "core/facts/livefigures.h"
#include "core/front/localsurface.h"

#include <QByteArray>

namespace qcc {

class Journal;
class LogReader;

/// What is to be read on `page`; nothing of the events, which are a stream and stay with the connection. Nothing here changes state or shows a key.
LocalAnswer localAnswer(LocalPage page, const QByteArray &query, const Journal &journal, const LiveFigures &live,
                        LogReader &logReader);

} // namespace qcc
