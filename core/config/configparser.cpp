#include "core/config/addresses.h"
#include "core/config/configfile.h"
#include "core/config/jsonlines.h"
#include "core/config/secretvalues.h"
#include "core/config/words.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QUrl>

#include <algorithm>
#include <cmath>
#include <vector>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// The first fault found; the ones after it may only be its consequences.
struct Fault {
    QString path;
    QString what;

    bool found() const { return !what.isEmpty(); }
    void note(const QString &where, const QString &problem)
    {
        if (!found())
            *this = {where, problem};
    }
};

bool holdsControl(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) { return c.category() == QChar::Other_Control; });
}

/// What sealed values are opened with.
struct Secrets {
    const SecretOpener &open; ///< None: all stay closed.
    AtRest rule;
};

struct Secret {
    QByteArray text;
    QString fault;       ///< Why it cannot be opened.
    QByteArray identity; ///< What an endpoint's id is made of: the text, or else the sealed text.
};

Failure closed()
{
    return {ErrorCode::NotFound, QStringLiteral("the master key was not asked for"), {}};
}

QString faultSentence(const Failure &failure)
{
    const QString sentence = QStringLiteral("its key cannot be decrypted: %1.").arg(failure.message);
    const QString step = failure.hint.isEmpty() ? QStringLiteral("Set the key anew.") : failure.hint;
    return sentence + u' ' + step;
}

/// One JSON object and where it stands; hands out checked values, and the default where a key is missing.
class Reader
{
public:
    Reader(QJsonObject object, QString path, Fault &fault)
        : m_object(std::move(object)), m_path(std::move(path)), m_fault(fault)
    {
    }

    QString pathOf(QLatin1String key) const { return m_path.isEmpty() ? QString(key) : m_path + u'.' + key; }
    const QString &path() const { return m_path; }
    void refuse(QLatin1String key, const QString &what) const { m_fault.note(pathOf(key), what); }

    Reader section(QLatin1String key) const
    {
        const QJsonValue value = m_object.value(key);
        if (!value.isUndefined() && !value.isObject())
            refuse(key, QStringLiteral("must be an object"));
        return Reader(value.toObject(), pathOf(key), m_fault);
    }

    QJsonArray list(QLatin1String key) const
    {
        const QJsonValue value = m_object.value(key);
        if (!value.isUndefined() && !value.isArray())
            refuse(key, QStringLiteral("must be a list"));
        return value.toArray();
    }

    std::vector<Reader> objects(QLatin1String key) const
    {
        std::vector<Reader> readers;
        const QJsonArray array = list(key);
        for (qsizetype i = 0; i < array.size(); ++i) {
            const QString path = QStringLiteral("%1[%2]").arg(pathOf(key)).arg(i);
            if (!array.at(i).isObject())
                m_fault.note(path, QStringLiteral("must be an object"));
            readers.push_back(Reader(array.at(i).toObject(), path, m_fault));
        }
        return readers;
    }

    int integer(QLatin1String key, int fallback, int low, int high) const
    {
        return static_cast<int>(checkedNumber(m_object.value(key), pathOf(key), fallback, low, high, true));
    }

    std::chrono::seconds seconds(QLatin1String key, std::chrono::seconds fallback, int low, int high) const
    {
        return std::chrono::seconds(integer(key, static_cast<int>(fallback.count()), low, high));
    }

    /// Fractions of a second are allowed.
    std::chrono::milliseconds duration(QLatin1String key, std::chrono::milliseconds fallback, double low,
                                       double high) const
    {
        const double given = checkedNumber(m_object.value(key), pathOf(key),
                                           static_cast<double>(fallback.count()) / 1000, low, high, false);
        return std::chrono::milliseconds(std::llround(given * 1000));
    }

    QList<int> statuses(QLatin1String key) const
    {
        QList<int> result;
        const QJsonArray array = list(key);
        for (qsizetype i = 0; i < array.size(); ++i) {
            const QString path = QStringLiteral("%1[%2]").arg(pathOf(key)).arg(i);
            result.append(static_cast<int>(checkedNumber(array.at(i), path, 0, 300, 599, true)));
        }
        return result;
    }

