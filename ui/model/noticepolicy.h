#pragma once

#include "core/base/result.h"
#include "ui/model/proxyview.h"
#include "ui/model/traysettings.h"

#include <QCoreApplication>
#include <QHash>
#include <QList>

#include <chrono>
#include <optional>

namespace qcc {

/// A desktop notification to make, in the user's language.
struct NoticeText {
    /// The page that has more about it.
    enum Place { Overview, Requests, Clusters, Settings };

    Notice notice = Notice::FailedOver;
    QString subject; ///< What it is about: a later notice of the same subject takes the place of this one.
    QString title;
    QString text;
    Place where = Overview;
    QString step;    ///< The next step, as a button says it.
    Place stepWhere = Overview;
};

/// What is to be done once things have settled.
struct NoticeOutcome {
    QList<NoticeText> told;
    QStringList obsolete; ///< Subjects of notices that are true no more.
};

/// Decides what the user is told while no window is open. What happens is gathered for `settleTime`, and then only what has come of it is told: who fails and returns meanwhile, or
/// takes over from whom before all fail, is nobody's news. A kind that is switched off is never told, one kind about one endpoint
/// at most once a minute, and no more than four things in ten minutes. Exempt is that nothing serves any more and that something
/// serves again, which come as a pair or not at all.
class NoticePolicy
{
    Q_DECLARE_TR_FUNCTIONS(NoticePolicy)

public:
    using Time = std::chrono::steady_clock::time_point;

    void setSettings(const TraySettings &settings) { m_settings = settings; }

    void stateChanged(const ProxyView &before, const ProxyView &after, Time now);

    /// An event "news" of the control socket about the endpoint `endpointName` of the cluster in use.
    /// Units: `seconds` is how long the endpoint is left alone.
    void news(const QString &kind, const QString &endpointName, const QString &reason, double seconds, Time now);

    /// Of a start that failed. Neither limited, because each start was somebody's wish, nor settled.
    std::optional<NoticeText> portInUse(const Failure &failure);

    /// When outcome() is to be asked; nothing while nothing has happened.
    std::optional<Time> due() const;
    /// What has come of all that happened until `now`; nothing before it is due.
    NoticeOutcome outcome(Time now);

    static constexpr std::chrono::seconds settleTime{2};
    static constexpr std::chrono::seconds quietTime{60};
    static constexpr std::chrono::minutes limitTime{10};
    static constexpr int mostInLimitTime = 4;

private:
    struct Event {
        QString kind, endpointName, reason;
        double seconds = 0;
    };
    /// A notice that the user may still see.
    struct Shown {
        Notice notice;
        QStringList endpoints; ///< Whom it blames.
    };

    void begin(Time now);
    bool isAway(const QString &endpointName) const;
    bool isObsolete(const Shown &shown) const;
    void settleKeys(NoticeOutcome &outcome, Time now);
    void settleService(NoticeOutcome &outcome, Time now);
    void settleFailures(NoticeOutcome &outcome, Time now);
    std::optional<NoticeText> allDown(Time now);
    NoticeText recovered() const;
    void tell(NoticeOutcome &outcome, const NoticeText &notice, const QStringList &endpoints);
    bool mayTell(Notice notice, const QStringList &endpointNames, Time now);

    TraySettings m_settings;
    ProxyView m_view;              ///< How things stand.
    std::optional<Time> m_since;   ///< The first of what has not settled.
    QList<Event> m_events;         ///< The last of each endpoint, since then.
    bool m_isDown = false;
    bool m_downIsNews = false;     ///< Nobody has decided yet whether it is told.
    bool m_downTold = false;
    QHash<QString, Shown> m_shown; ///< By subject.
    QHash<QString, Time> m_lastOfKind; ///< By kind and endpoint.
    QList<Time> m_recent;              ///< What counts for the limit, the oldest first.
    std::optional<Time> m_lastDown;
};

} // namespace qcc
