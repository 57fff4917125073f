#include "tests/fuzz/fuzztarget.h"

#include "core/control/commands.h"
#include "core/journal/journal.h"
#include "core/report/stats.h"
#include "core/report/recordsjson.h"

#include <QJsonDocument>

namespace qcc::fuzz {

namespace {

QList<QByteArray> linesOf(QByteArrayView input, Cuts::Way way)
{
    Cuts cuts(way, input);
    LineBuffer buffer;
    QList<QByteArray> lines;
    for (qsizetype at = 0; at < input.size();) {
        const qsizetype size = cuts.next(input.size() - at);
        buffer.append(input.sliced(at, size).toByteArray());
        at += size;
        while (const auto line = buffer.takeLine())
            lines.append(*line);
        QCC_HOLDS(!buffer.isOverLimit());
    }
    return lines;
}

/// A command gets exactly one answer, which fits on a line.
void isAnswered(const QJsonObject &request)
{
    static const Journal journal;
    static const ConfigSnapshot config = std::make_shared<const Config>();
    static const CommandTable commands = [] {
        CommandTable table;
        addJournalCommands(table, journal, [] {
            LiveFigures figures;
            figures.config = config;
            return figures;
        });
        return table;
    }();
    int answers = 0;
    commands.handle(request, [&answers](const QJsonObject &reply) {
        ++answers;
        const QByteArray line = toLine(reply);
        QCC_HOLDS(line.count('\n') == 1 && line.endsWith('\n'));
        const bool ok = reply.value(QStringLiteral("ok")).toBool();
        QCC_HOLDS(reply.contains(ok ? QStringLiteral("result") : QStringLiteral("message")));
    });
    QCC_HOLDS(answers == 1);
}

} // namespace

void runControl(QByteArrayView input)
{
    const QList<QByteArray> lines = linesOf(input, Cuts::Way::Whole);
    QCC_HOLDS(lines == linesOf(input, Cuts::Way::Anywhere));
    const qsizetype end = input.lastIndexOf('\n');
    QCC_HOLDS(lines.join('\n') == (end < 0 ? QByteArray() : input.first(end).toByteArray()));
    bool asked = false;
    for (const QByteArray &line : lines) {
        const QJsonObject object = QJsonDocument::fromJson(line).object();
        // One answer an input; none depends on another.
        if (!asked && object.contains(QStringLiteral("cmd"))) {
            isAnswered(object);
            asked = true;
        }
        // What the desktop reads of another process's exchanges.
        if (const auto exchange = exchangeFromJson(object)) {
            const auto again = exchangeFromJson(exchangeJson(*exchange));
            QCC_HOLDS(again && exchangeJson(*again) == exchangeJson(*exchange));
        }
    }
}

} // namespace qcc::fuzz
