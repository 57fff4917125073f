#include "app/cli/healthview.h"

#include "app/cli/terminal.h"

#include <QJsonObject>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

TintedText verdict(const QJsonObject &result)
{
    if (result.value("warning"_L1).isString())
        return {Tint::Yellow, u"⚠ wrong path?"_s};
    if (result.value("reachable"_L1).toBool())
        return {Tint::Green, u"✓ reachable"_s};
    const QString failure = result.value("failure"_L1).toString();
    const QString text = failure == "auth"_L1 ? u"✗ key refused"_s
        : failure == "timeout"_L1             ? u"✗ no answer"_s
        : failure == "transient"_L1           ? u"✗ failing"_s
        : failure == "cancelled"_L1           ? u"✗ not tested"_s
        : failure == "broken"_L1              ? u"✗ broken answer"_s
                                              : u"✗ unreachable"_s;
    return {Tint::Red, text};
}

QString milliseconds(const QJsonValue &value)
{
    if (!value.isDouble())
        return u"-"_s;
    const double ms = value.toDouble();
    if (ms >= 1'000)
        return u"%1 s"_s.arg(ms / 1'000, 0, 'f', 1);
    return u"%1 ms"_s.arg(ms, 0, 'f', ms < 10 ? 1 : 0);
}

Row row(const QJsonObject &result)
{
    const QString name = result.value("name"_L1).toString();
    const QJsonValue status = result.value("status"_L1);
    return {result.value("cluster"_L1).toString(),
            result.value("enabled"_L1).toBool() ? name : name + u" (disabled)"_s,
            verdict(result),
            status.isDouble() ? QString::number(status.toInt()) : u"-"_s,
            milliseconds(result.value("connect_ms"_L1)),
            milliseconds(result.value("tls_ms"_L1)),
            milliseconds(result.value("first_byte_ms"_L1))};
}

int widest(const QList<TintedText> &lines)
{
    int width = 0;
    for (const TintedText &line : lines)
        width = std::max(width, line.width());
    return width;
}

} // namespace

void printHealth(const QJsonArray &results, Terminal &terminal)
{
    const Row heading{u"CLUSTER"_s, u"ENDPOINT"_s, u"RESULT"_s, u"STATUS"_s, u"CONNECT"_s, u"TLS"_s, u"FIRST BYTE"_s};
    std::vector<Row> rows{heading};
    std::vector<Row> rowsWithErrors{heading};
    QStringList errors{QString()};
    for (const QJsonValue &value : results) {
        const QJsonObject result = value.toObject();
        const QString warning = result.value("warning"_L1).toString();
        errors.append(warning.isEmpty() ? result.value("error"_L1).toString() : u"its base URL "_s + warning);
        rows.push_back(row(result));
        rowsWithErrors.push_back(rows.back() + Row{errors.last()});
    }
    if (errors.count(QString()) < errors.size())
        rowsWithErrors.front().append(u"ERROR"_s);

    QList<TintedText> lines = columns(rowsWithErrors);
    const bool fits = terminal.width() == 0 || widest(lines) <= terminal.width();
    if (!fits)
        lines = columns(rows);
    for (qsizetype i = 0; i < lines.size(); ++i) {
        terminal.line(i == 0 ? TintedText(Tint::Bold, lines.at(i).text()) : lines.at(i));
        if (!fits && !errors.at(i).isEmpty())
            terminal.line(u"  "_s + errors.at(i));
    }
}

} // namespace qcc::cli
