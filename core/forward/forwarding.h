#pragma once

#include "core/config/config.h"
#include "core/forward/login.h"
#include "core/http/answerreader.h"
#include "core/http/headers.h"
#include "core/http/requestbody.h"
#include "core/http/requestreader.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QMap>
#include <QString>
#include <QUrl>

#include <optional>

namespace qcc {

/// The field that tells a request which proxies of this kind it has passed, so that one that comes back is known:
/// "x-qcc-hop: <mark of the proxy>/<id of the endpoint>", one field per proxy. Only upstreams nearby get to see it; to all others
/// a request goes as its client sent it. It is no `Via`, on which servers stop compressing.
inline constexpr char hopField[] = "x-qcc-hop";
/// Marks the 508 with which a proxy of this kind answers a request that came back, so that the next one knows it for what it is.
inline constexpr char loopField[] = "x-qcc-loop";

/// A new proxy's mark: nobody can guess it.
QByteArray newHopMark();
/// `headers` with one more hop where the upstream is `nearby`, else without any. Unchanged where `mark` is empty.
HeaderList withHop(HeaderList headers, const QByteArray &mark, const QString &endpoint, bool nearby);
/// The id of the endpoint over which a request has left the proxy `mark` before; nothing where it has not.
std::optional<QString> cameBackFrom(const HeaderList &headers, const QByteArray &mark);

/// The model to ask an endpoint for when the client asked for `asked`. `rule` comes first, for it holds for all endpoints: a set
/// override takes the place of `asked`. Then the endpoint's own `map`: the exact name, else the longest key that ends in `*` and
/// whose rest begins the name ("*" alone begins every name). An entry without a target does not count; without any, the name stays.
QString modelFor(const Config::Model &rule, const QMap<QString, QString> &map, const QString &asked);

/// Whether modelFor() would give any other name than the one asked for.
bool mayRenameModel(const Config::Model &rule, const QMap<QString, QString> &map);

/// What has to be replaced in a body whose top-level members `model` are these for it to ask for `model`. All other bytes stay as the client
/// wrote them. Where the key stands more than once each is replaced, because parsers differ in which one they take. One that says `model`
/// already stays.
QList<BodyPatch> patchesForModel(const QList<MemberScan::Found> &models, const QString &model);

/// The model that a Gemini target names in its path, `…/models/NAME:generateContent`, decoded; empty for any other target: a
/// colon alone does not tell, since OpenAI's fine-tuned models have some in their names.
/// Source: https://ai.google.dev/api/generate-content, https://cloud.google.com/vertex-ai/docs/reference/rest.
QString modelOfTarget(QByteArrayView target);

/// `target` with that name replaced, percent-encoded, and every other byte as it was; unchanged where it names none.
QByteArray targetWithModel(const QByteArray &target, const QString &model);

/// Where an endpoint lives, taken apart.
struct EndpointUrl {
    QUrl url;
    bool tls = false;
    QString host;         ///< Without brackets.
    quint16 port = 0;
    QByteArray authority; ///< For the Host header: the port only where it is not the scheme's own.
    QByteArray basePath;  ///< "" or "/api", no trailing slash.
};

/// Each thread remembers the last ones, since they are asked for with every request.
EndpointUrl endpointUrl(const QByteArray &baseUrl);

/// The credential styles a client used, so that `auth: auto` can answer in kind.
struct ClientCredentials {
    bool bearer = false;
    bool xApiKey = false;
    bool xGoogApiKey = false;
    bool apiKey = false;   ///< "api-key" of Azure.
    bool queryKey = false; ///< "?key=" of the Gemini API.

    bool operator==(const ClientCredentials &) const = default;
};

ClientCredentials credentialsOf(const RequestHead &head);

/// The request target at the endpoint: its base path before the client's target (joinedTarget()), which otherwise stays as it is, byte for byte,
/// except for the values of credentials: that of a `key` parameter becomes the endpoint's key when that is how it travels, all others are
/// emptied; and except for the endpoint's own parameters, which take the place of those of the same name and stand at the end.
/// `login`: that of `head`, which stays where it stands if the endpoint passes it on, and no other credential does.
QByteArray upstreamTarget(const RequestHead &head, const Endpoint &endpoint, const Login &login = {});

/// The header for the endpoint: Host and credentials are the endpoint's; those of the client (isCredentialField), hop-by-hop fields, Content-Length and Expect are left
/// out (the transport states its own framing), and so are those in whose place the endpoint has fields of its own, which stand at the end;
/// everything else stays in order, duplicates included. A request for a WebSocket asks the endpoint for one too, with the subprotocols that are no
/// credentials. `login`: as for upstreamTarget().
HeaderList upstreamHeaders(const RequestHead &head, const Endpoint &endpoint, const Login &login = {});

/// The header for the client: hop-by-hop fields and the framing left out, everything else kept.
HeaderList clientHeaders(const AnswerHead &answer);

} // namespace qcc
