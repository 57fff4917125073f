// qcc-tray with its window open, as run.sh measures it: hosts the proxy like the program itself, and tells at its end for how long the GUI
// thread did not come round.
#include "app/platform/signals.h"
#include "app/tray/trayapp.h"
#include "core/config/paths.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

using namespace std::chrono_literals;

namespace {

constexpr auto beat = 5ms;
constexpr double stallMs = 100;

/// How late each beat of the event loop was.
class Heartbeat
{
public:
    Heartbeat()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(beat);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] {
            m_lateMs.push_back(static_cast<double>(m_since.nsecsElapsed()) / 1e6 - static_cast<double>(beat.count()));
            m_since.start();
        });
        m_since.start();
        m_timer.start();
    }

    void print()
    {
        std::sort(m_lateMs.begin(), m_lateMs.end());
        const auto at = [this](double share) { return m_lateMs[static_cast<std::size_t>(share * static_cast<double>(m_lateMs.size() - 1))]; };
        const auto stalls = std::count_if(m_lateMs.begin(), m_lateMs.end(), [](double ms) { return ms > stallMs; });
        std::printf("GUI thread late by: p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, at most %.1f ms; %td of %zu times more than 100 ms\n", at(0.5),
                    at(0.99), at(0.999), m_lateMs.back(), stalls, m_lateMs.size());
    }

private:
    QTimer m_timer;
    QElapsedTimer m_since;
    std::vector<double> m_lateMs;
};

} // namespace

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    const qcc::CommandLine line = qcc::readCommandLine(QApplication::arguments());
    const qcc::Paths paths = qcc::Paths::fromEnvironment();
    if (!line.options || !paths.ensureHome().isEmpty())
        return 2;
    qcc::TrayCore core(paths, *line.options, QApplication::arguments());
    core.start([&core](QObject *parent) {
        const auto *stopRequests = new qcc::platform::StopRequests(parent);
        QObject::connect(stopRequests, &qcc::platform::StopRequests::requested, parent, [&core](int count) { core.requestStop(count); });
        QObject::connect(stopRequests, &qcc::platform::StopRequests::reloadRequested, parent, [&core] { core.reload(); });
    });
    if (!core.claimed())
        return 2;
    qcc::TrayApp tray(core, paths, *line.options);
    tray.start();
    Heartbeat heartbeat;
    const int code = QApplication::exec();
    heartbeat.print();
    core.end();
    return code;
}
