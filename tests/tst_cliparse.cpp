#include "app/cli/command.h"
#include "app/cli/commands.h"
#include "app/cli/launch.h"
#include "app/cli/parse.h"
#include "app/cli/proxylogs.h"
#include "app/cli/terminal.h"

#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace qcc;
using namespace qcc::cli;
using namespace Qt::StringLiterals;

namespace {

QString plainText(const QList<TintedText> &lines)
{
    QStringList text;
    for (const TintedText &line : lines)
        text.append(line.text());
    return text.join(u'\n');
}

} // namespace

class TestCliParse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void understands_data();
    void understands();
    void refuses_data();
    void refuses();
    void keepsRepeatedValuesInOrder();
    void everyCommandHasHelpAndAnExample();
    void helpNeverNamesHiddenOptions();
    void helpOnAnUnknownTopicSuggestsTheNearest();
    void completes_data();
    void completes();
    void suggests_data();
    void suggests();
    void mapsFailuresToExitCodes_data();
    void mapsFailuresToExitCodes();
    void alignsColumnsOfWideCharacters();
    void alignsColumnsByWhatIsShown();
    void onlyTheTerminalColours();
    void reportSurvivesItsFile();
    void halfAReportIsNone();
    void filtersLogLines_data();
    void filtersLogLines();
    void followsALogAcrossItsRotation();

private:
    const CommandTable m_table = commandTable();
};

void TestCliParse::understands_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("command");
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("value");

    const auto row = [](const char *line, const char *command, const QStringList &arguments = {},
                        const char *option = "", const char *value = "") {
        QTest::newRow(line) << QString::fromUtf8(line) << QString::fromUtf8(command) << arguments
                            << QString::fromUtf8(option) << QString::fromUtf8(value);
    };
    row("", "help");
    row("--help", "help");
    row("-h", "help");
    row("--version", "version");
    row("-V", "version");
    row("help", "help");
    row("help proxy start", "help", {u"proxy"_s, u"start"_s});
    row("proxy --help", "help", {u"proxy"_s});
    row("proxy start --help", "help", {u"proxy"_s, u"start"_s});
    row("endpoint add --help", "help", {u"endpoint"_s, u"add"_s});
    row("proxy start", "proxy start");
    row("proxy start --port 8080", "proxy start", {}, "port", "8080");
    row("proxy start --port=0", "proxy start", {}, "port", "0");
    row("proxy start --cluster work", "proxy start", {}, "cluster", "work");
    row("proxy start --report /tmp/r", "proxy start", {}, "report", "/tmp/r");
    row("proxy logs -f", "proxy logs", {}, "follow", "");
    row("proxy logs -n 3", "proxy logs", {}, "lines", "3");
    row("proxy logs --grep -x", "proxy logs", {}, "grep", "-x");
    row("proxy logs --grep=--x", "proxy logs", {}, "grep", "--x");
    row("cluster add -- -odd", "cluster add", {u"-odd"_s});
    row("cluster use work", "cluster use", {u"work"_s});
    row("endpoint list", "endpoint list");
    row("endpoint list work --json", "endpoint list", {u"work"_s}, "json", "");
    row("endpoint edit work a --http2 on", "endpoint edit", {u"work"_s, u"a"_s}, "http2", "on");
    row("endpoint test work", "endpoint test", {u"work"_s});
    row("endpoint test work a --timeout 3", "endpoint test", {u"work"_s, u"a"_s}, "timeout", "3");
    row("endpoint reset work a", "endpoint reset", {u"work"_s, u"a"_s});
    row("health", "health");
    row("health a --cluster work", "health", {u"a"_s}, "cluster", "work");
    row("requests -n2", "requests", {}, "limit", "2");
    row("requests -n 2", "requests", {}, "limit", "2");
    row("health --json", "health", {}, "json", "");
    row("demo", "demo");
    row("demo stop", "demo stop");
    row("completion zsh", "completion", {u"zsh"_s});
    row("__complete proxy start --", "__complete", {u"proxy"_s, u"start"_s, u"--"_s});
}

void TestCliParse::understands()
{
    QFETCH(QString, line);
    QFETCH(QString, option);
    const Result<Invocation> call = parse(m_table, line.split(u' ', Qt::SkipEmptyParts));
    QVERIFY2(call, call ? "" : qPrintable(call.error().message));
    QTEST(call->command->name, "command");
    QTEST(call->arguments, "arguments");
    QCOMPARE(call->options.size(), option.isEmpty() ? 0 : 1);
    if (!option.isEmpty())
        QTEST(call->options.value(option).value(0), "value");
}

