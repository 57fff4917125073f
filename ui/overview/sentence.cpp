#include "ui/overview/sentence.h"

#include "ui/model/endpointwords.h"
#include "ui/model/words.h"

#include <QLocale>

#include <algorithm>

namespace qcc {

namespace {

constexpr double goodPercent = 99;
constexpr double poorPercent = 90;
constexpr qsizetype mostNames = 2;
constexpr qsizetype mostServing = 3;

/// The texts of a sentence, in the user's language.
class SentenceText
{
    Q_DECLARE_TR_FUNCTIONS(SentenceText)

public:
    static QString served(const ProxyView &view, const QDateTime &now);
    static QString without(const QList<const EndpointView *> &missing, qsizetype wanted);
    static QString whyMissing(const EndpointView &endpoint);
    static QString whoServes(const ProxyView &view);
    static QString failingSince(const TimelineView &timeline);
    static QString otherCluster(const QString &name, int endpoints);
    static QString useCluster(const QString &name);
    static QString noEndpoint(const ProxyView &view);
    static QStringList warnings(const ProxyView &view);

    static Sentence stopped(const ProxyView &view);
    static Sentence running(const ProxyView &view, const QDateTime &now);
    static Sentence degraded(const ProxyView &view, const QDateTime &now);
    static Sentence down(const ProxyView &view, const TimelineView &timeline);
    static Sentence of(const ProxyView &view, const TimelineView &timeline, const QDateTime &now);
};

QStringList namesOf(const QList<const EndpointView *> &endpoints)
{
    QStringList names;
    for (const EndpointView *endpoint : endpoints)
        names.append(Words::shortName(endpoint->name));
    return names;
}

/// One after the other, as the language writes them: after a full-width stop there is no space.
QString sentences(const QStringList &parts)
{
    QString text;
    for (const QString &part : parts) {
        if (!text.isEmpty() && !part.isEmpty() && !text.endsWith(QChar(0x3002)))
            text += u' ';
        text += part;
    }
    return text;
}

/// "relay-a, relay-b and relay-c".
QString listOf(const QStringList &names)
{
    if (names.size() < 2)
        return names.join(QString());
    const QString first = names.first(names.size() - 1).join(SentenceText::tr(", ", "between names"));
    return SentenceText::tr("%1 and %2", "names").arg(first, names.constLast());
}

template<typename Test> QList<const EndpointView *> those(const ProxyView &view, Test test)
{
    QList<const EndpointView *> found;
    for (const EndpointView &endpoint : view.endpoints) {
        if (test(endpoint))
            found.append(&endpoint);
    }
    return found;
}

bool isEnabled(const EndpointView &endpoint)
{
    return endpoint.health != EndpointHealth::Disabled;
}

/// Another cluster that could take over, the one with most endpoints; empty: none.
QString otherClusterOf(const ProxyView &view)
{
    QString best;
    for (const QString &name : view.clusters) {
        if (name != view.cluster && view.enabledIn.value(name) > view.enabledIn.value(best))
            best = name;
    }
    return best;
}

QString SentenceText::served(const ProxyView &view, const QDateTime &now)
{
    const ProxyFigures &figures = view.figures;
    if (!view.liveRate) {
        return figures.requests == 0 ? tr("No request has come yet. Clients reach it at %1.").arg(view.address)
                                     : tr("No requests in the last 5 minutes.");
    }
    const bool isYoung = figures.startTime.isValid() && figures.startTime.secsTo(now) < 300;
    const QString count = QLocale().toString(figures.liveCounted);
    if (*view.liveRate < 100) {
        const QString rate = Words::percent(*view.liveRate);
        return isYoung ? tr("%1 of %2 requests since %3 were served.", "percent, number, time").arg(rate, count, Words::timeOfDay(figures.startTime, now))
                       : tr("%1 of %2 requests of the last 5 minutes were served.", "percent, number").arg(rate, count);
    }
    if (figures.liveCounted == 1) {
        return isYoung ? tr("The one request since %1 was served.", "time").arg(Words::timeOfDay(figures.startTime, now))
                       : tr("The one request of the last 5 minutes was served.");
    }
    return isYoung ? tr("All %1 requests since %2 were served.", "number, time").arg(count, Words::timeOfDay(figures.startTime, now))
                   : tr("All %1 requests of the last 5 minutes were served.").arg(count);
}

QString SentenceText::without(const QList<const EndpointView *> &missing, qsizetype wanted)
{
    return missing.size() <= mostNames ? tr("Working, without %1", "endpoints").arg(listOf(namesOf(missing)))
                                       : tr("Working, without %1 of %2 endpoints").arg(missing.size()).arg(wanted);
}

QString SentenceText::whyMissing(const EndpointView &endpoint)
{
    const QString name = Words::shortName(endpoint.name);
    const QString reason = EndpointWords::reason(endpoint.lastError);
    const bool known = !reason.isEmpty();
    switch (endpoint.health) {
    case EndpointHealth::Open:
        if (endpoint.failuresInRow > 1) {
            return known ? tr("%1 is paused after %2 failures in a row (%3).", "endpoint, number, why").arg(name).arg(endpoint.failuresInRow).arg(reason)
                         : tr("%1 is paused after %2 failures in a row.", "endpoint, number").arg(name).arg(endpoint.failuresInRow);
        }
        return known ? tr("%1 is paused (%2).", "endpoint, why").arg(name, reason) : tr("%1 is paused.", "endpoint").arg(name);
    case EndpointHealth::Resting:
        return known ? tr("%1 asked for rest (%2).", "endpoint, why").arg(name, reason) : tr("%1 asked for rest.", "endpoint").arg(name);
    case EndpointHealth::KeyRefused: return tr("%1 refuses its key.", "endpoint").arg(name);
    case EndpointHealth::Unhealthy: return known ? tr("%1 fails (%2).", "endpoint, why").arg(name, reason) : tr("%1 fails.", "endpoint").arg(name);
    case EndpointHealth::Degraded:
        return known ? tr("%1 is used after the others (%2).", "endpoint, why").arg(name, reason) : tr("%1 is used after the others.", "endpoint").arg(name);
    case EndpointHealth::Unknown:
    case EndpointHealth::Healthy:
    case EndpointHealth::Disabled: return {};
    }
    Q_UNREACHABLE();
}

QString SentenceText::whoServes(const ProxyView &view)
{
    auto serving = those(view, [](const EndpointView &endpoint) { return endpoint.health == EndpointHealth::Healthy || endpoint.health == EndpointHealth::Degraded; });
    // One that was never tried serves nothing yet, unless there are no others.
    if (serving.isEmpty())
        serving = those(view, [](const EndpointView &endpoint) { return isInUse(endpoint.health); });
    if (serving.isEmpty())
        return {};
    if (serving.size() == 1)
        return tr("%1 serves all requests.", "endpoint").arg(Words::shortName(serving.constFirst()->name));
    return serving.size() <= mostServing ? tr("%1 serve all requests.", "endpoints").arg(listOf(namesOf(serving)))
                                         : tr("The other %1 endpoints serve all requests.").arg(serving.size());
}

/// The end of the timeline in which nothing was served.
QString SentenceText::failingSince(const TimelineView &timeline)
{
    int failed = 0;
    qsizetype first = timeline.buckets.size();
    for (qsizetype i = timeline.buckets.size() - 1; i >= 0; --i) {
        const auto &bucket = timeline.buckets.at(i);
        if (bucket[Outcome::Complete] > 0 || bucket[Outcome::Recovered] > 0)
            break;
        if (const int here = bucket[Outcome::Error] + bucket[Outcome::Truncated]; here > 0) {
            failed += here;
            first = i;
        }
    }
    if (failed == 0)
        return {};
    const QString since = timeline.from.addSecs(first * timeline.bucketS).toLocalTime().time().toString(QStringLiteral("HH:mm"));
    return failed == 1 ? tr("The one request since %1 failed.", "time").arg(since)
                       : tr("All %1 requests since %2 failed.", "number, time").arg(QLocale().toString(failed), since);
}

QString SentenceText::otherCluster(const QString &name, int endpoints)
{
    const QString cluster = Words::shortName(name);
    return endpoints == 1 ? tr("Cluster %1 has another endpoint.").arg(cluster) : tr("Cluster %1 has %2 other endpoints.").arg(cluster).arg(endpoints);
}

QString SentenceText::useCluster(const QString &name)
{
    // A "&" of a name is no mnemonic.
    return tr("Use %1", "cluster").arg(Words::shortName(name).replace(QStringLiteral("&"), QStringLiteral("&&")));
}

QString SentenceText::noEndpoint(const ProxyView &view)
{
    if (view.cluster.isEmpty())
        return tr("No cluster is in use, so that requests are refused. Choose one.");
    const QString cluster = Words::shortName(view.cluster);
    return view.endpoints.isEmpty() ? tr("Cluster %1 has no endpoints.").arg(cluster) : tr("All endpoints of cluster %1 are disabled.").arg(cluster);
}

QStringList SentenceText::warnings(const ProxyView &view)
{
    QStringList warnings;
    if (view.serves() && !view.configFault.isEmpty())
        warnings.append(tr("config.json cannot be read, so that what was last read from it goes on: %1").arg(Words::sentence(view.configFault)));
    if (view.figures.stuckWorkers > 0)
        warnings.append(tr("A part of the proxy hangs. If it stays so, stop the proxy and start it again."));
    if (view.figures.peersUnknown) {
        warnings.append(tr("This system does not tell which user a connection comes from. Set an access token under Settings to keep other users of this "
                           "computer out."));
    }
    return warnings;
}

Sentence SentenceText::stopped(const ProxyView &view)
{
    if (view.state == ProxyState::Starting)
        return {.title = tr("Starting…"), .text = tr("The proxy takes requests as soon as it listens on %1.").arg(view.address)};
    if (view.state == ProxyState::Finishing)
        return {.title = tr("Finishing…"), .text = tr("The proxy takes no new requests, and ends when those that run have ended.")};
    if (view.lacksConfig()) {
        return {.meaning = Meaning::Failure,
                .title = Words::configFaultTitle(),
                .text = sentences({Words::sentence(view.configFault), tr("The proxy cannot be started before config.json is corrected.")}),
                .actions = {{Sentence::Act::OpenConfig, tr("&Open file"), {}}}};
    }
    return {.title = tr("Stopped"),
            .text = tr("Clients that use %1 get no answer.").arg(view.address),
            .actions = {{Sentence::Act::Start, tr("&Start"), {}}}};
}

Sentence SentenceText::running(const ProxyView &view, const QDateTime &now)
{
    Sentence sentence{.meaning = Meaning::Success, .title = tr("Everything works"), .text = served(view, now)};
    if (view.liveRate && *view.liveRate < goodPercent) {
        const bool poor = *view.liveRate < poorPercent;
        sentence.meaning = poor ? Meaning::Failure : Meaning::Warning;
        sentence.title = *view.liveRate <= 0 ? tr("No request is served") : poor ? tr("Many requests fail") : tr("Working, but some requests fail");
    }
    return sentence;
}

Sentence SentenceText::degraded(const ProxyView &view, const QDateTime &now)
{
    auto missing = those(view, isMissing);
    const auto wanted = those(view, isEnabled).size();
    QStringList parts;
    QString title = without(missing, wanted);
    if (missing.isEmpty()) {
        missing = those(view, [](const EndpointView &endpoint) { return endpoint.health == EndpointHealth::Degraded; });
        title = missing.size() == 1 ? tr("Working, but %1 is not reliable", "endpoint").arg(Words::shortName(missing.constFirst()->name))
                                    : tr("Working, but %1 of %2 endpoints are not reliable").arg(missing.size()).arg(wanted);
    }
    if (missing.size() <= mostNames) {
        for (const EndpointView *endpoint : std::as_const(missing))
            parts.append(whyMissing(*endpoint));
        parts.append(whoServes(view));
    } else {
        parts.append(served(view, now));
    }
    Sentence sentence{.meaning = Meaning::Warning, .title = title, .text = sentences(parts)};
    // Who is missing is no answer where the others do not serve either.
    if (const Sentence asked = running(view, now); asked.meaning == Meaning::Failure) {
        sentence.meaning = asked.meaning;
        sentence.title = asked.title;
        if (missing.size() <= mostNames)
            sentence.text = sentences({asked.text, whyMissing(*missing.constFirst())});
    }
    return sentence;
}

Sentence SentenceText::down(const ProxyView &view, const TimelineView &timeline)
{
    const auto wanted = those(view, isEnabled);
    QStringList parts{failingSince(timeline)};
    Sentence sentence{.meaning = Meaning::Failure, .title = tr("No endpoint answers")};
    if (wanted.size() == 1) {
        sentence.title = tr("%1 does not answer", "endpoint").arg(Words::shortName(wanted.constFirst()->name));
        parts.append(whyMissing(*wanted.constFirst()));
    }
    if (const QString other = otherClusterOf(view); !other.isEmpty()) {
        parts.append(otherCluster(other, view.enabledIn.value(other)));
        sentence.actions.append({Sentence::Act::UseCluster, useCluster(other), other});
    }
    sentence.actions.append({Sentence::Act::TestAll, wanted.size() == 1 ? tr("&Test it") : tr("&Test all"), {}});
    sentence.text = sentences(parts);
    return sentence;
}

Sentence SentenceText::of(const ProxyView &view, const TimelineView &timeline, const QDateTime &now)
{
    switch (view.state) {
    case ProxyState::Stopped:
    case ProxyState::Starting:
    case ProxyState::Finishing: return stopped(view);
    case ProxyState::Running: return running(view, now);
    case ProxyState::Degraded: return degraded(view, now);
    case ProxyState::Down: return down(view, timeline);
    case ProxyState::NoNetwork:
        return {.meaning = Meaning::Failure,
                .title = tr("No network"),
                .text = tr("Nothing leads out of this computer, which is no endpoint's fault. It goes on by itself once there is a network again.")};
    case ProxyState::Unconfigured: {
        Sentence sentence{.title = tr("No endpoint yet"), .text = noEndpoint(view)};
        if (!view.cluster.isEmpty() && view.endpoints.isEmpty())
            sentence.actions.append({Sentence::Act::AddEndpoint, tr("&Add an endpoint…"), {}});
        else if (const QString other = otherClusterOf(view); !other.isEmpty())
            sentence.actions.append({Sentence::Act::UseCluster, useCluster(other), other});
        return sentence;
    }
    }
    Q_UNREACHABLE();
}

} // namespace

Sentence sentenceFor(const ProxyView &view, const TimelineView &timeline, const QDateTime &now)
{
    Sentence sentence = SentenceText::of(view, timeline, now);
    sentence.warnings = SentenceText::warnings(view);
    // It works, but not as it should: the mark is that of what it says.
    if (!sentence.warnings.isEmpty() && sentence.meaning == Meaning::Success) {
        sentence.meaning = Meaning::Warning;
        sentence.title = view.figures.stuckWorkers > 0 ? SentenceText::tr("Working, but a part hangs") : SentenceText::tr("Working, but look at this");
    }
    if (view.serves() && !view.configFault.isEmpty() && sentence.actions.isEmpty())
        sentence.actions.append({Sentence::Act::OpenConfig, SentenceText::tr("&Open file"), {}});
    return sentence;
}

} // namespace qcc
