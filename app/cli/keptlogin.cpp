#include "app/cli/keptlogin.h"

#include "core/clients/clientwishes.h"
#include "core/config/configedit.h"

#include <QJsonObject>

namespace qcc::cli {

using namespace Qt::StringLiterals;

Result<void> makeCodexCluster(Run &run, bool dryRun, bool silent)
{
    const Result<Config> before = readConfig(run);
    if (!before)
        return before.error();
    const QString name = QLatin1String(codexCluster);
    if (before->cluster(name))
        return {};
    EndpointFields fields;
    fields.name = u"chatgpt"_s;
    fields.baseUrl = QLatin1String(codexLoginUrl);
    fields.auth = AuthStyle::Passthrough;
    if (!dryRun) {
        const Result<Config> made = changeConfig(run, [&](QJsonObject &json) {
            const Result<void> cluster = addCluster(json, name);
            return cluster ? addEndpoint(json, name, fields) : cluster;
        });
        if (!made)
            return made.error();
    }
    if (!silent)
        run.terminal().line(u"%1 the cluster \"%2\" with the endpoint %3, which gets Codex's own login."_s.arg(dryRun ? u"Would make"_s : u"Made"_s, name, *fields.baseUrl));
    return {};
}

} // namespace qcc::cli
