#pragma once

namespace qcc {

class ConfigFields;
class SettingsForm;

/// The sections of config.json that stand by themselves, from retries to history.
void addProxyFields(SettingsForm *form, ConfigFields *fields);

} // namespace qcc
