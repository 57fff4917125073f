#include "core/doctor/doctor.h"

#include "core/base/userplaces.h"
#include "core/base/visibletext.h"
#include "core/config/addresses.h"
#include "core/config/configfile.h"
#include "core/control/commands.h"
#include "core/import/variables.h"
#include "core/log/logreader.h"
#include "core/service/proxyservice.h"
#include "core/upstream/proxyrules.h"
#include "core/upstream/tlstrust.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QRegularExpression>
#include <QSysInfo>
#include <QUrl>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// What answers on this computer answers at once.
constexpr auto localPatience = 3s;
/// As many as ProbeQueue tests.
constexpr qsizetype atOnce = ProbeQueue::atOnce;

constexpr QFileDevice::Permissions ofOthers = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;

constexpr qsizetype logLines = 200;
constexpr qsizetype shortestSecret = 6;
/// Of a variable that is only called so: "MONKEY=banana" is none.
constexpr qsizetype shortestByName = 12;

/// What is left out of a text that is passed on.
constexpr auto kStars = "***"_L1;

bool isSecretName(const QString &name)
{
    static const QRegularExpression telling(u"KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTHORIZATION"_s, QRegularExpression::CaseInsensitiveOption);
    return telling.match(name).hasMatch();
}

} // namespace

/// Takes secrets out of texts: those that are known, what looks like one, and where in a URL they stand.
class Doctor::Scrubber
{
public:
    Scrubber(QStringList secrets, QString home) : m_secrets(std::move(secrets)), m_home(std::move(home))
    {
        // What is shorter is a word that stands in other places, too, and no secret.
        m_secrets.removeIf([](const QString &secret) { return secret.size() < shortestSecret; });
        m_secrets.removeDuplicates();
        // One may be a part of another.
        std::ranges::sort(m_secrets, std::ranges::greater(), &QString::size);
    }

    QString text(QString text) const
    {
        for (const QString &secret : m_secrets)
            text = withoutKey(text, secret.toUtf8());
        static const QRegularExpression user(u"(://)[^/\\s]*@"_s);
        static const QRegularExpression parameters(u"(://[^\\s?]*\\?)[^\\s\"']+"_s);
        text.replace(user, u"\\1***@"_s);
        text.replace(parameters, u"\\1***"_s);
        if (m_home.size() > 1) // "/" is that of some services
            text.replace(m_home, u"~"_s);
        return withoutKeyLikes(text);
    }

    QJsonValue json(const QJsonValue &value) const
    {
        if (value.isString())
            return text(value.toString());
        if (value.isArray()) {
            QJsonArray array;
            for (const QJsonValue &each : value.toArray())
                array.append(json(each));
            return array;
        }
        if (!value.isObject())
            return value;
        QJsonObject object;
        const QJsonObject from = value.toObject();
        for (auto member = from.begin(); member != from.end(); ++member) {
            // Own fields of an endpoint, whatever they are called.
            if ((member.key() == "headers"_L1 || member.key() == "query"_L1) && member->isObject()) {
                object.insert(member.key(), masked(member->toObject()));
                continue;
            }
            // Its arguments may be secret.
            if (member.key() == "api_key_command"_L1 && member->isArray()) {
                object.insert(member.key(), QJsonArray{text(member->toArray().first().toString()), kStars});
                continue;
            }
            const bool isSecret = isSecretName(member.key()) && member->isString() && !member->toString().isEmpty();
            object.insert(text(member.key()), isSealed(*member) ? QJsonValue(u"(sealed)"_s) : isSecret ? QJsonValue(kStars) : json(*member));
        }
        return object;
    }

private:
    QJsonObject masked(const QJsonObject &fields) const
    {
        QJsonObject object;
        for (auto field = fields.begin(); field != fields.end(); ++field)
            object.insert(text(field.key()), kStars);
        return object;
    }

    QStringList m_secrets;
    QString m_home;
};

Doctor::Doctor(Paths paths, const Result<Config> &config, const ClientPlaces &places, Terms terms, QObject *parent)
    : QObject(parent)
    , m_paths(std::move(paths))
    , m_places(places)
    , m_terms(terms)
    , m_control(m_paths.controlSocket())
{
    if (config)
        m_seen.config = *config;
    else
        m_seen.configFailure = config.error();
    m_seen.offline = terms.offline;
    m_seen.environment = places.places.environment;
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, &Doctor::conclude);
}

void Doctor::start()
{
    lookAtFiles();
    m_deadline.start(m_terms.atMost);
    m_waitingFor = 1;
    if (m_seen.homeProblem.isEmpty())
        return m_control.call(controlRequest(ControlCommand::Status), [this](const Result<QJsonObject> &status) { takeStatus(status); }, localPatience);
    // Where others have a say, what lies there is not used: not even a socket.
    m_seen.config.reset();
    QMetaObject::invokeMethod(this, &Doctor::oneDone, Qt::QueuedConnection);
}

