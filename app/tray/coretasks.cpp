#include "app/tray/coretasks.h"

#include <QCoreApplication>

namespace qcc {

namespace {

QString program()
{
    return QCoreApplication::applicationDirPath() + QStringLiteral("/qcc");
}

} // namespace

DemoStart::DemoStart(QObject *parent)
    : QObject(parent)
{
    // The upstream outlives this process, so it must not hold a pipe to it. Problems go to our stderr.
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setStandardOutputFile(QProcess::nullDevice());
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    connect(&m_process, &QProcess::finished, this, &DemoStart::finished);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            Q_EMIT finished();
    });
}

void DemoStart::run()
{
    m_wanted = true;
    if (m_process.state() == QProcess::NotRunning)
        m_process.start(program(), {QStringLiteral("demo")});
}

void DemoStart::end()
{
    if (m_wanted)
        QProcess::startDetached(program(), {QStringLiteral("demo"), QStringLiteral("stop")});
}

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
