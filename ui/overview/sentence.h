#pragma once

#include "ui/model/proxyview.h"
#include "ui/widgets/theme.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QStringList>

namespace qcc {

/// The answer to "does it work right now": what the Overview begins with.
struct Sentence {
    enum class Act { Start, UseCluster, TestAll, AddEndpoint, OpenConfig };
    struct Action {
        Act act = Act::Start;
        QString text = {};    ///< Of its button.
        QString cluster = {}; ///< Of UseCluster.
        bool operator==(const Action &) const = default;
    };

    Meaning meaning = Meaning::Neutral;
    QString title = {};
    QString text = {};          ///< Below it: why, and what is done about it.
    QStringList warnings = {};  ///< What wants attention beside it, a sentence each.
    QList<Action> actions = {}; ///< What a person has to do now; the last one is proposed.
    bool operator==(const Sentence &) const = default;
};

/// The sentence for `view` at `now`; `timeline` knows since when all requests fail.
Sentence sentenceFor(const ProxyView &view, const TimelineView &timeline, const QDateTime &now);

} // namespace qcc