void TestCliParse::refuses_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("hint");

    const auto row = [](const char *line, const char *message, const char *hint) {
        QTest::newRow(line) << QString::fromUtf8(line) << QString::fromUtf8(message) << QString::fromUtf8(hint);
    };
    row("prxy start", "no command \"prxy\"", "\"proxy\"");
    row("xyzzy", "no command \"xyzzy\"", "qcc help");
    row("--verion", "no option \"--verion\"", "qcc help");
    row("proxy", "needs one of: start, stop", "qcc help proxy");
    row("proxy strat", "no command \"strat\"", "\"start\"");
    row("cluster lst", "no command \"lst\"", "\"list\"");
    row("demo stpo", "\"stpo\"", "\"stop\"");
    row("proxy start now", "\"now\"", "qcc help proxy start");
    row("proxy start --prot 1", "no option \"--prot\"", "\"--port\"");
    row("proxy start --port", "--port needs a value (PORT)", "qcc help proxy start");
    row("proxy start --host --port 1", "--host needs a value (HOST)", "qcc help proxy start");
    row("proxy start --port x", "--port must be a whole number from 0 to 65535", "qcc help");
    row("proxy start --port 65536", "from 0 to 65535", "qcc help");
    row("proxy start --port -1", "from 0 to 65535", "qcc help");
    row("proxy start --cluster=", "--cluster must not be empty", "qcc help");
    row("proxy start --port 1 --port 2", "--port is given twice", "qcc help");
    row("proxy start --foreground=yes", "--foreground takes no value", "qcc help");
    row("proxy start -x", "no option \"-x\"", "qcc help");
    row("proxy logs --level warn", "--level must be one of debug, info, warning, error", "\"warning\"");
    row("proxy logs --lines many", "whole number from 1 to 10000", "qcc help");
    row("cluster use", "needs NAME", "qcc help cluster use");
    row("cluster add a --strategy fastst", "--strategy must be one of", "\"fastest\"");
    row("endpoint add", "needs CLUSTER", "qcc help endpoint add");
    row("endpoint add work", "needs --base-url or --vendor", "qcc help endpoint add");
    row("endpoint add work --vendor openrooter", "--vendor must be one of", "\"openrouter\"");
    row("endpoint add work --vendor", "--vendor needs a value", "qcc help endpoint add");
    row("endpoint edit work a --vendor openai", "no option \"--vendor\"", "qcc help endpoint edit");
    row("endpoint vendor", "no command \"vendor\"", "\"vendors\"");
    row("endpoint add work --base-url http://x --api-key a --api-key-stdin", "exclude each other", "qcc help");
    row("endpoint add work --base-url http://x --http2 yes", "--http2 must be on or off", "qcc help");
    row("endpoint add work --base-url http://x --auth beerer", "--auth must be one of", "\"bearer\"");
    row("endpoint add work --base-url http://x --model-map ab", "form FROM=TO", "qcc help");
    row("endpoint add work --base-url http://x --model-map =b", "form FROM=TO", "qcc help");
    row("endpoint add work --base-url http://x --priority 1.5", "whole number", "qcc help");
    row("endpoint remove work", "needs ENDPOINT", "qcc help endpoint remove");
    row("endpoint edit work a b", "\"b\"", "qcc help endpoint edit");
    row("requests -nx", "The value of --limit must be a whole number", "qcc help requests");
    row("requests -x2", "no option \"-x2\"", "qcc help requests");
    row("proxy stop -x", "no option \"-x\"", "qcc help proxy stop");
    row("completion", "needs SHELL", "qcc help completion");
    row("completion tcsh", "one of bash, zsh, fish", "qcc help completion");
    row("health a b", "\"b\"", "qcc help health");
    row("health --timeout 0", "--timeout must be a whole number from 1 to 600", "qcc help health");
    row("health --cluster=", "--cluster must not be empty", "qcc help health");
    row("endpoint test", "needs CLUSTER", "qcc help endpoint test");
    row("endpoint test work --cluster work", "no option \"--cluster\"", "qcc help endpoint test");
    row("endpoint reset", "needs CLUSTER", "qcc help endpoint reset");
    row("endpoint rset work", "no command \"rset\"", "\"reset\"");
}

