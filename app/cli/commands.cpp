#include "app/cli/commands.h"

#include <iterator>

namespace qcc::cli {

using namespace Qt::StringLiterals;

CommandTable commandTable()
{
    CommandTable table;
    table.groups = {{u"proxy"_s, u"Runs the proxy"_s},
                    {u"cluster"_s, u"Manages clusters: named lists of endpoints, one of which is active"_s},
                    {u"endpoint"_s, u"Manages the endpoints of a cluster: base URLs and their keys"_s},
                    {u"route"_s, u"Sends some requests to other clusters than the active one"_s},
                    {u"client"_s, u"Points Claude Code, Codex and others at qcc, and back"_s},
                    {u"config"_s, u"Looks after config.json, and how keys lie in it"_s}};
    const auto add = [&table](std::vector<Command> commands) {
        table.commands.insert(table.commands.end(), std::make_move_iterator(commands.begin()), std::make_move_iterator(commands.end()));
    };
#define QCC_ADD(commands) add(commands());
    QCC_COMMANDS(QCC_ADD)
#undef QCC_ADD
    return table;
}

} // namespace qcc::cli
