#include "core/doctor/checks.h"

#include "core/config/addresses.h"
#include "core/config/endpointtext.h"
#include "core/import/variables.h"
#include "core/upstream/proxyrules.h"

#include <QHostAddress>
#include <QJsonArray>
#include <QRegularExpression>
#include <QUrl>

#include <algorithm>
#include <cmath>

namespace qcc {

using namespace Qt::StringLiterals;
using enum FindingKind;

namespace {

using Findings = QList<Finding>;

constexpr double bearableS = 60;

/// `name` as one word of a command.
QString word(const QString &name)
{
    static const QRegularExpression plain(u"\\A[\\w.@%+:/-]+\\z"_s);
    if (plain.match(name).hasMatch())
        return name;
#ifdef Q_OS_WIN
    return u'"' + name + u'"';
#else
    // Within these nothing is special: what is pasted runs no part of a name. Source: POSIX.1-2017, XCU 2.2.2.
    return u'\'' + QString(name).replace(u'\'', "'\\''"_L1) + u'\'';
#endif
}

QString ms(std::optional<double> value)
{
    return QString::number(std::lround(value.value_or(0)));
}

/// "45 s", "12 min", "3 h", "2 days".
QString span(std::chrono::seconds length)
{
    const auto whole = length.count();
    constexpr qint64 minute = 60, hour = 3'600, day = 86'400;
    if (whole < 2 * minute)
        return u"%1 s"_s.arg(whole);
    if (whole < 2 * hour)
        return u"%1 min"_s.arg(whole / minute);
    return whole < 2 * day ? u"%1 h"_s.arg(whole / hour) : u"%1 days"_s.arg(whole / day);
}

/// What went wrong, and what follows its first semicolon: there the transport's words say what to do. Else that is empty.
std::pair<QString, QString> withStep(const QString &error)
{
    const qsizetype at = error.indexOf("; "_L1);
    if (at < 0)
        return {error, {}};
    QString step = error.sliced(at + 2);
    if (!step.isEmpty())
        step[0] = step.at(0).toUpper();
    return {error.first(at), step + u'.'};
}

void addConfig(const Examination &seen, Findings &found)
{
    if (!seen.config) {
        const QString hint = seen.configFailure.hint;
        found.append({Check::Config, hint.isEmpty() ? ConfigBad : ConfigBadAsSaid, {}, {seen.configFailure.message, hint}});
        return;
    }
    qsizetype endpoints = 0;
    for (const Cluster &cluster : seen.config->clusters)
        endpoints += cluster.endpoints.size();
    if (seen.configIsThere)
        found.append({Check::Config, ConfigGood, {}, {seen.configPath, QString::number(seen.config->clusters.size()), QString::number(endpoints)}});
    else
        found.append({Check::Config, ConfigMissing, {}, {seen.configPath}});
}

void addSecrets(const Examination &seen, Findings &found)
{
    for (const QString &file : seen.exposedFiles)
        found.append({Check::Permissions, SecretsExposed, {}, {file, word(file)}});
    if (seen.exposedFiles.isEmpty() && !seen.secretFiles.isEmpty())
        found.append({Check::Permissions, SecretsPrivate, {}, {seen.secretFiles.join(", "_L1)}});
}

Finding endpointsFinding(const Config &config)
{
    const auto enabledOf = [](const Cluster &cluster) { return std::ranges::count_if(cluster.endpoints, &Endpoint::enabled); };
    if (std::ranges::all_of(config.clusters, [](const Cluster &cluster) { return cluster.endpoints.isEmpty(); }))
        return {Check::Endpoints, NoEndpoint, {}, {}};
    const Cluster *active = config.cluster(config.activeCluster);
    if (!active)
        return {Check::Endpoints, NoActiveCluster, {}, {}};
    if (enabledOf(*active) == 0)
        return {Check::Endpoints, NoneEnabled, {}, {word(active->name)}};
    return {Check::Endpoints, EndpointsReady, {}, {active->name, QString::number(enabledOf(*active))}};
}

void addPort(const Examination &seen, Findings &found)
{
    const SeenPort &port = seen.port;
    const QString address = addressOf(seen);
    const auto add = [&found](FindingKind kind, const QStringList &values = {}) { found.append({Check::Port, kind, {}, values}); };
    if (port.status.isEmpty()) {
        const QString owner = port.owner.name.isEmpty() ? u"another program"_s : u"%1 (process %2)"_s.arg(port.owner.name).arg(port.owner.pid);
        const bool isHeld = port.owner.pid != 0 || (port.answer && port.answer->phase > Phase::Connect);
        if (!port.silence)
            add(PortUnknown);
        else if (*port.silence != ErrorCode::NotRunning || (isHeld && port.owner.isQcc() && port.owner.pid == port.pid))
            add(Hangs, {port.pid != 0 ? QString::number(port.pid) : u"?"_s});
        else if (isHeld && port.owner.isQcc())
            add(PortHeldByQcc, {address, QString::number(port.owner.pid)});
        else if (isHeld)
            add(PortHeld, {address, owner});
        else
            add(NotRunning, {address});
        return;
    }
    const QString pid = QString::number(port.status.value("pid"_L1).toInteger());
    const int portNumber = port.status.value("port"_L1).toInt();
    if (!port.status.value("running"_L1).toBool())
        return add(Stopping);
    // Whatever is answered: it was qcc that did.
    if (port.answer && port.answer->status == 0)
        add(PortSilent, {address, pid, port.answer->error});
    else
        add(PortAnswers, {address, pid});
    if (const int hang = port.status.value("stuck_workers"_L1).toInt(); hang > 0)
        add(PartsHang, {QString::number(hang)});
    if (seen.config && seen.config->listen.port != portNumber && seen.config->listen.port != 0)
        add(PortMoved, {address, httpAddress(seen.config->listen.host, seen.config->listen.port), QString::number(seen.config->listen.port)});
}

void addClientProxy(const Examination &seen, Findings &found)
{
    const Variable variable = [&seen](const char *name) { return seen.environment.value(QLatin1String(name)); };
    for (const char *name : {"http_proxy", "https_proxy", "all_proxy"}) {
        for (const QByteArray &spelled : {QByteArray(name), QByteArray(name).toUpper()}) {
            const QString value = variable(spelled.constData()).trimmed();
            if (!value.isEmpty() && !proxyFault(value).isEmpty())
                found.append({Check::ClientProxy, ProxyVariableBad, {}, {QString::fromLatin1(spelled)}});
        }
    }
    const int port = QUrl(addressOf(seen)).port();
    QStringList caught;
    QString by;
    // The two ways in which people write it; a list of exceptions has to name both.
    for (const QString &host : {u"127.0.0.1"_s, u"localhost"_s}) {
        const QUrl url(httpAddress(host, static_cast<quint16>(port)));
        const std::optional<QString> proxy = environmentProxy(url, variable);
        if (!proxy || *proxy == "none"_L1)
            continue;
        caught.append(host);
        by = nameOf(proxyFor(*proxy, url));
    }
    if (caught.isEmpty()) {
        found.append({Check::ClientProxy, LoopbackDirect, {}, {addressOf(seen)}});
        return;
    }
    const QString before = variable("no_proxy").isEmpty() ? variable("NO_PROXY") : variable("no_proxy");
    found.append({Check::ClientProxy, LoopbackCaught, {}, {caught.join(" and "_L1), by, (before.isEmpty() ? QString() : before + u',') + caught.join(u',')}});
}

QString nameOf(const SeenEndpoint &seen)
{
    return seen.cluster + u'/' + seen.endpoint.name;
}

bool failedAtProxy(const SeenEndpoint &seen)
{
    return seen.result && seen.result->fault == UpstreamFault::ProxyFailed;
}

void addProxies(const Examination &seen, Findings &found)
{
    QStringList proxies;
    for (const SeenEndpoint &each : seen.endpoints)
        proxies.append(each.proxy);
    proxies.removeAll(QString());
    proxies.removeDuplicates();
    if (proxies.isEmpty() && !seen.endpoints.isEmpty())
        found.append({Check::Proxy, NoProxy, {}, {}});
    for (const QString &proxy : std::as_const(proxies)) {
        QStringList reached, failed;
        QString why;
        for (const SeenEndpoint &each : seen.endpoints) {
            if (each.proxy != proxy || !each.result)
                continue;
            if (failedAtProxy(each))
                why = each.result->error;
            // Of one that was silent until the end nobody knows whether it was the proxy.
            if (failedAtProxy(each))
                failed.append(nameOf(each));
            else if (each.result->phase > Phase::Connect)
                reached.append(nameOf(each));
        }
        why.remove(u"no way through the proxy: "_s);
        if (!reached.isEmpty())
            found.append({Check::Proxy, ProxyWorks, {}, {proxy, reached.join(", "_L1)}});
        if (!failed.isEmpty())
            found.append({Check::Proxy, ProxyFails, {}, {proxy, failed.join(", "_L1), why}});
        if (reached.isEmpty() && failed.isEmpty())
            found.append({Check::Proxy, ProxyUnknown, {}, {proxy}});
    }
}

/// The findings of one endpoint, until it goes no further.
class Stages
{
public:
    Stages(const SeenEndpoint &seen, const Examination &all, Findings &found) : m_seen(seen), m_all(all), m_found(found) { }

