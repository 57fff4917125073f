#include "app/cli/relayoptions.h"

#include "core/config/keycommand.h"
#include "core/config/ownfields.h"
#include "core/config/settings.h"

#include <QDir>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

Failure wrong(const QString &what, const Invocation &call)
{
    return {ErrorCode::Usage, what, u"See `qcc help %1`."_s.arg(call.command->name)};
}

/// Headers do not tell capitals from small letters.
void removeHeader(QMap<QString, QString> &headers, const QString &name)
{
    headers.removeIf([&name](const auto &header) { return header.key().compare(name, Qt::CaseInsensitive) == 0; });
}

Result<void> takeHeaders(const Invocation &call, QMap<QString, QString> headers, EndpointFields &fields)
{
    for (const QString &given : call.values("header"_L1)) {
        const qsizetype colon = given.indexOf(u':');
        if (colon < 1)
            return wrong(u"The value of --header must have the form 'Name: value'."_s, call);
        const QString name = given.first(colon).trimmed();
        const QString value = given.sliced(colon + 1).trimmed();
        removeHeader(headers, name);
        if (value.isEmpty())
            continue;
        if (const QString fault = ownHeaderFault(name, value); !fault.isEmpty())
            return wrong(u"The header \"%1\" %2."_s.arg(name, fault), call);
        headers.insert(name, value);
    }
    if (call.has("header"_L1))
        fields.headers = headers;
    return {};
}

Result<void> takeParameters(const Invocation &call, QMap<QString, QString> query, EndpointFields &fields)
{
    for (const QString &given : call.values("query"_L1)) {
        const QString name = given.section(u'=', 0, 0);
        const QString value = given.section(u'=', 1);
        query.remove(name);
        if (value.isEmpty())
            continue;
        if (const QString fault = ownParameterFault(name, value); !fault.isEmpty())
            return wrong(u"The parameter \"%1\" %2."_s.arg(name, fault), call);
        query.insert(name, value);
    }
    if (call.has("query"_L1))
        fields.query = query;
    return {};
}

/// As config.json allows it.
Value limit(const QString &key)
{
    const SettingRule &rule = settingAt(u"clusters[].endpoints[]."_s + key).rule;
    return {.placeholder = u"N"_s, .kind = ValueKind::Integer, .min = static_cast<int>(rule.low), .max = static_cast<int>(rule.high)};
}

/// Its whole path; empty for none.
std::optional<QString> fileOf(const std::optional<QString> &given)
{
    if (!given)
        return given;
    return *given == "none"_L1 ? QString() : QDir::cleanPath(QDir::current().absoluteFilePath(*given));
}

Result<void> takeKeyCommand(const Invocation &call, EndpointFields &fields)
{
    fields.apiKeyTtlS = call.number("api-key-ttl"_L1);
    const std::optional<QString> given = call.value("api-key-command"_L1);
    if (!given)
        return {};
    if (*given == "none"_L1) {
        fields.apiKeyCommand = QStringList();
        return {};
    }
    if (const QString fault = keyCommandFault(*given); !fault.isEmpty())
        return wrong(u"The value of --api-key-command %1."_s.arg(fault), call);
    fields.apiKeyCommand = keyCommandOf(*given);
    return {};
}

} // namespace

std::vector<Option> relayOptions()
{
    return {
        Option{.name = u"api-key-command"_s,
               .help = u"A program with its arguments that says the key, in place of one that is kept; none takes it back."_s,
               .value = {.placeholder = u"COMMAND"_s}},
        Option{.name = u"api-key-ttl"_s,
               .help = u"For how many seconds what it says is good (default 300)."_s,
               .value = limit(u"api_key_ttl_s"_s)},
        Option{.name = u"passthrough-anywhere"_s,
               .help = u"With --auth passthrough: whether the client's login may go to a host that has not issued it (default off)."_s,
               .value = {.placeholder = u"on|off"_s, .kind = ValueKind::OnOff}},
        Option{.name = u"header"_s,
               .help = u"Send this header to the endpoint in place of the client's own; 'Name:' takes it back."_s,
               .value = {.placeholder = u"NAME: VALUE"_s},
               .repeatable = true},
        Option{.name = u"query"_s,
               .help = u"Send this parameter in the query, such as api-version=2024-10-21; NAME= takes it back."_s,
               .value = {.placeholder = u"NAME=VALUE"_s, .kind = ValueKind::Mapping},
               .repeatable = true},
        Option{.name = u"client-cert"_s,
               .help = u"A PEM file with the certificate to show this endpoint; none takes it back."_s,
               .value = {.placeholder = u"FILE"_s}},
        Option{.name = u"client-key"_s,
               .help = u"A PEM file with its key, where that is not in the same file; none takes it back."_s,
               .value = {.placeholder = u"FILE"_s}},
        Option{.name = u"max-concurrent"_s,
               .help = u"Requests it gets at a time; further ones go elsewhere or wait (default 0, no limit)."_s,
               .value = limit(u"max_concurrent"_s)},
        Option{.name = u"requests-per-minute"_s,
               .help = u"Requests it gets within any minute; further ones go elsewhere or wait (default 0, no limit)."_s,
               .value = limit(u"requests_per_minute"_s)},
    };
}

Result<void> takeRelayOptions(const Invocation &call, const Endpoint &before, EndpointFields &fields)
{
    fields.maxConcurrent = call.number("max-concurrent"_L1);
    fields.requestsPerMinute = call.number("requests-per-minute"_L1);
    if (const std::optional<QString> anywhere = call.value("passthrough-anywhere"_L1))
        fields.passthroughAnywhere = *anywhere == "on"_L1;
    fields.clientCert = fileOf(call.value("client-cert"_L1));
    fields.clientKey = fileOf(call.value("client-key"_L1));
    if (const Result<void> command = takeKeyCommand(call, fields); !command)
        return command;
    if (const Result<void> headers = takeHeaders(call, before.headers, fields); !headers)
        return headers;
    return takeParameters(call, before.query, fields);
}

} // namespace qcc::cli
