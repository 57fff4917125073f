#include "core/config/configparser.h"

#include "core/config/addresses.h"
#include "core/config/endpointtext.h"
#include "core/config/keycommand.h"
#include "core/config/loginhosts.h"
#include "core/config/ownfields.h"
#include "core/config/secretvalues.h"
#include "core/config/settings.h"
#include "core/http/jsonreader.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

QString endpointId(const QByteArray &baseUrl, const QByteArray &apiKey)
{
    const QByteArray hash = QCryptographicHash::hash(baseUrl + '|' + apiKey, QCryptographicHash::Sha256);
    return QString::fromLatin1(hash.toHex().first(8));
}

const Cluster *Config::cluster(const QString &name) const
{
    const auto found = std::ranges::find(clusters, name, &Cluster::name);
    return found == clusters.end() ? nullptr : &*found;
}

QString RouteRule::text() const
{
    QStringList parts;
    for (const auto &[name, value] : {std::pair{u"client"_s, client}, {u"class"_s, requestClass}, {u"model"_s, model}, {u"path"_s, path}}) {
        if (!value.isEmpty())
            parts.append(name + u'=' + value);
    }
    return parts.join(u' ');
}

namespace {

/// Notes on which line each key and element of a JSON text begins.
class LineNotes
{
public:
    LineNotes(const QByteArray &text, QHash<QString, int> &lines) : m_text(text), m_json(text), m_lines(lines) { }

    void walk()
    {
        m_lines.insert(QString(), lineAt(std::max<qsizetype>(0, m_text.indexOf('{'))));
        members(QString());
    }

private:
    /// Asked in the order of the text.
    int lineAt(qsizetype offset)
    {
        m_line += static_cast<int>(std::count(m_text.begin() + m_counted, m_text.begin() + offset, '\n'));
        m_counted = offset;
        return m_line;
    }

    /// As QJsonDocument reads it, which has read the text before.
    static QString keyOf(QByteArrayView written)
    {
        if (!written.contains('\\'))
            return QString::fromUtf8(written);
        return QJsonDocument::fromJson("[\"" + written.toByteArray() + "\"]").array().at(0).toString();
    }

    void members(const QString &path)
    {
        while (m_json.nextKey()) {
            const QString name = keyOf(m_json.keyAsWritten());
            const QString child = path.isEmpty() ? name : path + u'.' + name;
            m_lines.insert(child, lineAt(m_json.keyAt()));
            within(child);
        }
    }

    void within(const QString &path)
    {
        const char opening = m_json.begins();
        if ((opening != '{' && opening != '[') || !m_json.enter())
            return;
        if (opening == '{')
            members(path);
        for (int index = 0; opening == '[' && m_json.nextItem(); ++index) {
            const QString child = path + u'[' + QString::number(index) + u']';
            m_lines.insert(child, lineAt(m_json.at()));
            within(child);
        }
        m_json.leave();
    }

