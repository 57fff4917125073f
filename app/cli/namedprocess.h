#pragma once

#include <QJsonObject>
#include <QString>

#include <optional>

namespace qcc::cli {

/// A process of qcc that a pid file names and that is really there.
struct NamedProcess {
    qint64 pid = 0;
    QString program;  ///< "qcc" or "qcc-tray".
    QJsonObject file; ///< All that the file says.
};

/// The living process of qcc that the pid file `path` names and that was started as "qcc `noun` …" or is the tray. The file
/// of a process that died without removing it names none, though its number may belong to a stranger by now.
std::optional<NamedProcess> namedProcess(const QString &path, const QString &noun);

} // namespace qcc::cli
