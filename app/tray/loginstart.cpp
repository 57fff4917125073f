#include "app/tray/loginstart.h"

namespace qcc {

LoginStart::LoginStart(platform::AutostartCommand command, QObject *parent)
    : QObject(parent)
    , m_command(std::move(command))
{
}

void LoginStart::read()
{
    Q_EMIT wasRead(platform::isAutostartEnabled());
}

void LoginStart::set(bool on)
{
    finish(on ? platform::enableAutostart(m_command) : platform::disableAutostart());
}

void LoginStart::repair()
{
    finish(platform::repairAutostart(m_command));
}

void LoginStart::finish(const Result<void> &result)
{
    if (!result)
        Q_EMIT failed(result.error());
    read();
}

} // namespace qcc
