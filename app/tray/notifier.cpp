#include "app/tray/notifier.h"

#include "ui/tray/trayicon.h"
#include "ui/widgets/plaintext.h"

#include <QJsonObject>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Urgency = platform::Notification::Urgency;

NoticePolicy::Time now()
{
    return std::chrono::steady_clock::now();
}

Urgency urgencyOf(Notice notice)
{
    switch (notice) {
    case Notice::AllDown: return Urgency::Critical;
    case Notice::Recovered: return Urgency::Low;
    case Notice::FailedOver:
    case Notice::PortInUse:
    case Notice::KeyRejected: return Urgency::Normal;
    }
    Q_UNREACHABLE();
}

} // namespace

Notifier::Notifier(TrayIcon &tray, QObject *parent)
    : QObject(parent)
    , m_tray(tray)
{
    m_due.setSingleShot(true);
    connect(&m_due, &QTimer::timeout, this, &Notifier::settle);
    connect(&m_desktop, &platform::Notifications::failed, this, &Notifier::tellByIcon);
    connect(&m_desktop, &platform::Notifications::chosen, this, [this](const QString &subject, bool step) {
        const NoticeText &notice = m_told[subject];
        Q_EMIT placeChosen(step ? notice.stepWhere : notice.where);
    });
    connect(&m_tray, &TrayIcon::notificationClicked, this, [this] { Q_EMIT placeChosen(m_told[m_toldByIcon].where); });
}

void Notifier::takeView(const ProxyView &before, const ProxyView &after)
{
    m_policy.stateChanged(before, after, now());
    settle();
}

void Notifier::takeNews(const QJsonObject &news, const QString &cluster)
{
    if (news.value("cluster"_L1).toString() != cluster)
        return;
    m_policy.news(news.value("kind"_L1).toString(), news.value("endpoint_name"_L1).toString(), news.value("reason"_L1).toString(),
                  news.value("seconds"_L1).toDouble(), now());
    settle();
}

void Notifier::takeFailure(const Failure &failure, const QString &text)
{
    if (failure.code != ErrorCode::PortInUse) {
        NoticeText notice;
        notice.subject = u"failure"_s;
        notice.title = tr("qcc has a problem");
        notice.text = text;
        tell(notice);
    } else if (const auto notice = m_policy.portInUse(failure)) {
        tell(*notice);
    }
}

void Notifier::tellWhereItWent()
{
    NoticeText notice;
    notice.notice = Notice::Recovered; // As quiet as that.
    notice.subject = u"tray"_s;
    notice.title = tr("qcc goes on in the tray");
    notice.text = tr("Requests are served as before. The window opens again from the icon, whose menu ends qcc.");
    tell(notice);
}

void Notifier::settle()
{
    const NoticeOutcome outcome = m_policy.outcome(now());
    for (const QString &subject : outcome.obsolete)
        m_desktop.withdraw(subject);
    for (const NoticeText &notice : outcome.told)
        tell(notice);
    if (const auto due = m_policy.due())
        m_due.start(std::chrono::ceil<std::chrono::milliseconds>(std::max<NoticePolicy::Time::duration>(*due - now(), 0ms)));
    else
        m_due.stop();
}

void Notifier::tell(const NoticeText &notice)
{
    m_told.insert(notice.subject, notice);
    m_desktop.show({notice.subject, markupFree(notice.title), notice.text, tr("Open qcc"), notice.step, urgencyOf(notice.notice)});
}

void Notifier::tellByIcon(const platform::Notification &notification)
{
    m_toldByIcon = notification.subject;
    m_tray.notify(notification.title, notification.text, notification.urgency != Urgency::Low);
}

} // namespace qcc
