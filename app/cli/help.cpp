#include "app/cli/help.h"

#include "app/cli/run.h"
#include "app/cli/suggest.h"

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

constexpr int kWidth = 100;

/// `text` in lines of at most `width` columns.
QStringList wrapped(const QString &text, int width)
{
    QStringList lines;
    QString line;
    for (const QString &word : text.split(u' ', Qt::SkipEmptyParts)) {
        if (!line.isEmpty() && displayWidth(line) + 1 + displayWidth(word) > width) {
            lines.append(line);
            line.clear();
        }
        line += (line.isEmpty() ? QString() : u" "_s) + word;
    }
    lines.append(line);
    return lines;
}

/// Two columns: a name and what it means, the second one wrapped.
QString definitions(const std::vector<std::pair<QString, QString>> &rows)
{
    int left = 0;
    for (const auto &[name, meaning] : rows)
        left = std::max(left, displayWidth(name));
    QString text;
    for (const auto &[name, meaning] : rows) {
        const QStringList lines = wrapped(meaning, kWidth - left - 4);
        text += u"  "_s + name + QString(left - displayWidth(name) + 2, u' ') + lines.first() + u'\n';
        for (qsizetype i = 1; i < lines.size(); ++i)
            text += QString(left + 4, u' ') + lines.at(i) + u'\n';
    }
    return text;
}

QString heading(const Terminal &terminal, const QString &text)
{
    return u'\n' + terminal.paint(Tint::Bold, text) + u'\n';
}

QString optionCall(const Option &option)
{
    return u"--"_s + option.name + (option.takesValue() ? u' ' + option.value.placeholder : QString());
}

QString valueHelp(const QString &help, const Value &value)
{
    return value.choices.isEmpty() ? help : help + u" One of: "_s + value.choices.join(", "_L1) + u'.';
}

QString examplesText(const Terminal &terminal, const std::vector<Example> &examples)
{
    if (examples.empty())
        return {};
    QString text = heading(terminal, u"Examples"_s);
    for (const Example &example : examples) {
        text += u"  "_s + terminal.paint(Tint::Dim, u"# "_s + example.meaning) + u'\n';
        text += u"  "_s + example.line + u'\n';
    }
    return text;
}

QString commandHelp(const CommandTable &table, const Command &command, const Terminal &terminal)
{
    QString text = u"qcc "_s + command.name + u": "_s + command.summary + u'\n';
    text += heading(terminal, u"Usage"_s) + u"  "_s + synopsis(command) + u'\n';
    for (const QString &verb : table.verbs(command.name))
        text += u"  "_s + synopsis(*table.command(QString(command.name + u' ' + verb))) + u'\n';
    if (!command.details.isEmpty()) {
        text += u'\n';
        for (const QString &paragraph : command.details.split(u'\n'))
            text += wrapped(paragraph, kWidth).join(u'\n') + u'\n';
    }
    std::vector<std::pair<QString, QString>> rows;
    for (const Argument &argument : command.arguments)
        rows.emplace_back(argument.value.placeholder, valueHelp(argument.help, argument.value));
    if (!rows.empty())
        text += heading(terminal, u"Arguments"_s) + definitions(rows);
    rows.clear();
    for (const Option &option : command.options) {
        if (option.hidden)
            continue;
        const QString letter = option.letter.isNull() ? QString() : u"-%1, "_s.arg(option.letter);
        rows.emplace_back(letter + optionCall(option), valueHelp(option.help, option.value));
    }
    rows.emplace_back(u"-h, --help"_s, u"Show this help."_s);
    text += heading(terminal, u"Options"_s) + definitions(rows);
    return text + examplesText(terminal, command.examples);
}

QString groupHelp(const CommandTable &table, const Group &group, const Terminal &terminal)
{
    QString text = u"qcc "_s + group.name + u": "_s + group.summary + u'\n' + heading(terminal, u"Usage"_s);
    std::vector<std::pair<QString, QString>> rows;
    std::vector<Example> examples;
    for (const QString &verb : table.verbs(group.name)) {
        const Command &command = *table.command(QString(group.name + u' ' + verb));
        rows.emplace_back(verb, command.summary);
        text += u"  "_s + synopsis(command) + u'\n';
        if (!command.examples.empty())
            examples.push_back(command.examples.front());
    }
    text += heading(terminal, u"Commands"_s) + definitions(rows) + examplesText(terminal, examples);
    return text + u"\n`qcc help %1 COMMAND` tells more.\n"_s.arg(group.name);
}

