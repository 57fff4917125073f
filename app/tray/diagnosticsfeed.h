#pragma once

#include <QObject>
#include <QPointer>
#include <QThread>

namespace qcc {

class Diagnosis;
class DiagnosticsDialog;
class HostedProxy;
class Paths;

/// The diagnostics of the window.
/// Thread: the GUI thread, which waits for nothing but at its end.
class DiagnosticsFeed : public QObject
{
    Q_OBJECT

public:
    /// `host` outlives this.
    DiagnosticsFeed(HostedProxy *host, const Paths &paths, QObject *parent = nullptr);
    ~DiagnosticsFeed() override;

    /// Opens the dialog over `window` and looks, or brings that which is open to the front. Where it is closed, the look ends.
    void show(QWidget *window);
    /// Null while none is open.
    DiagnosticsDialog *dialog() const;

private:
    void check();
    void drop();

    HostedProxy *m_host;
    Diagnosis *m_diagnosis; ///< On its thread, which runs from the first time on.
    QThread m_thread;
    int m_round = 0;
    QPointer<DiagnosticsDialog> m_dialog;
};

} // namespace qcc
