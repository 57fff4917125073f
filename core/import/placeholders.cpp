#include "core/import/placeholders.h"

#include "core/config/addresses.h"

#include <QUrl>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Where proxies between clients and their APIs listen unless told otherwise.
/// Source: each program's documentation.
struct KnownProxy {
    int port;
    QLatin1String name;
};

constexpr KnownProxy proxies[]{{15721, "cc-switch"_L1}, {3456, "claude-code-router"_L1}, {8317, "CLIProxyAPI"_L1}};

/// Ollama and LM Studio take any key.
constexpr int modelServers[]{11434, 1234};

/// What the documentation of proxies has people write where a client insists on a key, and no server of models does. Without "sk-" before it.
constexpr QLatin1String words[]{"1234"_L1,        "any-string"_L1,       "anything"_L1,   "changeme"_L1,    "dummy"_L1,     "dummy-key"_L1,
                                "dummy-token"_L1, "fake"_L1,             "fake-key"_L1,   "litellm"_L1,     "local"_L1,     "local-key"_L1,
                                "local-proxy"_L1, "local-token"_L1,      "placeholder"_L1, "proxy"_L1,      "proxy-key"_L1, "test"_L1,
                                "test-key"_L1,    "your-api-key"_L1,     "your-api-key-1"_L1, "your-key"_L1};

/// "sk_Any string" is "any-string".
QString plain(const QString &key)
{
    QString word = key.trimmed().toLower();
    word.replace(u'_', u'-');
    word.replace(u' ', u'-');
    return word.startsWith("sk-"_L1) ? word.sliced(3) : word;
}

} // namespace

QString placeholderOf(const QByteArray &baseUrl, const QString &key)
{
    const QString word = plain(key);
    // cc-switch's own, and nobody's key.
    if (word == "proxy-managed"_L1)
        return u"cc-switch"_s;
    if (!isOfThisComputer(baseUrl))
        return {};
    const int port = QUrl(QString::fromUtf8(baseUrl)).port();
    const auto proxy = std::ranges::find(proxies, port, &KnownProxy::port);
    if (proxy != std::end(proxies))
        return proxy->name;
    const bool anyKey = std::ranges::find(modelServers, port) != std::end(modelServers);
    return !anyKey && std::ranges::find(words, word) != std::end(words) ? u"another proxy"_s : QString();
}

} // namespace qcc