void Doctor::lookAtFiles()
{
    m_seen.configPath = m_paths.config();
    m_seen.clients = clientSettings(m_places);
    m_seen.homeProblem = homeOwnerProblem(m_paths.home());
    m_seen.configIsThere = QFileInfo::exists(m_paths.config());
    for (const QString &path : {m_paths.config(), m_paths.keyFile(), m_paths.clients()}) {
        const QFileInfo file(path);
        if (!file.exists())
            continue;
        m_seen.secretFiles.append(path);
#ifndef Q_OS_WIN // there a file's mode says nothing of others
        if (file.permissions() & ofOthers)
            m_seen.exposedFiles.append(path);
#endif
    }
    if (m_seen.homeProblem.isEmpty())
        m_seen.port.pid = readPidFile(m_paths.pidFile()).value("pid"_L1).toInteger();
}

void Doctor::takeStatus(const Result<QJsonObject> &status)
{
    if (m_ended)
        return;
    if (status)
        m_seen.port.status = *status;
    else
        m_seen.port.silence = status.error().code;
    if (status) {
        ++m_waitingFor;
        m_control.call(
            controlRequest(ControlCommand::Stats),
            [this](const Result<QJsonObject> &stats) {
                if (stats) {
                    m_stats = *stats;
                    m_seen.states = stats->value("endpoints"_L1).toArray();
                }
                oneDone();
            },
            localPatience);
    }
    askPort();
    askEndpoints();
    oneDone();
}

/// Asks as a client does, for something that qcc answers itself, so that nothing is forwarded.
void Doctor::askPort()
{
    Endpoint own;
    own.baseUrl = addressOf(m_seen).toUtf8() + "/__qcc__";
    own.proxy = u"none"_s;
    own.auth = AuthStyle::None;
    m_seen.port.owner = ownerOfPort(static_cast<quint16>(QUrl(addressOf(m_seen)).port()));
    ++m_waitingFor;
    m_portProbe.probe(own, localPatience, [this](const ProbeResult &result) {
        m_seen.port.answer = result;
        oneDone();
    });
}

void Doctor::askEndpoints()
{
    if (!m_seen.config)
        return;
    QList<Cluster> clusters = m_seen.config->clusters;
    std::ranges::stable_partition(clusters, [this](const Cluster &cluster) { return cluster.name == m_seen.config->activeCluster; });
    for (const Cluster &cluster : std::as_const(clusters)) {
        for (const Endpoint &endpoint : cluster.endpoints) {
            if (endpoint.enabled)
                m_seen.endpoints.append({cluster.name, endpoint, nameOf(proxyFor(endpoint.proxy, QUrl(QString::fromUtf8(endpoint.baseUrl))))});
        }
    }
    if (m_seen.offline || m_seen.endpoints.isEmpty())
        return;
    if (const int port = m_seen.port.status.value("port"_L1).toInt(); port != 0) {
        const QString host = m_seen.port.status.value("host"_L1).toString();
        m_probes.setOwnAddress({host == "localhost"_L1 ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(host), static_cast<quint16>(port), {}});
    }
    Q_EMIT progressed(0, m_seen.endpoints.size());
    while (m_next < std::min(atOnce, m_seen.endpoints.size()))
        askNext();
}

void Doctor::askNext()
{
    if (m_next == m_seen.endpoints.size())
        return;
    const qsizetype place = m_next++;
    Endpoint endpoint = m_seen.endpoints.at(place).endpoint;
    // The way there can be looked at without a key.
    if (!endpoint.keyFault.isEmpty()) {
        endpoint.keyFault.clear();
        endpoint.apiKey.clear();
        endpoint.apiKeyCommand.clear();
    }
    ++m_waitingFor;
    ask(place, endpoint);
}

void Doctor::ask(qsizetype place, const Endpoint &endpoint)
{
    m_probes.probe(endpoint, m_terms.perEndpoint, [this, place, endpoint](const ProbeResult &result) {
        if (m_ended)
            return;
        if (result.noKey) {
            m_seen.endpoints[place].endpoint.keyFault = result.error;
            Endpoint keyless = endpoint;
            keyless.apiKeyCommand.clear();
            return ask(place, keyless);
        }
        m_seen.endpoints[place].result = result;
        Q_EMIT progressed(++m_asked, m_seen.endpoints.size());
        askNext();
        oneDone();
    });
}

void Doctor::oneDone()
{
    if (--m_waitingFor == 0)
        conclude();
}

void Doctor::conclude()
{
    if (std::exchange(m_ended, true))
        return;
    m_deadline.stop();
    const Scrubber scrub = scrubber(false);
    m_findings = findingsOf(m_seen);
    for (Finding &finding : m_findings) {
        for (QString &value : finding.values)
            value = scrub.text(value);
    }
    Q_EMIT finished();
}

