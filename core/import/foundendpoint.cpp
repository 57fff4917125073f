#include "core/import/foundendpoint.h"

#include "core/base/maskkey.h"
#include "core/config/addresses.h"
#include "core/config/jsonlines.h"

#include <QJsonDocument>
#include <QUrl>

#include <algorithm>
#include <array>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// In the order of ImportSource.
constexpr std::array sourceWords{"fastcc"_L1, "cc-switch"_L1, "claude"_L1, "environment"_L1};

} // namespace

QString toWord(ImportSource source)
{
    return sourceWords.at(static_cast<size_t>(source));
}

std::optional<ImportSource> importSourceFromWord(QStringView word)
{
    const auto found = std::ranges::find_if(sourceWords, [word](QLatin1String candidate) { return candidate == word; });
    if (found == sourceWords.end())
        return std::nullopt;
    return static_cast<ImportSource>(std::distance(sourceWords.begin(), found));
}

QStringList importSourceWords()
{
    return QStringList(sourceWords.begin(), sourceWords.end());
}

QString maskedKey(const FoundEndpoint &found)
{
    return maskKey(found.fields.apiKey.value_or(QString()).trimmed().toUtf8());
}

QString shownUrl(const FoundEndpoint &found)
{
    const QUrl url(found.fields.baseUrl.value_or(QString()).trimmed(), QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return {};
    return QString::fromUtf8(
        trimmedBaseUrl(url.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment)));
}

QString usableName(const QString &text)
{
    QString name = text;
    name.removeIf([](QChar c) { return c.category() == QChar::Other_Control; });
    return name.trimmed();
}

Result<QJsonObject> objectIn(const QByteArray &text)
{
    QJsonParseError syntax;
    const QJsonDocument document = QJsonDocument::fromJson(text, &syntax);
    if (syntax.error != QJsonParseError::NoError) {
        return Failure{ErrorCode::InvalidConfig,
                       u"line %1 is not valid JSON: %2"_s.arg(lineOfOffset(text, syntax.offset)).arg(syntax.errorString()),
                       {}};
    }
    if (!document.isObject())
        return Failure{ErrorCode::InvalidConfig, u"it is no JSON object"_s, {}};
    return document.object();
}

} // namespace qcc
