#include "core/http/headers.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace qcc {

namespace {

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Nearly all names that are compared differ in their length or their first letter.
bool equalNames(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char one, char other) { return lowered(one) == lowered(other); });
}

/// Calls `visit` with every member; stops when it returns true.
template <typename Visit>
bool anyMember(const HeaderList &headers, QByteArrayView name, Visit visit)
{
    for (const HeaderField &field : headers) {
        if (!equalNames(field.name, name))
            continue;
        QByteArrayView rest(field.value);
        while (!rest.isEmpty()) {
            const qsizetype comma = rest.indexOf(',');
            const QByteArrayView member = withoutBlanks(comma < 0 ? rest : rest.first(comma));
            if (!member.isEmpty() && visit(member))
                return true;
            rest = comma < 0 ? QByteArrayView() : rest.sliced(comma + 1);
        }
    }
    return false;
}

} // namespace

QByteArrayView withoutBlanks(QByteArrayView value)
{
    while (!value.isEmpty() && (value.front() == ' ' || value.front() == '\t'))
        value = value.sliced(1);
    while (!value.isEmpty() && (value.back() == ' ' || value.back() == '\t'))
        value.chop(1);
    return value;
}

bool isNamed(const HeaderField &field, QByteArrayView name)
{
    return equalNames(field.name, name);
}

bool contains(const HeaderList &headers, QByteArrayView name)
{
    return std::any_of(headers.begin(), headers.end(), [name](const HeaderField &f) { return isNamed(f, name); });
}

QByteArray firstValue(const HeaderList &headers, QByteArrayView name)
{
    for (const HeaderField &field : headers)
        if (isNamed(field, name))
            return field.value;
    return {};
}

bool hasToken(const HeaderList &headers, QByteArrayView name, QByteArrayView token)
{
    return anyMember(headers, name, [token](QByteArrayView member) { return equalNames(member, token); });
}

QList<QByteArray> tokens(const HeaderList &headers, QByteArrayView name)
{
    QList<QByteArray> found;
    anyMember(headers, name, [&found](QByteArrayView member) {
        found.append(member.toByteArray().toLower());
        return false;
    });
    return found;
}

namespace {

constexpr auto tokenChars = [] {
    std::array<bool, 256> are{};
    for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
        are[static_cast<unsigned char>(c)] = true;
    for (int i = 0; i < 26; ++i)
        are[static_cast<std::size_t>('a' + i)] = are[static_cast<std::size_t>('A' + i)] = true;
    for (int i = 0; i < 10; ++i)
        are[static_cast<std::size_t>('0' + i)] = true;
    return are;
}();

} // namespace

bool isTokenChar(char c)
{
    return tokenChars[static_cast<unsigned char>(c)];
}

bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenChar);
}

bool isHopByHop(QByteArrayView name)
{
    static constexpr std::array<QByteArrayView, 9> names = {
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization",
        "te", "trailer", "transfer-encoding", "upgrade",
    };
    // Most fields are told by their length.
    static constexpr auto lengths = [] {
        std::uint32_t bits = 0;
        for (const QByteArrayView n : names)
            bits |= std::uint32_t(1) << n.size();
        return bits;
    }();
    if (name.size() > 31 || !((lengths >> name.size()) & 1))
        return false;
    return std::any_of(names.begin(), names.end(), [name](QByteArrayView n) { return equalNames(n, name); });
}

HeaderList withoutHopByHop(const HeaderList &headers)
{
    const HopByHop ofThisHop(headers);
    HeaderList kept;
    kept.reserve(headers.size());
    for (const HeaderField &field : headers) {
        if (!ofThisHop.has(field.name))
            kept.append(field);
    }
    return kept;
}

