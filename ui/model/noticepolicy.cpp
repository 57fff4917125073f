#include "ui/model/noticepolicy.h"

#include "ui/model/coretext.h"
#include "ui/model/words.h"

#include <algorithm>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Whether requests are served is one subject, whoever fails or takes over.
QString ofService()
{
    return u"service"_s;
}

QString ofKey(const QString &endpointName)
{
    return u"key of "_s + endpointName;
}

QStringList inUse(const ProxyView &view)
{
    QStringList names;
    for (const EndpointView &endpoint : view.endpoints) {
        if (isInUse(endpoint.health) || endpoint.restsShortly)
            names << endpoint.name;
    }
    return names;
}

qsizetype enabledIn(const ProxyView &view)
{
    return std::ranges::count_if(view.endpoints, [](const EndpointView &e) { return e.health != EndpointHealth::Disabled; });
}

/// What happened, as a sentence; empty where that is no matter of others taking over.
QString failureSentence(const QString &kind, const QString &endpointName, const QString &reason, double seconds)
{
    const QString span = Words::duration(seconds * 1000);
    if (kind == "opened"_L1)
        return reason.isEmpty() ? NoticePolicy::tr("%1 failed and is left alone for %2.").arg(endpointName, span)
                                : NoticePolicy::tr("%1 failed (%2) and is left alone for %3.").arg(endpointName, Words::reason(reason), span);
    if (kind == "quota_spent"_L1)
        return NoticePolicy::tr("The balance or quota of %1 is spent; it rests for %2.").arg(endpointName, span);
    if (kind == "rate_limited"_L1)
        return NoticePolicy::tr("%1 limits the rate; it rests for %2.").arg(endpointName, span);
    return {};
}

} // namespace

void NoticePolicy::begin(Time now)
{
    if (!m_since)
        m_since = now;
}

void NoticePolicy::stateChanged(const ProxyView &before, const ProxyView &after, Time now)
{
    m_view = after;
    if (!after.serves()) {
        // One that was stopped has neither failed nor recovered.
        m_events.clear();
        m_isDown = m_downIsNews = m_downTold = false;
    } else if (const bool isDown = after.state == ProxyState::Down && enabledIn(after) > 0; isDown != std::exchange(m_isDown, isDown)) {
        m_downIsNews = isDown && !m_downTold && before.serves();
        begin(now);
    }
    if (std::ranges::any_of(m_shown, [this](const Shown &shown) { return isObsolete(shown); }))
        begin(now);
}

void NoticePolicy::news(const QString &kind, const QString &endpointName, const QString &reason, double seconds, Time now)
{
    if (kind == "rate_limited"_L1 && seconds < static_cast<double>(shortRest.count()))
        return;
    m_events.removeIf([&endpointName](const Event &event) { return event.endpointName == endpointName; });
    m_events.append({kind, endpointName, reason, seconds});
    begin(now);
}

std::optional<NoticePolicy::Time> NoticePolicy::due() const
{
    return m_since ? std::optional(*m_since + settleTime) : std::nullopt;
}

NoticeOutcome NoticePolicy::outcome(Time now)
{
    NoticeOutcome outcome;
    if (!m_since || now < *m_since + settleTime)
        return outcome;
    m_since.reset();
    settleKeys(outcome, now);
    settleService(outcome, now);
    settleFailures(outcome, now);
    m_events.clear();
    for (auto it = m_shown.begin(); it != m_shown.end();) {
        if (!isObsolete(*it)) {
            ++it;
            continue;
        }
        outcome.obsolete << it.key();
        it = m_shown.erase(it);
    }
    return outcome;
}

/// Whether the endpoint is still left alone.
bool NoticePolicy::isAway(const QString &endpointName) const
{
    return std::ranges::any_of(m_view.endpoints, [&endpointName](const EndpointView &endpoint) {
        return endpoint.name == endpointName && endpoint.health != EndpointHealth::Disabled && !isInUse(endpoint.health);
    });
}

bool NoticePolicy::isObsolete(const Shown &shown) const
{
    const auto isBack = [this](const QString &name) { return !isAway(name); };
    switch (shown.notice) {
    case Notice::KeyRejected: return std::ranges::all_of(shown.endpoints, isBack);
    case Notice::FailedOver: return m_isDown || std::ranges::all_of(shown.endpoints, isBack);
    case Notice::AllDown: return !m_isDown;
    case Notice::PortInUse: return m_view.serves();
    case Notice::Recovered: return false;
    }
    Q_UNREACHABLE();
}

void NoticePolicy::settleKeys(NoticeOutcome &outcome, Time now)
{
    for (const Event &event : std::as_const(m_events)) {
        const QString &name = event.endpointName;
        const bool hasNone = event.kind == "no_key"_L1;
        if ((event.kind != "key_refused"_L1 && !hasNone) || !isAway(name) || !mayTell(Notice::KeyRejected, {name}, now))
            continue;
        if (hasNone) {
            tell(outcome,
                 {Notice::KeyRejected, ofKey(name), tr("%1 has no key").arg(name), tr("%1 is out of use: %2.").arg(name, inUsersLanguage(event.reason)),
                  NoticeText::Clusters, tr("Edit key…"), NoticeText::Clusters},
                 {name});
            continue;
        }
        tell(outcome,
             {Notice::KeyRejected, ofKey(name), tr("%1 refused its key").arg(name),
              event.reason.isEmpty() ? tr("%1 refused the key. Edit the key or disable the endpoint.").arg(name)
                                     : tr("%1 refused the key (%2). Edit the key or disable the endpoint.").arg(name, Words::reason(event.reason)),
              NoticeText::Clusters, tr("Edit key…"), NoticeText::Clusters},
             {name});
    }
}

