#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/model/proxyview.h"
#include "ui/widgets/theme.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QString>

namespace qcc {

/// Numbers, times and states in the user's language, so that every screen says the same thing in the same words.
class Words
{
    Q_DECLARE_TR_FUNCTIONS(Words)

public:
    /// "99.4 %", "0 %"; rounded down, so that 100 % is said only when nothing failed.
    static QString percent(double value);
    /// "640 ms", "2.1 s", "3:20 min".
    static QString duration(double ms);
    /// "–" before anything was counted.
    static QString durationOrNone(std::optional<double> ms);
    /// "just now", "12 s ago", "5 min ago", "3 h ago", else the date.
    static QString ago(const QDateTime &when, const QDateTime &now);
    /// "14:02:31", with the date where it is not today.
    static QString timeOfDay(const QDateTime &when, const QDateTime &now);
    /// "0:41" until something returns.
    static QString countdown(double seconds);
    /// The same where nobody waits for the second: "0:41", "24 min", "3 h".
    static QString remaining(double seconds);
    /// "1.2 k", "3.4 M".
    static QString tokens(qint64 count);
    /// "last hour"; where the proxy has not run for so long, since when it does: "since 14:02:31".
    static QString of(TimelineRange range, const QDateTime &start, const QDateTime &now);
    /// "3 / 4": usable of those that are switched on; empty where there are none.
    static QString usableOf(const QList<EndpointView> &endpoints);
    static QString none() { return QStringLiteral("–"); }
    /// A name as it stands in a sentence, a menu or a message: the end of one beyond 40 characters is left out.
    static QString shortName(const QString &name);
    /// `text` with a capital and a full stop. What is spelled as it stands (a file, a host, a name with digits) keeps its letters.
    static QString sentence(QString text);
    /// What pages say in place of what they would show.
    static QString configFaultTitle();
    static QString configFaultText(const QString &fault);

    static QString of(EndpointHealth health);
    /// With the time that is left where it is known: "paused, next try in 0:41", "resting, back in 24 min".
    static QString healthOf(EndpointHealth health, double returnsInS);
    static QString of(Outcome outcome);
    /// What went wrong with an attempt, in one or two words ("rate limit", "key refused").
    static QString of(FailureClass failure);
    /// The same of one attempt, as far as its status says more ("overloaded").
    static QString failureOf(const AttemptRecord &attempt);
    static QString of(Phase phase);

    /// The words that routing gives as a reason, "transient (HTTP 529)", as the screens say them: "server error, HTTP 529". Others are what inUsersLanguage() makes of them.
    static QString reason(const QString &inCore);
    static Meaning meaningOf(EndpointHealth health);
    static Meaning meaningOf(Outcome outcome);
    /// The shape that stands beside the colour: "●", "▲", "✕", "○".
    static QString markOf(Meaning meaning);
};

/// The words for a ProxyView, in the user's language.
class StateText
{
    Q_DECLARE_TR_FUNCTIONS(StateText)

public:
    /// "Running".
    static QString word(ProxyState state);
    /// "Running · 99.4 % · 12 in flight"; "Finishing 2 requests…".
    static QString line(const ProxyView &view);
    /// "99.4 % of the last hour".
    static QString success(const ProxyView &view);
    /// Several lines: state, cluster, success rate, in flight, last error.
    static QString toolTip(const ProxyView &view);
};

} // namespace qcc
