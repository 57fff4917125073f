#include "core/report/liveevents.h"

#include "core/base/visibletext.h"
#include "core/control/controlserver.h"
#include "core/front/localpages.h"
#include "core/report/stats.h"

#include <QJsonDocument>

#include <algorithm>

using namespace std::chrono_literals;

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Events go out at most this often.
constexpr auto pace = 250ms;
/// What changes with nobody's doing, such as an idle connection that is closed or a rest that is over, may be told as late as this.
constexpr auto restingPace = 5s;
constexpr int looksBeforeResting = 8;

} // namespace

LiveEvents::LiveEvents(ControlServer &control, Sources sources, QObject *parent)
    : QObject(parent)
    , m_control(control)
    , m_sources(std::move(sources))
{
    connect(&m_timer, &QTimer::timeout, this, &LiveEvents::send);
    connect(&control, &ControlServer::subscribed, this, &LiveEvents::welcome);
}

void LiveEvents::serve(LocalPages *pages)
{
    connect(pages, &LocalPages::subscribersChanged, this, [this, pages](int count) {
        m_readers[pages] = count;
        welcome();
    });
}

void LiveEvents::stop()
{
    m_stopped = true;
    m_timer.stop();
}

bool LiveEvents::isWanted() const
{
    return m_control.hasSubscribers() || std::any_of(m_readers.cbegin(), m_readers.cend(), [](int count) { return count > 0; });
}

void LiveEvents::welcome()
{
    m_last.clear(); // the first event tells the newcomer how things stand
    if (m_stopped || !isWanted())
        m_timer.stop();
    else
        look();
}

void LiveEvents::look()
{
    m_unchanged = 0;
    if (m_stopped || !isWanted() || (m_timer.isActive() && m_timer.intervalAsDuration() == pace))
        return;
    m_timer.start(pace);
}

void LiveEvents::rest()
{
    if (++m_unchanged != looksBeforeResting)
        return;
    m_timer.start(restingPace);
    m_sources.rests();
}

void LiveEvents::send()
{
    if (!isWanted()) {
        m_timer.stop();
        return;
    }
    QJsonObject facts = m_sources.stats();
    // The time alone is no news.
    QByteArray news = QJsonDocument(withoutTime(facts)).toJson(QJsonDocument::Compact);
    if (news == m_last) {
        if (facts.value("in_flight"_L1).toInt() == 0)
            rest();
        return;
    }
    m_last = std::move(news);
    m_unchanged = 0;
    facts.remove("uptime"_L1);
    const QByteArray event = "event: stats\ndata: " + visibleJson(facts, QJsonDocument::Compact) + "\n\n";
    for (auto it = m_readers.cbegin(); it != m_readers.cend(); ++it) {
        if (it.value() > 0)
            QMetaObject::invokeMethod(it.key(), [pages = it.key(), event] { pages->event(event); }, Qt::QueuedConnection);
    }
    if (m_control.hasSubscribers()) {
        QJsonObject message = m_sources.status();
        message.insert("event"_L1, "stats"_L1);
        message.insert("stats"_L1, facts);
        m_control.broadcast(message);
    }
}

} // namespace qcc