    void add()
    {
        const bool tls = m_seen.endpoint.baseUrl.startsWith("https:");
        const QList<Check> stages = tls ? QList{Check::Dns, Check::Connection, Check::Tls, Check::Key} : QList{Check::Dns, Check::Connection, Check::Key};
        if (!m_seen.endpoint.keyFault.isEmpty())
            m_keyIsKnown = true;
        for (const Check stage : stages) {
            if (stage == Check::Dns && m_seen.proxy.isEmpty() && !QHostAddress(host()).isNull())
                continue; // there is no name to be looked up
            addStage(stage);
        }
        if (m_keyIsKnown)
            put(Check::Key, KeyUnusable, {m_seen.endpoint.keyFault, cluster(), name()});
        addRest();
    }

private:
    QString host() const { return QUrl(QString::fromUtf8(m_seen.endpoint.baseUrl)).host(); }
    QString place() const
    {
        const QUrl url(QString::fromUtf8(m_seen.endpoint.baseUrl));
        return u"%1:%2"_s.arg(url.host()).arg(url.port(url.scheme() == "https"_L1 ? 443 : 80));
    }
    QString cluster() const { return word(m_seen.cluster); }
    QString name() const { return word(m_seen.endpoint.name); }
    void put(Check check, FindingKind kind, const QStringList &values = {}) { m_found.append({check, kind, nameOf(m_seen), values}); }

