#pragma once

#include "ui/model/runningview.h"

#include <QCoreApplication>

namespace qcc {

/// The words for an exchange that runs, in the user's language.
class RunningWords
{
    Q_DECLARE_TR_FUNCTIONS(RunningWords)

public:
    /// "streaming".
    static QString of(RunningState state);
    /// What that means, in a sentence.
    static QString explained(RunningState state);
};

} // namespace qcc
