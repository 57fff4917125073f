#pragma once

#include "core/clients/clientsettings.h"
#include "core/clients/settingstext.h"

#include <QMap>

namespace qcc {

/// What somebody may want beside the address and the key: each changes how a client behaves, so that none is there by itself.
struct ClientExtras {
    bool hints = false;            ///< Claude Code: says with each request what it is for.
    bool toolSearch = false;       ///< Claude Code: as it does where no other address is set.
    QMap<QString, QString> models; ///< Claude Code: "opus", "sonnet", "haiku" or "subagent", and the model to be asked for.
    bool openAi = false;           ///< opencode: its provider of OpenAI's models, too.
    bool keepLogin = false;        ///< Claude Code, Codex: it goes on sending the login that it has, and is given no key.

    bool isEmpty() const { return *this == ClientExtras(); }
    bool operator==(const ClientExtras &) const = default;
};

/// The key of a client where qcc asks for none: any text is good, and this one nobody's.
inline constexpr auto anyKey = "qcc";

/// The cluster that Codex asks while it keeps its login, and where its login is taken. Source: Codex 0.169, on the wire.
inline constexpr auto codexCluster = "codex";
inline constexpr auto codexLoginUrl = "https://chatgpt.com/backend-api/codex";

/// Why `client` cannot keep its own login, as a sentence; empty: it can. `needsToken`: qcc asks for its access token, which has to go beside the login.
QString keepLoginFault(ClientProgram client, bool needsToken);

/// The classes of models that ClientExtras::models may name.
QStringList modelClasses();

/// A value that a settings file shall have.
struct WishedValue {
    QStringList path;
    std::optional<QByteArray> value; ///< As it stands there; nothing: it shall have none.
    bool isSecret = false;           ///< Neither it nor what stands there before is for anybody's eyes.
};

struct WishedFile {
    QString path;
    SettingsFormat format = SettingsFormat::Json;
    QList<WishedValue> values;
};

/// What makes `client` ask qcc at `address` ("http://127.0.0.1:7860") with `key`. Empty for one whose settings are the variables it is started with alone.
/// Source: each client's documentation, and the programs themselves (tests/clients/connect.sh).
QList<WishedFile> wishesFor(ClientProgram client, const ClientPlaces &where, const QString &address, const QString &key, const ClientExtras &extras = {});

/// Whether it has settings of its own that wishesFor() knows.
bool isConnectable(ClientProgram client);

/// The variables that do the same for a client that is started with them. Names and values, in the order in which people write them.
QList<std::pair<QString, QString>> variablesFor(ClientProgram client, const QString &address, const QString &key);

/// The shells whose words for variables are known. Sh: those of bash and zsh, too.
#define QCC_SHELLS(X)             \
    X(Sh, "sh")                   \
    X(Fish, "fish")               \
    X(PowerShell, "powershell")   \
    X(Cmd, "cmd")
QCC_ENUM_WITH_WORDS(Shell, QCC_SHELLS)

/// The one that this user's terminals begin with, as far as the environment says.
Shell usersShell();

/// One line that sets all of `variables`, names and values, for what is started from this shell.
QString environmentLine(Shell shell, const QList<std::pair<QString, QString>> &variables);

/// What else has to be so that the client asks qcc, as a sentence; empty: nothing.
QString conditionOf(ClientProgram client);

} // namespace qcc
