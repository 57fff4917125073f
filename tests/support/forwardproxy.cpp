#include "tests/support/forwardproxy.h"

#include <QFile>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

namespace qcc::test {

quint16 freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost) ? probe.serverPort() : quint16(0);
}

LoopbackServer::~LoopbackServer()
{
    m_process.terminate();
    if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(3000)) {
        m_process.kill();
        m_process.waitForFinished(3000);
    }
}

QString LoopbackServer::find(const QString &program)
{
    const QString found = QStandardPaths::findExecutable(program);
    return !found.isEmpty() ? found
                            : QStandardPaths::findExecutable(program, {QStringLiteral("/usr/sbin"), QStringLiteral("/usr/local/sbin")});
}

bool LoopbackServer::start(const QString &program, const QStringList &arguments, quint16 port)
{
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.start(find(program), arguments);
    if (!m_process.waitForStarted(5000)) {
        m_problem = program + QStringLiteral(" does not start: ") + m_process.errorString();
        return false;
    }
    const bool listening = QTest::qWaitFor([this, port] {
        QTcpSocket probe;
        probe.connectToHost(QHostAddress::LocalHost, port);
        return m_process.state() == QProcess::NotRunning || probe.waitForConnected(100);
    }, 10'000);
    if (!listening || m_process.state() == QProcess::NotRunning) {
        m_problem = program + QStringLiteral(" does not listen: ") + QString::fromLocal8Bit(output());
        return false;
    }
    return true;
}

void LoopbackServer::kill()
{
    m_process.kill();
    m_process.waitForFinished(3000);
}

QByteArray LoopbackServer::output()
{
    m_output += m_process.readAll();
    return m_output;
}

QString ForwardProxy::programOf(Kind kind)
{
    return kind == Kind::Http ? QStringLiteral("tinyproxy") : QStringLiteral("microsocks");
}

bool ForwardProxy::start(Kind kind, const Options &options)
{
    m_kind = kind;
    m_port = freePort();
    QStringList arguments;
    if (kind == Kind::Http) {
        QByteArray text = "Port " + QByteArray::number(m_port) + "\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\nAllow 127.0.0.1\n";
        if (!options.user.isEmpty())
            text += "BasicAuth " + options.user + ' ' + options.password + '\n';
        if (!options.bindAddress.isEmpty())
            text += "Bind " + options.bindAddress + '\n';
        if (options.onlyPort > 0)
            text += "ConnectPort " + QByteArray::number(options.onlyPort) + '\n';
        QFile file(m_folder.filePath(QStringLiteral("proxy.conf")));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            return false;
        arguments = {QStringLiteral("-d"), QStringLiteral("-c"), file.fileName()};
    } else {
        arguments = {QStringLiteral("-i"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"), QString::number(m_port)};
        if (!options.user.isEmpty())
            arguments += {QStringLiteral("-u"), QString::fromLatin1(options.user), QStringLiteral("-P"),
                          QString::fromLatin1(options.password)};
        if (!options.bindAddress.isEmpty())
            arguments += {QStringLiteral("-b"), QString::fromLatin1(options.bindAddress)};
    }
    return m_server.start(programOf(kind), arguments, m_port);
}

QString ForwardProxy::rule(const QByteArray &credentials) const
{
    const QByteArray scheme = m_kind == Kind::Http ? "http://" : "socks5://";
    return QString::fromLatin1(scheme + credentials + (credentials.isEmpty() ? "" : "@") + "127.0.0.1:" + QByteArray::number(m_port));
}

} // namespace qcc::test
