#include "core/upstream/http2lane.h"

#include "core/upstream/oneshotbody.h"

#include <QHash>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <algorithm>

namespace qcc {

namespace {

/// What Qt holds ahead of the reader. Beyond it only HTTP/2's own windows could slow the upstream, and Qt keeps those open.
constexpr qint64 readAhead = 256 * 1024;

void setHeaders(QNetworkRequest &request, const HeaderList &headers)
{
    // What a client did not send Qt would make up: its own name, the language of this computer, compression that it would undo.
    QList<HeaderField> joined{{"accept-encoding", {}}, {"accept-language", {}}, {"user-agent", {}}};
    for (const HeaderField &field : headers) {
        if (isNamed(field, "host")) // the URL says it
            continue;
        const QByteArray name = field.name.toLower();
        const auto same = std::find_if(joined.begin(), joined.end(), [&name](const HeaderField &f) { return f.name == name; });
        if (same == joined.end())
            joined.append({name, field.value});
        else // Qt holds one field of a name. Source: RFC 9110 §5.3, RFC 6265 §5.4.
            same->value += (same->value.isEmpty() ? "" : name == "cookie" ? "; " : ", ") + field.value;
    }
    const QHash<QByteArray, QByteArray> neutral{{"accept-encoding", "identity"}, {"accept-language", "*"}, {"user-agent", "qcc"}};
    for (const HeaderField &field : std::as_const(joined))
        request.setRawHeader(field.name, field.value.isEmpty() ? neutral.value(field.name) : field.value);
}

} // namespace

std::optional<QUrl> http2Url(const UpstreamRequest &request)
{
    if (!request.target.startsWith('/') || request.target.contains('#'))
        return std::nullopt;
    QUrl origin;
    origin.setScheme(QStringLiteral("https"));
    origin.setHost(request.address.host);
    if (request.address.port != 443)
        origin.setPort(request.address.port);
    const QUrl url = QUrl::fromEncoded(origin.toEncoded() + request.target);
    const QByteArray sent = url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority | QUrl::RemoveFragment | QUrl::NormalizePathSegments);
    if (!url.isValid() || url.host() != origin.host() || sent != request.target)
        return std::nullopt;
    return url;
}

Http2Lane::Http2Lane(UpstreamAddress address, const QSslConfiguration &trust, QObject *parent)
    : QObject(parent)
    , m_address(std::move(address))
    , m_trust(trust)
{
    m_manager.setProxy(m_address.proxy);
    m_manager.setAutoDeleteReplies(false);
}

Http2Lane::Stream Http2Lane::send(const UpstreamRequest &request, const QUrl &url)
{
    QNetworkRequest out(url);
    out.setSslConfiguration(m_trust);
    out.setAttribute(QNetworkRequest::Http2AllowedAttribute, true);
    out.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    out.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    out.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    // Else small answers take another way, which ignores the read buffer's size.
    out.setAttribute(QNetworkRequest::MaximumDownloadBufferSizeAttribute, 0);
    setHeaders(out, request.headers);

    ++m_streams;
    QNetworkReply *reply = nullptr;
    OneShotBody *body = nullptr;
    if (request.verb == "HEAD") {
        reply = m_manager.head(out); // Qt waits for the body of a HEAD that it does not know as one
    } else if (request.verb == "GET" && !request.upload) {
        reply = m_manager.get(out);
    } else {
        body = new OneShotBody(request.upload, request.uploadSize);
        reply = m_manager.sendCustomRequest(out, request.verb, body);
        body->setParent(reply);
    }
    reply->setReadBufferSize(readAhead);
    return {reply, body};
}

} // namespace qcc