    const QByteArray &m_text;
    JsonReader m_json;
    QHash<QString, int> &m_lines;
    qsizetype m_counted = 0;
    int m_line = 1;
};

/// What sealed values are opened with.
struct Secrets {
    const SecretOpener &open; ///< None: all stay closed.
    AtRest rule;
};

struct Secret {
    QByteArray text;
    QString fault;       ///< Why it cannot be opened, or is no key.
    QByteArray identity; ///< What an endpoint's id is made of: the text, or else the sealed text.
};

QString faultSentence(const Failure &failure)
{
    const QString sentence = u"its key cannot be decrypted: %1."_s.arg(failure.message);
    return sentence + u' ' + (failure.hint.isEmpty() ? u"Set the key anew."_s : failure.hint);
}

/// A value that may be sealed, opened; what is in it, the caller has to check.
Secret openSecret(const QJsonValue &value, const Secrets &secrets)
{
    const QByteArray text = secretText(value);
    if (!isSealed(value))
        return {text, {}, text};
    const Failure closed{ErrorCode::NotFound, u"the master key was not asked for"_s, {}};
    const Result<QByteArray> opened = secrets.open ? secrets.open(text, secrets.rule) : closed;
    return opened ? Secret{*opened, {}, *opened} : Secret{{}, faultSentence(opened.error()), text};
}

/// The key of an endpoint, read as what was meant. One that nobody can read costs that endpoint and no other.
Secret openKey(const QJsonValue &value, const Secrets &secrets)
{
    Secret secret = openSecret(value, secrets);
    if (!secret.fault.isEmpty())
        return secret;
    const KeyText key = readKey(QString::fromUtf8(secret.text));
    if (!key.isGood())
        return {{}, u"its key %1. Set the key anew."_s.arg(faultText(key)), secret.identity};
    secret.text = secret.identity = key.key.toUtf8();
    return secret;
}

/// Reads config.json: each value by its row of the settings, and then what must hold between them.
class Reader
{
public:
    Reader(const SecretOpener &open, Fault &fault) : m_secrets{open, AtRest::Auto}, m_fault(fault) { }

    Config config(const QJsonObject &object)
    {
        Config out;
        for (const SettingOf<Config> &setting : configSettings()) {
            readSetting(setting, object, QString(), out, m_fault);
            // Endpoints are compared with the address, which is read before them.
            if (setting.path == "clusters"_L1)
                readClusters(object, out);
        }
        checkListen(object, out);
        checkRest(object, out);
        return out;
    }

private:
    void refuse(const QString &path, const QString &what) { m_fault.note(path, what); }

    Endpoint endpoint(const QJsonObject &object, const QString &path, const Config::Listen &listen)
    {
        Endpoint out;
        for (const SettingOf<Endpoint> &setting : endpointSettings())
            readSetting(setting, object, path, out, m_fault);
        if (pointsAt(out.baseUrl, listen.host, listen.port))
            refuse(path + ".base_url"_L1, u"is the address of qcc itself"_s);
        if (const QString name = nameGivenTwice(out.headers); !name.isEmpty())
            refuse(joinedPath(path + ".headers"_L1, name), u"is there twice, because headers do not tell capitals from small letters"_s);
        if (out.clientCert.isEmpty() && !out.clientKey.isEmpty())
            refuse(path + ".client_key"_L1, u"is of no use without client_cert"_s);
        if (out.name.isEmpty())
            out.name = hostOf(out.baseUrl);
        const Secret key = openKey(object.value("api_key"_L1), m_secrets);
        out.apiKey = key.text;
        out.keyFault = key.fault;
        const bool asksProgram = !out.apiKeyCommand.isEmpty();
        if (asksProgram && !key.identity.isEmpty())
            refuse(path + ".api_key_command"_L1, u"must not stand beside api_key: take one of them away"_s);
        if (const QString wrong = passthroughFault(out, asksProgram || !key.identity.isEmpty()); !wrong.isEmpty())
            refuse(path + ".auth"_L1, wrong);
        out.id = endpointId(out.baseUrl, asksProgram ? keyIdentityOf(out.apiKeyCommand) : key.identity);
        return out;
    }

    Cluster cluster(const QJsonObject &object, const QString &path, const Config::Listen &listen)
    {
        Cluster out;
        for (const SettingOf<Cluster> &setting : clusterSettings())
            readSetting(setting, object, path, out, m_fault);
        QSet<QString> names;
        const QJsonArray endpoints = object.value("endpoints"_L1).toArray();
        for (qsizetype i = 0; i < endpoints.size(); ++i) {
            const QString at = u"%1.endpoints[%2]"_s.arg(path).arg(i);
            out.endpoints.append(endpoint(endpoints.at(i).toObject(), at, listen));
            const QString name = out.endpoints.constLast().name;
            if (names.contains(name))
                refuse(at + ".name"_L1, u"\"%1\" is taken by another endpoint of this cluster (without a name the host's is used)"_s.arg(name));
            names.insert(name);
        }
        return out;
    }