    /// Checked strings, lower-cased where case does not matter.
    QStringList strings(QLatin1String key, QString (*fault)(const QString &), Qt::CaseSensitivity sensitivity) const
    {
        QStringList result;
        const QJsonArray array = list(key);
        for (qsizetype i = 0; i < array.size(); ++i) {
            const QString text = array.at(i).toString();
            if (const QString what = fault(text); !what.isEmpty())
                m_fault.note(QStringLiteral("%1[%2]").arg(pathOf(key)).arg(i), what);
            result.append(sensitivity == Qt::CaseSensitive ? text : text.toLower());
        }
        return result;
    }

    bool boolean(QLatin1String key, bool fallback) const
    {
        const QJsonValue value = m_object.value(key);
        if (!value.isUndefined() && !value.isBool())
            refuse(key, QStringLiteral("must be true or false"));
        return value.toBool(fallback);
    }

    QString string(QLatin1String key, const QString &fallback = {}) const
    {
        const QJsonValue value = m_object.value(key);
        if (!value.isUndefined() && !value.isString())
            refuse(key, QStringLiteral("must be a string"));
        return value.toString(fallback);
    }

    QString stringOrNull(QLatin1String key) const { return m_object.value(key).isNull() ? QString() : string(key); }

    QString name(QLatin1String key) const
    {
        const QString text = string(key);
        if (holdsControl(text))
            refuse(key, QStringLiteral("must not hold control characters"));
        else if (text != text.trimmed())
            refuse(key, QStringLiteral("must not begin or end with a space"));
        return text;
    }

    /// A value that will stand in a header line, plain or sealed. The text itself never gets into the error.
    Secret secret(QLatin1String key, const Secrets &secrets) const
    {
        const QJsonValue value = m_object.value(key);
        Secret out;
        if (isSealed(value)) {
            const QByteArray sealed = secretText(value);
            const Result<QByteArray> opened = secrets.open ? secrets.open(sealed, secrets.rule) : closed();
            if (!opened)
                return {{}, faultSentence(opened.error()), sealed};
            out.text = *opened;
        } else if (value.isObject()) {
            refuse(key, QStringLiteral("must be a string, or an object with a \"sealed\" string"));
        } else {
            out.text = stringOrNull(key).toUtf8();
        }
        out.identity = out.text;
        if (holdsControl(QString::fromUtf8(out.text)))
            refuse(key, QStringLiteral("must not hold control characters (a line break copied along with it?)"));
        return out;
    }

    template <typename T>
    T word(QLatin1String key, T fallback) const
    {
        const QString text = string(key, toWord(fallback));
        const std::optional<T> value = fromWord<T>(text);
        if (!value)
            refuse(key, QStringLiteral("must be one of ") + allWords<T>().join(", "_L1));
        return value.value_or(fallback);
    }

    QMap<QString, QString> stringMap(QLatin1String key) const
    {
        QMap<QString, QString> map;
        const Reader inner = section(key);
        for (auto it = inner.m_object.begin(); it != inner.m_object.end(); ++it) {
            if (!it->isString() || it->toString().isEmpty())
                m_fault.note(inner.m_path + u'.' + it.key(), QStringLiteral("must be a model's name"));
            map.insert(it.key(), it->toString());
        }
        return map;
    }

private:
    double checkedNumber(const QJsonValue &value, const QString &path, double fallback, double low, double high,
                         bool whole) const
    {
        if (value.isUndefined())
            return fallback;
        const double number = value.toDouble();
        if (!value.isDouble() || number < low || number > high || (whole && number != std::floor(number))) {
            m_fault.note(path, QStringLiteral("must be a %1number from %2 to %3")
                                   .arg(whole ? "whole "_L1 : QLatin1String())
                                   .arg(low, 0, 'g', 9)
                                   .arg(high, 0, 'g', 9));
            return fallback;
        }
        return number;
    }