    void addStage(Check stage)
    {
        if (stage == Check::Key && m_keyIsKnown)
            return;
        if (!m_seen.result)
            return put(stage, m_all.offline ? NotAsked : NoTime, {cluster(), name()});
        if (m_ended)
            return put(stage, NotReached);
        const ProbeResult &result = *m_seen.result;
        constexpr std::array last{std::pair{Check::Dns, Phase::Dns}, std::pair{Check::Connection, Phase::Connect}, std::pair{Check::Tls, Phase::Tls}};
        const auto phase = std::ranges::find(last, stage, &std::pair<Check, Phase>::first);
        if (phase == last.end())
            return addAnswer(result);
        // A proxy looks names up itself: what fails there is the proxy's to say.
        const bool failsHere = result.status == 0 && result.phase <= phase->second && (stage != Check::Dns || m_seen.proxy.isEmpty());
        // What is wrong with a file of authorities shows before anybody is asked.
        if (failsHere && result.fault == UpstreamFault::TlsFailed && stage != Check::Tls)
            return put(stage, NotReached);
        failsHere ? addFailure(stage, result) : addReached(stage, result);
    }

    void addReached(Check stage, const ProbeResult &result)
    {
        if (stage == Check::Dns && !m_seen.proxy.isEmpty())
            put(stage, NameLeftToProxy, {host(), m_seen.proxy});
        else if (stage == Check::Dns)
            put(stage, NameFound, {host(), result.address, ms(result.times.dns)});
        else if (stage == Check::Connection)
            put(stage, Connected, {place(), ms(result.times.connect)});
        else
            put(stage, TlsGood, {host(), ms(result.times.tls)});
    }

    void addFailure(Check stage, const ProbeResult &result)
    {
        m_ended = true;
        QString error = result.error;
        const bool isDemo = m_seen.cluster == "demo"_L1 && isOfThisComputer(m_seen.endpoint.baseUrl);
        if (result.fault == UpstreamFault::NoNetwork)
            return put(stage, NoNetwork);
        const bool isUnknown = result.fault == UpstreamFault::HostNotFound || result.fault == UpstreamFault::TimedOut;
        if (stage == Check::Dns && isUnknown)
            return put(stage, NameNotFound, {host(), error, cluster(), name()});
        if (stage == Check::Connection && isDemo && result.fault == UpstreamFault::Refused)
            return put(stage, DemoStopped);
        if (stage == Check::Tls)
            error.remove(u"no TLS connection: "_s);
        const auto [what, step] = withStep(error);
        if (!step.isEmpty())
            put(stage, stage == Check::Tls ? TlsFailedAsSaid : NotConnectedAsSaid, {place(), what, step});
        else if (stage == Check::Tls)
            put(stage, TlsFailed, {place(), what});
        else if (failedAtProxy(m_seen))
            put(stage, StoppedByProxy, {place(), what});
        else
            put(stage, NotConnected, {place(), what, cluster(), name()});
    }

