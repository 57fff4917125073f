#pragma once

#include <QtGlobal>

namespace qcc {

class LogFile;

/// While it lives, qDebug(), qWarning() and the rest, Qt's own included, go into a log file. One at a time.
/// Lifetime: `log` outlives it.
class QtMessages
{
public:
    explicit QtMessages(LogFile &log);
    ~QtMessages();
    QtMessages(const QtMessages &) = delete;
    QtMessages &operator=(const QtMessages &) = delete;

private:
    QtMessageHandler m_before;
};

} // namespace qcc
