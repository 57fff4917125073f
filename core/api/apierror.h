#pragma once

#include "core/api/errorwords.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>

#include <chrono>
#include <optional>

namespace qcc {

/// What the protocols share where they word errors of qcc's own.

/// OpenAI's code that goes with `status`, or null. Source: https://platform.openai.com/docs/guides/error-codes
QJsonValue openAiErrorCode(int status);
QString openAiErrorType(int status);
QJsonObject openAiError(const QString &type, const QJsonValue &code, const QString &message);
/// Compact, and harmless wherever it is shown.
QByteArray errorText(const QJsonObject &object);

/// What an API says went wrong, in its own words, however it came: the body of a 4xx or 5xx, an object under a 200, an event. The text may quote
/// anything, a key included: it is masked before it is logged or shown. Source: docs/answers.md, part 4.
struct ApiError {
    /// What said it.
    enum class Form {
        Empty,  ///< Nothing did.
        Object, ///< JSON.
        Page,   ///< HTML or XML.
        Text,
        Binary, ///< Nobody can tell.
    };

    int status = 0;  ///< Of HTTP; 0 where it came under a 200.
    Form form = Form::Empty;
    QString type;    ///< "rate_limit_error", "RESOURCE_EXHAUSTED"; one line, at most 100 characters.
    QString code;    ///< "insufficient_quota", "429"; one line, at most 100 characters.
    QString message; ///< One line without control characters, at most 300 characters.
    std::optional<std::chrono::milliseconds> wait; ///< As it asks in its body; within [0, 24 h].
    ErrorWords words; ///< What type, code and all of the message mean.
};

/// Reads the body of an error answer, or the data of an event: the JSON of Anthropic, OpenAI, Gemini (also as the array that its streams send),
/// FastAPI and the relays, an error event of a stream, an HTML page (its title is the message), or short plain text. A body that is cut
/// off is read as far as it goes. Only the fields that the upstream filled in itself count, nothing else of the body: an error that quotes the
/// prompt must not put an endpoint to rest. `status`: 0 where it came under a 200.
ApiError readApiError(int status, QByteArrayView body);

} // namespace qcc
