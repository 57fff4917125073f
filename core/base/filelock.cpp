#include "core/base/filelock.h"

#include <QDeadlineTimer>
#include <QThread>

namespace qcc {

using namespace std::chrono_literals;

FileLock::FileLock(const QString &path)
    : m_file(path)
{
}

FileLock::Outcome FileLock::lock(std::chrono::milliseconds patience)
{
    if (!open(m_file))
        return Outcome::Impossible;
    const QDeadlineTimer deadline(patience);
    Outcome outcome = tryLock(m_file.handle());
    while (outcome == Outcome::Busy && !deadline.hasExpired()) {
        QThread::usleep(5'000); // what is done under these locks takes milliseconds
        outcome = tryLock(m_file.handle());
    }
    if (outcome != Outcome::Locked)
        m_file.close();
    return outcome;
}

} // namespace qcc
