#pragma once

#include "core/config/configfile.h"

#include <QDeadlineTimer>
#include <QJsonObject>
#include <QObject>
#include <QTimer>

#include <deque>
#include <functional>

namespace qcc {

/// Changes config.json from a thread that has other things to do than to wait: for the keychain, or for another process that is editing the file.
/// Thread: that of its KeyRing.
class ConfigEditor : public QObject
{
    Q_OBJECT

public:
    using Change = std::function<Result<void>(QJsonObject &)>;
    using Done = std::function<void(const Result<ConfigEdit> &)>;

    /// `keys` outlives it.
    ConfigEditor(QString path, KeyRing &keys, QObject *parent = nullptr);

    /// As editConfigUndoably(). A change that brings a new key asks the keychain first, and config.json stays as it is until that has
    /// answered or is given up on. `change` may be applied more than once. `done` is called once, from within where nothing has to be
    /// asked or waited for; never after this has gone.
    void edit(const Change &change, const Done &done);

    /// The same for a change that brings no new key. Plain keys that lie in the file are sealed later, when the keychain has answered; it is
    /// asked once for that, and not again where it refuses.
    void editSoon(const Change &change, const Done &done);

private:
    struct Pending {
        Change change;
        Done done;
        QDeadlineTimer deadline;
    };

    Result<ConfigEdit> editNow(const Change &change);
    void tryAgain();
    void sealWhatIsPlain();

    QString m_path;
    KeyRing &m_keys;
    std::deque<Pending> m_pending; ///< Somebody else is editing the file; in the order in which they were asked for.
    QTimer m_again;                ///< Runs only while there are such.
    bool m_sealing = false;        ///< sealWhatIsPlain() waits for the keychain.
};

} // namespace qcc
