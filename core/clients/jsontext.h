#pragma once

#include "core/clients/settingstext.h"

namespace qcc::jsontext {

// SettingsFormat::Json. Source: RFC 8259; comments and commas behind the last one as in Microsoft's "JSON with Comments".

Result<std::optional<QByteArray>> valueIn(const QByteArray &text, const QStringList &path);
Result<Splices> setting(const QByteArray &text, const QStringList &path, const QByteArray &value);
Result<Splices> taking(const QByteArray &text, const QStringList &path, qsizetype own);
Result<qsizetype> missingBefore(const QByteArray &text, const QStringList &path);

} // namespace qcc::jsontext