    void readClusters(const QJsonObject &object, Config &out)
    {
        m_secrets.rule = out.keysAtRest; // which is read before every secret
        QSet<QString> names;
        const QJsonArray clusters = object.value("clusters"_L1).toArray();
        for (qsizetype i = 0; i < clusters.size(); ++i) {
            const QString at = u"clusters[%1]"_s.arg(i);
            out.clusters.append(cluster(clusters.at(i).toObject(), at, out.listen));
            const QString name = out.clusters.constLast().name;
            if (names.contains(name))
                refuse(at + ".name"_L1, u"\"%1\" is taken by another cluster"_s.arg(name));
            names.insert(name);
        }
    }

    void checkListen(const QJsonObject &object, Config &out)
    {
        const QString path = u"listen.access_token"_s;
        const Secret token = openSecret(object.value("listen"_L1)["access_token"_L1], m_secrets);
        out.listen.accessToken = token.text;
        // Without it everybody would get in, or nobody: neither is what the user asked for.
        if (!token.fault.isEmpty() && m_secrets.open)
            refuse(path, token.fault);
        if (const QString fault = settingAt(path).rule.fault(QString::fromUtf8(token.text)); !fault.isEmpty())
            refuse(path, fault);
        if (!isLoopbackHost(out.listen.host) && token.identity.isEmpty())
            refuse(u"listen.host"_s, u"not allowed without listen.access_token, because everyone who reaches this address could use your keys"_s);
    }

    void readRoutes(const QJsonObject &object, Config &out)
    {
        const QJsonArray routes = object.value("routes"_L1).toArray();
        for (qsizetype i = 0; i < routes.size(); ++i) {
            const QString at = u"routes[%1]"_s.arg(i);
            RouteRule rule;
            for (const SettingOf<RouteRule> &setting : routeSettings())
                readSetting(setting, routes.at(i).toObject(), at, rule, m_fault);
            // Without any, the active cluster would be one in name alone.
            if (rule.text().isEmpty())
                refuse(at, u"must have at least one of client, class, model and path"_s);
            if (!out.cluster(rule.cluster))
                refuse(at + ".cluster"_L1, u"names no cluster of this file"_s);
            out.routes.append(rule);
        }
    }

    void checkRest(const QJsonObject &object, Config &out)
    {
        readRoutes(object, out);
        if (!out.activeCluster.isEmpty() && !out.clusters.isEmpty() && !out.cluster(out.activeCluster))
            refuse(u"active_cluster"_s, u"names no cluster of this file"_s);
        for (const int status : std::as_const(out.retry.passStatuses)) {
            if (out.retry.retryStatuses.contains(status))
                refuse(u"retry.pass_statuses"_s, u"holds %1, which retry_statuses holds too"_s.arg(status));
        }
        // The default follows what is longer.
        if (object.value("breaker"_L1)["max_open_s"_L1].isUndefined())
            out.breaker.maxOpen = std::max(out.breaker.maxOpen, out.breaker.open);
        if (out.breaker.maxOpen < out.breaker.open)
            refuse(u"breaker.max_open_s"_s, u"must not be less than open_s"_s);
        if (out.model.mode == ModelMode::Override && out.model.override.isEmpty())
            refuse(u"model.override"_s, u"must name a model while model.mode is override"_s);
    }

    Secrets m_secrets;
    Fault &m_fault;
};

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
    LineNotes(json, m_lines).walk();
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
    Config config = Reader(open, fault).config(document.object());
    if (fault.found())
        return invalid(QStringLiteral("config.json: %1 (line %2): %3")
                           .arg(fault.path)
                           .arg(JsonLines(text).lineOf(fault.path))
                           .arg(fault.what));
    return config;
}

} // namespace qcc
