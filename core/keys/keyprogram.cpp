#include "core/keys/keyprogram.h"

#include "core/base/visibletext.h"

#include <QRegularExpression>
#include <QStringList>

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

/// The words of a complaint are its program's, and a program that fails may quote the very key, or what it was given: neither is for answers and logs.
/// What is long and has digits in it is taken for a key.
QString withoutSecrets(const QString &text, const QStringList &secrets)
{
    constexpr qsizetype shortestSecret = 4;
    constexpr qsizetype longestWord = 15;
    static const QRegularExpression word(u"[A-Za-z0-9_+=~-]{%1,}"_s.arg(longestWord + 1));
    static const QRegularExpression digit(u"[0-9]"_s);
    QString kept = withoutKeyLikes(text);
    for (const QString &secret : secrets) {
        if (secret.size() >= shortestSecret)
            kept.replace(secret, u"***"_s);
    }
    for (qsizetype at = 0;;) {
        const QRegularExpressionMatch found = word.match(kept, at);
        if (!found.hasMatch())
            return kept;
        const bool isKey = found.captured().contains(digit);
        if (isKey)
            kept.replace(found.capturedStart(), found.capturedLength(), u"***"_s);
        at = isKey ? found.capturedStart() + 3 : found.capturedEnd();
    }
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
    QStringList secrets = m_command.sliced(1);
    for (const QByteArray &line : m_said.split('\n'))
        secrets.append(QString::fromLocal8Bit(line).trimmed());
    const QString complaint = beginningOf(withoutSecrets(visibleLine(QString::fromLocal8Bit(firstLine(m_complained))), secrets), longestComplaint);
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
