#pragma once

#include "core/import/foundendpoint.h"

#include <QByteArray>
#include <QMap>
#include <QString>

namespace qcc {

struct ImportPlaces;

/// Which other proxy of this computer URL and key stand for ("cc-switch"), as it writes them into the settings of clients for itself: a key that is
/// none, an address that is its own. Empty for an endpoint, which a server of models on this computer (Ollama, LM Studio, vLLM …) is, too.
QString placeholderOf(const QByteArray &baseUrl, const QString &key);

/// Environment variables by name.
using Variables = QMap<QString, QString>;

/// The makers of clients whose variables are known.
enum class Vendor { Anthropic, OpenAi, Gemini };

/// What the variables of one vendor lead to. A key without a base URL leads to the vendor's own address, a base URL without
/// a key to an endpoint without one.
struct VendorEndpoint {
    EndpointFields fields;
    QStringList names; ///< Of the variables that said so.
    std::optional<Obstacle> obstacle;
};

/// The endpoint that a client of `vendor` with these variables talks to; none where they say nothing. `elsewhere` is what else names an address
/// for such clients ("/home/me/.claude/settings.json"): a key without a base URL may then be for there, and leads nowhere.
std::optional<VendorEndpoint> endpointOf(Vendor vendor, const Variables &variables, const QString &elsewhere = {});

/// The variable that holds the base URL for clients of `vendor`.
QLatin1String baseUrlVariable(Vendor vendor);

/// The variable that names a file of authorities beside Node's own. Source: https://nodejs.org/api/cli.html#node_extra_ca_certsfile.
QString authoritiesVariable();

/// `baseUrl` of an OpenAI client without its final "/v1": through qcc it comes with the path of the request.
QString withoutVersion(const QString &baseUrl);

/// What else than the variables at hand names an address for clients of a vendor.
using OtherAddresses = QMap<Vendor, QString>;

/// The endpoints that the variables of a process lead to. Each vendor gets a cluster of its own, since its clients could not
/// use the answers of another.
QList<FoundEndpoint> environmentEndpoints(const Variables &variables, const OtherAddresses &others = {});

/// The variables that Claude Code's settings.json sets.
/// Errors: InvalidConfig.
Result<Variables> claudeVariables(const QByteArray &text);

/// A file of Claude Code's settings.
struct ClaudeSettings {
    QString place;
    Variables variables;
};

/// The endpoints of Claude Code's settings: the one in use, where `local` wins over `shared`, variable by variable, and the one of
/// `shared` alone where that is another. `elsewhere` as for endpointOf().
QList<FoundEndpoint> claudeEndpoints(const ClaudeSettings &shared, const ClaudeSettings &local, const QString &elsewhere = {});

/// The strings of an object as variables. Anything else in it is left out, unless it is called an address: that it is there counts.
Variables variablesIn(const QJsonObject &object);

/// The variables that the lines of `text` set, in the way of any shell or of a .env file: `export A=b`, `$env:A = "b"`, `A=b` …
Variables variablesInLines(const QString &text);

/// What `text`, as somebody copies it from a relay's page, says of an endpoint: a base URL, a key, lines that set variables in any shell, settings as JSON,
/// or several of them. What it does not say stays absent: a key alone is for nobody's address.
std::optional<EndpointFields> endpointInText(const QString &text);

/// What the settings of Claude Code, Codex and Gemini CLI say of addresses, so that a key that stands alone in the environment is not taken for one
/// of the vendor's own: it may be the other half of what stands there. A file that cannot be read may say anything, and counts.
OtherAddresses addressesInSettings(const ImportPlaces &places);

} // namespace qcc
