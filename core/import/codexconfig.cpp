#include "core/import/foreignfiles.h"

#include "core/base/toml.h"
#include "core/forward/credentials.h"

#include <QJsonObject>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr auto ownProvider = "openai"_L1;
constexpr qsizetype longestName = 80;

Failure notUnderstood(const QString &why)
{
    return {ErrorCode::NotFound, why, {}};
}

QString quoted(const QString &name)
{
    return u'"' + usableName(name).left(longestName) + u'"';
}

/// Errors: NotFound (it is there and no text).
Result<QString> textAt(const QJsonObject &table, QLatin1String key)
{
    const QJsonValue value = table.value(key);
    if (value.isUndefined() || value.isString())
        return value.toString().trimmed();
    return notUnderstood(u"says %1 in a way that is not known"_s.arg(key));
}

/// The tables that say how Codex runs, the strongest first: the profile in use, if any, and what stands outside of tables.
/// Errors: NotFound.
Result<QList<QJsonObject>> layersOf(const QJsonObject &root)
{
    const Result<QString> profile = textAt(root, "profile"_L1);
    if (!profile)
        return profile.error();
    if (profile->isEmpty())
        return QList<QJsonObject>{root};
    const QJsonValue table = root.value("profiles"_L1)[*profile];
    if (!table.isObject())
        return notUnderstood(u"chooses the profile %1, which is not there"_s.arg(quoted(*profile)));
    return QList<QJsonObject>{table.toObject(), root};
}

/// What the first layer that knows `key` says.
/// Errors: NotFound.
Result<QString> firstText(const QList<QJsonObject> &layers, QLatin1String key)
{
    for (const QJsonObject &layer : layers) {
        const Result<QString> text = textAt(layer, key);
        if (!text || !text->isEmpty())
            return text;
    }
    return QString();
}

/// The address of the provider that Codex has built in, which has no table.
/// Errors: NotFound.
Result<QString> ownAddress(const QJsonObject &root, const QList<QJsonObject> &layers)
{
    const Result<QString> moved = firstText(layers, "openai_base_url"_L1);
    if (!moved || !moved->isEmpty())
        return moved;
    const Result<QString> outside = firstText(layers, "base_url"_L1);
    if (!outside || !outside->isEmpty())
        return outside;
    if (namesAddress(root))
        return notUnderstood(u"names an address, but not for the provider that it chooses"_s);
    return QString();
}

/// Errors: NotFound.
Result<QString> addressOf(const QString &chosen, const QJsonObject &table, const QJsonObject &root, const QList<QJsonObject> &layers)
{
    const Result<QString> its = textAt(table, "base_url"_L1);
    if (!its)
        return its;
    if (chosen == ownProvider) {
        if (its->isEmpty())
            return ownAddress(root, layers);
        const Result<QString> moved = firstText(layers, "openai_base_url"_L1);
        if (!moved || moved->isEmpty() || *moved == *its)
            return its;
        return notUnderstood(u"names two addresses for one provider"_s);
    }
    if (!its->isEmpty())
        return its;
    const Result<QString> outside = table.isEmpty() ? Result<QString>(QString()) : firstText(layers, "base_url"_L1);
    if (!outside || !outside->isEmpty())
        return outside;
    return notUnderstood(u"chooses the provider %1 and does not say its address"_s.arg(quoted(chosen)));
}

/// The key in a header that is sent with each request.
void takeHeaders(const QJsonObject &table, CodexProvider &provider)
{
    const QJsonObject headers = table.value("http_headers"_L1).toObject();
    for (auto header = headers.begin(); header != headers.end(); ++header) {
        if (!isCredentialField(header.key().toUtf8()))
            continue;
        const QString value = header->toString().trimmed();
        constexpr auto bearer = "Bearer "_L1;
        if (header.key().compare("authorization"_L1, Qt::CaseInsensitive) == 0 && value.startsWith(bearer, Qt::CaseInsensitive))
            provider.key = value.sliced(bearer.size()).trimmed();
        else
            provider.keyPlace = u"a header that it adds to requests"_s;
    }
    const QJsonObject variables = table.value("env_http_headers"_L1).toObject();
    for (auto header = variables.begin(); header != variables.end(); ++header) {
        if (isCredentialField(header.key().toUtf8()))
            provider.keyPlace = u"a header that it adds to requests"_s;
    }
}

/// Errors: NotFound.
Result<void> takeKey(const QJsonObject &table, const QJsonObject &root, CodexProvider &provider)
{
    takeHeaders(table, provider);
    if (table.contains("auth"_L1))
        provider.keyPlace = u"the output of a command"_s;
    const Result<QString> variable = textAt(table, "env_key"_L1);
    const Result<QString> token = textAt(table, "experimental_bearer_token"_L1);
    const Result<QString> outside = textAt(root, "experimental_bearer_token"_L1);
    for (const Result<QString> *text : {&variable, &token, &outside}) {
        if (!*text)
            return text->error();
    }
    provider.keyVariable = *variable;
    if (!token->isEmpty())
        provider.key = *token;
    // One for all is not for who has a place of its own.
    if (provider.key.isEmpty() && provider.keyPlace.isEmpty() && provider.keyVariable.isEmpty())
        provider.key = *outside;
    return {};
}

} // namespace

Result<CodexProvider> codexProvider(const QByteArray &toml)
{
    const Result<QJsonObject> root = readToml(toml);
    if (!root)
        return root.error();
    const Result<QList<QJsonObject>> layers = layersOf(*root);
    if (!layers)
        return layers.error();
    const Result<QString> named = firstText(*layers, "model_provider"_L1);
    if (!named)
        return named.error();
    const QString chosen = named->isEmpty() ? QString(ownProvider) : *named;
    const QJsonValue tables = root->value("model_providers"_L1);
    const QJsonObject table = tables[chosen].toObject();
    const Result<QString> address = addressOf(chosen, table, *root, *layers);
    if (!address)
        return address.error();
    CodexProvider provider;
    provider.baseUrl = *address;
    const Result<void> taken = takeKey(table, *root, provider);
    return taken ? Result<CodexProvider>(provider) : taken.error();
}

} // namespace qcc
