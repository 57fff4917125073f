#pragma once

#include "core/forward/forwarding.h"
#include "core/http/requestbody.h"

#include <memory>

namespace qcc::test {

/// A store for tests that have no other.
inline BodyStore &testBodies()
{
    static BodyStore store;
    return store;
}

/// A body that has arrived.
inline std::shared_ptr<RequestBody> bodyOf(const QByteArray &bytes)
{
    auto body = std::make_shared<RequestBody>(testBodies(), bytes.size());
    if (!body->reserve() || !body->append(bytes))
        return nullptr;
    body->complete();
    return body;
}

/// All of a body in memory.
inline QByteArray bytesOf(const std::shared_ptr<RequestBody> &body)
{
    return body ? body->beginning().toByteArray() : QByteArray();
}

/// What an endpoint gets that is to be asked for `model`.
inline QByteArray bodyWithModel(const QByteArray &bytes, const QString &model)
{
    const std::shared_ptr<RequestBody> body = bodyOf(bytes);
    BodyReader reader(body, patchesForModel(body->models(), model));
    return reader.readAll();
}

} // namespace qcc::test