QString overview(const CommandTable &table, const Terminal &terminal)
{
    QString text = u"qcc " QCC_VERSION ": one stable local address for AI coding clients\n"_s;
    text += heading(terminal, u"Usage"_s) + u"  qcc COMMAND [OPTIONS]\n"_s;
    text += heading(terminal, u"Commands"_s);
    std::vector<std::pair<QString, QString>> rows;
    for (const QString &noun : table.nouns()) {
        if (const Command *command = table.command(noun))
            rows.emplace_back(noun, command->summary);
        for (const QString &verb : table.verbs(noun)) {
            const QString name = noun + u' ' + verb;
            rows.emplace_back(name, table.command(name)->summary);
        }
    }
    text += definitions(rows);
    text += heading(terminal, u"Options"_s)
        + definitions({{u"-h, --help"_s, u"Show this help; after a command, the help on it."_s},
                       {u"-V, --version"_s, u"Show the version."_s}});
    text += examplesText(terminal,
                         {{u"qcc demo && qcc proxy start --cluster demo"_s, u"Try everything without a key"_s},
                          {u"qcc endpoint add work --base-url https://relay.example/api --api-key-stdin"_s,
                           u"Add an endpoint; the key is read from standard input"_s}});
    text += u"\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 not running, 4 already running.\n"_s;
    return text;
}

void runHelp(const Invocation &call, Run &run)
{
    const Result<QString> text = helpText(run.table(), call.arguments.join(u' '), run.terminal());
    if (!text)
        return run.fail(text.error());
    run.terminal().raw(*text);
    run.finish();
}

void runVersion(const Invocation &, Run &run)
{
    run.terminal().line(u"qcc " QCC_VERSION ""_s);
    run.finish();
}

} // namespace

QString synopsis(const Command &command)
{
    QString text = u"qcc "_s + command.name;
    for (const Argument &argument : command.arguments) {
        const QString word = argument.value.placeholder + (argument.repeatable ? u"…"_s : QString());
        text += argument.required ? u' ' + word : u" [%1]"_s.arg(word);
    }
    for (const Option &option : command.options) {
        if (option.hidden)
            continue;
        const QString word = optionCall(option) + (option.repeatable ? u"…"_s : QString());
        text += option.required ? u' ' + word : u" [%1]"_s.arg(word);
    }
    return text;
}

Result<QString> helpText(const CommandTable &table, const QString &topic, const Terminal &terminal)
{
    if (topic.isEmpty())
        return overview(table, terminal);
    if (const Command *command = table.command(topic); command && !command->hidden)
        return commandHelp(table, *command, terminal);
    if (const Group *group = table.group(topic))
        return groupHelp(table, *group, terminal);
    QStringList topics = table.nouns();
    for (const Command &command : table.commands) {
        if (!command.hidden)
            topics.append(command.name);
    }
    const QString near = didYouMean(topic, topics);
    return Failure{ErrorCode::Usage, u"There is no command \"%1\"."_s.arg(topic),
                   near.isEmpty() ? u"See `qcc help`."_s : near};
}

std::vector<Command> helpCommands()
{
    return {
        Command{.name = u"help"_s,
                .summary = u"Shows how qcc or one of its commands is used"_s,
                .arguments = {Argument{.value = {.placeholder = u"COMMAND"_s, .candidates = Candidates::Commands},
                                       .help = u"A command such as \"proxy start\"; without it, all commands."_s,
                                       .required = false,
                                       .repeatable = true}},
                .examples = {{u"qcc help endpoint add"_s, u"How an endpoint is added"_s}},
                .handler = runHelp},
        Command{.name = u"version"_s,
                .summary = u"Shows the version"_s,
                .handler = runVersion,
                .hidden = true},
    };
}

} // namespace qcc::cli
