#include "app/cli/commands.h"

#include "app/cli/parse.h"

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
HelpText definitions(const std::vector<std::pair<QString, QString>> &rows)
{
    int left = 0;
    for (const auto &[name, meaning] : rows)
        left = std::max(left, displayWidth(name));
    HelpText text;
    for (const auto &[name, meaning] : rows) {
        const QStringList lines = wrapped(meaning, kWidth - left - 4);
        text.append(u"  "_s + name + QString(left - displayWidth(name) + 2, u' ') + lines.first());
        for (qsizetype i = 1; i < lines.size(); ++i)
            text.append(QString(left + 4, u' ') + lines.at(i));
    }
    return text;
}

HelpText heading(const QString &text)
{
    return {TintedText(), {Tint::Bold, text}};
}

QString optionCall(const Option &option)
{
    return u"--"_s + option.name + (option.takesValue() ? u' ' + option.value.placeholder : QString());
}

QString valueHelp(const QString &help, const Value &value)
{
    return value.choices.isEmpty() ? help : help + u" One of: "_s + value.choices.join(", "_L1) + u'.';
}

HelpText examplesText(const std::vector<Example> &examples)
{
    if (examples.empty())
        return {};
    HelpText text = heading(u"Examples"_s);
    for (const Example &example : examples) {
        text.append(u"  "_s + TintedText(Tint::Dim, u"# "_s + example.meaning));
        text.append(u"  "_s + example.line);
    }
    return text;
}

HelpText commandHelp(const CommandTable &table, const Command &command)
{
    HelpText text{u"qcc "_s + command.name + u": "_s + command.summary};
    text += heading(u"Usage"_s);
    text.append(u"  "_s + synopsis(command));
    for (const QString &verb : table.verbs(command.name))
        text.append(u"  "_s + synopsis(*table.command(QString(command.name + u' ' + verb))));
    if (!command.details.isEmpty()) {
        text.append(TintedText());
        for (const QString &paragraph : command.details.split(u'\n')) {
            for (const QString &line : wrapped(paragraph, kWidth))
                text.append(line);
        }
    }
    std::vector<std::pair<QString, QString>> rows;
    for (const Argument &argument : command.arguments)
        rows.emplace_back(argument.value.placeholder, valueHelp(argument.help, argument.value));
    if (!rows.empty())
        text += heading(u"Arguments"_s) + definitions(rows);
    rows.clear();
    for (const Option &option : command.options) {
        if (option.hidden)
            continue;
        const QString letter = option.letter.isNull() ? QString() : u"-%1, "_s.arg(option.letter);
        rows.emplace_back(letter + optionCall(option), valueHelp(option.help, option.value));
    }
    rows.emplace_back(u"-h, --help"_s, u"Show this help."_s);
    return text + heading(u"Options"_s) + definitions(rows) + examplesText(command.examples);
}

HelpText groupHelp(const CommandTable &table, const Group &group)
{
    HelpText text = HelpText{u"qcc "_s + group.name + u": "_s + group.summary} + heading(u"Usage"_s);
    std::vector<std::pair<QString, QString>> rows;
    std::vector<Example> examples;
    for (const QString &verb : table.verbs(group.name)) {
        const Command &command = *table.command(QString(group.name + u' ' + verb));
        rows.emplace_back(verb, command.summary);
        text.append(u"  "_s + synopsis(command));
        if (!command.examples.empty())
            examples.push_back(command.examples.front());
    }
    text += heading(u"Commands"_s) + definitions(rows) + examplesText(examples);
    return text + HelpText{TintedText(), u"`qcc help %1 COMMAND` tells more."_s.arg(group.name)};
}

HelpText overview(const CommandTable &table)
{
    HelpText text{u"qcc " QCC_VERSION ": one stable local address for AI coding clients"_s};
    text += heading(u"Usage"_s) + HelpText{u"  qcc COMMAND [OPTIONS]"_s};
    text += heading(u"Commands"_s);
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
    text += heading(u"Options"_s)
        + definitions({{u"-h, --help"_s, u"Show this help; after a command, the help on it."_s},
                       {u"-V, --version"_s, u"Show the version."_s}});
    text += examplesText({{u"qcc demo && qcc proxy start --cluster demo"_s, u"Try everything without a key"_s},
                          {u"qcc endpoint add work --base-url https://relay.example/api --api-key-stdin"_s,
                           u"Add an endpoint; the key is read from standard input"_s}});
    return text + HelpText{TintedText(), u"Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not running, 4 already running."_s};
}

void runHelp(const Invocation &call, Run &run)
{
    const Result<HelpText> text = helpText(run.table(), call.arguments.join(u' '));
    if (!text)
        return run.fail(text.error());
    for (const TintedText &line : *text)
        run.terminal().line(line);
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

Result<HelpText> helpText(const CommandTable &table, const QString &topic)
{
    if (topic.isEmpty())
        return overview(table);
    if (const Command *command = table.command(topic); command && !command->hidden)
        return commandHelp(table, *command);
    if (const Group *group = table.group(topic))
        return groupHelp(table, *group);
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
                .handler = runHelp,
                .usesHome = false},
        Command{.name = u"version"_s,
                .summary = u"Shows the version"_s,
                .handler = runVersion,
                .hidden = true,
                .usesHome = false},
    };
}

} // namespace qcc::cli
