#include "app/cli/command.h"

#include <algorithm>

namespace qcc::cli {

namespace {

template <typename List>
auto findByName(const List &list, QStringView name) -> decltype(list.data())
{
    const auto found = std::find_if(list.begin(), list.end(), [name](const auto &item) { return item.name == name; });
    return found == list.end() ? nullptr : &*found;
}

} // namespace

const Option *Command::option(QStringView longName) const
{
    return findByName(options, longName);
}

const Command *CommandTable::command(QStringView name) const
{
    return findByName(commands, name);
}

const Group *CommandTable::group(QStringView name) const
{
    return findByName(groups, name);
}

QStringList CommandTable::verbs(QStringView noun) const
{
    QStringList found;
    const QString prefix = noun.toString() + QLatin1Char(' ');
    for (const Command &command : commands) {
        if (!command.hidden && command.name.startsWith(prefix))
            found.append(command.name.mid(prefix.size()));
    }
    return found;
}

QStringList CommandTable::nouns() const
{
    QStringList found;
    for (const Command &command : commands) {
        const QString noun = command.name.section(QLatin1Char(' '), 0, 0);
        if (!command.hidden && !found.contains(noun))
            found.append(noun);
    }
    return found;
}

std::optional<QString> Invocation::value(QLatin1StringView name) const
{
    const auto found = options.constFind(QString(name));
    if (found == options.constEnd())
        return std::nullopt;
    return found->last();
}

std::optional<int> Invocation::number(QLatin1StringView name) const
{
    const std::optional<QString> text = value(name);
    if (!text)
        return std::nullopt;
    return text->toInt();
}

} // namespace qcc::cli