void TestCliParse::refuses()
{
    QFETCH(QString, line);
    QFETCH(QString, message);
    QFETCH(QString, hint);
    const Result<Invocation> call = parse(m_table, line.split(u' '));
    QVERIFY(!call);
    QCOMPARE(call.error().code, ErrorCode::Usage);
    QVERIFY2(call.error().message.contains(message), qPrintable(call.error().message));
    QVERIFY2(call.error().hint.contains(hint), qPrintable(call.error().hint));
}

void TestCliParse::keepsRepeatedValuesInOrder()
{
    const Result<Invocation> call = parse(
        m_table, u"endpoint add work --base-url http://x --model-map b=1 --model-map a=2 --model-map=c="_s.split(u' '));
    QVERIFY(call);
    QCOMPARE(call->values("model-map"_L1), QStringList({u"b=1"_s, u"a=2"_s, u"c="_s}));
}

void TestCliParse::everyCommandHasHelpAndAnExample()
{
    for (const Command &command : m_table.commands) {
        QVERIFY2(command.handler, qPrintable(command.name));
        if (command.hidden)
            continue;
        QVERIFY2(!command.examples.empty(), qPrintable(u"no example: "_s + command.name));
        const Result<HelpText> help = helpText(m_table, command.name);
        QVERIFY(help);
        const QString text = plainText(*help);
        QVERIFY(text.contains(synopsis(command)));
        QVERIFY(text.contains(command.examples.front().line));
        for (const Example &example : command.examples) {
            const QString line = example.line.section(u"&&"_s, 0, 0).section(u" >"_s, 0, 0).trimmed();
            const qsizetype start = line.indexOf("qcc "_L1) + 4;
            QVERIFY2(start > 3, qPrintable(line));
            const qsizetype end = line.indexOf(u'|', start) < 0 ? line.indexOf(u')', start) : line.indexOf(u'|', start);
            const QString words = line.mid(start, end < 0 ? -1 : end - start);
            const Result<Invocation> call = parse(m_table, words.split(u' ', Qt::SkipEmptyParts));
            QVERIFY2(call, qPrintable(words + u": "_s + (call ? QString() : call.error().message)));
        }
    }
}

void TestCliParse::helpNeverNamesHiddenOptions()
{
    for (const QString &topic : {u""_s, u"proxy"_s, u"proxy start"_s, u"demo"_s}) {
        const Result<HelpText> help = helpText(m_table, topic);
        QVERIFY(help);
        const QString text = plainText(*help);
        QVERIFY(!text.contains("--report"_L1));
        QVERIFY(!text.contains("__complete"_L1));
        QVERIFY(!text.contains(u'\033'));
    }
}

void TestCliParse::helpOnAnUnknownTopicSuggestsTheNearest()
{
    const Result<HelpText> text = helpText(m_table, u"proxy strt"_s);
    QVERIFY(!text);
    QCOMPARE(text.error().hint, u"Did you mean \"proxy start\"?"_s);
}

void TestCliParse::completes_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QStringList>("expected");

    QTest::newRow("a noun") << QStringList{u"pr"_s} << QStringList{u"proxy"_s};
    QTest::newRow("a verb") << QStringList{u"proxy"_s, u"st"_s} << QStringList{u"start"_s, u"stop"_s, u"status"_s};
    QTest::newRow("a cluster") << QStringList{u"cluster"_s, u"use"_s, QString()} << QStringList{u"home"_s, u"work"_s};
    QTest::newRow("part of a cluster") << QStringList{u"cluster"_s, u"use"_s, u"w"_s} << QStringList{u"work"_s};
    QTest::newRow("an endpoint of the cluster before it")
        << QStringList{u"endpoint"_s, u"remove"_s, u"work"_s, QString()} << QStringList{u"a-of-work"_s};
    QTest::newRow("an endpoint of any cluster") << QStringList{u"health"_s, QString()} << QStringList{u"a-of-"_s};
    QTest::newRow("an endpoint of the option's cluster")
        << QStringList{u"health"_s, u"--cluster"_s, u"work"_s, QString()} << QStringList{u"a-of-work"_s};
    QTest::newRow("the value of an option")
        << QStringList{u"proxy"_s, u"start"_s, u"--cluster"_s, u"h"_s} << QStringList{u"home"_s};
    QTest::newRow("a choice") << QStringList{u"completion"_s, u"z"_s} << QStringList{u"zsh"_s};
    QTest::newRow("a choice of an option")
        << QStringList{u"proxy"_s, u"logs"_s, u"--level"_s, u"w"_s} << QStringList{u"warning"_s};
    QTest::newRow("on or off") << QStringList{u"endpoint"_s, u"edit"_s, u"a"_s, u"b"_s, u"--http2"_s, u"of"_s}
                               << QStringList{u"off"_s};
    QTest::newRow("options that are not given yet")
        << QStringList{u"proxy"_s, u"restart"_s, u"--port"_s, u"1"_s, u"--"_s}
        << QStringList{u"--cluster"_s, u"--host"_s, u"--force"_s, u"--help"_s};
    QTest::newRow("nothing after the last argument") << QStringList{u"cluster"_s, u"use"_s, u"work"_s, QString()}
                                                     << QStringList{};
    QTest::newRow("a verb beside a command") << QStringList{u"demo"_s, QString()} << QStringList{u"stop"_s};
    QTest::newRow("a topic of help") << QStringList{u"help"_s, u"clu"_s} << QStringList{u"cluster"_s};
    QTest::newRow("a vendor") << QStringList{u"endpoint"_s, u"add"_s, u"work"_s, u"--vendor"_s, u"open"_s} << QStringList{u"openai"_s, u"openrouter"_s};
    QTest::newRow("the list of vendors") << QStringList{u"endpoint"_s, u"v"_s} << QStringList{u"vendors"_s};
    QTest::newRow("an unknown noun") << QStringList{u"xyzzy"_s, QString()} << QStringList{};
}

