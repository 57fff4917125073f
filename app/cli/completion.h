#pragma once

#include "app/cli/command.h"

#include <functional>

namespace qcc::cli {

/// What may stand for the last of `words` (the words after "qcc"; the last one is being typed and may be empty), as
/// "candidate" or "candidate<TAB>meaning".
/// `names` knows what the configuration knows: the clusters, or the endpoints of the cluster named by its second argument
/// (of all clusters when that is empty).
QStringList completions(const CommandTable &table, const QStringList &words,
                        const std::function<QStringList(Candidates, const QString &cluster)> &names);

} // namespace qcc::cli
