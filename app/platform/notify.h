#pragma once

#include <QObject>
#include <QString>

#include <memory>

namespace qcc::platform {

/// Whether Qt may be asked for a tray: on Wayland it looks for one once, and a bar that comes later would never have the icon.
/// Thread: the GUI thread, which waits for the bus as long as Qt would.
bool mayAskForTray();

/// Something to tell, with what can be done about it. Texts are plain.
struct Notification {
    enum class Urgency { Low, Normal, Critical };

    QString subject; ///< A later one of the same subject takes its place.
    QString title;
    QString text;
    QString open;    ///< What a click on it does, in words: not everybody sees that it can be clicked.
    QString step;    ///< A button; empty: none.
    Urgency urgency = Urgency::Normal;
};

/// The desktop's own notifications, as far as it has any.
/// Thread: the GUI thread, which waits for nobody.
class Notifications : public QObject
{
    Q_OBJECT

public:
    explicit Notifications(QObject *parent = nullptr);
    ~Notifications() override;

    /// `failed` follows, perhaps at once, where nobody shows it; but not once it was withdrawn, or another of its subject has taken its place.
    void show(const qcc::platform::Notification &notification);
    /// Takes it off the screen, if it is still there.
    void withdraw(const QString &subject);

Q_SIGNALS:
    /// The notification was clicked, or its button.
    void chosen(const QString &subject, bool step);
    void failed(const qcc::platform::Notification &notification);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace qcc::platform
