#include "core/api/errorjson.h"

#include "core/base/visibletext.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace qcc {

QString openAiErrorType(int status)
{
    switch (status) {
    case 402:
        return u"insufficient_quota"_s;
    case 429:
        return u"requests"_s;
    default:
        return status >= 400 && status < 500 ? u"invalid_request_error"_s : u"server_error"_s;
    }
}

QJsonValue openAiErrorCode(int status)
{
    switch (status) {
    case 401:
        return u"invalid_api_key"_s;
    case 402:
        return u"insufficient_quota"_s;
    case 429:
        return u"rate_limit_exceeded"_s;
    default:
        return QJsonValue::Null;
    }
}

QJsonObject openAiError(const QString &type, const QJsonValue &code, const QString &message)
{
    return {{u"error"_s, QJsonObject{{u"message"_s, message}, {u"type"_s, type}, {u"param"_s, QJsonValue::Null}, {u"code"_s, code}}}};
}

QByteArray errorText(const QJsonObject &object)
{
    return visibleJson(object, QJsonDocument::Compact);
}

} // namespace qcc
