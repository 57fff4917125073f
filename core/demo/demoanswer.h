#pragma once

#include "core/http/requestreader.h"

#include <QByteArray>
#include <QList>

namespace qcc {

/// What the demo says to one request: a plain body, or events when `events` is not empty.
struct DemoAnswer {
    int status = 200;
    QByteArray contentType = "application/json";
    QByteArray body;
    QList<QByteArray> events;
};

/// The demo's answer. `number` makes its id unique; `now` is in seconds since the epoch.
DemoAnswer demoAnswerTo(const RequestHead &head, const QByteArray &body, quint64 number, qint64 now);

} // namespace qcc
