#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

namespace qcc {

/// The API that a client speaks. OpenAiChat stands for the whole OpenAI API except Responses; Unknown gets error shapes that
/// Anthropic's and OpenAI's clients both read.
enum class Dialect { Anthropic, OpenAiChat, OpenAiResponses, Gemini, Unknown };

/// The dialect of a request, judged by its method and its path without the query; a base path before the API's own is allowed.
Dialect dialectOf(QByteArrayView method, QByteArrayView path);

/// The error type that goes with `status`: "overloaded_error" (Anthropic), "server_error" (OpenAI), "UNAVAILABLE" (Gemini).
/// Source: https://docs.anthropic.com/en/api/errors, https://platform.openai.com/docs/guides/error-codes, google.rpc.Code.
QString errorType(Dialect dialect, int status);

/// The JSON body of an error answer. `message` is shown to the user by the client.
QByteArray errorBody(Dialect dialect, int status, const QString &message);

/// The event that tells a client in mid-stream that its answer failed, blank line included.
QByteArray errorEvent(Dialect dialect, int status, const QString &message);

/// The same for Responses, whose readers count events and take none before response.created.
/// `created`: that has been sent; `sequence`: the number of the next event.
/// Source: https://platform.openai.com/docs/api-reference/responses-streaming
QByteArray failedResponseEvents(int status, const QString &message, bool created, qint64 sequence);

} // namespace qcc
