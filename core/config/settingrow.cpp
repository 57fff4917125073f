#include "core/config/settingrow.h"

#include "core/config/keycommand.h"
#include "core/config/secretvalues.h"

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

QString numberError(double low, double high, bool whole)
{
    return (whole ? u"must be a whole number from %1 to %2"_s : u"must be a number from %1 to %2"_s).arg(low, 0, 'g', 9).arg(high, 0, 'g', 9);
}

bool isNumber(const QJsonValue &value, double low, double high, bool whole)
{
    const double number = value.toDouble();
    return value.isDouble() && number >= low && number <= high && (!whole || number == std::floor(number));
}

QString textFault(const Setting &setting, const QJsonValue &text)
{
    if (!text.isString())
        return u"must be a string"_s;
    return setting.rule.fault ? setting.rule.fault(text.toString()) : QString();
}

QJsonValue orNote(const QJsonValue &value, const QString &what, const QString &path, Fault &fault)
{
    if (what.isEmpty())
        return value;
    fault.note(path, what);
    return QJsonValue::Undefined;
}

QString entryFault(const Setting &setting, const QJsonValue &entry)
{
    switch (setting.kind) {
    case SettingKind::Statuses:
        return isNumber(entry, lowestStatus, highestStatus, true) ? QString() : numberError(lowestStatus, highestStatus, true);
    case SettingKind::Texts:
        return setting.rule.fault ? setting.rule.fault(entry.toString()) : textFault(setting, entry);
    default:
        return entry.isObject() ? QString() : u"must be an object"_s;
    }
}

QJsonValue goodList(const Setting &setting, const QJsonValue &given, const QString &path, Fault &fault)
{
    if (!given.isArray())
        return orNote(given, setting.error(), path, fault);
    const QJsonArray list = given.toArray();
    QJsonValue good = given;
    for (qsizetype i = 0; i < list.size(); ++i) {
        if (orNote(list.at(i), entryFault(setting, list.at(i)), u"%1[%2]"_s.arg(path).arg(i), fault).isUndefined())
            good = QJsonValue::Undefined;
    }
    return good;
}

QString memberFault(const Setting &setting, const QString &name, const QJsonValue &value)
{
    if (setting.kind == SettingKind::Models)
        return value.toString().isEmpty() ? u"must be a model's name"_s : QString();
    return value.isString() ? setting.rule.pairFault(name, value.toString()) : u"must be a string"_s;
}

QJsonValue goodObject(const Setting &setting, const QJsonValue &given, const QString &path, Fault &fault)
{
    if (!given.isObject())
        return orNote(given, setting.error(), path, fault);
    const QJsonObject members = given.toObject();
    QJsonValue good = given;
    for (auto it = members.begin(); it != members.end(); ++it) {
        if (orNote(*it, memberFault(setting, it.key(), *it), joinedPath(path, it.key()), fault).isUndefined())
            good = QJsonValue::Undefined;
    }
    return good;
}

QJsonValue goodSecret(const Setting &setting, const QJsonValue &given, const QString &path, Fault &fault)
{
    if (isSealed(given))
        return QJsonValue::Undefined;
    if (given.isNull())
        return QString();
    const QString what = given.isObject() ? u"must be a string, or an object with a \"sealed\" string"_s : textFault(setting, given);
    return orNote(given, what, path, fault);
}

} // namespace

QString Setting::localPath() const
{
    const QLatin1String inside("[].");
    const qsizetype at = path.lastIndexOf(inside);
    return at < 0 ? path : path.sliced(at + inside.size());
}

QString Setting::error() const
{
    switch (kind) {
    case SettingKind::Whole:
    case SettingKind::Fraction:
        return rule.error ? QString::fromUtf8(rule.error) : numberError(rule.low, rule.high, kind == SettingKind::Whole);
    case SettingKind::Switch:
        return u"must be true or false"_s;
    case SettingKind::Word:
    case SettingKind::Text:
    case SettingKind::Secret:
        return u"must be a string"_s;
    case SettingKind::Statuses:
    case SettingKind::Texts:
    case SettingKind::Entries:
        return u"must be a list"_s;
    case SettingKind::Command:
        return noKeyCommand();
    case SettingKind::Models:
    case SettingKind::Pairs:
        return u"must be an object"_s;
    }
    Q_UNREACHABLE();
}

QJsonValue goodValue(const Setting &setting, const QJsonValue &given, const QString &path, Fault &fault)
{
    if (given.isUndefined())
        return setting.rule.required ? orNote(given, textFault(setting, QString()), path, fault) : given;
    switch (setting.kind) {
    case SettingKind::Whole:
    case SettingKind::Fraction: {
        const bool good = isNumber(given, setting.rule.low, setting.rule.high, setting.kind == SettingKind::Whole);
        return orNote(given, good ? QString() : setting.error(), path, fault);
    }
    case SettingKind::Switch:
        return orNote(given, given.isBool() ? QString() : setting.error(), path, fault);
    case SettingKind::Word:
        if (!given.isString() || setting.words.contains(given.toString(), Qt::CaseInsensitive))
            return orNote(given, textFault(setting, given), path, fault);
        return orNote(given, u"must be one of "_s + setting.words.join(", "_L1), path, fault);
    case SettingKind::Text: {
        const QJsonValue text = setting.rule.orNull && given.isNull() ? QJsonValue(QString()) : given;
        return orNote(text, textFault(setting, text), path, fault);
    }
    case SettingKind::Secret:
        return goodSecret(setting, given, path, fault);
    case SettingKind::Statuses:
    case SettingKind::Texts:
    case SettingKind::Entries:
        return goodList(setting, given, path, fault);
    case SettingKind::Command:
        return orNote(QJsonArray::fromStringList(keyCommandOf(given)), keyCommandFault(given), path, fault);
    case SettingKind::Models:
    case SettingKind::Pairs:
        return goodObject(setting, given, path, fault);
    }
    Q_UNREACHABLE();
}

QJsonValue givenAt(const QString &localPath, const QJsonObject &object, const QString &path, Fault &fault)
{
    const qsizetype dot = localPath.indexOf(u'.');
    if (dot < 0)
        return object.value(localPath);
    const QString section = localPath.first(dot);
    const QJsonValue inner = object.value(section);
    if (!inner.isUndefined() && !inner.isObject())
        fault.note(joinedPath(path, section), u"must be an object"_s);
    return inner.toObject().value(localPath.sliced(dot + 1));
}

QString joinedPath(const QString &path, const QString &key)
{
    return path.isEmpty() ? key : path + u'.' + key;
}

} // namespace qcc
