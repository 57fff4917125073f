#include "core/front/accesstoken.h"

#include <openssl/crypto.h>

namespace qcc {

namespace {

bool equal(const QByteArray &a, const QByteArray &b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.constData(), b.constData(), static_cast<size_t>(a.size())) == 0;
}

} // namespace

bool showsToken(const RequestHead &head, const QByteArray &token)
{
    if (token.isEmpty())
        return true;
    for (const HeaderField &field : head.headers) {
        if ((isNamed(field, "x-qcc-token") || isNamed(field, "x-api-key") || isNamed(field, "x-goog-api-key")) && equal(field.value, token))
            return true;
        if (isNamed(field, "authorization") && field.value.first(qMin<qsizetype>(7, field.value.size())).toLower() == "bearer "
            && equal(field.value.sliced(7).trimmed(), token))
            return true;
    }
    return false;
}

} // namespace qcc
