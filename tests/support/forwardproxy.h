#pragma once

#include <QByteArray>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

namespace qcc::test {

/// A port of 127.0.0.1 that nobody listens on now.
quint16 freePort();

/// A program that listens on a free port of 127.0.0.1 while this object lives.
class LoopbackServer
{
public:
    ~LoopbackServer();

    /// "" where the program is not installed. Looks where only root's PATH leads, too.
    static QString find(const QString &program);
    /// Starts and waits until it accepts connections. False: see problem().
    bool start(const QString &program, const QStringList &arguments, quint16 port);
    QString problem() const { return m_problem; }
    /// Ends it at once, without a chance to say goodbye to anybody.
    void kill();
    /// What it has written so far.
    QByteArray output();

private:
    QProcess m_process;
    QByteArray m_output;
    QString m_problem;
};

/// A forward proxy of the system's: tinyproxy (HTTP) or microsocks (SOCKS5).
class ForwardProxy
{
public:
    enum class Kind { Http, Socks5 };
    struct Options {
        QByteArray user = {};        ///< Empty: it asks for no name and password.
        QByteArray password = {};
        QByteArray bindAddress = {}; ///< Where its own connections come from.
        int onlyPort = 0;            ///< HTTP only: CONNECT is allowed to this port alone.
    };

    /// "tinyproxy" or "microsocks", for a QSKIP.
    static QString programOf(Kind kind);

    bool start(Kind kind, const Options &options);
    QString problem() const { return m_server.problem(); }
    QByteArray output() { return m_server.output(); }
    quint16 port() const { return m_port; }
    /// An endpoint's proxy rule that leads here: "http://user:password@127.0.0.1:8888".
    QString rule(const QByteArray &credentials = {}) const;

private:
    Kind m_kind = Kind::Http;
    quint16 m_port = 0;
    QTemporaryDir m_folder;
    LoopbackServer m_server;
};

} // namespace qcc::test