    QJsonObject m_object;
    QString m_path;
    Fault &m_fault;
};

/// What is wrong with a name that a Host header may hold.
QString hostNameFault(const QString &name)
{
    const bool bare = !name.isEmpty()
        && std::ranges::all_of(name, [](QChar c) { return c.unicode() < 0x80 && (c.isLetterOrNumber() || c == u'-' || c == u'.' || c == u'_'); });
    return bare ? QString() : QStringLiteral("must be a host name without scheme and port");
}

/// What is wrong with an origin. Source: RFC 6454 §6.
QString originFault(const QString &origin)
{
    const QUrl url(origin, QUrl::StrictMode);
    const bool good = url.isValid() && !url.scheme().isEmpty() && !url.host().isEmpty() && url.path().isEmpty() && !url.hasQuery()
        && !url.hasFragment() && url.userInfo().isEmpty();
    return good ? QString() : QStringLiteral("must be an origin such as http://localhost:3000, without a path");
}

QString userFault(const QString &user)
{
    return user.isEmpty() || holdsControl(user) ? QStringLiteral("must be the name of a user") : QString();
}

Config::Listen parseListen(const Reader &in, const Secrets &secrets)
{
    Config::Listen out;
    out.host = in.string("host"_L1, out.host);
    out.port = static_cast<quint16>(in.integer("port"_L1, out.port, 1, 65535));
    const Secret token = in.secret("access_token"_L1, secrets);
    out.accessToken = token.text;
    // Without it everybody would get in, or nobody: neither is what the user asked for.
    if (!token.fault.isEmpty() && secrets.open)
        in.refuse("access_token"_L1, token.fault);
    out.allowedHosts = in.strings("allowed_hosts"_L1, hostNameFault, Qt::CaseInsensitive);
    out.allowedOrigins = in.strings("allowed_origins"_L1, originFault, Qt::CaseInsensitive);
    out.allowedUsers = in.strings("allowed_users"_L1, userFault, Qt::CaseSensitive);
    const QString hostFault = listenHostFault(out.host);
    if (!hostFault.isEmpty())
        in.refuse("host"_L1, hostFault);
    else if (!isLoopbackHost(out.host) && token.identity.isEmpty())
        in.refuse("host"_L1, QStringLiteral("not allowed without listen.access_token, because everyone who reaches "
                                            "this address could use your keys"));
    return out;
}

Endpoint parseEndpoint(const Reader &in, const Config::Listen &listen, const Secrets &secrets)
{
    Endpoint out;
    const QString baseUrl = in.string("base_url"_L1);
    out.baseUrl = trimmedBaseUrl(baseUrl);
    const QString urlFault = baseUrlFault(baseUrl);
    if (!urlFault.isEmpty())
        in.refuse("base_url"_L1, urlFault);
    else if (pointsAt(out.baseUrl, listen.host, listen.port))
        in.refuse("base_url"_L1, QStringLiteral("is the address of qcc itself"));

    out.name = in.name("name"_L1);
    if (out.name.isEmpty())
        out.name = hostOf(out.baseUrl);
    const Secret key = in.secret("api_key"_L1, secrets);
    out.apiKey = key.text;
    out.keyFault = key.fault;
    out.auth = in.word("auth"_L1, out.auth);
    out.priority = in.integer("priority"_L1, out.priority, -1'000'000, 1'000'000);
    out.weight = in.integer("weight"_L1, out.weight, 0, 1'000'000);
    out.enabled = in.boolean("enabled"_L1, out.enabled);
    out.proxy = in.string("proxy"_L1, out.proxy);
    const QString fault = proxyFault(out.proxy);
    if (!fault.isEmpty())
        in.refuse("proxy"_L1, fault);
    out.http2 = in.boolean("http2"_L1, out.http2);
    // Whether the file is there is asked when it is saved and when it is used: one that vanished must not cost the other endpoints.
    out.caFile = in.stringOrNull("ca_file"_L1);
    if (!out.caFile.isEmpty() && !QDir::isAbsolutePath(out.caFile))
        in.refuse("ca_file"_L1, QStringLiteral("must be an absolute path"));
    out.modelMap = in.stringMap("model_map"_L1);
    out.id = endpointId(out.baseUrl, key.identity);
    return out;
}

