#pragma once

#include "core/config/config.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QMap>
#include <QString>

namespace qcc {

/// The model to ask an endpoint for when the client asked for `asked`. `rule` comes first, for it holds for all endpoints: a set
/// override takes the place of `asked`. Then the endpoint's own `map`: the exact name, else the longest key that ends in `*` and
/// whose rest begins the name ("*" alone begins every name). An entry without a target does not count; without any, the name stays.
QString modelFor(const Config::Model &rule, const QMap<QString, QString> &map, const QString &asked);

/// `body` with the string value of its top-level member `model` replaced, and nothing else touched: all other bytes stay as the
/// client wrote them. Where the key stands more than once each is replaced, because parsers differ in which one they take.
/// Unchanged where there is no such member, or where it says `model` already.
QByteArray bodyWithModel(const QByteArray &body, const QString &model);

/// The model that a Gemini target names in its path, `…/models/NAME:generateContent`, decoded; empty for any other target: a
/// colon alone does not tell, since OpenAI's fine-tuned models have some in their names.
/// Source: https://ai.google.dev/api/generate-content, https://cloud.google.com/vertex-ai/docs/reference/rest.
QString modelOfTarget(QByteArrayView target);

/// `target` with that name replaced, percent-encoded, and every other byte as it was; unchanged where it names none.
QByteArray targetWithModel(const QByteArray &target, const QString &model);

} // namespace qcc
