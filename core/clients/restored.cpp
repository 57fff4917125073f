#include "core/clients/restored.h"

#include "core/base/toml.h"

#include <QCryptographicHash>

#include <algorithm>

namespace qcc {

namespace {

/// Whether nothing is in `text` that says something.
bool saysNothing(SettingsFormat format, const QByteArray &text)
{
    QByteArray words = text;
    words.replace(byteOrderMark, QByteArrayView());
    words = words.simplified();
    return words.isEmpty() || (format == SettingsFormat::Json && (words == "{}" || words == "{ }"));
}

/// The table that `value` lies in, where it was made for values of `file` and somebody has put something into it since. Taken apart it would lack what its reader asks for.
bool isInTableOfOthers(const LedgerFile &file, const LedgerValue &value, const QByteArray &text)
{
    const QStringList parents = value.path.first(value.path.size() - 1);
    const auto isIn = [&parents](const QStringList &path) { return path.size() > parents.size() && path.first(parents.size()) == parents; };
    const bool isMade = std::ranges::any_of(file.values, [&](const LedgerValue &each) { return each.made > 0 && isIn(each.path); });
    if (file.format != SettingsFormat::Toml || parents.isEmpty() || !isMade)
        return false;
    const Result<QList<TomlPlace>> places = placesInToml(text);
    return places && std::ranges::any_of(*places, [&](const TomlPlace &place) {
        return isIn(place.path) && std::ranges::find(file.values, place.path, &LedgerValue::path) == file.values.end();
    });
}

} // namespace

QByteArray digestOf(const QByteArray &text)
{
    return QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex();
}

bool sameValue(SettingsFormat format, const std::optional<QByteArray> &one, const std::optional<QByteArray> &other)
{
    if (!one || !other)
        return one == other;
    const std::optional<QString> text = textOf(format, *one);
    return text ? text == textOf(format, *other) : one->trimmed() == other->trimmed();
}

bool isOwn(SettingsFormat format, const LedgerValue &value, const std::optional<QByteArray> &now)
{
    return sameValue(format, now, value.own) || (now && std::ranges::any_of(value.earlier, [&](const QByteArray &each) { return sameValue(format, now, each); }));
}

Result<Restored> restored(const LedgerFile &file, const QByteArray &text)
{
    if (digestOf(text) == file.digest) {
        if (const std::optional<QByteArray> before = undone(text, file.splices))
            return Restored{*before, !file.existed, {}, false};
    }
    // Somebody else has changed it since: value by value.
    struct Step {
        const LedgerValue *value;
        bool isLeft;
    };
    QList<Step> steps;
    for (const LedgerValue &value : file.values) {
        const Result<std::optional<QByteArray>> now = valueIn(file.format, text, value.path);
        if (!now)
            return now.error();
        if (!sameValue(file.format, *now, value.old))
            steps.append({&value, !isOwn(file.format, value, *now) || isInTableOfOthers(file, value, text)});
    }
    const bool isOfAnother = std::ranges::any_of(steps, [](const Step &step) { return step.isLeft && !step.value->isSecret; });
    Restored result{text, false, {}, false};
    // The last one first, so that what was made for them goes with the first.
    for (auto step = steps.crbegin(); step != steps.crend(); ++step) {
        const LedgerValue &value = *step->value;
        const bool isKept = isOfAnother && value.isSecret && value.old;
        result.keepsSecret = result.keepsSecret || isKept;
        if (step->isLeft || isKept)
            result.leftAlone.append({file.path, value.path});
        if (step->isLeft)
            continue;
        const Result<Splices> splices = value.old && !isKept ? setting(file.format, result.text, value.path, *value.old) : taking(file.format, result.text, value.path, value.made);
        if (!splices)
            return splices.error();
        result.text = applied(result.text, *splices);
    }
    result.isGone = !file.existed && saysNothing(file.format, result.text);
    return result;
}

} // namespace qcc
