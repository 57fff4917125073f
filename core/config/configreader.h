#pragma once

#include "core/config/secretvalues.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace qcc {

using namespace Qt::StringLiterals;

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

inline bool holdsControl(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) { return c.category() == QChar::Other_Control; });
}

/// What sealed values are opened with.
struct Secrets {
    const SecretOpener &open; ///< None: all stay closed.
    AtRest rule;
};

struct Secret {
    QByteArray text;
    QString fault;       ///< Why it cannot be opened.
    QByteArray identity; ///< What an endpoint's id is made of: the text, or else the sealed text.
};

inline Failure closed()
{
    return {ErrorCode::NotFound, QStringLiteral("the master key was not asked for"), {}};
}

inline QString faultSentence(const Failure &failure)
{
    const QString sentence = QStringLiteral("its key cannot be decrypted: %1.").arg(failure.message);
    const QString step = failure.hint.isEmpty() ? QStringLiteral("Set the key anew.") : failure.hint;
    return sentence + u' ' + step;
}

/// One JSON object and where it stands; hands out checked values, and the default where a key is missing.
class ConfigReader
{
public:
    ConfigReader(QJsonObject object, QString path, Fault &fault)
        : m_object(std::move(object)), m_path(std::move(path)), m_fault(fault)
    {
    }

    QString pathOf(QLatin1String key) const { return m_path.isEmpty() ? QString(key) : m_path + u'.' + key; }
    const QString &path() const { return m_path; }
    void refuse(QLatin1String key, const QString &what) const { m_fault.note(pathOf(key), what); }

    ConfigReader section(QLatin1String key) const
    {
        const QJsonValue value = m_object.value(key);
        if (!value.isUndefined() && !value.isObject())
            refuse(key, QStringLiteral("must be an object"));
        return ConfigReader(value.toObject(), pathOf(key), m_fault);
    }

    QJsonArray list(QLatin1String key) const
    {
        const QJsonValue value = m_object.value(key);
        if (!value.isUndefined() && !value.isArray())
            refuse(key, QStringLiteral("must be a list"));
        return value.toArray();
    }

    std::vector<ConfigReader> objects(QLatin1String key) const
    {
        std::vector<ConfigReader> readers;
        const QJsonArray array = list(key);
        for (qsizetype i = 0; i < array.size(); ++i) {
            const QString path = QStringLiteral("%1[%2]").arg(pathOf(key)).arg(i);
            if (!array.at(i).isObject())
                m_fault.note(path, QStringLiteral("must be an object"));
            readers.push_back(ConfigReader(array.at(i).toObject(), path, m_fault));
        }
        return readers;
    }

    int integer(QLatin1String key, int fallback, int low, int high) const
    {
        return static_cast<int>(checkedNumber(m_object.value(key), pathOf(key), fallback, low, high, true));
    }

    std::chrono::seconds seconds(QLatin1String key, std::chrono::seconds fallback, int low, int high) const
    {
        return std::chrono::seconds(integer(key, static_cast<int>(fallback.count()), low, high));
    }

    /// Fractions of a second are allowed.
    std::chrono::milliseconds duration(QLatin1String key, std::chrono::milliseconds fallback, double low,
                                       double high) const
    {
        const double given = checkedNumber(m_object.value(key), pathOf(key),
                                           static_cast<double>(fallback.count()) / 1000, low, high, false);
        return std::chrono::milliseconds(std::llround(given * 1000));
    }

    QList<int> statuses(QLatin1String key) const
    {
        QList<int> result;
        const QJsonArray array = list(key);
        for (qsizetype i = 0; i < array.size(); ++i) {
            const QString path = QStringLiteral("%1[%2]").arg(pathOf(key)).arg(i);
            result.append(static_cast<int>(checkedNumber(array.at(i), path, 0, 300, 599, true)));
        }
        return result;
    }

    /// Checked strings, lower-cased where case does not matter.
    QStringList strings(QLatin1String key, QString (*fault)(const QString &), Qt::CaseSensitivity sensitivity) const
    {
        QStringList result;
        const QJsonArray array = list(key);
        for (qsizetype i = 0; i < array.size(); ++i) {
            const QString text = array.at(i).toString();
            if (const QString what = fault(text); !what.isEmpty())
                m_fault.note(QStringLiteral("%1[%2]").arg(pathOf(key)).arg(i), what);
            result.append(sensitivity == Qt::CaseSensitive ? text : text.toLower());
        }
        return result;
    }

    bool boolean(QLatin1String key, bool fallback) const
    {
        const QJsonValue value = m_object.value(key);
        if (!value.isUndefined() && !value.isBool())
            refuse(key, QStringLiteral("must be true or false"));
        return value.toBool(fallback);
    }

    QString string(QLatin1String key, const QString &fallback = {}) const
    {
        const QJsonValue value = m_object.value(key);
        if (!value.isUndefined() && !value.isString())
            refuse(key, QStringLiteral("must be a string"));
        return value.toString(fallback);
    }

    QString stringOrNull(QLatin1String key) const { return m_object.value(key).isNull() ? QString() : string(key); }

    QString name(QLatin1String key) const
    {
        const QString text = string(key);
        if (holdsControl(text))
            refuse(key, QStringLiteral("must not hold control characters"));
        else if (text != text.trimmed())
            refuse(key, QStringLiteral("must not begin or end with a space"));
        return text;
    }

    /// A value that may be sealed, opened; what is in it, the caller has to check.
    Secret secret(QLatin1String key, const Secrets &secrets) const
    {
        const QJsonValue value = m_object.value(key);
        Secret out;
        if (isSealed(value)) {
            const QByteArray sealed = secretText(value);
            const Result<QByteArray> opened = secrets.open ? secrets.open(sealed, secrets.rule) : closed();
            if (!opened)
                return {{}, faultSentence(opened.error()), sealed};
            out.text = *opened;
        } else if (value.isObject()) {
            refuse(key, QStringLiteral("must be a string, or an object with a \"sealed\" string"));
        } else {
            out.text = stringOrNull(key).toUtf8();
        }
        out.identity = out.text;
        return out;
    }

    template <typename T>
    T word(QLatin1String key, T fallback) const
    {
        const QString text = string(key, toWord(fallback));
        const std::optional<T> value = fromWord<T>(text);
        if (!value)
            refuse(key, QStringLiteral("must be one of ") + allWords<T>().join(", "_L1));
        return value.value_or(fallback);
    }

    QMap<QString, QString> stringMap(QLatin1String key) const
    {
        QMap<QString, QString> map;
        const ConfigReader inner = section(key);
        for (auto it = inner.m_object.begin(); it != inner.m_object.end(); ++it) {
            if (!it->isString() || it->toString().isEmpty())
                m_fault.note(inner.m_path + u'.' + it.key(), QStringLiteral("must be a model's name"));
            map.insert(it.key(), it->toString());
        }
        return map;
    }

private:
    double checkedNumber(const QJsonValue &value, const QString &path, double fallback, double low, double high,
                         bool whole) const
    {
        if (value.isUndefined())
            return fallback;
        const double number = value.toDouble();
        if (!value.isDouble() || number < low || number > high || (whole && number != std::floor(number))) {
            m_fault.note(path, QStringLiteral("must be a %1number from %2 to %3")
                                   .arg(whole ? "whole "_L1 : QLatin1String())
                                   .arg(low, 0, 'g', 9)
                                   .arg(high, 0, 'g', 9));
            return fallback;
        }
        return number;
    }

    QJsonObject m_object;
    QString m_path;
    Fault &m_fault;
};

} // namespace qcc
