#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QObject>
#include <QProcess>
#include <QStringList>
#include <QTimer>

#include <chrono>

namespace qcc {

/// Runs a program that says a key: the first line of what it writes to its standard output. It reads nothing, no shell stands in between, and it ends
/// with this object, and with it what it has started itself, where the system groups processes (all but Windows); what is left behind by one that ended
/// well lives on, as agents do. What it says is logged nowhere.
/// Thread: the one that made it, which has an event loop.
class KeyProgram : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::seconds patience{10};

    explicit KeyProgram(const QStringList &command, QObject *parent = nullptr, std::chrono::milliseconds mostTime = patience);
    ~KeyProgram() override;

    /// Once.
    void start();

Q_SIGNALS:
    /// Once, and not before start() returned: the line as it was written, or why there is none. That is the rest of a sentence about the endpoint, which
    /// names the program, and what it complained of in its first line of standard error, without what looks like a key.
    void ended(const qcc::Result<QByteArray> &line);

private:
    void readMore();
    void programEnded(int code, QProcess::ExitStatus how);
    void failed(const QString &what);
    QString name() const;
    void finish(const Result<QByteArray> &line);

    // By the system.
    static void beginGroup(QProcess &process);
    static void endGroup(QProcess &process);

    QStringList m_command;
    QProcess *const m_process; ///< It outlives this object by the time that the program takes to die.
    QTimer m_timer;
    QByteArray m_said;
    QByteArray m_complained;
    bool m_ended = false;
};

} // namespace qcc
