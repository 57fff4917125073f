#pragma once

#include <QtGlobal>

namespace qcc {

class LogFile;

/// From now on what qDebug(), qWarning() and the rest are told, Qt's own words included, goes to standard error, and steers no terminal
/// there: it quotes files, certificates and the system. To be called before there is an application; while a QtMessages lives, that comes
/// first.
void printQtMessages();

/// While it lives, the same goes into a log file. One at a time.
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
