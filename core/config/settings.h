#pragma once

#include "core/config/settingrow.h"

#include <vector>

namespace qcc {

// All settings of config.json, a row each (ARCH-13), in the order in which they are read and documented. The parser, the defaults, the window's page
// of settings, README's table and resources/config.schema.json are made of them; tst_settings tells where one is missing.

const std::vector<SettingOf<Config>> &configSettings();
const std::vector<SettingOf<Cluster>> &clusterSettings();
const std::vector<SettingOf<Endpoint>> &endpointSettings();
const std::vector<SettingOf<RouteRule>> &routeSettings();

/// All of them in one; those of clusters, their endpoints and of routes each at the place of the list.
std::vector<const Setting *> allSettings();

/// The one at `path` ("timeouts.read_s", "clusters[].endpoints[].weight"), which must be one.
const Setting &settingAt(const QString &path);

/// What `config` has at `path`, as config.json writes it: the value of a setting, or an object with those of a section.
QJsonValue configValue(const Config &config, const QString &path);

/// `config` as config.json, every setting in it, keys and token in plain text.
QJsonObject configJson(const Config &config);

/// The configuration of a fresh installation: every setting with its default, no cluster.
QJsonObject defaultConfigJson();

/// JSON Schema of config.json (draft 2020-12): resources/config.schema.json.
QJsonObject configSchema();

/// The table of all settings in README.md.
QString settingsTable();

} // namespace qcc
