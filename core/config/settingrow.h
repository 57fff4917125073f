#pragma once

#include "core/config/config.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>

#include <cmath>
#include <functional>
#include <type_traits>

namespace qcc {

/// The first fault found; the ones after it may only be its consequences.
struct Fault {
    QString path;
    QString what;

    bool found() const { return !what.isEmpty(); }
    void note(const QString &where, const QString &problem)
    {
        if (!found())
            *this = {where, problem};
    }
};

/// What config.json writes for a setting; follows from the type of the member that keeps it.
enum class SettingKind {
    Whole,
    Fraction, ///< A number, to the thousandth.
    Switch,
    Word, ///< Of an enum.
    Text,
    Secret,   ///< A text, null for none, or an object with the sealed text.
    Statuses, ///< A list of HTTP statuses.
    Texts,    ///< A list.
    Models,   ///< An object: a model's name for each name that clients use.
    Command,  ///< A program with its arguments: a list of texts, or one text.
    Pairs,    ///< An object: a text for each name; the texts may be secret.
    Entries,  ///< A list of objects with settings of their own.
};

enum class SettingUnit { None, Seconds, Megabytes, Days };

/// The statuses that say more than that all is well.
inline constexpr int lowestStatus = 300;
inline constexpr int highestStatus = 599;

/// What a value must be that its kind does not say.
struct SettingRule {
    double low = 0; ///< Of a number; both bounds are good.
    double high = 0;
    SettingUnit unit = SettingUnit::None;        ///< Where the member's type does not say it.
    QString (*fault)(const QString &) = nullptr; ///< What is wrong with a text, or one of a list ("must be …"); empty: nothing.
    QString (*meant)(const QString &) = nullptr; ///< A good text as it is kept.
    /// What is wrong with a member of an object ("must …"); empty: nothing. It never says the value.
    QString (*pairFault)(const QString &name, const QString &value) = nullptr;
    const char *error = nullptr;                 ///< In place of the usual words for a number that is none or out of bounds.
    bool orNull = false;                         ///< Null is the empty text.
    bool command = false;                        ///< A list that is a program with its arguments.
    bool secret = false;                         ///< A text that may lie sealed in the file.
    bool required = false;                       ///< There is no default.
    bool onPage = true; ///< The window's page of settings has it; those of clusters and endpoints are on pages of their own.
};

/// One setting of config.json: all that is known of it, wherever it is read, checked, shown or documented.
struct Setting {
    QString path; ///< "timeouts.read_s", "clusters[].endpoints[].weight".
    SettingKind kind = SettingKind::Text;
    SettingRule rule;
    QStringList words;   ///< Of an enum, as config.json writes them.
    QJsonValue standard; ///< The default.
    QString about;       ///< What it means, in English sentences; Markdown.

