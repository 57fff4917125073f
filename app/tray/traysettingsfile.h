#pragma once

#include "core/base/result.h"
#include "ui/model/traysettings.h"

#include <QByteArray>
#include <QString>

namespace qcc {

/// tray.ini: the settings of the desktop application, and the places of its windows. Not in config.json, which a proxy would read again for them.
/// Keys it does not know stay; what it cannot make sense of is the default.
/// Thread: the one that made it.
class TraySettingsFile
{
public:
    explicit TraySettingsFile(QString path) : m_path(std::move(path)) { }

    /// A missing file is the defaults.
    TraySettings load() const;
    /// Errors: WriteFailed.
    Result<void> save(const TraySettings &settings);

    /// What setState() kept under `name` ("window"); empty where there is nothing.
    QByteArray state(const QString &name) const;
    /// Keeps the place of a window, as QWidget::saveGeometry() gives it.
    /// Errors: WriteFailed.
    Result<void> setState(const QString &name, const QByteArray &state);

private:
    QString m_path;
};

} // namespace qcc
