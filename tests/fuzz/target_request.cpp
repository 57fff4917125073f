#include "tests/fuzz/fuzztarget.h"

#include "core/api/dialect.h"
#include "core/forward/forwarding.h"
#include "core/http/requestreader.h"
#include "tests/support/lenientrequestreader.h"

#include <algorithm>

namespace qcc::fuzz {

namespace {

/// Small, so that inputs reach them.
constexpr RequestReader::Limits limits{.headBytes = 600, .fields = 12, .bodyBytes = 400};

BodyStore bodies;

/// All requests of a connection, up to its end or the refusal.
struct Reading {
    QList<Request> requests;
    QList<qsizetype> ends; ///< Where each request ends.
    RequestReader::State state = RequestReader::State::Head;
    int status = 0;
    QByteArray message;
};

bool same(const Reading &a, const Reading &b)
{
    return a.ends == b.ends && a.state == b.state && a.status == b.status && a.message == b.message
        && std::equal(a.requests.begin(), a.requests.end(), b.requests.begin(), b.requests.end(), [](const Request &x, const Request &y) {
               return x.head.method == y.head.method && x.head.target == y.head.target && x.head.minorVersion == y.head.minorVersion
                   && x.head.headers == y.head.headers && x.bodyBeginning() == y.bodyBeginning();
           });
}

void staysRefused(RequestReader &reader)
{
    const QByteArray message = reader.refusal().message;
    QCC_HOLDS(!message.isEmpty() && reader.refusal().status >= 400);
    QCC_HOLDS(reader.buffered() == 0);
    QCC_HOLDS(reader.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == 0);
    QCC_HOLDS(reader.state() == RequestReader::State::Refused && reader.refusal().message == message && reader.buffered() == 0);
}

enum class Bytes { Lent, Given };

/// Returns how many were used.
qsizetype feed(RequestReader &reader, QByteArrayView bytes, Bytes how)
{
    return how == Bytes::Lent ? reader.feed(bytes) : bytes.size() - reader.adopt(bytes.toByteArray()).size();
}

Reading read(QByteArrayView input, Cuts::Way way, Bytes how)
{
    Cuts cuts(way, input);
    RequestReader reader(limits, bodies);
    Reading reading;
    qsizetype at = 0;
    while (at < input.size()) {
        const qsizetype end = at + cuts.next(input.size() - at);
        while (at < end) {
            const qsizetype used = feed(reader, input.sliced(at, end - at), how);
            QCC_HOLDS(used > 0 && used <= end - at);
            QCC_HOLDS(reader.buffered() <= limits.headBytes + limits.bodyBytes);
            at += used;
            reader.takeExpectContinue();
            QCC_HOLDS(!reader.takeExpectContinue());
            if (reader.state() == RequestReader::State::Refused) {
                reading.status = reader.refusal().status;
                reading.message = reader.refusal().message;
                reading.state = reader.state();
                staysRefused(reader);
                return reading;
            }
            if (reader.state() == RequestReader::State::Complete) {
                reading.requests.append(reader.take());
                reading.ends.append(at);
                QCC_HOLDS(reader.isIdle() && reader.buffered() == 0);
            } else {
                QCC_HOLDS(at == end);
            }
        }
    }
    reading.state = reader.state();
    return reading;
}

void isWhatAServerMaySee(const Request &request)
{
    const RequestHead &head = request.head;
    QCC_HOLDS(isToken(head.method));
    QCC_HOLDS(head.target.startsWith('/') || (head.target == "*" && head.method == "OPTIONS"));
    QCC_HOLDS(std::all_of(head.target.begin(), head.target.end(), [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != '\x7f'; }));
    QCC_HOLDS(head.headers.size() <= limits.fields && request.bodySize() <= limits.bodyBytes);
    int lengths = 0;
    for (const HeaderField &field : head.headers) {
        QCC_HOLDS(isToken(field.name));
        for (const char c : field.value)
            QCC_HOLDS(c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != '\x7f'));
        if (isNamed(field, "content-length")) {
            QCC_HOLDS(++lengths == 1 && field.value.toLongLong() == request.bodySize());
            QCC_HOLDS(!contains(head.headers, "transfer-encoding"));
        }
    }
}

/// A server that is easier to please must not see another request in the same bytes.
void readsAlikeElsewhere(const Request &request, QByteArrayView bytes)
{
    LenientRequestReader other;
    other.feed(bytes.toByteArray());
    while (other.state() == LenientRequestReader::State::Head || other.state() == LenientRequestReader::State::Body) {
        const auto before = other.state();
        if (other.advance() == before)
            break;
    }
    QCC_HOLDS(other.state() == LenientRequestReader::State::Complete && other.pendingBytes() == 0);
    QCC_HOLDS(other.head().method == request.head.method && other.takeBody() == request.bodyBeginning());
    // The absolute form is the one that is rewritten.
    QCC_HOLDS(other.head().target == request.head.target || !other.head().target.startsWith('/'));
    QCC_HOLDS(other.head().headers.size() == request.head.headers.size());
    for (qsizetype i = 0; i < request.head.headers.size(); ++i)
        QCC_HOLDS(other.head().headers[i].first == request.head.headers[i].name && other.head().headers[i].second == request.head.headers[i].value);
}

/// What goes on to the upstream is one request, with the endpoint's credentials and the client's everything else.
void forwardsAsOneRequest(const Request &request)
{
    Endpoint endpoint;
    endpoint.baseUrl = "https://relay.example/api";
    endpoint.apiKey = "sk-of-the-endpoint";
    const QByteArray target = upstreamTarget(request.head, endpoint);
    QByteArray bytes = request.head.method + ' ' + target + " HTTP/1.1\r\n";
    const HeaderList headers = upstreamHeaders(request.head, endpoint);
    for (const HeaderField &field : headers)
        appendField(bytes, field.name, field.value);
    appendField(bytes, "Content-Length", QByteArray::number(request.bodySize()));
    bytes += "\r\n";
    bytes += request.bodyBeginning();

    RequestReader upstream({.headBytes = 4096, .fields = 40, .bodyBytes = limits.bodyBytes}, bodies);
    QCC_HOLDS(upstream.feed(bytes) == bytes.size() && upstream.state() == RequestReader::State::Complete);
    const Request seen = upstream.take();
    QCC_HOLDS(seen.head.target == target && seen.bodyBeginning() == request.bodyBeginning());
    QCC_HOLDS(seen.head.headers.size() == headers.size() + 1);
    QCC_HOLDS(firstValue(seen.head.headers, "host") == "relay.example");
    QCC_HOLDS(!contains(seen.head.headers, "transfer-encoding") && !contains(seen.head.headers, "expect"));
}

} // namespace

void runRequest(QByteArrayView input)
{
    const Reading whole = read(input, Cuts::Way::Whole, Bytes::Lent);
    QCC_HOLDS(same(whole, read(input, Cuts::Way::Anywhere, Bytes::Lent)));
    QCC_HOLDS(same(whole, read(input, Cuts::Way::Whole, Bytes::Given)));
    QCC_HOLDS(same(whole, read(input, Cuts::Way::Anywhere, Bytes::Given)));
    qsizetype begin = 0;
    for (qsizetype i = 0; i < whole.requests.size(); ++i) {
        const Request &request = whole.requests[i];
        isWhatAServerMaySee(request);
        readsAlikeElsewhere(request, input.sliced(begin, whole.ends[i] - begin));
        forwardsAsOneRequest(request);
        QCC_HOLDS(conversationOf(request.head, request.bodyBeginning()).size() <= 128);
        dialectOf(request.head.method, request.head.path());
        const QByteArray renamed = targetWithModel(request.head.target, QStringLiteral("a model/ü"));
        QCC_HOLDS(renamed == request.head.target || modelOfTarget(renamed) == QStringLiteral("a model/ü"));
        begin = whole.ends[i];
    }
}

} // namespace qcc::fuzz