    /// From the object that it is read from: config.json, a cluster, an endpoint.
    QString localPath() const;
    /// What config.json is told of a value of another type, or of a number out of bounds ("must be a whole number from 1 to 20").
    QString error() const;
    bool isOnSettingsPage() const { return rule.onPage && !path.startsWith(QLatin1String("clusters")) && !path.startsWith(QLatin1String("routes")); }
};

/// A setting with the member that keeps it.
template <typename Owner>
struct SettingOf : Setting {
    std::function<QJsonValue(const Owner &)> json;           ///< As config.json writes it; secrets in plain text.
    std::function<void(Owner &, const QJsonValue &)> assign; ///< A good value.
};

/// `given` for the setting at `path`, where it is good. Undefined where nothing is given and where it is not good, which is noted; and
/// for a sealed secret, which has to be opened first.
QJsonValue goodValue(const Setting &setting, const QJsonValue &given, const QString &path, Fault &fault);

/// What stands at `localPath` in `object`, which stands at `path`; a section that is none is noted.
QJsonValue givenAt(const QString &localPath, const QJsonObject &object, const QString &path, Fault &fault);

QString joinedPath(const QString &path, const QString &key);

/// Reads one setting from `object`, which stands at `path`; the default stays where it is not given.
template <typename Owner>
void readSetting(const SettingOf<Owner> &setting, const QJsonObject &object, const QString &path, Owner &owner, Fault &fault)
{
    const QString key = setting.localPath();
    const QJsonValue good = goodValue(setting, givenAt(key, object, path, fault), joinedPath(path, key), fault);
    if (!good.isUndefined())
        setting.assign(owner, good);
}

// How the types of members are written.

template <typename T>
constexpr SettingKind kindOf()
{
    using std::is_same_v;
    if constexpr (WordedEnum<T>)
        return SettingKind::Word;
    else if constexpr (is_same_v<T, bool>)
        return SettingKind::Switch;
    else if constexpr (is_same_v<T, std::chrono::milliseconds>)
        return SettingKind::Fraction;
    else if constexpr (is_same_v<T, QList<int>>)
        return SettingKind::Statuses;
    else if constexpr (is_same_v<T, QStringList>)
        return SettingKind::Texts;
    else if constexpr (is_same_v<T, QMap<QString, QString>>)
        return SettingKind::Models;
    else if constexpr (is_same_v<T, QString> || is_same_v<T, QByteArray>)
        return SettingKind::Text;
    else
        return SettingKind::Whole;
}

template <typename T>
constexpr SettingUnit unitOf(SettingUnit otherwise)
{
    if constexpr (std::is_same_v<T, std::chrono::seconds> || std::is_same_v<T, std::chrono::milliseconds>)
        return SettingUnit::Seconds;
    else if constexpr (std::is_same_v<T, qint64>)
        return SettingUnit::Megabytes;
    else
        return otherwise;
}

/// Members of 64 bits count bytes.
inline constexpr qint64 bytesOfMegabyte = qint64(1024) * 1024;

template <typename T>
QJsonValue jsonOf(const T &value)
{
    using std::is_same_v;
    if constexpr (WordedEnum<T>) {
        return toWord(value);
    } else if constexpr (is_same_v<T, std::chrono::seconds>) {
        return static_cast<qint64>(value.count());
    } else if constexpr (is_same_v<T, std::chrono::milliseconds>) {
        return static_cast<double>(value.count()) / 1000;
    } else if constexpr (is_same_v<T, qint64>) {
        return value / bytesOfMegabyte;
    } else if constexpr (is_same_v<T, QByteArray>) {
        return QString::fromUtf8(value);
    } else if constexpr (is_same_v<T, QList<int>>) {
        QJsonArray list;
        for (const int status : value)
            list.append(status);
        return list;
    } else if constexpr (is_same_v<T, QStringList>) {
        return QJsonArray::fromStringList(value);
    } else if constexpr (is_same_v<T, QMap<QString, QString>>) {
        QJsonObject object;
        for (auto it = value.begin(); it != value.end(); ++it)
            object.insert(it.key(), it.value());
        return object;
    } else {
        return value;
    }
}

template <typename T>
void assignGood(T &member, const QJsonValue &good, const SettingRule &rule)
{
    using std::is_same_v;
    const auto meant = [&rule](const QJsonValue &text) { return rule.meant ? rule.meant(text.toString()) : text.toString(); };
    if constexpr (WordedEnum<T>) {
        member = fromWord<T>(good.toString()).value_or(member);
    } else if constexpr (is_same_v<T, bool>) {
        member = good.toBool();
    } else if constexpr (is_same_v<T, std::chrono::seconds>) {
        member = T(std::llround(good.toDouble()));
    } else if constexpr (is_same_v<T, std::chrono::milliseconds>) {
        member = T(std::llround(good.toDouble() * 1000));
    } else if constexpr (is_same_v<T, qint64>) {
        member = std::llround(good.toDouble()) * bytesOfMegabyte;
    } else if constexpr (std::is_integral_v<T>) {
        member = static_cast<T>(std::llround(good.toDouble()));
    } else if constexpr (is_same_v<T, QString>) {
        member = meant(good);
    } else if constexpr (is_same_v<T, QByteArray>) {
        member = meant(good).toUtf8();
    } else if constexpr (is_same_v<T, QMap<QString, QString>>) {
        member.clear();
        const QJsonObject object = good.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            member.insert(it.key(), it->toString());
    } else {
        member.clear();
        const QJsonArray list = good.toArray();
        for (const QJsonValue &entry : list) {
            if constexpr (is_same_v<T, QStringList>)
                member.append(meant(entry));
            else
                member.append(entry.toInt());
        }
    }
}

/// A setting that `of` finds in its owner.
template <typename Owner, typename Of>
SettingOf<Owner> boundSetting(const char *path, const Of &of, SettingRule rule, const char *about)
{
    using T = std::remove_cvref_t<std::invoke_result_t<Of, Owner &>>;
    SettingOf<Owner> row;
    rule.unit = unitOf<T>(rule.unit);
    row.path = QLatin1String(path);
    row.kind = rule.secret ? SettingKind::Secret : rule.pairFault ? SettingKind::Pairs : rule.command ? SettingKind::Command : kindOf<T>();
    row.rule = rule;
    row.about = QString::fromUtf8(about);
    if constexpr (WordedEnum<T>)
        row.words = allWords<T>();
    row.json = [of, rule](const Owner &owner) {
        const QJsonValue value = jsonOf<T>(of(owner));
        return rule.orNull && value.toString().isEmpty() ? QJsonValue(QJsonValue::Null) : value;
    };
    row.assign = [of, rule](Owner &owner, const QJsonValue &good) { assignGood<T>(of(owner), good, rule); };
    row.standard = row.json(Owner());
    return row;
}

template <typename Owner, typename T>
SettingOf<Owner> setting(const char *path, T Owner::*member, const SettingRule &rule, const char *about)
{
    return boundSetting<Owner>(path, [member](auto &owner) -> auto & { return owner.*member; }, rule, about);
}

template <typename Owner, typename Section, typename T>
SettingOf<Owner> setting(const char *path, Section Owner::*section, T Section::*member, const SettingRule &rule, const char *about)
{
    return boundSetting<Owner>(path, [section, member](auto &owner) -> auto & { return owner.*section.*member; }, rule, about);
}

} // namespace qcc
