#include "app/platform/notify.h"

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QGuiApplication>
#include <QList>
#include <QStringList>
#include <QVariantMap>

#include <optional>
#include <utility>

namespace qcc::platform {

using namespace Qt::StringLiterals;

namespace {

// Source: Desktop Notifications Specification 1.2, freedesktop.org.
constexpr auto service = "org.freedesktop.Notifications"_L1;
constexpr auto path = "/org/freedesktop/Notifications"_L1;
constexpr auto defaultAction = "default"_L1;
constexpr auto stepAction = "step"_L1;
/// A server that takes longer gets the next one again, and this one is shown elsewhere.
constexpr int answerTimeMs = 3'000;

QDBusMessage callOf(const QString &method)
{
    return QDBusMessage::createMethodCall(service, path, service, method);
}

} // namespace

bool mayAskForTray()
{
    if (!QGuiApplication::platformName().startsWith("wayland"_L1))
        return true;
    const QDBusConnectionInterface *bus = QDBusConnection::sessionBus().interface();
    return bus && bus->isServiceRegistered(u"org.kde.StatusNotifierWatcher"_s);
}

/// Signals are asked for without naming whose: with a name QtDBus would wait for the bus to say who owns it. Whose they are is seen when they come.
struct Notifications::Private : QObject
{
    Q_OBJECT

public:
    /// One subject.
    struct Shown {
        uint id = 0;          ///< Of the server; 0: not known yet.
        bool calling = false; ///< Its answer is awaited.
        bool withdrawn = false;
        std::optional<Notification> next; ///< To take its place then.
    };

    explicit Private(Notifications &its)
        : q(its)
    {
        m_bus.connect(QString(), u"/org/freedesktop/DBus"_s, u"org.freedesktop.DBus"_s, u"NameOwnerChanged"_s, {service}, QString(), this,
                      SLOT(ownerChanged(QString, QString, QString, QDBusMessage)));
        m_bus.connect(QString(), path, service, u"ActionInvoked"_s, this, SLOT(actionInvoked(uint, QString, QDBusMessage)));
        m_bus.connect(QString(), path, service, u"NotificationClosed"_s, this, SLOT(closed(uint, uint, QDBusMessage)));
    }

    void show(const Notification &notification)
    {
        if (!m_bus.isConnected() || m_server == Server::None) {
            Q_EMIT q.failed(notification);
            return;
        }
        if (m_server == Server::Known) {
            notify(notification);
            return;
        }
        m_waiting.removeIf([&notification](const Notification &other) { return other.subject == notification.subject; });
        m_waiting.append(notification);
        if (std::exchange(m_server, Server::Asked) == Server::Unknown)
            ask();
    }

    void withdraw(const QString &subject)
    {
        m_waiting.removeIf([&subject](const Notification &other) { return other.subject == subject; });
        const auto found = m_shown.find(subject);
        if (found == m_shown.end())
            return;
        found->next.reset();
        if (found->calling) {
            found->withdrawn = true;
            return;
        }
        close(found->id);
        m_shown.erase(found);
    }

private Q_SLOTS:
    void ownerChanged(const QString &, const QString &, const QString &owner, const QDBusMessage &message)
    {
        if (message.service() != "org.freedesktop.DBus"_L1)
            return;
        // Whoever comes knows nothing of what another one showed, and may be able to do other things.
        ++m_epoch;
        m_owner.clear();
        m_shown.removeIf([](const auto &shown) { return !shown->calling; }); // which ends by itself
        m_server = Server::Unknown;
        if (m_waiting.isEmpty())
            return;
        m_server = Server::Asked;
        if (owner.isEmpty())
            giveUp();
        else
            ask();
    }

    void actionInvoked(uint id, const QString &action, const QDBusMessage &message)
    {
        const QString subject = message.service() == m_owner ? subjectOf(id) : QString();
        if (!subject.isEmpty() && (action == defaultAction || action == stepAction))
            Q_EMIT q.chosen(subject, action == stepAction);
    }

