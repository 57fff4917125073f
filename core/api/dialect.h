#pragma once

#include "core/http/requestreader.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <initializer_list>

namespace qcc {

/// The protocols that are spoken, in the order in which a path is offered to them: the first one that claims it has it, since relays and Gemini's own
/// compatibility layer put one API's paths under another's prefix. A row (ARCH-13) is the dialect and its Protocol, which lies in a file of that
/// name.
#define QCC_PROTOCOLS(X)          \
    X(Anthropic, messages)        \
    X(OpenAiResponses, responses) \
    X(OpenAiChat, chat)           \
    X(Gemini, gemini)
#define QCC_DIALECT(dialect, name) dialect,

/// The API that a client speaks. OpenAiChat stands for the whole OpenAI API except Responses; Unknown gets error shapes that
/// Anthropic's and OpenAI's clients both read.
enum class Dialect { QCC_PROTOCOLS(QCC_DIALECT) Unknown };
#undef QCC_DIALECT

/// The segments of a path without its query. Lifetime: the path outlives them.
class PathSegments
{
public:
    explicit PathSegments(QByteArrayView path);

    bool isEmpty() const { return m_segments.isEmpty(); }
    bool contains(QByteArrayView segment) const { return m_segments.contains(segment); }
    QByteArrayView last() const { return m_segments.last(); }
    auto begin() const { return m_segments.begin(); }
    auto end() const { return m_segments.end(); }
    /// Whether the last `name` in it is the last of all, or followed by one of these.
    bool endsWithOrBefore(QByteArrayView name, std::initializer_list<QByteArrayView> followers) const;
    bool endsWith(std::initializer_list<QByteArrayView> names) const;
    /// It is about things that are kept: files, batches, models and the like.
    bool isOfKeeping() const;

private:
    QList<QByteArrayView> m_segments;
};

/// What a request is for, as far as it matters for judging its answer.
enum class Purpose {
    Generate,    ///< An answer of a model: its protocol says what a good one looks like.
    CountTokens, ///< Anthropic's count of tokens, which qcc can estimate.
    Greeting,    ///< What Claude Code sends first, to have a connection: HEAD /api/hello, from older ones HEAD /.
    ListModels,  ///< Auxiliary, and no list where it is redirected.
    Auxiliary,   ///< Files, batches and the like: what goes wrong there says nothing about the endpoint as a whole.
    Other,       ///< Everything else: status and framing decide.
};

/// A request in the terms of the vendors' APIs.
struct ApiCall {
    Dialect dialect = Dialect::Unknown;
    Purpose purpose = Purpose::Other;

    bool generates() const { return purpose == Purpose::Generate && dialect != Dialect::Unknown; }
    /// Its failures are its own: relays lack such paths as often as not.
    bool isAuxiliary() const { return purpose != Purpose::Generate && purpose != Purpose::Other; }
};

/// Judged by its method and its path without the query; a base path before the API's own is allowed. docs/answers.md, parts 1 and 4.
ApiCall apiCallOf(QByteArrayView method, QByteArrayView path);
Dialect dialectOf(QByteArrayView method, QByteArrayView path);

/// The key of the conversation that a request belongs to, so that all its requests can go to the endpoint that holds its prompt
/// cache; empty if the request names none. At most 128 bytes, a longer one is replaced by its SHA-256 in hex. It identifies a
/// person's work: it is compared, and never logged.
///
/// The first that is there counts. Headers come before the body, because they cost nothing while a body may have megabytes:
/// 1. `X-Claude-Code-Session-Id`: Claude Code; the same id as in its body.
/// 2. `session-id`, `session_id`: Codex; shared by the threads of a session, which share their prompt too.
/// 3. `thread-id`, `conversation_id`: Codex without a session, its older versions.
/// 4. `x-codex-turn-metadata`: JSON with the `session_id`, or the `thread_id`.
/// 5. `x-codex-window-id`: last, since it ends in a generation that grows when a conversation is compacted; left out of the key.
/// 6. Body, Anthropic's `metadata.user_id`: a JSON object in a string with a `session_id`, or the older
///    `user_<hash>_account_<uuid>_session_<uuid>`. One that names no session stands for a person, not for a conversation.
/// 7. Body, OpenAI's `prompt_cache_key` (Responses and Chat): says outright which requests share a prompt.
/// `previous_response_id` is no key: it is another one in every turn.
QByteArray conversationOf(const RequestHead &head, QByteArrayView body);

} // namespace qcc