/// Everything that is known to be somebody's secret.
Doctor::Scrubber Doctor::scrubber(bool withoutHome) const
{
    QStringList secrets;
    const auto addFrom = [&secrets](const QString &address) {
        const QUrl url(address);
        secrets << url.password(QUrl::FullyDecoded) << url.password(QUrl::FullyEncoded) << url.userName(QUrl::FullyDecoded);
    };
    if (m_seen.config) {
        secrets.append(QString::fromUtf8(m_seen.config->listen.accessToken));
        for (const Cluster &cluster : m_seen.config->clusters) {
            for (const Endpoint &endpoint : cluster.endpoints) {
                secrets.append(QString::fromUtf8(endpoint.apiKey));
                secrets += endpoint.headers.values() + endpoint.query.values();
                addFrom(endpoint.proxy);
            }
        }
    }
    for (const ClientSetting &setting : m_seen.clients) {
        secrets += setting.keys;
        addFrom(setting.url);
    }
    for (auto variable = m_seen.environment.begin(); variable != m_seen.environment.end(); ++variable) {
        if (isSecretName(variable.key()) && variable->size() >= shortestByName)
            secrets.append(*variable);
        addFrom(*variable);
    }
    return Scrubber(secrets, withoutHome ? homeFolder() : QString());
}

namespace {

QJsonObject systemJson()
{
    return {{"os"_L1, QSysInfo::prettyProductName()},
            {"kernel"_L1, QSysInfo::kernelType() + u' ' + QSysInfo::kernelVersion()},
            {"processor"_L1, QSysInfo::currentCpuArchitecture()},
            {"qt"_L1, QLatin1String(qVersion())},
            {"tls"_L1, tlsLibrary()}};
}

/// Those that say where requests go; of keys that they are set.
QJsonObject environmentJson(const Variables &environment)
{
    static const QRegularExpression ways(u"\\A((http|https|all|no)_proxy|ssl_cert_(file|dir)|node_extra_ca_certs|qcc_.*|claude_config_dir|codex_home|"
                                         "lang|lc_all|xdg_(current_desktop|session_type))\\z"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression vendors(u"\\A(ANTHROPIC|OPENAI|GEMINI|GOOGLE|CLAUDE)_"_s);
    QJsonObject json;
    for (auto variable = environment.begin(); variable != environment.end(); ++variable) {
        if (variable->isEmpty())
            continue;
        const bool isVendors = vendors.match(variable.key()).hasMatch();
        if (ways.match(variable.key()).hasMatch() || (isVendors && isAddressName(variable.key())))
            json.insert(variable.key(), *variable);
        else if (isVendors)
            json.insert(variable.key(), u"(set)"_s);
    }
    return json;
}

} // namespace

QJsonObject Doctor::bundle() const
{
    QJsonObject all{{"qcc"_L1, QLatin1String(QCC_VERSION)},
                    {"made"_L1, QDateTime::currentDateTimeUtc().toString(Qt::ISODate)},
                    {"system"_L1, systemJson()},
                    {"environment"_L1, environmentJson(m_seen.environment)},
                    {"diagnosis"_L1, findingsJson(m_findings)},
                    {"status"_L1, m_seen.port.status},
                    {"stats"_L1, m_stats}};
    // A text that is no JSON may hold a key at any place, and is left out.
    if (const auto text = readConfigText(m_paths.config()); m_seen.homeProblem.isEmpty() && text && *text)
        all.insert("config"_L1, QJsonDocument::fromJson(**text).object());
    if (m_seen.homeProblem.isEmpty())
        all.insert("log"_L1, LogReader(m_paths.log()).read({logLines, {}, {}}).value("logs"_L1));
    return scrubber(true).json(all).toObject();
}

Result<void> saveBundle(const QString &path, const QJsonObject &bundle)
{
    QFile file(path);
    // Made for its owner alone from the start.
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFileDevice::ReadOwner | QFileDevice::WriteOwner)) {
        if (QFileInfo::exists(path))
            return Failure{ErrorCode::AlreadyExists, u"%1 is there already."_s.arg(path), u"Name another file, or remove that one."_s};
        return Failure{ErrorCode::WriteFailed, u"%1 cannot be written: %2."_s.arg(path, file.errorString()), {}};
    }
    const QByteArray text = visibleJson(bundle, QJsonDocument::Indented);
    if (file.write(text) == text.size() && file.flush())
        return {};
    const Failure failure{ErrorCode::WriteFailed, u"%1 cannot be written: %2."_s.arg(path, file.errorString()), {}};
    file.remove();
    return failure;
}

} // namespace qcc
