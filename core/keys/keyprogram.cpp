#include "core/keys/keyprogram.h"

#include "core/base/visibletext.h"

#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// No key is so long, and what a program complains of stands at the beginning.
constexpr qsizetype mostBytes = 64 * 1024;
constexpr qsizetype longestComplaint = 200;

QByteArray firstLine(const QByteArray &text)
{
    const qsizetype end = text.indexOf('\n');
    return (end < 0 ? text : text.first(end)).trimmed();
}

} // namespace

KeyProgram::KeyProgram(const QStringList &command, QObject *parent, std::chrono::milliseconds mostTime)
    : QObject(parent)
    , m_command(command)
    , m_process(new QProcess)
{
    Q_ASSERT(!command.isEmpty());
    m_timer.setSingleShot(true);
    m_timer.setInterval(mostTime);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        failed(u"its key program \"%1\" did not end within %2 s"_s.arg(name()).arg(static_cast<double>(m_timer.interval()) / 1000));
    });
    connect(m_process, &QProcess::readyReadStandardOutput, this, &KeyProgram::readMore);
    connect(m_process, &QProcess::readyReadStandardError, this, &KeyProgram::readMore);
    connect(m_process, &QProcess::finished, this, &KeyProgram::programEnded);
    // Queued, since it may be told from within start().
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            failed(u"its key program \"%1\" cannot be started: %2"_s.arg(name(), m_process->errorString()));
    }, Qt::QueuedConnection);
}

KeyProgram::~KeyProgram()
{
    m_process->disconnect(this);
    if (m_process->state() == QProcess::NotRunning) {
        m_process->deleteLater();
        return;
    }
    // Its own destructor would wait for the program's end.
    connect(m_process, &QProcess::finished, m_process, &QObject::deleteLater);
    endGroup(*m_process);
}

void KeyProgram::start()
{
    beginGroup(*m_process);
    m_timer.start();
    m_process->setStandardInputFile(QProcess::nullDevice());
    m_process->start(m_command.first(), m_command.sliced(1));
}

void KeyProgram::readMore()
{
    m_said += m_process->readAllStandardOutput();
    m_complained += m_process->readAllStandardError();
    m_complained.truncate(mostBytes);
    if (m_said.size() > mostBytes)
        failed(u"its key program \"%1\" says more than a key"_s.arg(name()));
}

void KeyProgram::programEnded(int code, QProcess::ExitStatus how)
{
    readMore();
    if (m_ended)
        return;
    if (how == QProcess::CrashExit)
        return failed(u"its key program \"%1\" crashed"_s.arg(name()));
    if (code != 0)
        return failed(u"its key program \"%1\" ended with the code %2"_s.arg(name()).arg(code));
    if (firstLine(m_said).isEmpty())
        return failed(u"its key program \"%1\" says nothing in its first line"_s.arg(name()));
    finish(firstLine(m_said));
}

void KeyProgram::failed(const QString &what)
{
    const QString complaint = beginningOf(withoutKeyLikes(visibleLine(QString::fromLocal8Bit(firstLine(m_complained)))), longestComplaint);
    finish(Failure{ErrorCode::Failed, complaint.isEmpty() ? what : what + u": "_s + complaint, {}});
}

/// Its arguments may be secret.
QString KeyProgram::name() const
{
    return visibleLine(m_command.first());
}

void KeyProgram::finish(const Result<QByteArray> &line)
{
    if (std::exchange(m_ended, true))
        return;
    m_timer.stop();
    if (m_process->state() != QProcess::NotRunning)
        endGroup(*m_process);
    Q_EMIT ended(line);
}

} // namespace qcc
