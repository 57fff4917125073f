#include "app/platform/notify.h"

namespace qcc::platform {

bool mayAskForTray()
{
    return true;
}

struct Notifications::Private { };

Notifications::Notifications(QObject *parent)
    : QObject(parent)
{
}

Notifications::~Notifications() = default;

void Notifications::show(const Notification &notification)
{
    Q_EMIT failed(notification);
}

void Notifications::withdraw(const QString &) { }

} // namespace qcc::platform
