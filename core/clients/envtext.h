#pragma once

#include "core/clients/settingstext.h"

namespace qcc::envtext {

// SettingsFormat::Env. Source: the reader of such files that Node programs use (npm's dotenv), in which a value may be quoted and go over several lines, and
// the last line of a name counts.

std::optional<QByteArray> valueIn(const QByteArray &text, const QString &name);
Splices setting(const QByteArray &text, const QString &name, const QByteArray &value);
Splices taking(const QByteArray &text, const QString &name);

} // namespace qcc::envtext
