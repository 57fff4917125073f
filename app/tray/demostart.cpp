#include "app/tray/demostart.h"

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

} // namespace qcc
