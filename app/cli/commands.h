#pragma once

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/base/result.h"

#include <functional>

namespace qcc::cli {

/// The commands, a file of app/cli each, in the order in which the help lists them. A new file is a row here (ARCH-13).
#define QCC_COMMANDS(X)                                                        \
    X(proxyCommands)      /* `proxy start`, `stop`, `restart` and `status` */  \
    X(proxyLogCommands)   /* `proxy logs` */                                   \
    X(clusterCommands)    /* of the noun `cluster` */                          \
    X(endpointCommands)   /* of the noun `endpoint` */                         \
    X(vendorCommands)     /* `endpoint vendors` */                             \
    X(routeCommands)      /* of the noun `route` */                            \
    X(healthCommands)     /* `endpoint test`, `endpoint reset` and `health` */ \
    X(doctorCommands)     /* `doctor` */                                       \
    X(requestsCommands)   /* `requests` */                                     \
    X(historyCommands)    /* `history` and `history clear` */                  \
    X(configCommands)     /* of the noun `config` */                           \
    X(importCommands)     /* `import` */                                       \
    X(clientCommands)     /* of the noun `client` */                           \
    X(demoCommands)       /* `demo` and `demo stop` */                         \
    X(completionCommands) /* `completion`, and what its scripts call */        \
    X(helpCommands)       /* `help` and `version` */

#define QCC_COMMANDS_OF_A_FILE(commands) std::vector<Command> commands();
QCC_COMMANDS(QCC_COMMANDS_OF_A_FILE)
#undef QCC_COMMANDS_OF_A_FILE

/// Every command of qcc.
CommandTable commandTable();

// What follows from the table.

/// "qcc proxy logs [--lines N] [-f]": how a command is called.
QString synopsis(const Command &command);

/// Line by line.
using HelpText = QList<TintedText>;

/// The help on `topic`: everything (empty), a group ("proxy") or a command ("proxy start").
/// Errors: Usage, with the nearest topic as hint.
Result<HelpText> helpText(const CommandTable &table, const QString &topic);

/// What may stand for the last of `words` (the words after "qcc"; the last one is being typed and may be empty), as
/// "candidate" or "candidate<TAB>meaning".
/// `names` knows what the configuration knows: the clusters, or the endpoints of the cluster named by its second argument
/// (of all clusters when that is empty).
QStringList completions(const CommandTable &table, const QStringList &words,
                        const std::function<QStringList(Candidates, const QString &cluster)> &names);

} // namespace qcc::cli
