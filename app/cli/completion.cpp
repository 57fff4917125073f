#include "app/cli/commands.h"

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

// The scripts hold no list of their own: they ask the qcc that is installed, and so never grow stale.
constexpr char kBash[] = R"sh(# qcc completion for bash. Load it with: source <(qcc completion bash)
_qcc() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("$(printf '%q' "${line%%$'\t'*}")")
    done < <(qcc __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _qcc qcc
)sh";

constexpr char kZsh[] = R"sh(#compdef qcc
# qcc completion for zsh. Load it with: source <(qcc completion zsh)
_qcc() {
    local -a candidates
    local value meaning
    while IFS=$'\t' read -r value meaning; do
        candidates+=("${value//:/\\:}${meaning:+:$meaning}")
    done < <(qcc __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
    _describe 'qcc' candidates
}
if [ "${funcstack[1]}" = "_qcc" ]; then
    _qcc "$@"
else
    compdef _qcc qcc
fi
)sh";

constexpr char kFish[] = R"sh(# qcc completion for fish. Load it with: qcc completion fish | source
function __qcc_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    qcc __complete $words[2..-1] "$current" 2>/dev/null
end
complete -c qcc -f -a '(__qcc_complete)'
)sh";

/// The words that `prefix` may become.
QStringList startingWith(const QString &prefix, const QStringList &all)
{
    QStringList found;
    for (const QString &one : all) {
        if (one.startsWith(prefix))
            found.append(one);
    }
    return found;
}

QStringList described(const QString &word, const QString &meaning)
{
    return {word + u'\t' + meaning};
}

/// Walks the words after a command's name and tells what the last one is.
class Walk
{
public:
    Walk(const CommandTable &table, const Command &command, const QStringList &words)
        : m_table(table)
        , m_command(command)
        , m_last(words.last())
    {
        const Option *open = nullptr;
        for (const QString &word : words.first(words.size() - 1)) {
            if (open) {
                if (open->value.candidates == Candidates::Clusters)
                    m_clusterGiven = word;
                open = nullptr;
            } else if (word.startsWith(u'-')) {
                const qsizetype equals = word.indexOf(u'=');
                const Option *option = command.option(QStringView(word).mid(2, equals < 0 ? -1 : equals - 2));
                open = option && option->takesValue() && equals < 0 ? option : nullptr;
                if (option && equals >= 0 && option->value.candidates == Candidates::Clusters)
                    m_clusterGiven = word.mid(equals + 1);
                m_given.append(word.left(equals));
            } else {
                m_arguments.append(word);
            }
        }
        m_open = open;
    }

    QStringList candidates(const std::function<QStringList(Candidates, const QString &)> &names) const
    {
        if (m_open)
            return startingWith(m_last, forValue(m_open->value, names));
        if (m_last.startsWith(u'-'))
            return startingWith(m_last, optionWords());
        QStringList all;
        const auto at = static_cast<size_t>(m_arguments.size());
        if (at < m_command.arguments.size())
            all = forValue(m_command.arguments[at].value, names);
        if (m_arguments.isEmpty()) {
            for (const QString &verb : m_table.verbs(m_command.name))
                all += described(verb, m_table.command(QString(m_command.name + u' ' + verb))->summary);
        }
        return startingWith(m_last, all);
    }

private:
    QStringList forValue(const Value &value, const std::function<QStringList(Candidates, const QString &)> &names) const
    {
        if (value.kind == ValueKind::OnOff)
            return {u"on"_s, u"off"_s};
        switch (value.candidates) {
        case Candidates::None:
            return value.choices;
        case Candidates::Commands:
            return m_arguments.isEmpty() ? m_table.nouns() : m_table.verbs(m_arguments.first());
        case Candidates::Clusters:
        case Candidates::Endpoints:
            return names(value.candidates, cluster());
        }
        return {};
    }

    /// The cluster that the words before name: the first argument where that is one, else the value of an option.
    QString cluster() const
    {
        const bool isArgument = !m_command.arguments.empty()
            && m_command.arguments.front().value.candidates == Candidates::Clusters;
        return isArgument ? m_arguments.value(0) : m_clusterGiven;
    }

