#include "core/health/endpointkeys.h"

#include "core/base/visibletext.h"
#include "core/config/endpointtext.h"
#include "core/keys/keyprogram.h"
#include "core/routing/router.h"

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

Result<Endpoint> withKey(Endpoint endpoint, const Result<QByteArray> &line)
{
    if (!line)
        return line.error();
    const KeyText key = readKey(QString::fromUtf8(*line));
    const QString program = visibleLine(endpoint.apiKeyCommand.first());
    if (!key.isGood())
        return Failure{ErrorCode::Failed, u"what its key program \"%1\" says %2"_s.arg(program, faultText(key)), {}};
    // Quotes around nothing, or a header's name alone.
    if (key.key.isEmpty())
        return Failure{ErrorCode::Failed, u"its key program \"%1\" says nothing in its first line"_s.arg(program), {}};
    endpoint.apiKey = key.key.toUtf8();
    return endpoint;
}

} // namespace

void askForKey(const Endpoint &endpoint, QObject *owner, std::function<void(const Result<Endpoint> &)> done)
{
    if (endpoint.apiKeyCommand.isEmpty()) {
        QMetaObject::invokeMethod(owner, [endpoint, done = std::move(done)] { done(endpoint); }, Qt::QueuedConnection);
        return;
    }
    auto *program = new KeyProgram(endpoint.apiKeyCommand, owner);
    QObject::connect(program, &KeyProgram::ended, owner, [program, endpoint, done = std::move(done)](const Result<QByteArray> &line) {
        program->deleteLater();
        done(withKey(endpoint, line));
    });
    program->start();
}

EndpointKeys::EndpointKeys(Router &router, const Clock &clock) : m_router(router), m_clock(clock)
{
    m_router.setKeyWanted([this](const Endpoint &endpoint) {
        QMetaObject::invokeMethod(this, [this, endpoint] { ask(endpoint); }, Qt::QueuedConnection);
    });
}

EndpointKeys::~EndpointKeys()
{
    m_router.setKeyWanted({});
}

void EndpointKeys::ask(const Endpoint &endpoint)
{
    askForKey(endpoint, this, [this, endpoint](const Result<Endpoint> &said) {
        const auto now = m_clock.now();
        if (said)
            m_router.keySaid(endpoint, said->apiKey, now);
        else
            m_router.keyFailed(endpoint, said.error().message, now);
    });
}

} // namespace qcc
