#pragma once

#include "core/import/foundendpoint.h"

#include <QMap>

namespace qcc {

/// Environment variables by name.
using Variables = QMap<QString, QString>;

/// The makers of clients whose variables are known.
enum class Vendor { Anthropic, OpenAi, Gemini };

/// What the variables of one vendor lead to. A key without a base URL leads to the vendor's own address, a base URL without
/// a key to an endpoint without one.
struct VendorEndpoint {
    EndpointFields fields;
    QStringList names; ///< Of the variables that said so.
};

/// The endpoint that a client of `vendor` with these variables talks to; none where it says nothing.
std::optional<VendorEndpoint> endpointOf(Vendor vendor, const Variables &variables);

/// `baseUrl` of an OpenAI client without its final "/v1": through qcc it comes with the path of the request.
QString withoutVersion(const QString &baseUrl);

/// The endpoints that the variables of a process lead to. Each vendor gets a cluster of its own, since its clients could not
/// use the answers of another.
QList<FoundEndpoint> environmentEndpoints(const Variables &variables);

/// The variables that Claude Code's settings.json sets.
/// Errors: InvalidConfig.
Result<Variables> claudeVariables(const QByteArray &text);

/// A file of Claude Code's settings.
struct ClaudeSettings {
    QString place;
    Variables variables;
};

/// The endpoints of Claude Code's settings: the one in use, where `local` wins over `shared`, variable by variable, and the one of
/// `shared` alone where that is another.
QList<FoundEndpoint> claudeEndpoints(const ClaudeSettings &shared, const ClaudeSettings &local);

/// The strings of an object as variables; anything else in it is left out.
Variables variablesIn(const QJsonObject &object);

} // namespace qcc
