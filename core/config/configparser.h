#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/keys/sealing.h"

#include <QByteArray>
#include <QHash>
#include <QString>

namespace qcc {

/// Parses and validates the text of config.json. Missing keys take their defaults; unknown keys are ignored.
/// `open` opens sealed keys; an endpoint whose key it cannot open gets a keyFault, and serves nobody. Without `open` none can be opened.
/// An access token that it cannot open is an error: else everybody would get in, or nobody.
/// Errors: InvalidConfig; the message names the key ("clusters[0].endpoints[1].base_url") and the line.
Result<Config> parseConfig(const QByteArray &text, const SecretOpener &open = {});

/// The line (from 1) that holds byte `offset` of `text`; offsets past the end name the last line.
int lineOfOffset(const QByteArray &text, qsizetype offset);

/// On which line of a JSON text each key stands, by path ("clusters[0].endpoints[1].base_url").
class JsonLines
{
public:
    /// `text` is good JSON: QJsonDocument has accepted it.
    explicit JsonLines(const QByteArray &text);

    /// The line of `path`; of its nearest parent where `path` itself is missing; 1 for the root.
    int lineOf(QString path) const;

private:
    QHash<QString, int> m_lines;
};

} // namespace qcc
