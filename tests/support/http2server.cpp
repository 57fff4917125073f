#include "tests/support/http2server.h"

#include "tests/support/files.h"
#include "tests/support/forwardproxy.h"

#include <QDeadlineTimer>
#include <QFile>

namespace qcc::test {

namespace {

/// The system's, which has the system's packages.
QString python()
{
    const QString system = QStringLiteral("/usr/bin/python3");
    return QFile::exists(system) ? system : LoopbackServer::find(QStringLiteral("python3"));
}

bool writeTo(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

} // namespace

bool Http2Server::isInstalled()
{
    QProcess process;
    process.start(python(), {QStringLiteral("-c"), QStringLiteral("import hpack")});
    return process.waitForFinished(20'000) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
}

bool Http2Server::start(const QString &script)
{
    const QString key = m_folder.filePath(QStringLiteral("key.pem"));
    if (!writeTo(certificateFile(), m_certificate.certificatePem) || !writeTo(key, m_certificate.keyPem)) {
        m_problem = QStringLiteral("its certificate cannot be written");
        return false;
    }
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(python(), {QStringLiteral("-B"), QStringLiteral(HTTP2_SERVERS "/") + script, certificateFile(), key});
    if (m_process.waitForStarted(5000))
        return true;
    m_problem = script + QStringLiteral(" does not start: ") + m_process.errorString();
    return false;
}

Http2Server::~Http2Server()
{
    m_process.closeWriteChannel();
    if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(200)) {
        m_process.kill();
        m_process.waitForFinished(3000);
    }
}

void Http2Server::read()
{
    m_rest += m_process.readAllStandardOutput();
    for (qsizetype end = m_rest.indexOf('\n'); end >= 0; end = m_rest.indexOf('\n')) {
        m_lines.append(m_rest.first(end));
        m_rest.remove(0, end + 1);
    }
}

QList<QByteArray> Http2Server::await(const QByteArray &words)
{
    const QDeadlineTimer deadline(10'000);
    do {
        read();
        for (const QByteArray &line : std::as_const(m_lines)) {
            if (line.startsWith(words))
                return line.sliced(words.size()).trimmed().split(' ');
        }
    } while (!deadline.hasExpired() && (m_process.waitForReadyRead(100) || m_process.state() != QProcess::NotRunning));
    return {};
}

int Http2Server::count(const QByteArray &words)
{
    m_process.waitForReadyRead(0);
    read();
    return static_cast<int>(std::count_if(m_lines.begin(), m_lines.end(), [&words](const QByteArray &line) { return line.startsWith(words); }));
}

void Http2Server::say(const QByteArray &line)
{
    m_process.write(line + '\n');
    m_process.waitForBytesWritten(1000);
}

bool MisbehavingUpstream::start()
{
    if (!m_server.start(QStringLiteral("misbehave.py")))
        return false;
    m_port = m_server.await("port ").value(0);
    return !m_port.isEmpty();
}

void MisbehavingUpstream::setSettings(const QByteArray &settings)
{
    m_server.forget();
    m_server.say("settings " + settings);
    m_server.await("settings");
    m_server.forget();
}

QByteArray Http2Relay::urlOf(quint16 upstream)
{
    const QByteArray number = QByteArray::number(upstream);
    m_server.say("for " + number);
    const QByteArray port = m_server.await("relay " + number + ' ').value(0);
    m_server.forget();
    return port.isEmpty() ? QByteArray() : "https://localhost:" + port;
}

} // namespace qcc::test