Cluster parseCluster(const Reader &in, const Config::Listen &listen, const Secrets &secrets)
{
    Cluster out;
    out.name = in.name("name"_L1);
    if (out.name.isEmpty())
        in.refuse("name"_L1, QStringLiteral("must not be empty"));
    out.strategy = in.word("strategy"_L1, out.strategy);
    QSet<QString> names;
    for (const Reader &reader : in.objects("endpoints"_L1)) {
        const Endpoint endpoint = parseEndpoint(reader, listen, secrets);
        if (names.contains(endpoint.name))
            reader.refuse("name"_L1, QStringLiteral("\"%1\" is taken by another endpoint of this cluster (without a "
                                                    "name the host's is used)").arg(endpoint.name));
        names.insert(endpoint.name);
        out.endpoints.append(endpoint);
    }
    return out;
}

void parseClusters(const Reader &in, Config &out, const Secrets &secrets)
{
    QSet<QString> names;
    for (const Reader &reader : in.objects("clusters"_L1)) {
        const Cluster cluster = parseCluster(reader, out.listen, secrets);
        if (names.contains(cluster.name))
            reader.refuse("name"_L1, QStringLiteral("\"%1\" is taken by another cluster").arg(cluster.name));
        names.insert(cluster.name);
        out.clusters.append(cluster);
    }
    out.activeCluster = in.stringOrNull("active_cluster"_L1);
    if (!out.activeCluster.isEmpty() && !names.isEmpty() && !names.contains(out.activeCluster))
        in.refuse("active_cluster"_L1, QStringLiteral("names no cluster of this file"));
}

