#include "core/forward/modelname.h"

#include "core/http/jsonscan.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <array>

namespace qcc {

namespace {

QByteArray jsonString(const QString &text)
{
    const QByteArray array = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return array.sliced(1, array.size() - 2);
}

bool isModelAction(QByteArrayView word)
{
    static constexpr std::array<QByteArrayView, 14> actions = {
        "generateContent", "streamGenerateContent", "countTokens",   "embedContent",        "batchEmbedContents",
        "batchGenerateContent", "asyncBatchEmbedContent", "generateAnswer", "computeTokens", "predict",
        "predictLongRunning", "rawPredict", "streamRawPredict", "bidiGenerateContent",
    };
    return std::find(actions.begin(), actions.end(), word) != actions.end();
}

/// Where the model's name stands in a Gemini target; of no length if it names none.
TextRange modelRange(QByteArrayView target)
{
    const qsizetype query = target.indexOf('?');
    const QByteArrayView path = query < 0 ? target : target.first(query);
    const qsizetype colon = path.lastIndexOf(':');
    if (colon < 0 || !isModelAction(path.sliced(colon + 1)))
        return {};
    const qsizetype start = path.first(colon).lastIndexOf('/') + 1;
    if (!path.first(start).endsWith("/models/"))
        return {};
    return {start, colon - start};
}

} // namespace

bool mayRenameModel(const Config::Model &rule, const QMap<QString, QString> &map)
{
    return !map.isEmpty() || (rule.mode == ModelMode::Override && !rule.override.isEmpty());
}

QString modelFor(const Config::Model &rule, const QMap<QString, QString> &map, const QString &asked)
{
    const QString name = rule.mode == ModelMode::Override && !rule.override.isEmpty() ? rule.override : asked;
    const QString exact = map.value(name);
    if (!exact.isEmpty())
        return exact;
    QStringView best;
    QString target;
    for (auto entry = map.cbegin(); entry != map.cend(); ++entry) {
        const QStringView pattern = entry.key();
        if (!pattern.endsWith(u'*') || entry.value().isEmpty() || pattern.size() <= best.size())
            continue;
        if (name.startsWith(pattern.chopped(1))) {
            best = pattern;
            target = entry.value();
        }
    }
    return target.isEmpty() ? name : target;
}

QList<BodyPatch> patchesForModel(const QList<MemberScan::Found> &models, const QString &model)
{
    const QByteArray wanted = model.toUtf8();
    QList<BodyPatch> patches;
    for (const MemberScan::Found &found : models) {
        const std::optional<QByteArray> present = stringOf(found.token);
        if (present && *present != wanted)
            patches.append({found.at, found.token.size(), jsonString(model)});
    }
    return patches;
}

QString modelOfTarget(QByteArrayView target)
{
    const auto [at, length] = modelRange(target);
    return QString::fromUtf8(QByteArray::fromPercentEncoding(target.sliced(at, length).toByteArray()));
}

QByteArray targetWithModel(const QByteArray &target, const QString &model)
{
    const auto [at, length] = modelRange(target);
    if (length == 0 || modelOfTarget(target) == model)
        return target;
    return target.first(at) + model.toUtf8().toPercentEncoding() + target.sliced(at + length);
}

} // namespace qcc
