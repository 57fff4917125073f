#pragma once

#include "ui/model/noticepolicy.h"

#include <QObject>

class QJsonObject;

namespace qcc {

class TrayIcon;

/// Tells what happens while no window is open, as NoticePolicy decides.
/// Thread: the GUI thread.
class Notifier : public QObject
{
    Q_OBJECT

public:
    /// `tray` outlives it.
    explicit Notifier(TrayIcon &tray, QObject *parent = nullptr);

    void setSettings(const TraySettings &settings) { m_policy.setSettings(settings); }
    void takeView(const ProxyView &before, const ProxyView &after);
    /// `news`: the control socket's event "news".
    void takeNews(const QJsonObject &news, const ProxyView &view);
    void takePortInUse(const Failure &failure);

Q_SIGNALS:
    /// The last notification was clicked: what it tells of is seen there.
    void placeChosen(qcc::NoticeText::Place place);

private:
    void tell(const std::optional<NoticeText> &notice);

    TrayIcon &m_tray;
    NoticePolicy m_policy;
    NoticeText::Place m_place = NoticeText::Overview;
};

} // namespace qcc
