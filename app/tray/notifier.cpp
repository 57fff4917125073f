#include "app/tray/notifier.h"

#include "ui/tray/trayicon.h"

#include <QJsonObject>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

NoticePolicy::Time now()
{
    return std::chrono::steady_clock::now();
}

} // namespace

Notifier::Notifier(TrayIcon &tray, QObject *parent)
    : QObject(parent)
    , m_tray(tray)
{
    connect(&m_tray, &TrayIcon::notificationClicked, this, [this] { Q_EMIT placeChosen(m_place); });
}

void Notifier::takeView(const ProxyView &before, const ProxyView &after)
{
    tell(m_policy.stateChanged(before, after, now()));
}

void Notifier::takeNews(const QJsonObject &news, const ProxyView &view)
{
    if (news.value("cluster"_L1).toString() != view.cluster)
        return;
    tell(m_policy.news(news.value("kind"_L1).toString(), news.value("endpoint_name"_L1).toString(), news.value("reason"_L1).toString(),
                       news.value("seconds"_L1).toDouble(), view, now()));
}

void Notifier::takePortInUse(const Failure &failure)
{
    tell(m_policy.portInUse(failure));
}

void Notifier::tell(const std::optional<NoticeText> &notice)
{
    if (!notice)
        return;
    m_place = notice->where;
    m_tray.notify(notice->title, notice->text, notice->notice != Notice::Recovered);
}

} // namespace qcc
