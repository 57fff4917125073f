#include "core/config/configparser.h"

#include "core/config/addresses.h"
#include "core/config/configreader.h"
#include "core/config/endpointtext.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Walks a good JSON text once and notes where each key and element begins.
class Scanner
{
public:
    Scanner(const QByteArray &text, QHash<QString, int> &lines) : m_text(text), m_lines(lines) { }

    void value(const QString &path)
    {
        skipSpace();
        // A key of the same path may stand on an earlier line already; the key is what people look for.
        if (!m_lines.contains(path))
            m_lines.insert(path, m_line);
        if (peek() == '{')
            object(path);
        else if (peek() == '[')
            array(path);
        else if (peek() == '"')
            string();
        else
            word();
    }

private:
    char peek() const { return m_at < m_text.size() ? m_text.at(m_at) : '\0'; }

    void skipSpace()
    {
        while (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n') {
            if (peek() == '\n')
                ++m_line;
            ++m_at;
        }
    }

    void object(const QString &path)
    {
        ++m_at;
        for (skipSpace(); peek() == '"'; skipSpace()) {
            const int line = m_line;
            const QString key = string();
            const QString child = path.isEmpty() ? key : path + u'.' + key;
            m_lines.insert(child, line);
            skipSpace();
            ++m_at; // ':'
            value(child);
            skipSpace();
            if (peek() == ',')
                ++m_at;
        }
        ++m_at; // '}'
    }

    void array(const QString &path)
    {
        ++m_at;
        int index = 0;
        for (skipSpace(); m_at < m_text.size() && peek() != ']'; skipSpace()) {
            value(path + u'[' + QString::number(index++) + u']');
            skipSpace();
            if (peek() == ',')
                ++m_at;
        }
        ++m_at; // ']'
    }

    QString string()
    {
        const qsizetype begin = m_at++;
        bool escaped = false;
        while (m_at < m_text.size() && peek() != '"') {
            escaped = escaped || peek() == '\\';
            m_at += peek() == '\\' ? 2 : 1;
        }
        ++m_at;
        const QByteArray quoted = m_text.mid(begin, m_at - begin);
        if (!escaped)
            return QString::fromUtf8(quoted.mid(1, quoted.size() - 2));
        return QJsonDocument::fromJson('[' + quoted + ']').array().at(0).toString();
    }

    void word()
    {
        // At least one byte, so that a text that is not good JSON after all cannot hold the scanner up.
        do {
            ++m_at;
        } while (m_at < m_text.size() && !QByteArrayView(",]} \t\r\n").contains(peek()));
    }

    const QByteArray &m_text;
    QHash<QString, int> &m_lines;
    qsizetype m_at = 0;
    int m_line = 1;
};

QString userFault(const QString &user)
{
    return user.isEmpty() || holdsControl(user) ? QStringLiteral("must be the name of a user") : QString();
}

Config::Listen parseListen(const ConfigReader &in, const Secrets &secrets)
{
    Config::Listen out;
    out.host = in.string("host"_L1, out.host);
    out.port = static_cast<quint16>(in.integer("port"_L1, out.port, 1, 65535));
    const Secret token = in.secret("access_token"_L1, secrets);
    out.accessToken = token.text;
    // Without it everybody would get in, or nobody: neither is what the user asked for.
    if (!token.fault.isEmpty() && secrets.open)
        in.refuse("access_token"_L1, token.fault);
    // It comes in a header line. The text itself never gets into the error.
    if (holdsControl(QString::fromUtf8(token.text)))
        in.refuse("access_token"_L1, QStringLiteral("must not hold control characters (a line break copied along with it?)"));
    out.allowedHosts = in.strings("allowed_hosts"_L1, hostNameFault, Qt::CaseInsensitive);
    out.allowedOrigins = in.strings("allowed_origins"_L1, originFault, Qt::CaseInsensitive);
    out.allowedUsers = in.strings("allowed_users"_L1, userFault, Qt::CaseSensitive);
    out.unknownPeers = in.word("unknown_peers"_L1, out.unknownPeers);
    const QString hostFault = listenHostFault(out.host);
    if (!hostFault.isEmpty())
        in.refuse("host"_L1, hostFault);
    else if (!isLoopbackHost(out.host) && token.identity.isEmpty())
        in.refuse("host"_L1, QStringLiteral("not allowed without listen.access_token, because everyone who reaches "
                                            "this address could use your keys"));
    return out;
}

/// The key of an endpoint, read as what was meant. One that nobody can read costs that endpoint and no other.
Secret parseKey(const ConfigReader &in, const Secrets &secrets)
{
    Secret secret = in.secret("api_key"_L1, secrets);
    if (!secret.fault.isEmpty())
        return secret;
    const KeyText key = readKey(QString::fromUtf8(secret.text));
    if (!key.isGood())
        return {{}, QStringLiteral("its key %1. Set the key anew.").arg(faultText(key)), secret.identity};
    secret.text = secret.identity = key.key.toUtf8();
    return secret;
}

Endpoint parseEndpoint(const ConfigReader &in, const Config::Listen &listen, const Secrets &secrets)
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
    const Secret key = parseKey(in, secrets);
    out.apiKey = key.text;
    out.keyFault = key.fault;
    out.auth = in.word("auth"_L1, out.auth);
    out.priority = in.integer("priority"_L1, out.priority, -1'000'000, 1'000'000);
    out.weight = in.integer("weight"_L1, out.weight, 0, 1'000'000);
    out.enabled = in.boolean("enabled"_L1, out.enabled);
    out.proxy = readProxy(in.string("proxy"_L1, out.proxy));
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

