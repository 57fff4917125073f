#include "app/cli/commands.h"

#include "app/cli/completion.h"
#include "app/cli/democommand.h"
#include "app/cli/healthcommands.h"
#include "app/cli/help.h"
#include "app/cli/proxylogs.h"

#include <iterator>

namespace qcc::cli {

using namespace Qt::StringLiterals;

CommandTable commandTable()
{
    CommandTable table;
    table.groups = {{u"proxy"_s, u"Runs the proxy"_s},
                    {u"cluster"_s, u"Manages clusters: named lists of endpoints, one of which is active"_s},
                    {u"endpoint"_s, u"Manages the endpoints of a cluster: base URLs and their keys"_s},
                    {u"config"_s, u"Looks after config.json, and how keys lie in it"_s}};
    for (std::vector<Command> part : {proxyCommands(), proxyLogCommands(), clusterCommands(), endpointCommands(),
                                      healthCommands(), configCommands(), importCommands(), demoCommands(), completionCommands(),
                                      helpCommands()}) {
        table.commands.insert(table.commands.end(), std::make_move_iterator(part.begin()),
                              std::make_move_iterator(part.end()));
    }
    return table;
}

} // namespace qcc::cli
