#include "tests/fuzz/fuzztarget.h"

#include "core/base/visibletext.h"
#include "core/log/logreader.h"

#include <QBuffer>
#include <QJsonArray>

namespace qcc::fuzz {

namespace {

constexpr qint64 blockBytes = 50; // small, so that lines cross it

QByteArray withoutLast(const QByteArray &text)
{
    return text.first(text.lastIndexOf('\n') + 1);
}

void isOneLine(const QString &line)
{
    for (const char32_t c : line.toUcs4())
        QCC_HOLDS(!isSteering(c));
    QCC_HOLDS(visibleLine(line) == line);
}

} // namespace

/// The first byte is how many lines are wanted, where it is odd of warnings and above, too; the rest is the file. After '0' it is the text of
/// one line.
void runLog(QByteArrayView input)
{
    if (input.isEmpty())
        return;
    if (input.front() == '0')
        return isOneLine(visibleLine(QString::fromUtf8(input.sliced(1))));
    QByteArray text = input.sliced(1).toByteArray();
    QBuffer file(&text);
    file.open(QIODevice::ReadOnly);
    LogQuery query;
    query.lines = 1 + static_cast<unsigned char>(input.front()) % 8;
    const QJsonObject answer = LogReader(QString(), blockBytes).read(query, file);
    QList<QByteArray> expected = withoutLast(text).split('\n');
    expected.removeLast();
    QCC_HOLDS(answer.value(QStringLiteral("total_lines")).toInteger() == expected.size());
    const QJsonArray got = answer.value(QStringLiteral("logs")).toArray();
    expected = expected.sliced(qMax(qsizetype(0), expected.size() - query.lines));
    QCC_HOLDS(got.size() == expected.size());
    for (qsizetype i = 0; i < expected.size(); ++i)
        QCC_HOLDS(got.at(i).toString() == QString::fromUtf8(expected[i]));

    // Broken bytes become other ones on the way, and move what stands behind them.
    if (input.front() % 2 == 0 || !QByteArrayView(text).isValidUtf8())
        return;
    query.level = LogLevel::Warning;
    for (const QJsonValue &kept : LogReader(QString(), blockBytes).read(query, file).value(QStringLiteral("logs")).toArray()) {
        const auto level = levelOfLine(kept.toString().toUtf8());
        QCC_HOLDS(level && *level >= LogLevel::Warning);
    }
}

} // namespace qcc::fuzz