    void addAnswer(const ProbeResult &result)
    {
        const QString status = QString::number(result.status);
        if (result.failure == FailureClass::Auth)
            return put(Check::Key, KeyRefused, {result.error, cluster(), name()});
        if (result.status == 0 || result.status >= 500) {
            const auto [what, step] = withStep(result.error);
            return put(Check::Answer, step.isEmpty() ? EndpointFails : EndpointFailsAsSaid, {what, step});
        }
        if (m_seen.endpoint.auth == AuthStyle::Passthrough && (result.status < 300 || result.status == 401 || result.status == 403))
            return put(Check::Key, ClientsLogin, {status});
        if (!result.warning.isEmpty())
            return put(Check::Answer, PathDoubtful, {status, result.warning, cluster(), name()});
        if (result.status < 300)
            return put(Check::Key, m_seen.endpoint.apiKey.isEmpty() && m_seen.endpoint.apiKeyCommand.isEmpty() ? NoKeyNeeded : KeyAccepted, {status, ms(result.firstByteMs)});
        if (result.status < 400)
            return put(Check::Answer, Redirected, {status, cluster(), name()});
        if (result.status == 404 || result.status == 405)
            return put(Check::Key, KeyUnknown, {status, cluster(), name()});
        put(Check::Answer, result.status == 429 ? Limited : OddAnswer, {status, cluster(), name()});
    }

    /// What live requests have taught the running proxy, which a look from outside does not show.
    void addRest()
    {
        for (const QJsonValue &state : m_all.states) {
            const QJsonValue breaker = state["breaker"_L1];
            const QString rest = breaker["rest_reason"_L1].toString();
            if (state["id"_L1].toString() != m_seen.endpoint.id || (rest.isEmpty() && breaker["state"_L1].toString() == toWord(BreakerState::Closed)))
                continue;
            const QString why = breaker["reason"_L1].toString();
            put(Check::Answer, LeftAlone, {why.isEmpty() ? rest : why, cluster(), name()});
        }
    }

    const SeenEndpoint &m_seen;
    const Examination &m_all;
    Findings &m_found;
    bool m_ended = false;
    bool m_keyIsKnown = false; ///< Without a question to anybody.
};

/// By the clock of whom in the middle agrees most: one server whose clock is wrong is no reason to touch this one.
void addClock(const Examination &seen, Findings &found)
{
    QList<std::pair<std::chrono::seconds, QString>> told;
    for (const SeenEndpoint &each : seen.endpoints) {
        if (each.result && each.result->clockAhead)
            told.append({*each.result->clockAhead, nameOf(each)});
    }
    if (told.isEmpty()) {
        found.append({Check::Clock, ClockUnknown, {}, {}});
        return;
    }
    std::ranges::stable_sort(told, {}, [](const auto &each) { return std::abs(each.first.count()); });
    const auto &[ahead, name] = told.at((told.size() - 1) / 2);
    const auto off = std::chrono::seconds(std::abs(ahead.count()));
    if (double(off.count()) <= bearableS)
        found.append({Check::Clock, ClockRight, {}, {name}});
    else
        found.append({Check::Clock, ahead.count() > 0 ? FindingKind::ClockAhead : ClockBehind, {}, {span(off), name}});
}

} // namespace

QString addressOf(const Examination &seen)
{
    const QString running = seen.port.status.value("address"_L1).toString();
    const Config::Listen listen = seen.config ? seen.config->listen : Config::Listen();
    const QUrl url(running.isEmpty() ? httpAddress(listen.host, listen.port) : running);
    return clientAddress(url.host(), static_cast<quint16>(url.port()));
}

QList<Finding> findingsOf(const Examination &seen)
{
    Findings found;
    if (!seen.homeProblem.isEmpty())
        found.append({Check::Home, HomeNotOurs, {}, {seen.homeProblem}});
    else
        addConfig(seen, found);
    addSecrets(seen, found);
    found.append(seen.config ? endpointsFinding(*seen.config) : Finding{Check::Endpoints, EndpointsUnknown, {}, {}});
    addPort(seen, found);
    addClientProxy(seen, found);
    addProxies(seen, found);
    for (const SeenEndpoint &each : seen.endpoints)
        Stages(each, seen, found).add();
    addClock(seen, found);
    found += clientFindings(seen);
    return found;
}

} // namespace qcc
