#include "app/platform/process.h"

#include <QFile>
#include <QFileInfo>

namespace qcc::platform {

using namespace Qt::StringLiterals;

namespace {

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

std::optional<ProcessInfo> livingProcess(qint64 pid)
{
    if (pid <= 0)
        return std::nullopt;
    const QString folder = u"/proc/%1"_s.arg(pid);
    // "pid (name) state …"; the name may hold anything, a parenthesis too. Source: proc(5).
    const QByteArray stat = contents(folder + "/stat"_L1);
    const QByteArray state = stat.mid(stat.lastIndexOf(')') + 2, 1);
    if (stat.isEmpty() || state == "Z" || state == "X")
        return std::nullopt;

    ProcessInfo info;
    info.program = QFileInfo(QFile::symLinkTarget(folder + "/exe"_L1)).fileName();
    // The kernel's mark for a program that was replaced while it runs, by an update for instance.
    constexpr auto replaced = " (deleted)"_L1;
    if (info.program.endsWith(replaced))
        info.program.chop(replaced.size());
    QByteArray words = contents(folder + "/cmdline"_L1);
    if (words.endsWith('\0'))
        words.chop(1);
    for (const QByteArray &word : words.split('\0'))
        info.arguments.append(QFile::decodeName(word));
    info.arguments.removeFirst();
    return info;
}

} // namespace qcc::platform
