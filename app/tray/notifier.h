#pragma once

#include "app/platform/notify.h"
#include "ui/model/noticepolicy.h"

#include <QHash>
#include <QObject>
#include <QTimer>

class QJsonObject;

namespace qcc {

class TrayIcon;

/// Tells what happens while no window is open, as NoticePolicy decides: by the desktop's own notifications, and where there are none by the icon's.
/// Thread: the GUI thread.
class Notifier : public QObject
{
    Q_OBJECT

public:
    /// `tray` outlives it.
    explicit Notifier(TrayIcon &tray, QObject *parent = nullptr);

    void setSettings(const TraySettings &settings) { m_policy.setSettings(settings); }
    void takeView(const ProxyView &before, const ProxyView &after);
    /// `news`: the control socket's event "news"; `cluster`: the one in use.
    void takeNews(const QJsonObject &news, const QString &cluster);
    /// Something that was asked for failed.
    void takeFailure(const Failure &failure, const QString &text);
    /// The window was closed, and qcc goes on.
    void tellWhereItWent();

Q_SIGNALS:
    /// A notification was clicked: what it tells of is seen there.
    void placeChosen(qcc::NoticeText::Place place);

private:
    void settle();
    void tell(const NoticeText &notice);
    void tellByIcon(const platform::Notification &notification);

    TrayIcon &m_tray;
    NoticePolicy m_policy;
    platform::Notifications m_desktop;
    QTimer m_due;
    QHash<QString, NoticeText> m_told; ///< The last of each subject.
    QString m_toldByIcon;              ///< The subject of the last one that the icon told.
};

} // namespace qcc
