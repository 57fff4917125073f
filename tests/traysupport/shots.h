#pragma once

#include <QDir>
#include <QFile>
#include <QPixmap>
#include <QTest>
#include <QWidget>

#include <algorithm>

namespace qcc::test {

/// Keeps a picture of `widget` for human eyes, in the folder that QCC_SHOTS names; without it nothing happens.
inline void keepShot(QWidget &widget, const QString &name)
{
    const QString folder = QFile::decodeName(qgetenv("QCC_SHOTS"));
    if (folder.isEmpty())
        return;
    QDir().mkpath(folder);
    // What has just appeared is still half there.
    const bool isThere = QTest::qWaitFor([&widget] {
        const QList<QWidget *> parts = widget.findChildren<QWidget *>();
        return std::ranges::none_of(parts, [](const QWidget *part) { return part->graphicsEffect(); });
    });
    if (isThere)
        widget.grab().save(QStringLiteral("%1/%2.png").arg(folder, name));
}

} // namespace qcc::test
