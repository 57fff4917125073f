#include "core/config/ownfields.h"

#include "core/base/visibletext.h"
#include "core/http/headers.h"

#include <QSet>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// A value that is longer does not pass the limits that servers have for one field of the header.
constexpr qsizetype longestValue = 8000;
constexpr qsizetype shortestSecret = 6;

bool isOneOf(const QByteArray &name, std::initializer_list<QByteArrayView> names)
{
    return std::ranges::find(names, QByteArrayView(name)) != names.end();
}

QString valueFault(const QString &value)
{
    if (value.trimmed().isEmpty())
        return u"must not be empty"_s;
    if (value.size() > longestValue)
        return u"must not be longer than %1 characters"_s.arg(longestValue);
    const bool oneLine = std::ranges::none_of(value, [](QChar c) {
        return c.category() == QChar::Other_Control || c.category() == QChar::Separator_Line || c.category() == QChar::Separator_Paragraph;
    });
    return oneLine ? QString() : u"must not hold line breaks or other control characters"_s;
}

} // namespace

QString ownHeaderFault(const QString &name, const QString &value)
{
    const QByteArray lower = name.toUtf8().toLower();
    if (!isToken(lower))
        return u"is no name of a header"_s;
    if (lower == "host")
        return u"must not be set: the host is that of base_url"_s;
    if (isHopByHop(lower) || isOneOf(lower, {"content-length", "content-encoding", "expect"}))
        return u"must not be set: it belongs to the connection and to how a request is framed, which is up to qcc"_s;
    if (isOneOf(lower, {"authorization", "x-api-key", "api-key", "x-goog-api-key"}))
        return u"must not be set: the key stands in api_key, and auth says how it is sent"_s;
    if (lower.startsWith("x-qcc-"))
        return u"must not be set: such names are qcc's own"_s;
    return valueFault(value);
}

QString ownParameterFault(const QString &name, const QString &value)
{
    if (name.trimmed().isEmpty())
        return u"must have a name"_s;
    if (!valueFault(name).isEmpty())
        return u"is no name of a parameter"_s;
    return valueFault(value);
}

QString nameGivenTwice(const QMap<QString, QString> &headers)
{
    QSet<QString> seen;
    for (auto it = headers.begin(); it != headers.end(); ++it) {
        const QString lower = it.key().toLower();
        if (seen.contains(lower))
            return it.key();
        seen.insert(lower);
    }
    return {};
}

QMap<QString, QString> maskedValues(QMap<QString, QString> fields)
{
    for (QString &value : fields)
        value = u"…"_s;
    return fields;
}

QString withoutSecretsOf(const Endpoint &endpoint, QString text)
{
    text = withoutKey(std::move(text), endpoint.apiKey);
    for (const auto *fields : {&endpoint.headers, &endpoint.query}) {
        for (const QString &value : *fields) {
            if (value.size() >= shortestSecret)
                text = withoutKey(std::move(text), value.trimmed().toUtf8());
        }
    }
    return text;
}

} // namespace qcc