    void closed(uint id, uint, const QDBusMessage &message)
    {
        const QString subject = message.service() == m_owner ? subjectOf(id) : QString();
        // The answer to a call that is under way names another, or the same again.
        if (const auto found = m_shown.find(subject); found != m_shown.end() && !found->calling)
            m_shown.erase(found);
    }

private:
    /// What is known of whoever shows notifications. None: nobody does, until somebody comes.
    enum class Server { Unknown, Asked, Known, None };

    /// Asks what the server can do; by that it is started, where the bus knows how.
    void ask()
    {
        auto *watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(callOf(u"GetCapabilities"_s), answerTimeMs), this);
        connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, epoch = m_epoch] {
            watcher->deleteLater();
            const QDBusPendingReply<QStringList> reply = *watcher;
            // Where a server was started for it, its coming has been told before its answer, and it is asked anew.
            if (epoch != m_epoch)
                return;
            if (reply.isError())
                return giveUp();
            m_owner = watcher->reply().service();
            m_readsMarkup = reply.value().contains("body-markup"_L1);
            m_hasActions = reply.value().contains("actions"_L1);
            m_server = Server::Known;
            const QList<Notification> waiting = std::exchange(m_waiting, {});
            for (const Notification &notification : waiting)
                notify(notification);
        });
    }

    void giveUp()
    {
        m_server = Server::None;
        const QList<Notification> waiting = std::exchange(m_waiting, {});
        for (const Notification &notification : waiting)
            Q_EMIT q.failed(notification);
    }

    void notify(const Notification &notification)
    {
        Shown &shown = m_shown[notification.subject];
        shown.withdrawn = false;
        if (shown.calling) {
            shown.next = notification;
            return;
        }
        shown.calling = true;
        QStringList actions;
        if (m_hasActions)
            actions << defaultAction << notification.open;
        if (m_hasActions && !notification.step.isEmpty())
            actions << stepAction << notification.step;
        const QVariantMap hints{{u"urgency"_s, QVariant::fromValue(static_cast<uchar>(notification.urgency))}, {u"desktop-entry"_s, u"qcc"_s}};
        QDBusMessage call = callOf(u"Notify"_s);
        call << u"qcc"_s << shown.id << u"qcc"_s << notification.title
             << (m_readsMarkup ? notification.text.toHtmlEscaped() : notification.text) << actions << hints << -1;
        auto *watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(call, answerTimeMs), this);
        connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, notification, epoch = m_epoch] {
            watcher->deleteLater();
            const QDBusPendingReply<uint> reply = *watcher;
            answered(notification, reply.isError(), reply.isError() || epoch != m_epoch ? 0 : reply.value());
        });
    }

    /// `id`: 0 where it is not there.
    void answered(const Notification &notification, bool failed, uint id)
    {
        const Shown shown = m_shown.take(notification.subject);
        if (shown.withdrawn)
            close(id);
        else if (id != 0)
            m_shown[notification.subject].id = id;
        if (shown.next)
            show(*shown.next);
        else if (failed && !shown.withdrawn)
            Q_EMIT q.failed(notification);
    }

    void close(uint id)
    {
        if (id == 0)
            return;
        QDBusMessage call = callOf(u"CloseNotification"_s);
        m_bus.send(call << id);
    }

    QString subjectOf(uint id) const
    {
        for (auto it = m_shown.cbegin(); it != m_shown.cend(); ++it) {
            if (id != 0 && it->id == id)
                return it.key();
        }
        return {};
    }

    Notifications &q;
    QDBusConnection m_bus = QDBusConnection::sessionBus();
    Server m_server = Server::Unknown;
    int m_epoch = 0; ///< Counts the servers.
    QString m_owner; ///< The server's own name on the bus.
    bool m_readsMarkup = false;
    bool m_hasActions = false;
    QList<Notification> m_waiting; ///< For the server to say what it can do.
    QHash<QString, Shown> m_shown; ///< By subject.
};

Notifications::Notifications(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this))
{
}

Notifications::~Notifications() = default;

void Notifications::show(const Notification &notification)
{
    d->show(notification);
}

void Notifications::withdraw(const QString &subject)
{
    d->withdraw(subject);
}

} // namespace qcc::platform

#include "notify_linux.moc"
