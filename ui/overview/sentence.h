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

/// How an endpoint is, in words: the same in the sentence and in its row.
class EndpointWords
{
    Q_DECLARE_TR_FUNCTIONS(EndpointWords)

public:
    /// "529 overloaded" of "HTTP 529 (overloaded_error: Overloaded)"; what is not known so stays as it is.
    static QString reason(const QString &error);
    /// "529 overloaded, 3 in a row"; of one that is well, its place among `line`: "first in line", "stands in for relay-c". `line`: all that are asked one
    /// after the other, by priority; empty where the cluster chooses otherwise.
    static QString note(const EndpointView &endpoint, const QList<EndpointView> &line);
    /// "priority 1, preferred".
    static QString place(const EndpointView &endpoint);
    /// Where it is, without what all have: "relay.example/api".
    static QString address(const EndpointView &endpoint);

private:
    static QString turn(const EndpointView &endpoint, const QList<EndpointView> &line);
};

/// Whether it is wanted and fails: what the sentence names.
bool isMissing(const EndpointView &endpoint);

} // namespace qcc