Config::Pool parsePool(const Reader &in)
{
    Config::Pool out;
    out.maxConnections = in.integer("max_connections"_L1, out.maxConnections, 1, 10'000);
    out.maxKeepaliveConnections = in.integer("max_keepalive_connections"_L1, out.maxKeepaliveConnections, 0, 10'000);
    out.keepaliveExpiry = in.seconds("keepalive_expiry_s"_L1, out.keepaliveExpiry, 0, 86'400);
    out.strategy = in.word("strategy"_L1, out.strategy);
    return out;
}

Config::Timeouts parseTimeouts(const Reader &in)
{
    Config::Timeouts out;
    out.connect = in.duration("connect_s"_L1, out.connect, 0.1, 600);
    out.connectFailover = in.duration("connect_failover_s"_L1, out.connectFailover, 0.1, 600);
    out.read = in.duration("read_s"_L1, out.read, 0.1, 86'400);
    out.total = in.duration("total_s"_L1, out.total, 0, 86'400);
    return out;
}

Config::Retry parseRetry(const Reader &in)
{
    Config::Retry out;
    out.maxAttempts = in.integer("max_attempts"_L1, out.maxAttempts, 1, 20);
    out.maxAttemptsPerEndpoint = in.integer("max_attempts_per_endpoint"_L1, out.maxAttemptsPerEndpoint, 1, 20);
    out.retryStatuses = in.statuses("retry_statuses"_L1);
    out.passStatuses = in.statuses("pass_statuses"_L1);
    for (const int status : out.passStatuses) {
        if (out.retryStatuses.contains(status))
            in.refuse("pass_statuses"_L1, QStringLiteral("holds %1, which retry_statuses holds too").arg(status));
    }
    return out;
}

Config::Breaker parseBreaker(const Reader &in)
{
    Config::Breaker out;
    out.failures = in.integer("failures"_L1, out.failures, 1, 1'000);
    out.window = in.seconds("window_s"_L1, out.window, 1, 86'400);
    out.open = in.seconds("open_s"_L1, out.open, 1, 86'400);
    out.maxOpen = in.seconds("max_open_s"_L1, std::max(out.maxOpen, out.open), 1, 86'400);
    if (out.maxOpen < out.open)
        in.refuse("max_open_s"_L1, QStringLiteral("must not be less than open_s"));
    return out;
}

Config::Model parseModel(const Reader &in)
{
    Config::Model out;
    out.mode = in.word("mode"_L1, out.mode);
    out.override = in.string("override"_L1);
    if (out.mode == ModelMode::Override && out.override.isEmpty())
        in.refuse("override"_L1, QStringLiteral("must name a model while model.mode is override"));
    return out;
}

Config::Client parseClient(const Reader &in)
{
    constexpr qint64 megabyte = 1024 * 1024;
    Config::Client out;
    out.sseKeepalive = in.seconds("sse_keepalive_s"_L1, out.sseKeepalive, 0, 3'600);
    out.maxBodyBytes = in.integer("max_body_mb"_L1, static_cast<int>(out.maxBodyBytes / megabyte), 1, 2'047) * megabyte;
    return out;
}

Config parseRoot(const Reader &in, const SecretOpener &open)
{
    Config out;
    if (in.integer("version"_L1, 1, 0, 1'000'000) != 1)
        in.refuse("version"_L1, QStringLiteral("must be 1, the only version that this qcc reads"));
    // First, because what is sealed is opened by this rule.
    out.keysAtRest = in.section("keys"_L1).word("at_rest"_L1, out.keysAtRest);
    const Secrets secrets{open, out.keysAtRest};
    out.listen = parseListen(in.section("listen"_L1), secrets);
    parseClusters(in, out, secrets);
    out.pool = parsePool(in.section("pool"_L1));
    out.timeouts = parseTimeouts(in.section("timeouts"_L1));
    out.retry = parseRetry(in.section("retry"_L1));
    out.breaker = parseBreaker(in.section("breaker"_L1));
    out.affinity.ttl = in.section("affinity"_L1).seconds("ttl_s"_L1, out.affinity.ttl, 0, 31'536'000);
    out.model = parseModel(in.section("model"_L1));
    out.client = parseClient(in.section("client"_L1));
    const Reader log = in.section("log"_L1);
    out.log.level = log.word("level"_L1, out.log.level);
    out.log.maxMb = log.integer("max_mb"_L1, out.log.maxMb, 1, 1'024);
    out.log.files = log.integer("files"_L1, out.log.files, 1, 100);
    const Reader history = in.section("history"_L1);
    out.history.enabled = history.boolean("enabled"_L1, out.history.enabled);
    out.history.days = history.integer("days"_L1, out.history.days, 1, 3'650);
    return out;
}

Failure invalid(const QString &message)
{
    return {ErrorCode::InvalidConfig, message, QStringLiteral("Correct config.json and try again.")};
}

} // namespace

Result<Config> parseConfig(const QByteArray &text, const SecretOpener &open)
{
    if (text.trimmed().isEmpty())
        return invalid(QStringLiteral("config.json (line 1): is empty; at the least it holds {}"));
    QJsonParseError syntax;
    const QJsonDocument document = QJsonDocument::fromJson(text, &syntax);
    if (syntax.error != QJsonParseError::NoError)
        return invalid(QStringLiteral("config.json (line %1): not valid JSON, %2")
                           .arg(lineOfOffset(text, syntax.offset))
                           .arg(syntax.errorString()));
    if (!document.isObject())
        return invalid(QStringLiteral("config.json (line 1): must be a JSON object"));

    Fault fault;
    Config config = parseRoot(Reader(document.object(), QString(), fault), open);
    if (fault.found())
        return invalid(QStringLiteral("config.json: %1 (line %2): %3")
                           .arg(fault.path)
                           .arg(JsonLines(text).lineOf(fault.path))
                           .arg(fault.what));
    return config;
}

} // namespace qcc
