#pragma once

#include "app/tray/coretasks.h"
#include "core/service/proxyservice.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

namespace qcc {

class HostedProxy;
class ProxyLink;

/// Brings the proxy about that the user wants: joins one that runs, else has this process host one, after the demo's upstream where
/// that is needed; and brings a chosen cluster into use.
/// Each start tells starting; then the link is attached, or notRunning or foundRunning follows, the first with failed.
/// Thread: the GUI thread.
class ProxyStart : public QObject
{
    Q_OBJECT

public:
    /// `options`: the command line's. `link` outlives it; `host`, which lives on the core thread, likewise.
    /// `home`: where a running proxy keeps its files.
    ProxyStart(ProxyLink &link, HostedProxy *host, StartOptions options, const QString &home, QObject *parent = nullptr);

    /// What a proxy of this process is started with instead of what config.json says.
    const StartOptions &options() const { return m_options; }

    /// The first start: it goes on at configRead().
    void introduce();
    /// config.json was read, or is known to be bad.
    void configRead();
    void start();
    /// Where config.json says, no more where the command line said.
    void restart();
    void chooseCluster(const QString &name);
    /// The link found nobody. `cluster`: the one to start with.
    void takeAbsence(const Failure &failure, const QString &cluster);
    /// The same, while nobody knows with what to start one: that waits for configRead().
    void awaitConfig();
    /// The program is about to end: nothing is started any more.
    void quit() { m_quitting = true; }
    /// It goes on after all: looks for the proxy that it had.
    void goOn();
    /// It ends now, and with it the demo's upstream, unless a proxy of another process goes on using that.
    void end();

Q_SIGNALS:
    void starting();
    /// None runs, and none is on its way.
    void notRunning();
    /// Another process was faster, and its proxy is joined.
    void foundRunning();
    void failed(const qcc::Failure &failure);
    /// The proxy that was joined was started by somebody else; options() change nothing about it.
    void optionsIgnored();

private:
    /// How far a start has come.
    enum class Start { No, Asked, Hosting };

    void connectLink();
    void connectHost();
    void host();
    void applyCluster();
    void continueAfterDemo();
    void takeStartFailure(const Failure &failure);

    ProxyLink &m_link;
    HostedProxy *m_host;
    StartOptions m_options;
    Start m_start = Start::No;
    QString m_wantedCluster;   ///< Chosen, but not in use yet.
    bool m_startAgain = false; ///< As soon as the running proxy has ended.
    bool m_hosts = false;      ///< The proxy runs in this process.
    bool m_quitting = false;
    DemoStart m_demo;
    QFileSystemWatcher m_home;
    QTimer m_lookAgain;
};

} // namespace qcc
