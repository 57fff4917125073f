#include "core/api/dialect.h"

#include "core/api/protocol.h"

#include <QCryptographicHash>

#include <algorithm>
#include <array>
#include <utility>

namespace qcc {

namespace {

bool isOneOf(QByteArrayView word, std::initializer_list<QByteArrayView> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

#define QCC_PROTOCOL(dialect, name) std::pair(Dialect::dialect, &name##Protocol),
constexpr auto protocols = std::to_array<std::pair<Dialect, const Protocol *>>({QCC_PROTOCOLS(QCC_PROTOCOL)});
#undef QCC_PROTOCOL

Dialect dialectOf(const PathSegments &path)
{
    const auto found = std::ranges::find_if(protocols, [&path](const auto &row) { return row.second->claims(path); });
    return found == protocols.end() ? Dialect::Unknown : found->first;
}

Purpose purposeOf(Dialect dialect, QByteArrayView method, const PathSegments &path)
{
    if (method == "HEAD" && (path.isEmpty() || path.endsWith({"api", "hello"})))
        return Purpose::Greeting;
    if (method == "GET" && !path.isEmpty() && path.last() == "models")
        return Purpose::ListModels;
    if (method != "POST" || path.isEmpty())
        return isOneOf(method, {"GET", "HEAD", "OPTIONS", "DELETE"}) ? Purpose::Auxiliary : Purpose::Other;
    const QByteArrayView last = path.last();
    if (last == "count_tokens" || last == "count-tokens:rawPredict")
        return dialect == Dialect::Anthropic ? Purpose::CountTokens : Purpose::Auxiliary;
    if (std::ranges::any_of(protocols, [&path](const auto &row) { return row.second->generates(path); }))
        return Purpose::Generate;
    return last.endsWith(":countTokens") || last == "input_tokens" || path.isOfKeeping() ? Purpose::Auxiliary : Purpose::Other;
}

} // namespace

PathSegments::PathSegments(QByteArrayView path)
{
    qsizetype start = 0;
    for (qsizetype i = 0; i <= path.size(); ++i) {
        if (i < path.size() && path[i] != '/')
            continue;
        if (i > start)
            m_segments.append(path.sliced(start, i - start));
        start = i + 1;
    }
}

bool PathSegments::endsWithOrBefore(QByteArrayView name, std::initializer_list<QByteArrayView> followers) const
{
    const qsizetype at = m_segments.lastIndexOf(name);
    if (at < 0)
        return false;
    return at + 1 == m_segments.size() || isOneOf(m_segments[at + 1], followers);
}

bool PathSegments::endsWith(std::initializer_list<QByteArrayView> names) const
{
    return m_segments.size() >= std::ssize(names) && std::equal(names.begin(), names.end(), m_segments.end() - std::ssize(names));
}

bool PathSegments::isOfKeeping() const
{
    return std::ranges::any_of(m_segments, [](QByteArrayView segment) {
        return isOneOf(segment, {"batches", "files", "uploads", "threads", "assistants", "vector_stores", "models"});
    });
}

const Protocol &protocolOf(Dialect dialect)
{
    const auto found = std::ranges::find(protocols, dialect, &std::pair<Dialect, const Protocol *>::first);
    return found == protocols.end() ? unknownProtocol : *found->second;
}

Dialect dialectOf(QByteArrayView method, QByteArrayView path)
{
    return apiCallOf(method, path).dialect;
}

ApiCall apiCallOf(QByteArrayView method, QByteArrayView path)
{
    const PathSegments segments(path);
    const Dialect dialect = segments.isEmpty()
        ? method == "HEAD" ? Dialect::Anthropic : Dialect::Unknown // Claude Code's probe before its first request.
        : dialectOf(segments);
    return {dialect, purposeOf(dialect, method, segments)};
}

namespace {

constexpr qsizetype limitBytes = 128;
/// A token with escapes is decoded only up to here; a key is never this long.
constexpr qsizetype decodeLimitBytes = 16 * 1024;

QByteArray bounded(const QByteArray &key)
{
    if (key.size() <= limitBytes)
        return key;
    return QCryptographicHash::hash(key, QCryptographicHash::Sha256).toHex();
}

/// The text of the string at `range`, without surrounding blanks; empty if there is no string.
QByteArray textAt(QByteArrayView json, TextRange range)
{
    const QByteArrayView token = json.sliced(range.at, range.length);
    if (token.size() > decodeLimitBytes)
        return token.front() == '"' ? token.toByteArray() : QByteArray();
    return stringOf(token).value_or(QByteArray()).trimmed();
}

QByteArray textMember(QByteArrayView json, QByteArrayView name)
{
    const std::optional<TextRange> range = findMember(json, name);
    return range ? textAt(json, *range) : QByteArray();
}

QByteArray ofTurnMetadata(const QByteArray &metadata)
{
    const QByteArray session = textMember(metadata, "session_id");
    return session.isEmpty() ? textMember(metadata, "thread_id") : session;
}

/// `<conversation>:<generation>` without the generation.
QByteArray ofWindow(const QByteArray &window)
{
    const qsizetype colon = window.lastIndexOf(':');
    if (colon <= 0)
        return window;
    const QByteArrayView generation = QByteArrayView(window).sliced(colon + 1);
    const bool isNumber = std::all_of(generation.begin(), generation.end(), [](char c) { return c >= '0' && c <= '9'; });
    return isNumber ? window.first(colon) : window;
}

QByteArray ofUser(const QByteArray &user)
{
    if (user.startsWith('{'))
        return textMember(user, "session_id");
    static constexpr QByteArrayView mark = "_session_";
    const qsizetype at = user.indexOf(mark);
    return at >= 0 && at + mark.size() < user.size() ? user : QByteArray();
}

QByteArray ofHeaders(const HeaderList &headers)
{
    static constexpr std::array<QByteArrayView, 5> names = {
        "x-claude-code-session-id", "session-id", "session_id", "thread-id", "conversation_id",
    };
    for (const QByteArrayView name : names) {
        const QByteArray value = firstValue(headers, name).trimmed();
        if (!value.isEmpty())
            return value;
    }
    const QByteArray turn = ofTurnMetadata(firstValue(headers, "x-codex-turn-metadata"));
    return turn.isEmpty() ? ofWindow(firstValue(headers, "x-codex-window-id").trimmed()) : turn;
}

QByteArray ofBody(QByteArrayView body)
{
    QByteArray cacheKey;
    JsonReader reader(body);
    while (const auto member = reader.nextMember()) {
        if (isKey(member->key, "metadata")) {
            const QByteArrayView metadata = body.sliced(member->value.at, member->value.length);
            const QByteArray session = ofUser(textMember(metadata, "user_id"));
            if (!session.isEmpty())
                return session;
        } else if (cacheKey.isEmpty() && isKey(member->key, "prompt_cache_key")) {
            cacheKey = textAt(body, member->value);
        }
    }
    return cacheKey;
}

} // namespace

QByteArray conversationOf(const RequestHead &head, QByteArrayView body)
{
    const QByteArray key = ofHeaders(head.headers);
    return bounded(key.isEmpty() ? ofBody(body) : key);
}

} // namespace qcc
