#include "core/api/conversation.h"

#include "core/http/jsonscan.h"

#include <QCryptographicHash>

#include <algorithm>
#include <array>

namespace qcc {

namespace {

constexpr qsizetype limitBytes = 128;
/// A token with escapes is decoded only up to here; a key is never this long.
constexpr qsizetype decodeLimitBytes = 16 * 1024;

QByteArray bounded(const QByteArray &key)
{
    if (key.size() <= limitBytes)
        return key;
    return QCryptographicHash::hash(key, QCryptographicHash::Sha256).toHex();
}

/// The text of the string at `range`, without surrounding blanks; empty if there is no string.
QByteArray textAt(QByteArrayView json, TextRange range)
{
    const QByteArrayView token = json.sliced(range.at, range.length);
    if (token.size() > decodeLimitBytes)
        return token.front() == '"' ? token.toByteArray() : QByteArray();
    return stringOf(token).value_or(QByteArray()).trimmed();
}

QByteArray textMember(QByteArrayView json, QByteArrayView name)
{
    const std::optional<TextRange> range = findMember(json, name);
    return range ? textAt(json, *range) : QByteArray();
}

QByteArray ofTurnMetadata(const QByteArray &metadata)
{
    const QByteArray session = textMember(metadata, "session_id");
    return session.isEmpty() ? textMember(metadata, "thread_id") : session;
}

/// `<conversation>:<generation>` without the generation.
QByteArray ofWindow(const QByteArray &window)
{
    const qsizetype colon = window.lastIndexOf(':');
    if (colon <= 0)
        return window;
    const QByteArrayView generation = QByteArrayView(window).sliced(colon + 1);
    const bool isNumber = std::all_of(generation.begin(), generation.end(), [](char c) { return c >= '0' && c <= '9'; });
    return isNumber ? window.first(colon) : window;
}

QByteArray ofUser(const QByteArray &user)
{
    if (user.startsWith('{'))
        return textMember(user, "session_id");
    static constexpr QByteArrayView mark = "_session_";
    const qsizetype at = user.indexOf(mark);
    return at >= 0 && at + mark.size() < user.size() ? user : QByteArray();
}

QByteArray ofHeaders(const HeaderList &headers)
{
    static constexpr std::array<QByteArrayView, 5> names = {
        "x-claude-code-session-id", "session-id", "session_id", "thread-id", "conversation_id",
    };
    for (const QByteArrayView name : names) {
        const QByteArray value = firstValue(headers, name).trimmed();
        if (!value.isEmpty())
            return value;
    }
    const QByteArray turn = ofTurnMetadata(firstValue(headers, "x-codex-turn-metadata"));
    return turn.isEmpty() ? ofWindow(firstValue(headers, "x-codex-window-id").trimmed()) : turn;
}

QByteArray ofBody(QByteArrayView body)
{
    QByteArray cacheKey;
    JsonReader reader(body);
    while (const auto member = reader.nextMember()) {
        if (isKey(member->key, "metadata")) {
            const QByteArrayView metadata = body.sliced(member->value.at, member->value.length);
            const QByteArray session = ofUser(textMember(metadata, "user_id"));
            if (!session.isEmpty())
                return session;
        } else if (cacheKey.isEmpty() && isKey(member->key, "prompt_cache_key")) {
            cacheKey = textAt(body, member->value);
        }
    }
    return cacheKey;
}

} // namespace

QByteArray conversationOf(const RequestHead &head, QByteArrayView body)
{
    const QByteArray key = ofHeaders(head.headers);
    return bounded(key.isEmpty() ? ofBody(body) : key);
}

} // namespace qcc
