#pragma once

#include <QObject>
#include <QProcess>

namespace qcc {

/// Sees to it that the demo upstream runs, by `qcc demo` next to this program: it alone knows which port is free, writes the
/// cluster and finds an upstream that runs already.
class DemoStart : public QObject
{
    Q_OBJECT

public:
    explicit DemoStart(QObject *parent = nullptr);

    /// The cluster that needs it.
    static QString cluster() { return QStringLiteral("demo"); }

    /// `finished` follows exactly once per run; a second call while one is under way joins it.
    void run();
    /// Ends the upstream if it was asked for here, without waiting for it.
    void end();

Q_SIGNALS:
    void finished();

private:
    QProcess m_process;
    bool m_wanted = false;
};

} // namespace qcc
