#pragma once

#include "app/cli/command.h"

namespace qcc::cli {

/// The commands, a file of app/cli each, in the order in which the help lists them. A new file is a row here (ARCH-13).
#define QCC_COMMANDS(X)                                                        \
    X(proxyCommands)      /* `proxy start`, `stop`, `restart` and `status` */  \
    X(proxyLogCommands)   /* `proxy logs` */                                   \
    X(clusterCommands)    /* of the noun `cluster` */                          \
    X(endpointCommands)   /* of the noun `endpoint` */                         \
    X(healthCommands)     /* `endpoint test`, `endpoint reset` and `health` */ \
    X(configCommands)     /* of the noun `config` */                           \
    X(importCommands)     /* `import` */                                       \
    X(demoCommands)       /* `demo` and `demo stop` */                         \
    X(completionCommands) /* `completion`, and what its scripts call */        \
    X(helpCommands)       /* `help` and `version` */

#define QCC_COMMANDS_OF_A_FILE(commands) std::vector<Command> commands();
QCC_COMMANDS(QCC_COMMANDS_OF_A_FILE)
#undef QCC_COMMANDS_OF_A_FILE

/// Every command of qcc.
CommandTable commandTable();

} // namespace qcc::cli
