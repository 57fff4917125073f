#pragma once

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QString>

namespace qcc::test {

/// All that stands between quotation marks in the sources of the core, one after the other where they are one literal.
inline QString literalsOfTheCore()
{
    QString all;
    QDirIterator files(QStringLiteral(QT_TESTCASE_SOURCEDIR "/../core"), {QStringLiteral("*.cpp")}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly))
            all += QString::fromUtf8(file.readAll());
    }
    static const QRegularExpression join(QStringLiteral("\"\\s*u?\""));
    return all.replace(join, QString()).replace(QStringLiteral("\\\""), QStringLiteral("\""));
}

} // namespace qcc::test
