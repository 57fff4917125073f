#include "tests/fuzz/fuzztarget.h"

#include "core/config/configedit.h"
#include "core/config/configparser.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qcc::fuzz {

namespace {

QByteArray textOf(const QJsonObject &config)
{
    return QJsonDocument(config).toJson(QJsonDocument::Compact);
}

/// A failed edit leaves the JSON as it was; a done one leaves a good file good.
void edit(const QJsonObject &before, QJsonObject &config, const Result<void> &done)
{
    if (!done) {
        QCC_HOLDS(config == before && !done.error().message.isEmpty());
        return;
    }
    QCC_HOLDS(parseConfig(textOf(config)).has_value());
    config = before;
}

void namesWhereItFails(const QByteArray &text, const Failure &failure)
{
    QCC_HOLDS(failure.code == ErrorCode::InvalidConfig && !failure.hint.isEmpty());
    const qsizetype at = failure.message.indexOf(QStringLiteral("(line "));
    QCC_HOLDS(at > 0);
    const int line = QStringView(failure.message).sliced(at + 6).split(u')').first().toInt();
    QCC_HOLDS(line >= 1 && line <= 1 + text.count('\n'));
}

void neverNamesAKey(const QByteArray &text, const Failure &failure)
{
    const QJsonArray clusters = QJsonDocument::fromJson(text).object().value(QStringLiteral("clusters")).toArray();
    for (const QJsonValue &cluster : clusters) {
        for (const QJsonValue &endpoint : cluster.toObject().value(QStringLiteral("endpoints")).toArray()) {
            const QString key = endpoint.toObject().value(QStringLiteral("api_key")).toString();
            // A word that stands elsewhere too may come from there.
            if (key.size() >= 12 && text.count(key.toUtf8()) == 1)
                QCC_HOLDS(!failure.message.contains(key) && !failure.hint.contains(key));
        }
    }
}

void editsStayGood(const QJsonObject &json, const Config &config)
{
    QJsonObject work = json;
    edit(json, work, addCluster(work, QStringLiteral("another cluster")));
    edit(json, work, setValue(work, QStringLiteral("timeouts.read_s"), 30));
    for (const Cluster &cluster : config.clusters) {
        edit(json, work, renameCluster(work, cluster.name, QStringLiteral("renamed cluster")));
        edit(json, work, cloneCluster(work, cluster.name, QStringLiteral("cloned cluster")));
        edit(json, work, moveCluster(work, cluster.name, 0));
        edit(json, work, useCluster(work, cluster.name));
        EndpointFields fields;
        fields.baseUrl = QStringLiteral("https://new.example");
        edit(json, work, addEndpoint(work, cluster.name, fields));

        QCC_HOLDS(removeCluster(work, cluster.name).has_value());
        QCC_HOLDS(parseConfig(textOf(work)).has_value());
        QCC_HOLDS(restoreCluster(work, json, cluster.name).has_value() && work == json);

        for (const Endpoint &endpoint : cluster.endpoints) {
            edit(json, work, cloneEndpoint(work, cluster.name, endpoint.name));
            edit(json, work, moveEndpoint(work, cluster.name, endpoint.name, 0));
            edit(json, work, setEndpointEnabled(work, cluster.name, endpoint.name, !endpoint.enabled));
            QCC_HOLDS(removeEndpoint(work, cluster.name, endpoint.name).has_value());
            QCC_HOLDS(parseConfig(textOf(work)).has_value());
            QCC_HOLDS(restoreEndpoint(work, json, cluster.name, endpoint.name).has_value() && work == json);
        }
    }
}

} // namespace

void runConfig(QByteArrayView input)
{
    const QByteArray text = input.toByteArray();
    const Result<Config> config = parseConfig(text);
    if (!config) {
        namesWhereItFails(text, config.error());
        neverNamesAKey(text, config.error());
        return;
    }
    // Qt drops a byte order mark at the beginning of any string when it writes JSON: an unknown key may so become a known one.
    if (text.contains("\xef\xbb\xbf") || text.toLower().contains("\\ufeff"))
        return;
    const QJsonObject json = QJsonDocument::fromJson(text).object();
    QCC_HOLDS(*parseConfig(textOf(json)) == *config);
    QCC_HOLDS(config->listen.port > 0 && config->retry.maxAttempts >= 1 && config->client.maxBodyBytes > 0);
    for (const Cluster &cluster : config->clusters) {
        for (const Endpoint &endpoint : cluster.endpoints) {
            QCC_HOLDS(!endpoint.name.isEmpty() && endpoint.id.size() == 8);
            // What stands in a header line must not be able to begin another.
            for (const char c : endpoint.apiKey + endpoint.baseUrl)
                QCC_HOLDS(static_cast<unsigned char>(c) >= 0x20 && c != '\x7f');
        }
    }
    // Each edit is checked by parsing; many clusters cost time and show nothing new.
    qsizetype endpoints = 0;
    for (const Cluster &cluster : config->clusters)
        endpoints += 1 + cluster.endpoints.size();
    if (endpoints <= 6)
        editsStayGood(json, *config);
}

} // namespace qcc::fuzz
