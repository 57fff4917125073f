#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace qcc {

/// The API that a client speaks. OpenAiChat stands for the whole OpenAI API except Responses; Unknown gets error shapes that
/// Anthropic's and OpenAI's clients both read.
enum class Dialect { Anthropic, OpenAiChat, OpenAiResponses, Gemini, Unknown };

/// What a request is for, as far as it matters for judging its answer.
enum class Purpose {
    Generate,    ///< An answer of a model: its protocol says what a good one looks like.
    CountTokens, ///< Anthropic's count of tokens, which qcc can estimate.
    Auxiliary,   ///< Models, files, batches and the like: what goes wrong there says nothing about the endpoint as a whole.
    Other,       ///< Everything else: status and framing decide.
};

/// A request in the terms of the vendors' APIs.
struct ApiCall {
    Dialect dialect = Dialect::Unknown;
    Purpose purpose = Purpose::Other;

    bool generates() const { return purpose == Purpose::Generate && dialect != Dialect::Unknown; }
    /// Its failures are its own.
    bool isAuxiliary() const { return purpose == Purpose::CountTokens || purpose == Purpose::Auxiliary; }
};

/// Judged by its method and its path without the query; a base path before the API's own is allowed. docs/answers.md, parts 1 and 4.
ApiCall apiCallOf(QByteArrayView method, QByteArrayView path);
Dialect dialectOf(QByteArrayView method, QByteArrayView path);

} // namespace qcc
