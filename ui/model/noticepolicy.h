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
    QString title;
    QString text;
    Place where = Overview;
};

/// Decides what the user is told while no window is open. A kind that is switched off is never told, one kind about one endpoint
/// at most once a minute, and no more than four things in ten minutes. Exempt is that nothing serves any more and that something
/// serves again, which come as a pair or not at all.
class NoticePolicy
{
    Q_DECLARE_TR_FUNCTIONS(NoticePolicy)

public:
    using Time = std::chrono::steady_clock::time_point;

    void setSettings(const TraySettings &settings) { m_settings = settings; }

    std::optional<NoticeText> stateChanged(const ProxyView &before, const ProxyView &after, Time now);

    /// An event "news" of the control socket about the endpoint `endpointName`; `view` is the state it happened in.
    /// Units: `seconds` is how long the endpoint is left alone.
    std::optional<NoticeText> news(const QString &kind, const QString &endpointName, const QString &reason, double seconds,
                                   const ProxyView &view, Time now);

    /// Of a start that failed. Not limited, because each start was somebody's wish.
    std::optional<NoticeText> portInUse(const Failure &failure) const;

    static constexpr std::chrono::seconds quietTime{60};
    static constexpr std::chrono::minutes limitTime{10};
    static constexpr int mostInLimitTime = 4;

private:
    std::optional<NoticeText> failedOver(const QString &kind, const QString &endpointName, const QString &reason, double seconds,
                                         const ProxyView &view) const;
    bool mayTell(Notice notice, const QString &endpointName, Time now);

    TraySettings m_settings;
    QHash<QString, Time> m_lastOfKind; ///< By kind and endpoint.
    QList<Time> m_recent;              ///< What counts for the limit, the oldest first.
    std::optional<Time> m_lastDown;
    bool m_downTold = false;
};

} // namespace qcc
