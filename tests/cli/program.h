#pragma once

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <functional>

/// How a run of the built program ended.
struct Ended {
    int exit = -1; ///< -1: it did not end by itself.
    QString out;
    QString err;

    QJsonObject json() const { return QJsonDocument::fromJson(out.toUtf8()).object(); }
};

/// The built program with a home of its own.
class Program
{
public:
    Program() = default;
    /// Ends what a failed test may have left running.
    ~Program()
    {
        for (const char *noun : {"proxy", "demo"}) {
            if (QFile::exists(file(QLatin1String(noun) + QStringLiteral(".pid"))))
                run({QLatin1String(noun), QStringLiteral("stop")});
        }
    }
    Q_DISABLE_COPY_MOVE(Program)

    QString home() const { return m_home.path(); }
    QString file(const QString &name) const { return m_home.filePath(name); }

    void setVariable(const QString &name, const QString &value) { m_variables.insert(name, value); }

    /// Runs "qcc `arguments`" to its end.
    Ended run(const QStringList &arguments, const QByteArray &input = {}) const
    {
        return run(arguments, [&input](QProcess &process) {
            process.write(input);
            process.closeWriteChannel();
        });
    }

    /// The same, but for `meanwhile`, which may wait.
    Ended run(const QStringList &arguments, const std::function<void(QProcess &)> &meanwhile) const
    {
        QProcess process;
        QSignalSpy finished(&process, &QProcess::finished);
        start(process, arguments);
        meanwhile(process);
        if (finished.isEmpty() && !finished.wait(30'000))
            process.kill();
        Ended ended;
        if (process.state() == QProcess::NotRunning && process.exitStatus() == QProcess::NormalExit)
            ended.exit = process.exitCode();
        ended.out = QString::fromUtf8(process.readAllStandardOutput());
        ended.err = QString::fromUtf8(process.readAllStandardError());
        return ended;
    }

    /// Runs "qcc `line`", the words of which hold no blanks.
    Ended run(const char *line) const { return run(QString::fromUtf8(line).split(QLatin1Char(' '))); }

    void start(QProcess &process, const QStringList &arguments) const
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("QCC_HOME"), m_home.path());
        environment.insert(QStringLiteral("QCC_KEYCHAIN"), QStringLiteral("off"));
        for (auto variable = m_variables.begin(); variable != m_variables.end(); ++variable)
            environment.insert(variable.key(), variable.value());
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(QCC_PROGRAM), arguments);
    }

private:
    QTemporaryDir m_home;
    QHash<QString, QString> m_variables;
};