void NoticePolicy::settleService(NoticeOutcome &outcome, Time now)
{
    if (std::exchange(m_downIsNews, false) && m_isDown) {
        if (const std::optional<NoticeText> notice = allDown(now)) {
            m_downTold = true;
            tell(outcome, *notice, {});
        }
    } else if (!m_isDown && std::exchange(m_downTold, false) && m_settings.tells(Notice::Recovered)) {
        tell(outcome, recovered(), {});
    }
}

std::optional<NoticeText> NoticePolicy::allDown(Time now)
{
    // What is to be done about it has been said, then.
    const bool onlyKeys = std::ranges::all_of(m_view.endpoints, [this](const EndpointView &endpoint) {
        return endpoint.health == EndpointHealth::Disabled || m_shown.contains(ofKey(endpoint.name));
    });
    if (onlyKeys || !m_settings.tells(Notice::AllDown) || (m_lastDown && now - *m_lastDown < quietTime))
        return std::nullopt;
    m_lastDown = now;
    const qsizetype endpoints = enabledIn(m_view);
    const QString who = endpoints == 1 ? tr("The only endpoint of %1 fails.").arg(m_view.cluster)
                                       : tr("All %1 endpoints of %2 fail.").arg(endpoints).arg(m_view.cluster);
    return NoticeText{Notice::AllDown, ofService(), tr("No endpoint answers"),
                      m_view.lastError.isEmpty() ? who : tr("%1 Last error: %2", "sentence, error").arg(who, inUsersLanguage(m_view.lastError)),
                      NoticeText::Overview, tr("Show requests"), NoticeText::Requests};
}

NoticeText NoticePolicy::recovered() const
{
    const QStringList serving = inUse(m_view);
    const QString who = serving.size() == 1 ? tr("%1 answers again.").arg(serving.first())
                                            : tr("%1 endpoints of %2 answer again.").arg(serving.size()).arg(m_view.cluster);
    return {Notice::Recovered, ofService(), tr("Requests are served again"), who, NoticeText::Overview, tr("Open qcc"), NoticeText::Overview};
}

/// All who failed meanwhile make one notice: who takes over is the same for them all.
void NoticePolicy::settleFailures(NoticeOutcome &outcome, Time now)
{
    const QStringList others = inUse(m_view);
    const bool isToldOfService = std::ranges::any_of(outcome.told, [](const NoticeText &notice) { return notice.subject == ofService(); });
    if (m_isDown || isToldOfService || others.isEmpty())
        return;
    QStringList names;
    QStringList sentences;
    for (const Event &event : std::as_const(m_events)) {
        const QString sentence = failureSentence(event.kind, event.endpointName, event.reason, event.seconds);
        if (sentence.isEmpty() || !isAway(event.endpointName))
            continue;
        names << event.endpointName;
        sentences << sentence;
    }
    if (names.isEmpty() || !mayTell(Notice::FailedOver, names, now))
        return;
    const QString who = others.size() == 1 ? tr("%1 takes over").arg(others.first()) : tr("%1 other endpoints take over").arg(others.size());
    tell(outcome,
         {Notice::FailedOver, ofService(), who, sentences.join(u' '), NoticeText::Overview, tr("Show requests"), NoticeText::Requests}, names);
}

std::optional<NoticeText> NoticePolicy::portInUse(const Failure &failure)
{
    if (failure.code != ErrorCode::PortInUse || !m_settings.tells(Notice::PortInUse))
        return std::nullopt;
    const NoticeText notice{
        Notice::PortInUse, u"start"_s, tr("The proxy did not start"),
        tr("%1 Choose another port in the settings, or end that program.", "sentence").arg(Words::sentence(inUsersLanguage(failure.message))),
        NoticeText::Settings, tr("Open settings"), NoticeText::Settings};
    m_shown.insert(notice.subject, {notice.notice, {}});
    return notice;
}

void NoticePolicy::tell(NoticeOutcome &outcome, const NoticeText &notice, const QStringList &endpoints)
{
    m_shown.insert(notice.subject, {notice.notice, endpoints});
    outcome.told << notice;
}

/// One notice about `endpointNames`, of whom at least one was not told of lately.
bool NoticePolicy::mayTell(Notice notice, const QStringList &endpointNames, Time now)
{
    if (!m_settings.tells(notice))
        return false;
    m_recent.removeIf([now](Time told) { return now - told >= limitTime; });
    m_lastOfKind.removeIf([now](const auto &last) { return now - last.value() >= quietTime; });
    const auto keyOf = [notice](const QString &name) { return QString::number(static_cast<int>(notice)) + u' ' + name; };
    if (m_recent.size() >= mostInLimitTime
        || std::ranges::all_of(endpointNames, [this, &keyOf](const QString &name) { return m_lastOfKind.contains(keyOf(name)); }))
        return false;
    m_recent.append(now);
    for (const QString &name : endpointNames)
        m_lastOfKind.insert(keyOf(name), now);
    return true;
}

} // namespace qcc
