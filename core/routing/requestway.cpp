#include "core/routing/requestway.h"

#include <algorithm>

namespace qcc {

namespace {

bool meetsClient(const RequestTraits &request, const QString &pattern)
{
    return pattern.isEmpty() || isLike(request.client, pattern, Qt::CaseInsensitive) || isLike(request.product, pattern, Qt::CaseInsensitive);
}

bool meetsClass(const RequestTraits &request, const QString &pattern)
{
    return pattern.isEmpty()
        || std::any_of(request.classes.begin(), request.classes.end(), [&pattern](const QString &word) { return isLike(word, pattern, Qt::CaseInsensitive); });
}

} // namespace

bool isLike(QStringView text, QStringView pattern, Qt::CaseSensitivity sensitivity)
{
    if (text.isEmpty())
        return false;
    const QList<QStringView> parts = pattern.split(u'*');
    if (parts.size() == 1)
        return text.compare(pattern, sensitivity) == 0;
    if (!text.startsWith(parts.first(), sensitivity))
        return false;
    // Each part where it first stands leaves most room for those behind it; the last one stands at the end.
    qsizetype at = parts.first().size();
    for (qsizetype i = 1; i < parts.size() - 1; ++i) {
        const qsizetype found = text.indexOf(parts[i], at, sensitivity);
        if (found < 0)
            return false;
        at = found + parts[i].size();
    }
    return text.size() - at >= parts.last().size() && text.endsWith(parts.last(), sensitivity);
}

bool meets(const RequestTraits &request, const RouteRule &rule)
{
    return meetsClient(request, rule.client) && meetsClass(request, rule.requestClass) && (rule.model.isEmpty() || isLike(request.model, rule.model))
        && (rule.path.isEmpty() || isLike(request.path, rule.path));
}

QList<const RouteRule *> routesMet(const QList<RouteRule> &routes, const RequestTraits &request)
{
    QList<const RouteRule *> met;
    for (const RouteRule &rule : routes) {
        if (meets(request, rule))
            met.append(&rule);
    }
    return met;
}

std::optional<NamedCluster> namedCluster(QByteArrayView target)
{
    const qsizetype begin = target.startsWith("/@") ? 2 : target.startsWith("/%40") ? 4 : 0;
    if (begin == 0)
        return std::nullopt;
    const auto end = static_cast<qsizetype>(
        std::find_if(target.begin() + begin, target.end(), [](char c) { return c == '/' || c == '?' || c == '#'; }) - target.begin());
    const QByteArrayView rest = target.sliced(end);
    return NamedCluster{QString::fromUtf8(QByteArray::fromPercentEncoding(target.sliced(begin, end - begin).toByteArray())),
                        rest.startsWith('/') ? rest.toByteArray() : '/' + rest.toByteArray()};
}

} // namespace qcc
