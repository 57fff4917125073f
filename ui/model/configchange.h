#pragma once

#include "core/base/result.h"

#include <QJsonObject>
#include <QMetaType>
#include <QString>

#include <functional>

namespace qcc {

/// What a screen wants changed in config.json. A value: it is carried out elsewhere, on the file as it then is.
struct ConfigChange {
    /// An edit of core/config/configedit.h, bound to its arguments.
    std::function<Result<void>(QJsonObject &config)> apply;
    /// What was done, in the user's language ("Deleted cluster work"), for the bar that offers to undo it. Empty: nobody is told.
    QString done;
    /// Takes it back; `before` is the file's JSON as it was. Null: it cannot be taken back.
    std::function<Result<void>(QJsonObject &config, const QJsonObject &before)> undo;
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::ConfigChange)
