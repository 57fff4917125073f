#include "ui/clusters/endpointdraft.h"

#include "core/config/addresses.h"
#include "core/config/endpointtext.h"
#include "core/config/keycommand.h"

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

QByteArray baseUrlOf(const EndpointDraft &draft)
{
    return trimmedBaseUrl(draft.baseUrl.trimmed());
}

/// What is `stored` stays as it is written there; blanks around what was typed are nobody's intention.
QMap<QString, QString> mapOf(const PairLines &lines, const QMap<QString, QString> &stored)
{
    QMap<QString, QString> map;
    for (const auto &[from, to] : lines) {
        const auto same = stored.constFind(from);
        if (same != stored.cend() && *same == to)
            map.insert(from, to);
        else if (!from.trimmed().isEmpty())
            map.insert(from.trimmed(), to.trimmed());
    }
    return map;
}

PairLines linesOf(const QMap<QString, QString> &map)
{
    PairLines lines;
    for (auto it = map.begin(); it != map.end(); ++it)
        lines.append({it.key(), it.value()});
    return lines;
}

/// Lines without a first name, or with the same one, change nothing yet and are no reason to forget what was typed.
bool holdsMoreThan(const PairLines &lines, const QMap<QString, QString> &stored)
{
    const auto typed = std::ranges::count_if(lines, [](const auto &line) { return !line.first.trimmed().isEmpty() || !line.second.trimmed().isEmpty(); });
    return typed != stored.size();
}

} // namespace

EndpointDraft draftOf(const Endpoint &endpoint)
{
    EndpointDraft draft;
    draft.name = endpoint.name;
    draft.baseUrl = QString::fromUtf8(endpoint.baseUrl);
    draft.auth = endpoint.auth;
    draft.priority = endpoint.priority;
    draft.weight = endpoint.weight;
    draft.proxy = endpoint.proxy;
    draft.http2 = endpoint.http2;
    draft.caFile = endpoint.caFile;
    draft.enabled = endpoint.enabled;
    draft.modelMap = linesOf(endpoint.modelMap);
    draft.apiKeyCommand = commandLine(endpoint.apiKeyCommand);
    draft.clientCert = endpoint.clientCert;
    draft.clientKey = endpoint.clientKey;
    draft.headers = linesOf(endpoint.headers);
    draft.query = linesOf(endpoint.query);
    draft.maxConcurrent = endpoint.maxConcurrent;
    draft.requestsPerMinute = endpoint.requestsPerMinute;
    draft.passthroughAnywhere = endpoint.passthroughAnywhere;
    return draft;
}

EndpointFields changedFields(const EndpointDraft &draft, const Endpoint &base)
{
    EndpointFields fields;
    if (draft.name.trimmed() != base.name)
        fields.name = draft.name.trimmed();
    if (baseUrlOf(draft) != base.baseUrl)
        fields.baseUrl = QString::fromUtf8(baseUrlOf(draft));
    if (draft.apiKey && readKey(*draft.apiKey).key.toUtf8() != base.apiKey)
        fields.apiKey = readKey(*draft.apiKey).key;
    if (draft.auth != base.auth)
        fields.auth = draft.auth;
    if (draft.priority != base.priority)
        fields.priority = draft.priority;
    if (draft.weight != base.weight)
        fields.weight = draft.weight;
    if (readProxy(draft.proxy) != base.proxy)
        fields.proxy = readProxy(draft.proxy);
    if (draft.http2 != base.http2)
        fields.http2 = draft.http2;
    if (draft.caFile.trimmed() != base.caFile)
        fields.caFile = draft.caFile.trimmed();
    if (mapOf(draft.modelMap, base.modelMap) != base.modelMap)
        fields.modelMap = mapOf(draft.modelMap, base.modelMap);
    if (draft.apiKeyCommand.trimmed() != commandLine(base.apiKeyCommand))
        fields.apiKeyCommand = keyCommandOf(draft.apiKeyCommand.trimmed());
    if (draft.clientCert.trimmed() != base.clientCert)
        fields.clientCert = draft.clientCert.trimmed();
    if (draft.clientKey.trimmed() != base.clientKey)
        fields.clientKey = draft.clientKey.trimmed();
    if (mapOf(draft.headers, base.headers) != base.headers)
        fields.headers = mapOf(draft.headers, base.headers);
    if (mapOf(draft.query, base.query) != base.query)
        fields.query = mapOf(draft.query, base.query);
    if (draft.maxConcurrent != base.maxConcurrent)
        fields.maxConcurrent = draft.maxConcurrent;
    if (draft.requestsPerMinute != base.requestsPerMinute)
        fields.requestsPerMinute = draft.requestsPerMinute;
    if (draft.passthroughAnywhere != base.passthroughAnywhere)
        fields.passthroughAnywhere = draft.passthroughAnywhere;
    if (draft.enabled != base.enabled)
        fields.enabled = draft.enabled;
    return fields;
}

