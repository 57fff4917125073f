#include "core/import/foundendpoint.h"

#include "core/base/visibletext.h"
#include "core/config/addresses.h"
#include "core/config/configparser.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUrl>

#include <algorithm>
#include <array>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// In the order of ImportSource.
constexpr std::array sourceWords{"fastcc"_L1, "cc-switch"_L1, "claude"_L1, "environment"_L1};

/// Characters that fill a place without being seen, although Unicode counts them as letters, marks or signs.
bool isBlank(char32_t c)
{
    constexpr std::array blanks{U'\u034f', U'\u115f', U'\u1160', U'\u17b4', U'\u17b5', U'\u180b', U'\u180c', U'\u180d', U'\u180f',
                                U'\u2800', U'\u3164', U'\uffa0'};
    return std::ranges::find(blanks, c) != blanks.end() || (c >= 0xe0100 && c <= 0xe01ef);
}

bool isEmpty(const QJsonValue &value)
{
    return value.isNull() || (value.isString() && value.toString().trimmed().isEmpty()) || (value.isObject() && value.toObject().isEmpty())
        || (value.isArray() && value.toArray().isEmpty());
}

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
    QString name;
    bool isSeen = false;
    const QList<uint> characters = text.toUcs4();
    for (const uint c : characters) {
        if (isSteering(c) || isBlank(c))
            continue;
        name += QString::fromUcs4(reinterpret_cast<const char32_t *>(&c), 1);
        isSeen = isSeen || (QChar::category(c) != QChar::Other_Format && !QChar::isSpace(c) && !QChar::isMark(c));
    }
    return isSeen ? name.trimmed() : QString();
}

bool isAddressName(const QString &key)
{
    QString word = key.toLower();
    word.removeIf([](QChar c) { return c == u'_' || c == u'-'; });
    return word.endsWith("baseurl"_L1) || word.endsWith("apibase"_L1) || word.endsWith("apiurl"_L1) || word == "customendpoints"_L1;
}

bool namesAddress(const QJsonValue &value)
{
    const QJsonArray list = value.toArray();
    if (std::any_of(list.begin(), list.end(), [](const QJsonValue &element) { return namesAddress(element); }))
        return true;
    const QJsonObject object = value.toObject();
    for (auto member = object.begin(); member != object.end(); ++member) {
        if ((isAddressName(member.key()) && !isEmpty(*member)) || namesAddress(*member))
            return true;
    }
    return false;
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