void appendParts(QByteArray &out, std::initializer_list<QByteArrayView> parts)
{
    const qsizetype before = out.size();
    qsizetype size = before;
    for (const QByteArrayView part : parts)
        size += part.size();
    out.resize(size);
    char *to = out.data() + before;
    for (const QByteArrayView part : parts) {
        if (!part.isEmpty())
            std::memcpy(to, part.data(), static_cast<std::size_t>(part.size()));
        to += part.size();
    }
}

void appendField(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    appendParts(out, {name, ": ", value, "\r\n"});
}

QByteArray reasonPhrase(int status)
{
    switch (status) {
    case 100: return QByteArrayLiteral("Continue");
    case 102: return QByteArrayLiteral("Processing");
    case 103: return QByteArrayLiteral("Early Hints");
    case 200: return QByteArrayLiteral("OK");
    case 201: return QByteArrayLiteral("Created");
    case 202: return QByteArrayLiteral("Accepted");
    case 203: return QByteArrayLiteral("Non-Authoritative Information");
    case 204: return QByteArrayLiteral("No Content");
    case 205: return QByteArrayLiteral("Reset Content");
    case 206: return QByteArrayLiteral("Partial Content");
    case 207: return QByteArrayLiteral("Multi-Status");
    case 300: return QByteArrayLiteral("Multiple Choices");
    case 301: return QByteArrayLiteral("Moved Permanently");
    case 302: return QByteArrayLiteral("Found");
    case 303: return QByteArrayLiteral("See Other");
    case 304: return QByteArrayLiteral("Not Modified");
    case 307: return QByteArrayLiteral("Temporary Redirect");
    case 308: return QByteArrayLiteral("Permanent Redirect");
    case 400: return QByteArrayLiteral("Bad Request");
    case 401: return QByteArrayLiteral("Unauthorized");
    case 402: return QByteArrayLiteral("Payment Required");
    case 403: return QByteArrayLiteral("Forbidden");
    case 404: return QByteArrayLiteral("Not Found");
    case 405: return QByteArrayLiteral("Method Not Allowed");
    case 406: return QByteArrayLiteral("Not Acceptable");
    case 407: return QByteArrayLiteral("Proxy Authentication Required");
    case 408: return QByteArrayLiteral("Request Timeout");
    case 409: return QByteArrayLiteral("Conflict");
    case 410: return QByteArrayLiteral("Gone");
    case 411: return QByteArrayLiteral("Length Required");
    case 412: return QByteArrayLiteral("Precondition Failed");
    case 413: return QByteArrayLiteral("Content Too Large");
    case 414: return QByteArrayLiteral("URI Too Long");
    case 415: return QByteArrayLiteral("Unsupported Media Type");
    case 416: return QByteArrayLiteral("Range Not Satisfiable");
    case 417: return QByteArrayLiteral("Expectation Failed");
    case 421: return QByteArrayLiteral("Misdirected Request");
    case 422: return QByteArrayLiteral("Unprocessable Content");
    case 423: return QByteArrayLiteral("Locked");
    case 424: return QByteArrayLiteral("Failed Dependency");
    case 425: return QByteArrayLiteral("Too Early");
    case 426: return QByteArrayLiteral("Upgrade Required");
    case 428: return QByteArrayLiteral("Precondition Required");
    case 429: return QByteArrayLiteral("Too Many Requests");
    case 431: return QByteArrayLiteral("Request Header Fields Too Large");
    case 451: return QByteArrayLiteral("Unavailable For Legal Reasons");
    case 500: return QByteArrayLiteral("Internal Server Error");
    case 501: return QByteArrayLiteral("Not Implemented");
    case 502: return QByteArrayLiteral("Bad Gateway");
    case 503: return QByteArrayLiteral("Service Unavailable");
    case 504: return QByteArrayLiteral("Gateway Timeout");
    case 505: return QByteArrayLiteral("HTTP Version Not Supported");
    case 508: return QByteArrayLiteral("Loop Detected");
    case 511: return QByteArrayLiteral("Network Authentication Required");
    default: return QByteArrayLiteral("Unknown");
    }
}

} // namespace qcc
