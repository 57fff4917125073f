#pragma once

#include "core/config/configfile.h"
#include "core/config/paths.h"
#include "core/keys/keyring.h"

namespace qcc::test {

/// The keys of a home without a keychain: tests leave the one of whoever runs them alone.
class TestKeys : public KeyRing
{
public:
    explicit TestKeys(const Paths &paths) : KeyRing(paths.keyFile(), nullptr) { }
    /// Of the home in which the file `config` lies.
    explicit TestKeys(const QString &config) : TestKeys(Paths(config.section(u'/', 0, -2))) { }
};

// As the functions of core, each with the keys of the file's home.

inline Result<Config> loadConfig(const QString &path)
{
    TestKeys keys(path);
    return qcc::loadConfig(path, keys);
}

inline Result<QJsonObject> loadConfigJson(const QString &path)
{
    TestKeys keys(path);
    return qcc::loadConfigJson(path, keys);
}

inline Result<Config> editConfig(const QString &path, const std::function<Result<void>(QJsonObject &)> &change)
{
    TestKeys keys(path);
    return qcc::editConfig(path, keys, change);
}

inline Result<ConfigEdit> editConfigUndoably(const QString &path, const std::function<Result<void>(QJsonObject &)> &change)
{
    TestKeys keys(path);
    return qcc::editConfigUndoably(path, keys, change);
}

} // namespace qcc::test
