#pragma once

#include "core/clients/settingstext.h"

namespace qcc::tomltext {

// SettingsFormat::Toml. Source: TOML 1.0. A key outside of all tables is set among those that stand before the first table; one within a table is set in the
// lines of that table, which is made at the end of the text where there is none.

Result<std::optional<QByteArray>> valueIn(const QByteArray &text, const QStringList &path);
Result<Splices> setting(const QByteArray &text, const QStringList &path, const QByteArray &value);
Result<Splices> taking(const QByteArray &text, const QStringList &path, qsizetype own);
Result<qsizetype> missingBefore(const QByteArray &text, const QStringList &path);

} // namespace qcc::tomltext
