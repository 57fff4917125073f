#pragma once

#include <QDir>
#include <QFile>
#include <QPixmap>
#include <QWidget>

namespace qcc::test {

/// Keeps a picture of `widget` for human eyes, in the folder that QCC_SHOTS names; without it nothing happens.
inline void keepShot(QWidget &widget, const QString &name)
{
    const QString folder = QFile::decodeName(qgetenv("QCC_SHOTS"));
    if (folder.isEmpty())
        return;
    QDir().mkpath(folder);
    widget.grab().save(QStringLiteral("%1/%2.png").arg(folder, name));
}

} // namespace qcc::test
