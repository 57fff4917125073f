#include "app/cli/parse.h"

#include <algorithm>
#include <vector>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

/// Edits (insert, delete, replace, swap neighbours) between two words. Source: optimal string alignment distance.
int distance(QStringView a, QStringView b)
{
    const auto columns = static_cast<size_t>(b.size()) + 1;
    std::vector<int> beforeLast(columns), last(columns), current(columns);
    for (size_t j = 0; j < columns; ++j)
        last[j] = static_cast<int>(j);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        current[0] = static_cast<int>(i);
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const auto at = static_cast<size_t>(j);
            const bool same = a[i - 1].toCaseFolded() == b[j - 1].toCaseFolded();
            current[at] = std::min({last[at] + 1, current[at - 1] + 1, last[at - 1] + (same ? 0 : 1)});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped)
                current[at] = std::min(current[at], beforeLast[at - 2] + 1);
        }
        beforeLast.swap(last);
        last.swap(current);
    }
    return last.back();
}

} // namespace

QString nearest(QStringView typed, const QStringList &candidates)
{
    QString best;
    // A third of the word may be wrong; more is guessing.
    int bestDistance = std::max(1, static_cast<int>(typed.size()) / 3) + 1;
    for (const QString &candidate : candidates) {
        const bool startsSo = typed.size() >= 2 && candidate.startsWith(typed, Qt::CaseInsensitive);
        const int edits = startsSo ? 0 : distance(typed, candidate);
        if (edits < bestDistance) {
            best = candidate;
            bestDistance = edits;
        }
    }
    return best;
}

QString didYouMean(QStringView typed, const QStringList &candidates)
{
    const QString best = nearest(typed, candidates);
    return best.isEmpty() ? QString() : QStringLiteral("Did you mean \"%1\"?").arg(best);
}

namespace {

Failure usage(const QString &message, const QString &hint)
{
    return Failure{ErrorCode::Usage, message, hint};
}

QString helpHint(const QString &topic)
{
    return topic.isEmpty() ? u"See `qcc help`."_s : u"See `qcc help %1`."_s.arg(topic);
}

bool asksForHelp(const QString &word)
{
    return word == "--help"_L1 || word == "-h"_L1;
}

Invocation helpOn(const CommandTable &table, const QString &topic)
{
    return Invocation{table.command(u"help"), topic.split(u' ', Qt::SkipEmptyParts), {}};
}

/// What is wrong with `text` as a `value`, as the end of a sentence; empty when nothing is.
QString complaint(const Value &value, const QString &text)
{
    switch (value.kind) {
    case ValueKind::Text:
        return text.isEmpty() ? u"must not be empty"_s : QString();
    case ValueKind::Integer: {
        bool ok = false;
        const int number = text.toInt(&ok);
        if (ok && number >= value.min && number <= value.max)
            return {};
        if (value.max == std::numeric_limits<int>::max())
            return u"must be a whole number from %1 on"_s.arg(value.min);
        return u"must be a whole number from %1 to %2"_s.arg(value.min).arg(value.max);
    }
    case ValueKind::Choice:
        return value.choices.contains(text) ? QString() : u"must be one of %1"_s.arg(value.choices.join(", "_L1));
    case ValueKind::OnOff:
        return text == "on"_L1 || text == "off"_L1 ? QString() : u"must be on or off"_s;
    case ValueKind::Mapping:
        return text.indexOf(u'=') > 0 ? QString() : u"must have the form %1"_s.arg(value.placeholder);
    }
    return {};
}

/// Reads the words after a command's name.
class WordReader
{
public:
    WordReader(const CommandTable &table, const Command &command, QStringList words)
        : m_table(table)
        , m_words(std::move(words))
    {
        m_call.command = &command;
    }

    Result<Invocation> read()
    {
        const Command &command = *m_call.command;
        if (command.verbatim) {
            m_call.arguments = m_words;
            return m_call;
        }
        bool optionsEnded = false;
        while (m_next < m_words.size()) {
            const QString word = m_words.at(m_next++);
            if (!optionsEnded && asksForHelp(word))
                return helpOn(m_table, command.name);
            if (!optionsEnded && word == "--"_L1) {
                optionsEnded = true;
                continue;
            }
            const bool isOption = !optionsEnded && word.size() > 1 && word.startsWith(u'-');
            const Result<void> taken = isOption ? takeOption(word) : takeArgument(word);
            if (!taken)
                return taken.error();
        }
        if (const Result<void> whole = checkWhole(); !whole)
            return whole.error();
        return m_call;
    }

private:
    Result<void> takeOption(const QString &word)
    {
        const qsizetype equals = word.startsWith("--"_L1) ? word.indexOf(u'=') : -1;
        const QString dashed = equals < 0 ? word : word.left(equals);
        const Option *option = find(dashed);
        // "-n2": where a letter takes a value, what follows it is one. Source: POSIX.1-2017, XBD 12.2, guideline 6.
        const Option *joined = !option && equals < 0 && !word.startsWith("--"_L1) ? find(word.left(2)) : nullptr;
        const bool holdsValue = joined && joined->takesValue();
        if (holdsValue)
            option = joined;
        if (!option)
            return unknownOption(dashed);
        const QString shown = u"--"_s + option->name;
        QString value;
        if (holdsValue) {
            value = word.mid(2);
        } else if (!option->takesValue()) {
            if (equals >= 0)
                return usage(u"The option %1 takes no value."_s.arg(shown), helpHint(m_call.command->name));
        } else if (equals >= 0) {
            value = word.mid(equals + 1);
        } else if (m_next < m_words.size() && !m_words.at(m_next).startsWith("--"_L1)) {
            value = m_words.at(m_next++);
        } else {
            return usage(u"The option %1 needs a value (%2)."_s.arg(shown, option->value.placeholder),
                         helpHint(m_call.command->name));
        }
        if (option->takesValue()) {
            if (const QString wrong = complaint(option->value, value); !wrong.isEmpty())
                return usage(u"The value of %1 %2."_s.arg(shown, wrong), hintFor(option->value, value));
        }
        QStringList &values = m_call.options[option->name];
        if (!values.isEmpty() && !option->repeatable)
            return usage(u"The option %1 is given twice."_s.arg(shown), helpHint(m_call.command->name));
        values.append(value);
        return {};
    }

