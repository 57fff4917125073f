#pragma once

#include <QByteArray>
#include <QString>

namespace qcc {

/// Which other proxy of this computer URL and key stand for ("cc-switch"), as it writes them into the settings of clients for itself: a key that is
/// none, an address that is its own. Empty for an endpoint, which a server of models on this computer (Ollama, LM Studio, vLLM …) is, too.
QString placeholderOf(const QByteArray &baseUrl, const QString &key);

} // namespace qcc
