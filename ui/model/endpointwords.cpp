#include "ui/model/endpointwords.h"

#include "ui/model/coretext.h"
#include "ui/model/words.h"

#include <QRegularExpression>
#include <QUrl>

#include <algorithm>
#include <tuple>

namespace qcc {

bool isMissing(const EndpointView &endpoint)
{
    return endpoint.health != EndpointHealth::Disabled && !isInUse(endpoint.health) && !endpoint.restsShortly;
}

QString EndpointWords::reason(const QString &error)
{
    static const QRegularExpression http(QStringLiteral("^HTTP (\\d{3})(?: \\((\\w+?)(?:_error)?: .*\\))?$"), QRegularExpression::DotMatchesEverythingOption);
    const QRegularExpressionMatch match = http.match(error);
    if (!match.hasMatch())
        return Words::reason(error);
    const int status = match.capturedView(1).toInt();
    const QString kind = match.captured(2);
    if (status == 529 || kind == QStringLiteral("overloaded")) // Source: Anthropic's API documentation, "Errors".
        return tr("%1 overloaded", "HTTP status").arg(status);
    if (status == 429)
        return tr("%1 rate limit", "HTTP status").arg(status);
    if (status == 503)
        return tr("%1 unavailable", "HTTP status").arg(status);
    if (status == 401 || status == 403)
        return tr("%1 key refused", "HTTP status").arg(status);
    if (status >= 500)
        return tr("%1 server error", "HTTP status").arg(status);
    return inUsersLanguage(error);
}

QString EndpointWords::place(const EndpointView &endpoint)
{
    const QString priority = tr("priority %1").arg(endpoint.priority);
    return endpoint.preferred ? tr("%1, preferred", "priority").arg(priority) : priority;
}

namespace {

/// Those that requests may go to, who is asked first in front.
QList<const EndpointView *> usableIn(const QList<EndpointView> &line)
{
    QList<const EndpointView *> usable;
    for (const EndpointView &each : line) {
        if (isInUse(each.health))
            usable.append(&each);
    }
    std::ranges::stable_sort(usable, {}, [](const EndpointView *each) { return std::tuple(!each->preferred, each->health == EndpointHealth::Degraded, each->priority); });
    return usable;
}

} // namespace

QString EndpointWords::standIn(const EndpointView &endpoint, const QList<EndpointView> &line)
{
    const QList<const EndpointView *> usable = usableIn(line);
    if (endpoint.preferred || usable.isEmpty() || usable.constFirst()->id != endpoint.id)
        return {};
    QList<const EndpointView *> missing;
    for (const EndpointView &each : line) {
        if (isMissing(each) && each.priority < endpoint.priority)
            missing.append(&each);
    }
    if (missing.isEmpty())
        return {};
    return missing.size() == 1 ? tr("stands in for %1", "endpoint").arg(Words::shortName(missing.constFirst()->name))
                               : tr("stands in for %1 others", "endpoints").arg(missing.size());
}

QString EndpointWords::turn(const EndpointView &endpoint, const QList<EndpointView> &line)
{
    const QList<const EndpointView *> usable = usableIn(line);
    const auto at = std::ranges::find(usable, endpoint.id, &EndpointView::id) - usable.begin();
    if (at == usable.size())
        return {};
    if (at > 0)
        return at == 1 ? tr("next in line", "endpoint") : tr("others come first", "endpoint");
    if (endpoint.preferred)
        return tr("first, picked by hand", "endpoint");
    const QString forOthers = standIn(endpoint, line);
    return forOthers.isEmpty() ? tr("first in line", "endpoint") : forOthers;
}

QString EndpointWords::note(const EndpointView &endpoint, const QList<EndpointView> &line)
{
    const QString reason = EndpointWords::reason(endpoint.lastError);
    // It does not fail, it has enough to do.
    if (endpoint.full && isInUse(endpoint.health))
        return tr("full: as many requests as its limits allow", "endpoint");
    if (reason.isEmpty() || endpoint.health == EndpointHealth::Disabled) {
        const QString itsTurn = turn(endpoint, line);
        return itsTurn.isEmpty() ? place(endpoint) : itsTurn;
    }
    return endpoint.failuresInRow > 1 ? tr("%1, %2 in a row", "why it failed, how often").arg(reason).arg(endpoint.failuresInRow) : reason;
}

QString EndpointWords::address(const EndpointView &endpoint)
{
    const QUrl url(endpoint.baseUrl);
    if (url.host().isEmpty())
        return endpoint.baseUrl;
    QString address = url.toString(QUrl::RemoveScheme | QUrl::RemoveUserInfo | QUrl::StripTrailingSlash);
    while (address.startsWith(u'/'))
        address.remove(0, 1);
    while (address.endsWith(u'/'))
        address.chop(1);
    return address == endpoint.name ? endpoint.baseUrl : address;
}

} // namespace qcc