Cluster parseCluster(const ConfigReader &in, const Config::Listen &listen, const Secrets &secrets)
{
    Cluster out;
    out.name = in.name("name"_L1);
    if (out.name.isEmpty())
        in.refuse("name"_L1, QStringLiteral("must not be empty"));
    out.strategy = in.word("strategy"_L1, out.strategy);
    QSet<QString> names;
    for (const ConfigReader &reader : in.objects("endpoints"_L1)) {
        const Endpoint endpoint = parseEndpoint(reader, listen, secrets);
        if (names.contains(endpoint.name))
            reader.refuse("name"_L1, QStringLiteral("\"%1\" is taken by another endpoint of this cluster (without a "
                                                    "name the host's is used)").arg(endpoint.name));
        names.insert(endpoint.name);
        out.endpoints.append(endpoint);
    }
    return out;
}

void parseClusters(const ConfigReader &in, Config &out, const Secrets &secrets)
{
    QSet<QString> names;
    for (const ConfigReader &reader : in.objects("clusters"_L1)) {
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

Config::Pool parsePool(const ConfigReader &in)
{
    Config::Pool out;
    out.maxConnections = in.integer("max_connections"_L1, out.maxConnections, 1, 10'000);
    out.maxKeepaliveConnections = in.integer("max_keepalive_connections"_L1, out.maxKeepaliveConnections, 0, 10'000);
    out.keepaliveExpiry = in.seconds("keepalive_expiry_s"_L1, out.keepaliveExpiry, 0, 86'400);
    out.strategy = in.word("strategy"_L1, out.strategy);
    return out;
}

Config::Timeouts parseTimeouts(const ConfigReader &in)
{
    Config::Timeouts out;
    out.connect = in.duration("connect_s"_L1, out.connect, 0.1, 600);
    out.connectFailover = in.duration("connect_failover_s"_L1, out.connectFailover, 0.1, 600);
    out.read = in.duration("read_s"_L1, out.read, 0.1, 86'400);
    out.total = in.duration("total_s"_L1, out.total, 0, 86'400);
    return out;
}

Config::Retry parseRetry(const ConfigReader &in)
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

Config::Breaker parseBreaker(const ConfigReader &in)
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

Config::Model parseModel(const ConfigReader &in)
{
    Config::Model out;
    out.mode = in.word("mode"_L1, out.mode);
    out.override = in.string("override"_L1);
    if (out.mode == ModelMode::Override && out.override.isEmpty())
        in.refuse("override"_L1, QStringLiteral("must name a model while model.mode is override"));
    return out;
}

Config::Client parseClient(const ConfigReader &in)
{
    constexpr qint64 megabyte = 1024 * 1024;
    Config::Client out;
    out.sseKeepalive = in.seconds("sse_keepalive_s"_L1, out.sseKeepalive, 0, 3'600);
    out.maxBodyBytes = in.integer("max_body_mb"_L1, static_cast<int>(out.maxBodyBytes / megabyte), 1, 2'047) * megabyte;
    return out;
}

Config parseRoot(const ConfigReader &in, const SecretOpener &open)
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
    const ConfigReader log = in.section("log"_L1);
    out.log.level = log.word("level"_L1, out.log.level);
    out.log.maxMb = log.integer("max_mb"_L1, out.log.maxMb, 1, 1'024);
    out.log.files = log.integer("files"_L1, out.log.files, 1, 100);
    const ConfigReader history = in.section("history"_L1);
    out.history.enabled = history.boolean("enabled"_L1, out.history.enabled);
    out.history.days = history.integer("days"_L1, out.history.days, 1, 3'650);
    return out;
}

Failure invalid(const QString &message)
{
    return {ErrorCode::InvalidConfig, message, QStringLiteral("Correct config.json and try again.")};
}

} // namespace

int lineOfOffset(const QByteArray &text, qsizetype offset)
{
    const auto end = text.begin() + std::clamp<qsizetype>(offset, 0, text.size());
    return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

JsonLines::JsonLines(const QByteArray &text)
{
    const QByteArray byteOrderMark = QByteArrayLiteral("\xEF\xBB\xBF");
    const QByteArray json = text.startsWith(byteOrderMark) ? text.mid(byteOrderMark.size()) : text;
    Scanner(json, m_lines).value(QString());
}

int JsonLines::lineOf(QString path) const
{
    while (!path.isEmpty()) {
        const auto found = m_lines.constFind(path);
        if (found != m_lines.constEnd())
            return *found;
        path.truncate(std::max<qsizetype>({0, path.lastIndexOf(u'.'), path.lastIndexOf(u'[')}));
    }
    return m_lines.value(QString(), 1);
}

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
    Config config = parseRoot(ConfigReader(document.object(), QString(), fault), open);
    if (fault.found())
        return invalid(QStringLiteral("config.json: %1 (line %2): %3")
                           .arg(fault.path)
                           .arg(JsonLines(text).lineOf(fault.path))
                           .arg(fault.what));
    return config;
}

} // namespace qcc
