#pragma once

#include "core/config/config.h"
#include "core/http/bodyreader.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QMap>
#include <QString>

namespace qcc {

/// The model to ask an endpoint for when the client asked for `asked`. `rule` comes first, for it holds for all endpoints: a set
/// override takes the place of `asked`. Then the endpoint's own `map`: the exact name, else the longest key that ends in `*` and
/// whose rest begins the name ("*" alone begins every name). An entry without a target does not count; without any, the name stays.
QString modelFor(const Config::Model &rule, const QMap<QString, QString> &map, const QString &asked);

/// Whether modelFor() would give any other name than the one asked for.
bool mayRenameModel(const Config::Model &rule, const QMap<QString, QString> &map);

/// What has to be replaced in a body whose top-level members `model` are these for it to ask for `model`. All other bytes stay as the client
/// wrote them. Where the key stands more than once each is replaced, because parsers differ in which one they take. One that says `model`
/// already stays.
QList<BodyPatch> patchesForModel(const QList<MemberScan::Found> &models, const QString &model);

/// The model that a Gemini target names in its path, `…/models/NAME:generateContent`, decoded; empty for any other target: a
/// colon alone does not tell, since OpenAI's fine-tuned models have some in their names.
/// Source: https://ai.google.dev/api/generate-content, https://cloud.google.com/vertex-ai/docs/reference/rest.
QString modelOfTarget(QByteArrayView target);

/// `target` with that name replaced, percent-encoded, and every other byte as it was; unchanged where it names none.
QByteArray targetWithModel(const QByteArray &target, const QString &model);

} // namespace qcc
