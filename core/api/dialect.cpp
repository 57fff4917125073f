#include "core/api/dialect.h"

#include "core/http/jsonreader.h"

#include <QCryptographicHash>
#include <QList>

#include <algorithm>
#include <array>

namespace qcc {

namespace {

using Segments = QList<QByteArrayView>;

Segments segmentsOf(QByteArrayView path)
{
    Segments segments;
    qsizetype start = 0;
    for (qsizetype i = 0; i <= path.size(); ++i) {
        if (i < path.size() && path[i] != '/')
            continue;
        if (i > start)
            segments.append(path.sliced(start, i - start));
        start = i + 1;
    }
    return segments;
}

bool endsWithOrFollowedBy(const Segments &segments, QByteArrayView name, std::initializer_list<QByteArrayView> followers)
{
    const qsizetype at = segments.lastIndexOf(name);
    if (at < 0)
        return false;
    return at + 1 == segments.size() || std::find(followers.begin(), followers.end(), segments[at + 1]) != followers.end();
}

bool isGemini(const Segments &segments)
{
    const auto isGeminiVersion = [](QByteArrayView segment) {
        return segment == "v1beta" || segment == "v1alpha" || segment.startsWith("v1internal");
    };
    if (std::any_of(segments.begin(), segments.end(), isGeminiVersion))
        return true;
    const QByteArrayView last = segments.last();
    return last.endsWith(":generateContent") || last.endsWith(":streamGenerateContent") || last.endsWith(":countTokens");
}

bool isOneOf(QByteArrayView word, std::initializer_list<QByteArrayView> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Vertex speaks Anthropic's protocol by these. Source: https://docs.anthropic.com/en/api/claude-on-vertex-ai
bool isRawPredict(QByteArrayView last)
{
    return last.endsWith(":rawPredict") || last.endsWith(":streamRawPredict");
}

Dialect dialectOf(const Segments &segments)
{
    // Relays and Gemini's own compatibility layer put one API's paths under another's prefix: the innermost path decides.
    if (endsWithOrFollowedBy(segments, "messages", {"count_tokens", "batches"}))
        return segments.contains(QByteArrayView("threads")) ? Dialect::OpenAiChat : Dialect::Anthropic;
    if (isRawPredict(segments.last()))
        return Dialect::Anthropic;
    if (segments.contains(QByteArrayView("responses")))
        return Dialect::OpenAiResponses;
    if (segments.contains(QByteArrayView("completions")) || segments.last() == "embeddings")
        return Dialect::OpenAiChat;
    return isGemini(segments) ? Dialect::Gemini : Dialect::Unknown;
}

Purpose purposeOf(Dialect dialect, QByteArrayView method, const Segments &segments)
{
    if (method != "POST" || segments.isEmpty())
        return isOneOf(method, {"GET", "HEAD", "OPTIONS", "DELETE"}) ? Purpose::Auxiliary : Purpose::Other;
    const QByteArrayView last = segments.last();
    if (last == "count_tokens" || last == "count-tokens:rawPredict")
        return dialect == Dialect::Anthropic ? Purpose::CountTokens : Purpose::Auxiliary;
    if (isRawPredict(last) || last.endsWith(":generateContent") || last.endsWith(":streamGenerateContent"))
        return Purpose::Generate;
    if (last.endsWith(":countTokens") || last == "input_tokens")
        return Purpose::Auxiliary;
    const auto isOfKeeping = [](QByteArrayView segment) {
        return isOneOf(segment, {"batches", "files", "uploads", "threads", "assistants", "vector_stores", "models"});
    };
    if (std::any_of(segments.begin(), segments.end(), isOfKeeping))
        return Purpose::Auxiliary;
    return isOneOf(last, {"messages", "completions", "responses"}) ? Purpose::Generate : Purpose::Other;
}

} // namespace

Dialect dialectOf(QByteArrayView method, QByteArrayView path)
{
    return apiCallOf(method, path).dialect;
}

ApiCall apiCallOf(QByteArrayView method, QByteArrayView path)
{
    const Segments segments = segmentsOf(path);
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
