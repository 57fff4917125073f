#pragma once

#include "tests/support/testcertificate.h"

#include <QList>
#include <QProcess>
#include <QString>
#include <QTemporaryDir>

namespace qcc::test {

/// One of the servers of tests/http2 while this object lives: HTTP/2 by other hands than the product's, which does as it is told.
class Http2Server
{
public:
    /// Whether Python and its HPACK are there.
    static bool isInstalled();

    /// `script`: "misbehave.py". False: see problem().
    bool start(const QString &script);
    QString problem() const { return m_problem; }

    /// The first line that begins with these words, its words behind them; waits for it. Empty where it does not come.
    QList<QByteArray> await(const QByteArray &words);
    /// How many lines there are that begin so.
    int count(const QByteArray &words);
    /// Writes a line to the server.
    void say(const QByteArray &line);
    /// Forgets the lines so far.
    void forget() { m_lines.clear(); }

    const TestCertificate &certificate() const { return m_certificate; }
    QString certificateFile() const { return m_folder.filePath(QStringLiteral("certificate.pem")); }
    ~Http2Server();

private:
    void read();

    TestCertificate m_certificate = TestCertificate::make();
    QTemporaryDir m_folder;
    QProcess m_process;
    QByteArray m_rest;
    QList<QByteArray> m_lines;
    QString m_problem;
};

/// An upstream that does wrong what its path names, see tests/http2/misbehave.py.
class MisbehavingUpstream
{
public:
    bool start();
    QString problem() const { return m_server.problem(); }
    Http2Server &server() { return m_server; }
    QByteArray baseUrl() const { return "https://localhost:" + m_port; }
    /// Announced by connections that come from now on: "3=1 4=100", "none". What has happened so far is forgotten.
    void setSettings(const QByteArray &settings);
    /// Requests that it has got whole.
    int arrived(const QByteArray &path) { return m_server.count("arrived " + path + ' '); }
    int connections() { return m_server.count("connection "); }

private:
    Http2Server m_server;
    QByteArray m_port;
};

/// HTTP/2 in front of an upstream of HTTP/1.1 that says whatever it says, see tests/http2/relay.py.
class Http2Relay
{
public:
    bool start() { return m_server.start(QStringLiteral("relay.py")); }
    Http2Server &server() { return m_server; }
    /// Where a request has to go to reach what listens on that port. Empty: it does not work.
    QByteArray urlOf(quint16 upstream);

private:
    Http2Server m_server;
};

} // namespace qcc::test
