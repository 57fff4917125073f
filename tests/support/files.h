#pragma once

#include <QByteArray>
#include <QFile>
#include <QString>
#include <QTest>

namespace qcc::test {

/// What the file holds; nothing where it cannot be read.
inline QByteArray readFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Makes the file hold `text` and nothing else, or fails the test.
inline void writeFile(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
    QCOMPARE(file.write(text), text.size());
}

} // namespace qcc::test
