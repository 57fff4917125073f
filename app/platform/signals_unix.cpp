#include "app/platform/signals.h"

#include <QSocketNotifier>

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace qcc::platform {

namespace {

constexpr std::array kSignals{SIGTERM, SIGINT, SIGHUP};

// A signal handler can reach nothing but globals, and may call little more than write(2).
std::array<int, 2> pipeEnds{-1, -1};

void handle(int number)
{
    const int kept = errno;
    const char byte = static_cast<char>(number);
    [[maybe_unused]] const ssize_t written = write(pipeEnds[1], &byte, 1);
    errno = kept;
}

void installHandler(void (*handler)(int))
{
    for (const int number : kSignals) {
        struct sigaction before{};
        sigaction(number, nullptr, &before);
        // nohup(1) has a wish that must survive.
        if (number == SIGHUP && before.sa_handler == SIG_IGN)
            continue;
        struct sigaction action{};
        action.sa_handler = handler;
        action.sa_flags = SA_RESTART;
        sigemptyset(&action.sa_mask);
        sigaction(number, &action, nullptr);
    }
}

/// Whether this process has a terminal that could tell it to end.
bool hasTerminal()
{
    const int terminal = ::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (terminal >= 0)
        ::close(terminal);
    return terminal >= 0;
}

} // namespace

void holdHangups()
{
    sigset_t hangup;
    sigemptyset(&hangup);
    sigaddset(&hangup, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &hangup, nullptr);
}

void releaseHangups()
{
    sigset_t hangup;
    sigemptyset(&hangup);
    sigaddset(&hangup, SIGHUP);
    pthread_sigmask(SIG_UNBLOCK, &hangup, nullptr);
}

struct StopRequests::Private {
    int count = 0;
    const bool hadTerminal = hasTerminal();
};

StopRequests::StopRequests(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    Q_ASSERT(pipeEnds[0] < 0);
    if (pipe(pipeEnds.data()) != 0)
        return;
    for (const int end : pipeEnds) {
        fcntl(end, F_SETFD, FD_CLOEXEC);
        fcntl(end, F_SETFL, O_NONBLOCK);
    }
    auto *notifier = new QSocketNotifier(pipeEnds[0], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        while (read(pipeEnds[0], &byte, 1) == 1) {
            if (byte == SIGHUP && !(d->hadTerminal && !hasTerminal())) {
                Q_EMIT reloadRequested();
                continue;
            }
            if (++d->count == 2)
                installHandler(SIG_DFL);
            Q_EMIT requested(d->count);
        }
    });
    installHandler(handle);
    releaseHangups();
}

StopRequests::~StopRequests()
{
    installHandler(SIG_DFL);
    for (int &end : pipeEnds) {
        if (end >= 0)
            close(end);
        end = -1;
    }
}

} // namespace qcc::platform
