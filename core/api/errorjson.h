#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>

namespace qcc {

/// What the protocols share where they word errors of qcc's own.

/// OpenAI's code that goes with `status`, or null. Source: https://platform.openai.com/docs/guides/error-codes
QJsonValue openAiErrorCode(int status);
QString openAiErrorType(int status);
QJsonObject openAiError(const QString &type, const QJsonValue &code, const QString &message);
/// Compact, and harmless wherever it is shown.
QByteArray errorText(const QJsonObject &object);

} // namespace qcc
