#include "core/http/headers.h"

#include <algorithm>
#include <array>

namespace qcc {

namespace {

bool equalNames(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && a.compare(b, Qt::CaseInsensitive) == 0;
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

bool isTokenChar(char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
        return true;
    return c != '\0' && QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
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
    return std::any_of(names.begin(), names.end(), [name](QByteArrayView n) { return equalNames(n, name); });
}

HeaderList withoutHopByHop(const HeaderList &headers)
{
    const QList<QByteArray> named = tokens(headers, "connection");
    HeaderList kept;
    kept.reserve(headers.size());
    for (const HeaderField &field : headers) {
        if (isHopByHop(field.name))
            continue;
        if (!named.isEmpty() && named.contains(field.name.toLower()))
            continue;
        kept.append(field);
    }
    return kept;
}

void appendField(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    out.append(name);
    out.append(": ");
    out.append(value);
    out.append("\r\n");
}

} // namespace qcc