    QStringList optionWords() const
    {
        QStringList found;
        for (const Option &option : m_command.options) {
            const QString word = u"--"_s + option.name;
            if (!option.hidden && (option.repeatable || !m_given.contains(word)))
                found += described(word, option.help);
        }
        return found + described(u"--help"_s, u"Show the help on this command."_s);
    }

    const CommandTable &m_table;
    const Command &m_command;
    QString m_last;
    QStringList m_given;
    QStringList m_arguments;
    QString m_clusterGiven;
    const Option *m_open = nullptr;
};

void runCompletion(const Invocation &call, Run &run)
{
    const QString shell = call.arguments.first();
    const char *script = shell == "bash"_L1 ? kBash : shell == "zsh"_L1 ? kZsh : kFish;
    run.terminal().lines(QString::fromUtf8(script));
    run.finish();
}

void runComplete(const Invocation &call, Run &run)
{
    // A configuration that does not parse offers no names; the commands still do.
    const Result<Config> config = readConfigWithoutKeys(run);
    const auto names = [&config](Candidates what, const QString &clusterName) {
        QStringList found;
        if (!config)
            return found;
        if (what == Candidates::Clusters) {
            for (const Cluster &cluster : config->clusters)
                found.append(cluster.name);
        } else {
            for (const Cluster &cluster : config->clusters) {
                for (const Endpoint &endpoint : cluster.endpoints) {
                    if (clusterName.isEmpty() || cluster.name == clusterName)
                        found.append(endpoint.name);
                }
            }
        }
        found.removeDuplicates();
        return found;
    };
    // A tab parts a word from what it means; names hold none.
    for (const QString &line : completions(run.table(), call.arguments, names))
        run.terminal().lines(line + u'\n');
    run.finish();
}

} // namespace

QStringList completions(const CommandTable &table, const QStringList &words,
                        const std::function<QStringList(Candidates, const QString &cluster)> &names)
{
    const QString first = words.value(0);
    if (words.size() <= 1) {
        QStringList all;
        for (const QString &noun : table.nouns()) {
            const Group *group = table.group(noun);
            all += described(noun, group ? group->summary : table.command(noun)->summary);
        }
        return startingWith(first, all);
    }
    if (words.size() > 2) {
        if (const Command *command = table.command(QString(first + u' ' + words.at(1))))
            return Walk(table, *command, words.mid(2)).candidates(names);
    }
    if (const Command *command = table.command(first))
        return Walk(table, *command, words.mid(1)).candidates(names);
    QStringList verbs;
    if (words.size() == 2) {
        for (const QString &verb : table.verbs(first))
            verbs += described(verb, table.command(QString(first + u' ' + verb))->summary);
    }
    return startingWith(words.last(), verbs);
}

std::vector<Command> completionCommands()
{
    return {
        Command{.name = u"completion"_s,
                .summary = u"Prints a script that completes qcc's commands in your shell"_s,
                .arguments = {Argument{.value = {.placeholder = u"SHELL"_s,
                                                 .kind = ValueKind::Choice,
                                                 .choices = {u"bash"_s, u"zsh"_s, u"fish"_s}},
                                       .help = u"The shell that you use."_s}},
                .examples = {{u"source <(qcc completion bash)"_s, u"For this bash; put the line into ~/.bashrc to keep it"_s},
                             {u"qcc completion zsh > \"${fpath[1]}/_qcc\""_s, u"For every zsh from now on"_s},
                             {u"qcc completion fish > ~/.config/fish/completions/qcc.fish"_s,
                              u"For every fish from now on"_s}},
                .handler = runCompletion,
                .usesHome = false},
        Command{.name = u"__complete"_s,
                .summary = u"Answers the completion scripts"_s,
                .handler = runComplete,
                .hidden = true,
                .usesHome = false,
                .verbatim = true},
    };
}

} // namespace qcc::cli
