#include "ui/settings/settingchange.h"

#include "core/config/configedit.h"

#include <QStringList>

#include <utility>

namespace qcc {

namespace {

/// Undefined where nothing is there.
QJsonValue valueAt(const QJsonObject &config, const QString &path)
{
    QJsonValue value = config;
    for (const QString &key : path.split(QLatin1Char('.')))
        value = value.toObject().value(key);
    return value;
}

} // namespace

ConfigChange settingChange(const QString &path, const QJsonValue &value, const QString &done)
{
    QList<std::pair<QString, QJsonValue>> values;
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            values.append({path + QLatin1Char('.') + it.key(), it.value()});
    } else {
        values.append({path, value});
    }
    const auto write = [values](QJsonObject &config, const auto &valueOf) -> Result<void> {
        for (const auto &[key, wanted] : values) {
            const Result<void> set = setValue(config, key, valueOf(key, wanted));
            if (!set)
                return set;
        }
        return {};
    };
    return {
        [write](QJsonObject &config) { return write(config, [](const QString &, const QJsonValue &wanted) { return wanted; }); },
        done,
        [write](QJsonObject &config, const QJsonObject &before) {
            return write(config, [&before](const QString &key, const QJsonValue &) { return valueAt(before, key); });
        }};
}

} // namespace qcc
