#include "core/forward/login.h"

#include "core/base/visibletext.h"
#include "core/forward/credentials.h"

#include <QCryptographicHash>

#include <algorithm>
#include <array>
#include <utility>

namespace qcc {

namespace {

/// What README, `client env` and `client connect` have clients send where qcc asks for no key.
constexpr std::array<QByteArrayView, 2> wordsOfOurs = {"qcc", "any"};

/// What is shorter stands for itself in other places, too; nobody issues such a credential.
constexpr qsizetype shortestSecret = 8;

/// Nobody has so many; more are there to keep somebody busy.
constexpr qsizetype mostCredentials = 8;

bool mayHoldLogin(const HeaderField &field)
{
    return isNamed(field, "authorization") || isNamed(field, "x-api-key") || isNamed(field, "x-goog-api-key") || isNamed(field, "api-key");
}

/// What stands behind the scheme ("Bearer", "Basic"), where there is one. Source: RFC 9110 §11.4.
QByteArray behindScheme(const QByteArray &value)
{
    const QByteArray whole = value.trimmed();
    const qsizetype blank = whole.indexOf(' ');
    if (blank > 0)
        return whole.sliced(blank).trimmed();
    return whole.compare("bearer", Qt::CaseInsensitive) == 0 ? QByteArray() : whole;
}

bool isLogin(const QByteArray &secret, const QByteArray &whole, const QByteArray &accessToken)
{
    if (secret.isEmpty() || std::ranges::find(wordsOfOurs, QByteArrayView(secret)) != wordsOfOurs.end())
        return false;
    if (accessToken.isEmpty())
        return true;
    // Not behind a word that is no scheme, either.
    return accessToken.size() < shortestSecret ? secret != accessToken && whole.trimmed() != accessToken : !whole.contains(accessToken);
}

} // namespace

Login::Login(const RequestHead &head, const QByteArray &accessToken)
{
    const HopByHop ofThisHop(head.headers);
    for (const HeaderField &field : head.headers) {
        if (!mayHoldLogin(field) || ofThisHop.has(field.name))
            continue;
        const QByteArray secret = behindScheme(field.value);
        if (!isLogin(secret, field.value, accessToken))
            continue;
        m_fields.append(field);
        m_secrets << field.value.trimmed() << secret;
    }
    for (const QueryParameter &parameter : credentialParameters(head.target)) {
        if (!isKeyParameter(parameter.name(head.target)))
            continue;
        const QByteArray written = parameter.value(head.target).toByteArray();
        const QByteArray secret = QByteArray::fromPercentEncoding(written);
        if (!isLogin(secret, secret, accessToken))
            continue;
        m_parameters.append(written);
        m_secrets << secret << written;
    }
    if (m_fields.size() + m_parameters.size() > mostCredentials) {
        *this = Login();
        return;
    }
    m_secrets.removeIf([](const QByteArray &secret) { return secret.size() < shortestSecret; });
    // One may be a part of another.
    std::ranges::stable_sort(m_secrets, std::ranges::greater(), &QByteArray::size);
}

QByteArray Login::mark() const
{
    if (isEmpty())
        return {};
    QCryptographicHash hash(QCryptographicHash::Sha256);
    // Neither a name nor a value holds a line break.
    for (const HeaderField &field : m_fields)
        hash.addData(field.name.toLower() + '\n' + field.value.trimmed() + '\n');
    for (const QByteArray &parameter : m_parameters)
        hash.addData("?\n" + parameter + '\n');
    return hash.result();
}

QString Login::removedFrom(QString text) const
{
    for (const QByteArray &secret : m_secrets)
        text = withoutKey(std::move(text), secret);
    return text;
}

Dialect dialectOfLogin(const RequestHead &head, Dialect ofPath)
{
    if (ofPath != Dialect::Unknown)
        return ofPath;
    for (const HeaderField &field : head.headers) {
        const QByteArray name = field.name.toLower();
        if (name.startsWith("anthropic-"))
            return Dialect::Anthropic;
        if (name.startsWith("x-goog-"))
            return Dialect::Gemini;
        if (name == "chatgpt-account-id" || name.startsWith("openai-") || name.startsWith("x-codex-") || (name == "user-agent" && field.value.startsWith("codex")))
            return Dialect::OpenAiResponses;
    }
    return Dialect::Unknown;
}

} // namespace qcc
