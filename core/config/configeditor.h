#pragma once

#include "core/config/configfile.h"

#include <QJsonObject>
#include <QObject>

#include <functional>

namespace qcc {

/// Changes config.json from a thread that has other things to do than to wait for the keychain.
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
    /// asked; never after this has gone.
    void edit(const Change &change, const Done &done);

    /// The same for a change that brings no new key: at once. Plain keys that lie in the file are sealed later, when the keychain has
    /// answered; it is asked once for that, and not again where it refuses.
    Result<ConfigEdit> editNow(const Change &change);

private:
    void sealWhatIsPlain();

    QString m_path;
    KeyRing &m_keys;
    bool m_sealing = false; ///< sealWhatIsPlain() waits for the keychain.
};

} // namespace qcc
