#pragma once

#include "core/api/dialect.h"
#include "core/api/tokens.h"
#include "core/http/jsonreader.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace qcc {

struct SampleAnswer;
struct SampleQuestion;

/// What one message of an answer says by its members, wherever they stand (ARCH-5): an event of a stream, an element of Gemini's array, or a whole
/// JSON answer. docs/answers.md, part 2.
struct MessageMeaning {
    bool content = false; ///< Something that the client has use for.
    bool final = false;   ///< Why the answer ends. Of a JSON answer: a stop reason that is no error.
    bool end = false;     ///< Nothing follows.
    bool error = false;   ///< It is an API's error, or holds one.
    bool usual = false;   ///< Of a JSON answer: it has the member that its protocol always has, or says why not.
};

/// Reads along what one answer says in its protocol, in order. Each message is walked once; nothing of it is kept but what is told here.
class ProtocolReader
{
public:
    virtual ~ProtocolReader() = default;

    /// `name`: of the event, may be empty. Of data that breaks off, what stands before that counts.
    virtual MessageMeaning event(QByteArrayView name, QByteArrayView data) = 0;
    virtual MessageMeaning answer(QByteArrayView json) = 0;

    /// What stands in for an end that an upstream forgot; empty where the protocol has none.
    virtual QByteArray missingEnd() const { return {}; }
    /// The bytes that end a stream which broke off here, so that the client's SDK raises its API error.
    virtual QByteArray brokenEnd(const QString &message) const = 0;
    /// Its clients take an error event even where it comes within another that is torn, behind a line break.
    virtual bool mendsTornEvent() const { return false; }
    /// The client's reader drops an event that the body ends without a blank line.
    virtual bool needsBlankLine() const { return false; }

    const TokenUsage &usage() const { return m_usage; }
    /// The model that answers, as it calls itself; empty while that is not known.
    const QByteArray &model() const { return m_model; }

protected:
    TokenUsage m_usage;
    QByteArray m_model;
};

/// What a client asks for below the version of a base URL ("/messages").
struct ApiPath {
    QByteArrayView path;
    bool isPlain = true; ///< Nothing else is called so: a base URL that ends in it names the whole path even without a version before it.
};

/// One vendor's protocol: which requests speak it, its reader, how it words errors, and what its answers look like.
struct Protocol {
    /// Whether a request with this path, which is not empty, speaks it, where no protocol before it in QCC_PROTOCOLS does.
    bool (*claims)(const PathSegments &path);
    /// Whether a POST to this path asks for an answer of a model.
    bool (*generates)(const PathSegments &path);
    /// The paths that people copy into a base URL, of two with the same end the longer one first.
    std::span<const ApiPath> paths;
    std::unique_ptr<ProtocolReader> (*reader)();
    /// The error type that goes with `status`: "overloaded_error" (Anthropic), "server_error" (OpenAI), "UNAVAILABLE" (Gemini).
    QString (*errorType)(int status);
    /// The JSON body of an error answer. `message` is shown to the user by the client.
    QByteArray (*errorBody)(int status, const QString &message);
    /// For the demo and the tests: the end of the paths that are answered so, an answer, whole and as the events of a stream, and how many of these
    /// follow the last text.
    const char *samplePath;
    QByteArray (*sampleJson)(const SampleAnswer &answer);
    QList<QByteArray> (*sampleEvents)(const SampleAnswer &answer);
    qsizetype sampleClosing;
    /// The smallest question to a model, and a model that is cheap to ask where nobody names one.
    SampleQuestion (*sampleQuestion)(const QString &model);
    const char *sampleModel;
    /// The text that one message of a stream, or a whole answer, gives to its reader; empty where it gives none.
    QString (*words)(const QJsonObject &message);
};

/// The protocols, each in a file of its own. Source: Anthropic "Streaming Messages", OpenAI "Chat Completions" and "Responses" API references,
/// Gemini API "GenerateContentResponse".
#define QCC_PROTOCOL(dialect, name) extern const Protocol name##Protocol;
QCC_PROTOCOLS(QCC_PROTOCOL)
#undef QCC_PROTOCOL
/// Of Dialect::Unknown: error shapes that Anthropic's and OpenAI's clients both read, and nothing else.
extern const Protocol unknownProtocol;

const Protocol &protocolOf(Dialect dialect);

QString errorType(Dialect dialect, int status);
QByteArray errorBody(Dialect dialect, int status, const QString &message);

/// What the readers of several protocols ask of JSON values as they are written.

/// Neither missing nor null, false, empty or nothing but brackets.
bool saysSomething(QByteArrayView value);
/// The text of a string; empty where it is none. `decoded` holds it where it was written with escapes.
QByteArrayView textOf(QByteArrayView token, QByteArray &decoded);
/// A string with something in it.
bool isNonEmptyText(QByteArrayView token);

/// Words that a reader looks for among keys: which of them `key` is, as its place in the list; -1 for any other.
template <std::size_t N>
constexpr int placeOf(QByteArrayView key, const std::array<std::string_view, N> &words)
{
    for (std::size_t i = 0; i < N; ++i) {
        const std::string_view word = words[i];
        if (word.size() == static_cast<std::size_t>(key.size()) && word[0] == key[0] && std::memcmp(word.data(), key.data(), word.size()) == 0)
            return static_cast<int>(i);
    }
    return -1;
}

/// Finds an API's error in the members of a message, wherever they stand: `error` that says something, `"type":"error"`, `"object":"error"`;
/// in a message without anything else known also a code with words (`code` and `message`, Baidu's `error_code`, MiniMax's `base_resp`).
class ErrorMarks
{
public:
    /// Looks at the member whose value is at hand of `reader`. Returns whether it was one of these, and has been passed over.
    bool take(JsonReader &reader, QByteArrayView key);
    /// `known`: the message has a member that its protocol's answers have.
    bool isError(bool known) const { return m_error || (!known && (m_refused || (m_code && m_words))); }

private:
    bool m_error = false;
    bool m_refused = false;
    bool m_code = false;
    bool m_words = false;
};

} // namespace qcc
