#include "core/api/dialect.h"

#include <QList>

#include <algorithm>

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

} // namespace qcc
