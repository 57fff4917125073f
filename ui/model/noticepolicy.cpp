#include "ui/model/noticepolicy.h"

#include "ui/model/words.h"

#include <QRegularExpression>

#include <algorithm>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

QStringList othersInUse(const ProxyView &view, const QString &endpointName)
{
    QStringList names;
    for (const EndpointView &endpoint : view.endpoints) {
        if (endpoint.name != endpointName && isInUse(endpoint.health))
            names << endpoint.name;
    }
    return names;
}

qsizetype enabledIn(const ProxyView &view)
{
    return std::ranges::count_if(view.endpoints, [](const EndpointView &e) { return e.health != EndpointHealth::Disabled; });
}

/// The words that the router gives as a reason, "transient (HTTP 529)", as the screens say them: "server error, HTTP 529".
QString inWords(const QString &reason)
{
    static const QRegularExpression form(u"^(\\w+)(?: \\((HTTP \\d+)\\))?$"_s);
    const QRegularExpressionMatch match = form.match(reason);
    for (int i = 0; match.hasMatch() && i <= static_cast<int>(FailureClass::Cancelled); ++i) {
        const auto failure = static_cast<FailureClass>(i);
        if (match.captured(1) == toWord(failure))
            return match.captured(2).isEmpty() ? Words::of(failure) : Words::of(failure) + u", "_s + match.captured(2);
    }
    return reason;
}

} // namespace

std::optional<NoticeText> NoticePolicy::stateChanged(const ProxyView &before, const ProxyView &after, Time now)
{
    const qsizetype endpoints = enabledIn(after);
    if (after.state == ProxyState::Down && before.state != ProxyState::Down) {
        m_downTold = before.serves() && endpoints > 0 && m_settings.tells(Notice::AllDown)
            && (!m_lastDown || now - *m_lastDown >= quietTime);
        if (!m_downTold)
            return std::nullopt;
        m_lastDown = now;
        const QString who = endpoints == 1 ? tr("The only endpoint of %1 fails.").arg(after.cluster)
                                           : tr("All %1 endpoints of %2 fail.").arg(endpoints).arg(after.cluster);
        return NoticeText{Notice::AllDown, tr("No endpoint answers"),
                          after.lastError.isEmpty() ? who : tr("%1 Last error: %2", "sentence, error").arg(who, after.lastError),
                          NoticeText::Overview};
    }
    if (after.state == ProxyState::Down || before.state != ProxyState::Down)
        return std::nullopt;
    const bool told = std::exchange(m_downTold, false);
    // A proxy that was stopped meanwhile did not recover.
    if (!told || !after.serves() || !m_settings.tells(Notice::Recovered))
        return std::nullopt;
    const QStringList serving = othersInUse(after, QString());
    const QString who = serving.size() == 1 ? tr("%1 answers again.").arg(serving.first())
                                            : tr("%1 endpoints of %2 answer again.").arg(serving.size()).arg(after.cluster);
    return NoticeText{Notice::Recovered, tr("Requests are served again"), who, NoticeText::Overview};
}

std::optional<NoticeText> NoticePolicy::news(const QString &kind, const QString &endpointName, const QString &reason,
                                             double seconds, const ProxyView &view, Time now)
{
    std::optional<NoticeText> notice;
    if (kind == "key_refused"_L1)
        notice = NoticeText{Notice::KeyRejected, tr("%1 refused its key").arg(endpointName),
                            reason.isEmpty()
                                ? tr("%1 refused the key. Edit the key or disable the endpoint.").arg(endpointName)
                                : tr("%1 refused the key (%2). Edit the key or disable the endpoint.").arg(endpointName, reason),
                            NoticeText::Clusters};
    else
        notice = failedOver(kind, endpointName, reason, seconds, view);
    if (!notice || !mayTell(notice->notice, endpointName, now))
        return std::nullopt;
    return notice;
}

std::optional<NoticeText> NoticePolicy::failedOver(const QString &kind, const QString &endpointName, const QString &reason,
                                                   double seconds, const ProxyView &view) const
{
    const QStringList others = othersInUse(view, endpointName);
    if (others.isEmpty())
        return std::nullopt;
    const QString span = Words::duration(seconds * 1000);
    QString what;
    if (kind == "opened"_L1)
        what = reason.isEmpty() ? tr("%1 failed and is left alone for %2.").arg(endpointName, span)
                                : tr("%1 failed (%2) and is left alone for %3.").arg(endpointName, inWords(reason), span);
    else if (kind == "quota_spent"_L1)
        what = tr("The balance or quota of %1 is spent; it rests for %2.").arg(endpointName, span);
    else if (kind == "rate_limited"_L1)
        what = tr("%1 limits the rate; it rests for %2.").arg(endpointName, span);
    else
        return std::nullopt;
    const QString who = others.size() == 1 ? tr("%1 takes over").arg(others.first())
                                           : tr("%1 other endpoints take over").arg(others.size());
    return NoticeText{Notice::FailedOver, who, what, NoticeText::Overview};
}

std::optional<NoticeText> NoticePolicy::portInUse(const Failure &failure) const
{
    if (failure.code != ErrorCode::PortInUse || !m_settings.tells(Notice::PortInUse))
        return std::nullopt;
    return NoticeText{
        Notice::PortInUse, tr("The proxy did not start"),
        tr("%1 Choose another port in the settings, or end that program.", "sentence").arg(Words::sentence(failure.message)),
        NoticeText::Settings};
}

bool NoticePolicy::mayTell(Notice notice, const QString &endpointName, Time now)
{
    if (!m_settings.tells(notice))
        return false;
    m_recent.removeIf([now](Time told) { return now - told >= limitTime; });
    m_lastOfKind.removeIf([now](const auto &last) { return now - last.value() >= quietTime; });
    const QString key = QString::number(static_cast<int>(notice)) + u' ' + endpointName;
    if (m_recent.size() >= mostInLimitTime || m_lastOfKind.contains(key))
        return false;
    m_recent.append(now);
    m_lastOfKind.insert(key, now);
    return true;
}

} // namespace qcc
