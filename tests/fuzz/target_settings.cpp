#include "tests/fuzz/fuzztarget.h"

#include "core/clients/settingstext.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace qcc::fuzz {

namespace {

/// Whatever a value is set in or taken from, the text is what it was once that is undone, and what is read back is what was set.
void setsAndUndoes(SettingsFormat format, const QByteArray &text, const QStringList &path, const QByteArray &value)
{
    const Result<std::optional<QByteArray>> before = valueIn(format, text, path);
    const Result<Splices> splices = setting(format, text, path, value);
    QCC_HOLDS(before || !splices);
    if (!splices)
        return;
    const QByteArray set = applied(text, *splices);
    QCC_HOLDS(undone(set, *splices) == text);
    QCC_HOLDS(valueIn(format, set, path)->value_or(QByteArray()) == value);
    QCC_HOLDS(setting(format, set, path, value)->isEmpty());
    const Result<Splices> taken = taking(format, set, path, missingBefore(format, text, path) ? *missingBefore(format, text, path) : 0);
    if (taken)
        QCC_HOLDS(undone(applied(set, *taken), *taken) == set);
}

/// What a reader that is strict makes of it has what was set, and all else as before.
void isWhatAParserSees(const QByteArray &text)
{
    // Qt's parser drops a mark at the beginning of a key.
    if (text.contains("\xEF\xBB\xBF"))
        return;
    const QJsonDocument before = QJsonDocument::fromJson(text);
    const Result<Splices> splices = setting(SettingsFormat::Json, text, {QStringLiteral("env"), QStringLiteral("A")}, "\"b\"");
    if (!before.isObject() || !splices)
        return;
    const QJsonDocument after = QJsonDocument::fromJson(applied(text, *splices));
    QCC_HOLDS(after.isObject());
    QJsonObject wanted = before.object(), env = wanted.value(QStringLiteral("env")).toObject();
    env.insert(QStringLiteral("A"), QStringLiteral("b"));
    wanted.insert(QStringLiteral("env"), env);
    // Of a key that stands twice the parser takes the last, too.
    QCC_HOLDS(after.object() == wanted);
}

} // namespace

/// The first byte says the format.
void runSettings(QByteArrayView input)
{
    if (input.isEmpty())
        return;
    const QByteArray text = input.sliced(1).toByteArray();
    switch (static_cast<unsigned char>(input.front()) % 3) {
    case 0:
        setsAndUndoes(SettingsFormat::Json, text, {QStringLiteral("env"), QStringLiteral("A")}, "\"b\"");
        isWhatAParserSees(text);
        static_cast<void>(plainJson(text));
        break;
    case 1:
        setsAndUndoes(SettingsFormat::Toml, text, {QStringLiteral("a")}, "\"b\"");
        setsAndUndoes(SettingsFormat::Toml, text, {QStringLiteral("p"), QStringLiteral("q"), QStringLiteral("a")}, "false");
        break;
    default: setsAndUndoes(SettingsFormat::Env, text, {QStringLiteral("A")}, "b"); break;
    }
}

} // namespace qcc::fuzz