void TestCliParse::completes()
{
    QFETCH(QStringList, words);
    const auto names = [](Candidates what, const QString &cluster) {
        return what == Candidates::Clusters ? QStringList{u"home"_s, u"work"_s}
                                            : QStringList{u"a-of-"_s + cluster};
    };
    QStringList found = completions(m_table, words, names);
    for (QString &line : found)
        line = line.section(u'\t', 0, 0);
    QTEST(found, "expected");
}

void TestCliParse::suggests_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("expected");
    QTest::newRow("swapped") << u"strat"_s << u"start"_s;
    QTest::newRow("missing") << u"stat"_s << u"status"_s;
    QTest::newRow("one too many") << u"stopp"_s << u"stop"_s;
    QTest::newRow("case") << u"STOP"_s << u"stop"_s;
    QTest::newRow("nothing near") << u"banana"_s << QString();
    QTest::newRow("one letter") << u"z"_s << QString();
}

void TestCliParse::suggests()
{
    QFETCH(QString, typed);
    QTEST(nearest(typed, {u"start"_s, u"stop"_s, u"status"_s, u"restart"_s}), "expected");
}

void TestCliParse::mapsFailuresToExitCodes_data()
{
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<int>("expected");
    QTest::newRow("failed") << ErrorCode::Failed << 1;
    QTest::newRow("not found") << ErrorCode::NotFound << 1;
    QTest::newRow("port in use") << ErrorCode::PortInUse << 1;
    QTest::newRow("timeout") << ErrorCode::Timeout << 1;
    QTest::newRow("usage") << ErrorCode::Usage << 2;
    QTest::newRow("not running") << ErrorCode::NotRunning << 3;
    QTest::newRow("already running") << ErrorCode::AlreadyRunning << 4;
}

void TestCliParse::mapsFailuresToExitCodes()
{
    QFETCH(ErrorCode, code);
    QTEST(static_cast<int>(exitFor(code)), "expected");
}

void TestCliParse::alignsColumnsOfWideCharacters()
{
    QCOMPARE(displayWidth(u"中文a"), 5);
    QCOMPARE(TintedText(Tint::Red, u"red"_s).width(), 3);
    QCOMPARE(plainText(columns({{u"中文"_s, u"x"_s}, {u"abcde"_s, u"y"_s}, {u"z"_s, QString()}})), u"中文   x\nabcde  y\nz"_s);
}

void TestCliParse::alignsColumnsByWhatIsShown()
{
    // Neither a colour sequence that a name brings along nor what is not seen moves the next column.
    const std::vector<Row> rows{{{Tint::Bold, u"abc"_s}, u"x"_s}, {u"\033[31mred\u202e"_s, u"y"_s}, {u"👩\u200d💻"_s, u"z"_s}};
    QCOMPARE(plainText(columns(rows)), u"abc"_s + QString(18, u' ') + u"x\n\\u001b[31mred\\u202e  y\n👩\u200d💻"_s + QString(17, u' ') + u'z');
}

