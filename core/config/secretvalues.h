#pragma once

#include "core/base/result.h"
#include "core/keys/keyring.h"
#include "core/keys/sealing.h"

#include <QHash>
#include <QJsonObject>
#include <QSet>

namespace qcc {

// The secrets in the JSON of config.json: every endpoint's "api_key", and "listen.access_token". Each is a string, or an object
// {"sealed": "v1:…"}; null and the empty string are no secret. They lie here and nowhere else, so that one atomic
// write holds everything (ARCH-10).

bool isSealed(const QJsonValue &value);
/// The string, the sealed text of an object, else nothing.
QByteArray secretText(const QJsonValue &value);
/// The rule of "keys.at_rest"; Auto where it is missing or no rule.
AtRest atRestOf(const QJsonObject &config);

/// JSON of config.json with its secrets opened, and the memory of how they lay there, so that one that stays the same is not sealed anew.
/// The one place that seals: edits see open keys, the file sealed ones.
class OpenedSecrets
{
public:
    /// What `open` cannot open stays a sealed object.
    OpenedSecrets(const QJsonObject &config, const SecretOpener &open);

    const QJsonObject &json() const { return m_json; }

    struct Unsealed {
        bool fresh = false; ///< A secret that did not lie there before.
        bool old = false;   ///< One that lay there in plain text.
        AtRest rule = AtRest::Auto;
        bool mayMake = false; ///< A master key: nothing is sealed under another.
    };

    enum class Seals {
        Keep,   ///< Seals what is plain, if it can: an edit of something else must not fail for it.
        Insist, ///< Seals what is plain.
        Renew,  ///< Seals everything anew, under the key of the rule in force; that is made where there is none.
    };

    struct Sealed {
        QJsonObject json;
        int sealed = 0; ///< Secrets that are sealed, or plain under the rule plain.
        int closed = 0; ///< Secrets that stayed as they are because they cannot be opened.
        AtRest place = AtRest::Plain;
    };

    /// `edited`, made from json(), as it shall lie in the file by its own rule. Plain secrets that lay there before stay plain where there is
    /// nothing to seal them with.
    /// Errors: those of KeyRing::sealingKey(), where a new secret cannot be sealed, or with Seals::Insist any.
    Result<Sealed> seal(const QJsonObject &edited, KeyRing &keys, Seals seals, KeyRing::Waiting waiting) const;

    /// What seal() with Seals::Keep will want a master key for.
    Unsealed unsealed(const QJsonObject &edited) const;

private:
    QJsonObject m_json;
    QHash<QString, QJsonValue> m_sealedAs; ///< By what is in it.
    QSet<QString> m_plain;
    bool m_masterMissing = false; ///< Something is closed that another master key would open.
};

} // namespace qcc