    Result<void> takeArgument(const QString &word)
    {
        const Command &command = *m_call.command;
        const auto count = static_cast<size_t>(m_call.arguments.size());
        const bool more = count < command.arguments.size()
            || (!command.arguments.empty() && command.arguments.back().repeatable);
        if (!more) {
            const QString near = didYouMean(word, m_table.verbs(command.name));
            return usage(u"`qcc %1` does not know what to do with \"%2\"."_s.arg(command.name, word),
                         near.isEmpty() ? helpHint(command.name) : near);
        }
        const Argument &argument = command.arguments[std::min(count, command.arguments.size() - 1)];
        if (const QString wrong = complaint(argument.value, word); !wrong.isEmpty())
            return usage(u"%1 %2."_s.arg(argument.value.placeholder, wrong), hintFor(argument.value, word));
        m_call.arguments.append(word);
        return {};
    }

    Result<void> checkWhole() const
    {
        const Command &command = *m_call.command;
        const auto count = static_cast<size_t>(m_call.arguments.size());
        if (count < command.arguments.size() && command.arguments[count].required) {
            return usage(u"`qcc %1` needs %2."_s.arg(command.name, command.arguments[count].value.placeholder),
                         helpHint(command.name));
        }
        for (const Option &option : command.options) {
            if (option.required && !m_call.options.contains(option.name))
                return usage(u"`qcc %1` needs --%2."_s.arg(command.name, option.name), helpHint(command.name));
        }
        for (const QStringList &names : command.oneOf) {
            if (std::ranges::none_of(names, [this](const QString &name) { return m_call.options.contains(name); }))
                return usage(u"`qcc %1` needs --%2."_s.arg(command.name, names.join(" or --"_L1)), helpHint(command.name));
        }
        for (const QStringList &names : command.exclusive) {
            QStringList given;
            for (const QString &name : names) {
                if (m_call.options.contains(name))
                    given.append(u"--"_s + name);
            }
            if (given.size() > 1)
                return usage(u"%1 exclude each other."_s.arg(given.join(" and "_L1)), helpHint(command.name));
        }
        return {};
    }

    const Option *find(const QString &dashed) const
    {
        if (dashed.startsWith("--"_L1))
            return m_call.command->option(QStringView(dashed).mid(2));
        for (const Option &option : m_call.command->options) {
            if (dashed.size() == 2 && !option.letter.isNull() && dashed.at(1) == option.letter)
                return &option;
        }
        return nullptr;
    }

    Failure unknownOption(const QString &dashed) const
    {
        QStringList known{u"--help"_s};
        for (const Option &option : m_call.command->options) {
            if (!option.hidden)
                known.append(u"--"_s + option.name);
        }
        const QString near = didYouMean(dashed, known);
        return usage(u"`qcc %1` has no option \"%2\"."_s.arg(m_call.command->name, dashed),
                     near.isEmpty() ? helpHint(m_call.command->name) : near);
    }

    QString hintFor(const Value &value, const QString &text) const
    {
        const QString near = didYouMean(text, value.choices);
        return near.isEmpty() ? helpHint(m_call.command->name) : near;
    }

    const CommandTable &m_table;
    QStringList m_words;
    qsizetype m_next = 0;
    Invocation m_call;
};

} // namespace

Result<Invocation> parse(const CommandTable &table, const QStringList &words)
{
    if (words.isEmpty() || asksForHelp(words.first()))
        return helpOn(table, {});
    const QString noun = words.first();
    if (noun == "--version"_L1 || noun == "-V"_L1)
        return Invocation{table.command(u"version"), {}, {}};

    if (words.size() > 1) {
        if (const Command *command = table.command(QString(noun + u' ' + words.at(1))))
            return WordReader(table, *command, words.mid(2)).read();
    }
    if (const Command *command = table.command(noun))
        return WordReader(table, *command, words.mid(1)).read();

    if (!table.group(noun)) {
        const QString near = didYouMean(noun, table.nouns());
        const bool option = noun.startsWith(u'-');
        return usage((option ? u"qcc has no option \"%1\"."_s : u"qcc has no command \"%1\"."_s).arg(noun),
                     near.isEmpty() ? helpHint({}) : near);
    }
    const QStringList verbs = table.verbs(noun);
    if (words.size() == 1)
        return usage(u"`qcc %1` needs one of: %2."_s.arg(noun, verbs.join(", "_L1)), helpHint(noun));
    if (asksForHelp(words.at(1)))
        return helpOn(table, noun);
    const QString near = didYouMean(words.at(1), verbs);
    return usage(u"`qcc %1` has no command \"%2\"."_s.arg(noun, words.at(1)), near.isEmpty() ? helpHint(noun) : near);
}

} // namespace qcc::cli