void TestCliParse::onlyTheTerminalColours()
{
    std::FILE *file = std::tmpfile();
    QVERIFY(file);
    const QString evil = u"\033[0mx\ny"_s;
    for (const bool coloured : {true, false}) {
        Terminal terminal(file, file, coloured, coloured, true);
        terminal.line(TintedText(Tint::Red, evil) + u" "_s + evil);
        terminal.error(evil, evil);
        terminal.progress(evil);
        terminal.status(evil);
        terminal.lines(u"a\tb\n"_s + u"\033[1m"_s);
    }
    std::rewind(file);
    QByteArray text(4096, '\0');
    text.resize(static_cast<qsizetype>(std::fread(text.data(), 1, 4096, file)));
    std::fclose(file);
    const QByteArray shown = R"(\u001b[0mx\ny)";
    const QByteArray rest = shown + "\n\r" + shown + "a\tb\n" + R"(\u001b[1m)";
    QCOMPARE(text, "\033[31m" + shown + "\033[0m " + shown + "\n\033[31merror:\033[0m " + shown + "\n\033[2mhint:\033[0m " + shown + '\n' + rest
                       + shown + ' ' + shown + "\nerror: " + shown + "\nhint: " + shown + '\n' + rest);
}

void TestCliParse::reportSurvivesItsFile()
{
    const LaunchReport report{true, Exit::Done, u"runs"_s, u"next"_s, u"http://127.0.0.1:1"_s, u"work"_s, 4711};
    const Result<LaunchReport> read = parseLaunchReport(QJsonDocument(toJson(report)).toJson());
    QVERIFY(read);
    QCOMPARE(toJson(*read), toJson(report));
}

void TestCliParse::halfAReportIsNone()
{
    QVERIFY(!parseLaunchReport({}));
    QVERIFY(!parseLaunchReport("{\"ok\":tr"));
    QVERIFY(!parseLaunchReport("{}"));
}

void TestCliParse::filtersLogLines_data()
{
    QTest::addColumn<int>("level");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("passes");
    const auto row = [](const char *name, int level, const QString &text, bool passes) {
        QTest::newRow(name) << level << text << passes;
    };
    row("everything", -1, {}, true);
    row("a lower level", static_cast<int>(LogLevel::Info), {}, true);
    row("the same level", static_cast<int>(LogLevel::Warning), {}, true);
    row("a higher level", static_cast<int>(LogLevel::Error), {}, false);
    row("its text", -1, u"req-12"_s, true);
    row("other text", -1, u"req-13"_s, false);
    row("both must pass", static_cast<int>(LogLevel::Error), u"req-12"_s, false);
}

void TestCliParse::filtersLogLines()
{
    QFETCH(int, level);
    QFETCH(QString, text);
    LogQuery query;
    query.grep = text;
    if (level >= 0)
        query.level = static_cast<LogLevel>(level);
    QTEST(passes(u"2026-11-23 10:00:00,000 - WARNING - [req-12] ⚠ 流式传输中断"_s, query), "passes");
}

namespace {

void append(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::Append));
    QCOMPARE(file.write(text), text.size());
}

} // namespace

void TestCliParse::followsALogAcrossItsRotation()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"proxy.log"_s);
    append(path, "one\ntw");
    LogFollower follower(path, 4);
    QStringList seen;
    connect(&follower, &LogFollower::appended, this, [&seen](const QStringList &lines) { seen += lines; });

    append(path, "o\n");
    QTRY_COMPARE(seen, QStringList({u"two"_s}));
    // The end of the old file, its new name, and the new file all come before the follower looks again.
    append(path, "three\n");
    QVERIFY(QFile::rename(path, folder.filePath(u"proxy.1.log"_s)));
    append(path, "four\n");
    QTRY_COMPARE(seen, QStringList({u"two"_s, u"three"_s, u"four"_s}));
    append(path, "five\n");
    QTRY_COMPARE(seen.value(3), u"five"_s);

    QVERIFY(QFile::rename(folder.filePath(u"proxy.1.log"_s), folder.filePath(u"proxy.2.log"_s)));
    QVERIFY(QFile::rename(path, folder.filePath(u"proxy.1.log"_s)));
    QTest::qWait(0);
    append(path, "six\n");
    QTRY_COMPARE(seen.value(4), u"six"_s);
    QCOMPARE(seen.size(), 5);
}

QTEST_GUILESS_MAIN(TestCliParse)
#include "tst_cliparse.moc"