EndpointFields allFields(const EndpointDraft &draft, const Endpoint &base)
{
    EndpointFields fields;
    // An empty name is left out: the endpoint is then called by its host.
    if (!draft.name.trimmed().isEmpty())
        fields.name = draft.name.trimmed();
    fields.baseUrl = QString::fromUtf8(baseUrlOf(draft));
    fields.apiKey = readKey(draft.apiKey.value_or(QString::fromUtf8(base.apiKey))).key;
    fields.auth = draft.auth;
    fields.priority = draft.priority;
    fields.weight = draft.weight;
    fields.proxy = readProxy(draft.proxy);
    fields.http2 = draft.http2;
    fields.caFile = draft.caFile.trimmed();
    fields.modelMap = mapOf(draft.modelMap, base.modelMap);
    if (!draft.apiKeyCommand.trimmed().isEmpty())
        fields.apiKeyCommand = keyCommandOf(draft.apiKeyCommand.trimmed());
    if (base.apiKeyTtl != Endpoint().apiKeyTtl)
        fields.apiKeyTtlS = static_cast<int>(base.apiKeyTtl.count());
    fields.clientCert = draft.clientCert.trimmed();
    fields.clientKey = draft.clientKey.trimmed();
    fields.headers = mapOf(draft.headers, base.headers);
    fields.query = mapOf(draft.query, base.query);
    fields.maxConcurrent = draft.maxConcurrent;
    fields.requestsPerMinute = draft.requestsPerMinute;
    fields.passthroughAnywhere = draft.passthroughAnywhere;
    fields.enabled = draft.enabled;
    return fields;
}

bool isEmpty(const EndpointFields &fields)
{
    return !fields.name && !fields.baseUrl && !fields.apiKey && !fields.priority && !fields.weight && !fields.auth && !fields.proxy
        && !fields.http2 && !fields.caFile && !fields.modelMap && !fields.enabled && !fields.headers && !fields.query
        && !fields.maxConcurrent && !fields.requestsPerMinute && !fields.apiKeyCommand && !fields.clientCert && !fields.clientKey
        && !fields.passthroughAnywhere;
}

bool isEdited(const EndpointDraft &draft, const Endpoint &base)
{
    // A key that cannot be saved as it stands changes nothing yet either.
    const bool typedKey = draft.apiKey && !readKey(*draft.apiKey).isGood();
    return !isEmpty(changedFields(draft, base)) || holdsMoreThan(draft.modelMap, base.modelMap) || holdsMoreThan(draft.headers, base.headers)
        || holdsMoreThan(draft.query, base.query) || typedKey;
}

EndpointDraft rebased(const EndpointDraft &draft, const Endpoint &before, const Endpoint &after)
{
    const EndpointDraft old = draftOf(before);
    EndpointDraft next = draftOf(after);
    const auto keepEdited = [&](auto field) {
        if (draft.*field != old.*field)
            next.*field = draft.*field;
    };
    keepEdited(&EndpointDraft::name);
    keepEdited(&EndpointDraft::baseUrl);
    keepEdited(&EndpointDraft::apiKey);
    keepEdited(&EndpointDraft::auth);
    keepEdited(&EndpointDraft::priority);
    keepEdited(&EndpointDraft::weight);
    keepEdited(&EndpointDraft::proxy);
    keepEdited(&EndpointDraft::http2);
    keepEdited(&EndpointDraft::caFile);
    keepEdited(&EndpointDraft::modelMap);
    keepEdited(&EndpointDraft::apiKeyCommand);
    keepEdited(&EndpointDraft::clientCert);
    keepEdited(&EndpointDraft::clientKey);
    keepEdited(&EndpointDraft::headers);
    keepEdited(&EndpointDraft::query);
    keepEdited(&EndpointDraft::maxConcurrent);
    keepEdited(&EndpointDraft::requestsPerMinute);
    keepEdited(&EndpointDraft::passthroughAnywhere);
    keepEdited(&EndpointDraft::enabled);
    return next;
}

} // namespace qcc
