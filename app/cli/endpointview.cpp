#include "app/cli/endpointview.h"

#include "app/cli/terminal.h"
#include "core/base/maskkey.h"

#include <cmath>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

/// "42 s", "12 min".
QString duration(double seconds)
{
    constexpr double minute = 60;
    return seconds < 2 * minute ? u"%1 s"_s.arg(std::ceil(seconds)) : u"%1 min"_s.arg(std::ceil(seconds / minute));
}

/// "closed", "open, 42 s", "resting: rate_limit, 12 min".
QString breakerText(const QJsonObject &breaker)
{
    const QString rest = breaker.value("rest_reason"_L1).toString();
    QString text = rest.isEmpty() ? breaker.value("state"_L1).toString() : u"resting: "_s + rest;
    if (const double seconds = breaker.value("reopens_in_s"_L1).toDouble(); seconds > 0)
        text += u", "_s + duration(seconds);
    return text;
}

} // namespace

QJsonObject endpointJson(const Endpoint &endpoint)
{
    QJsonObject models;
    for (auto model = endpoint.modelMap.begin(); model != endpoint.modelMap.end(); ++model)
        models.insert(model.key(), model.value());
    return {{u"id"_s, endpoint.id},
            {u"name"_s, endpoint.name},
            {u"base_url"_s, QString::fromUtf8(endpoint.baseUrl)},
            {u"api_key"_s, maskKey(endpoint.apiKey)},
            {u"key_error"_s, endpoint.keyFault.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(endpoint.keyFault)},
            {u"auth"_s, toWord(endpoint.auth)},
            {u"priority"_s, endpoint.priority},
            {u"weight"_s, endpoint.weight},
            {u"enabled"_s, endpoint.enabled},
            {u"proxy"_s, endpoint.proxy},
            {u"http2"_s, endpoint.http2},
            {u"ca_file"_s, endpoint.caFile.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(endpoint.caFile)},
            {u"model_map"_s, models}};
}

Row endpointHeading()
{
    return {u"NAME"_s, u"ID"_s, u"BASE URL"_s, u"KEY"_s, u"AUTH"_s, u"PRIORITY"_s, u"WEIGHT"_s, u"ENABLED"_s};
}

Row endpointRow(const Endpoint &endpoint)
{
    return {endpoint.name,
            endpoint.id,
            QString::fromUtf8(endpoint.baseUrl),
            endpoint.keyFault.isEmpty() ? maskKey(endpoint.apiKey) : u"(not usable)"_s,
            toWord(endpoint.auth),
            QString::number(endpoint.priority),
            QString::number(endpoint.weight),
            endpoint.enabled ? u"yes"_s : u"no"_s};
}

Row endpointStateHeading()
{
    return {u"HEALTH"_s, u"BREAKER"_s};
}

Row endpointStateRow(const QJsonObject &state)
{
    if (state.isEmpty())
        return {u"-"_s, u"-"_s};
    return {state.value("health_status"_L1).toObject().value("status"_L1).toString(),
            breakerText(state.value("breaker"_L1).toObject())};
}

void printTable(const std::vector<Row> &rows, Terminal &terminal)
{
    bool heading = true;
    for (const TintedText &line : columns(rows)) {
        terminal.line(heading ? TintedText(Tint::Bold, line.text()) : line);
        heading = false;
    }
}

} // namespace qcc::cli
