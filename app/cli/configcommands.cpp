#include "app/cli/commands.h"

#include "app/cli/command.h"
#include "app/platform/process.h"
#include "core/config/addresses.h"
#include "core/config/configfile.h"
#include "core/config/configparser.h"
#include "core/config/loginhosts.h"

#include <QTextStream>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

QString counted(qsizetype number, const QString &one, const QString &more)
{
    return number == 1 ? u"1 "_s + one : QString::number(number) + u' ' + more;
}

QString keys(int number)
{
    return counted(number, u"key"_s, u"keys"_s);
}

void runPath(const Invocation &, Run &run)
{
    run.terminal().line(run.paths().config());
    run.finish();
}

/// Says what is wrong with the endpoints of `config`, whose text has `lines`; whether all may serve.
bool checkEndpoints(const Config &config, const JsonLines &lines, Terminal &terminal)
{
    bool good = true;
    for (qsizetype i = 0; i < config.clusters.size(); ++i) {
        const Cluster &cluster = config.clusters.at(i);
        for (qsizetype j = 0; j < cluster.endpoints.size(); ++j) {
            const Endpoint &endpoint = cluster.endpoints.at(j);
            const auto lineOf = [&](QLatin1String key) { return lines.lineOf(u"clusters[%1].endpoints[%2].%3"_s.arg(i).arg(j).arg(key)); };
            if (!endpoint.keyFault.isEmpty()) {
                good = false;
                terminal.error(u"The endpoint \"%1\" of the cluster \"%2\" (line %3) is out of use: %4"_s.arg(endpoint.name, cluster.name)
                                   .arg(lineOf("api_key"_L1)).arg(endpoint.keyFault), {});
            }
            if (const QString advice = baseUrlAdvice(endpoint.baseUrl); !advice.isEmpty()) {
                terminal.warning(u"The base URL of the endpoint \"%1\" of the cluster \"%2\" (line %3) %4."_s.arg(endpoint.name, cluster.name)
                                     .arg(lineOf("base_url"_L1)).arg(advice));
            }
            if (const QString note = passthroughNote(endpoint); !note.isEmpty()) {
                terminal.warning(u"The endpoint \"%1\" of the cluster \"%2\" (line %3) %4."_s.arg(endpoint.name, cluster.name)
                                     .arg(lineOf("passthrough_anywhere"_L1)).arg(note));
            }
        }
    }
    return good;
}

void runCheck(const Invocation &, Run &run)
{
    const Result<Config> config = readConfig(run);
    if (!config)
        return run.fail(config.error());
    const Result<std::optional<QByteArray>> text = readConfigText(run.paths().config());
    const JsonLines lines(text && *text ? **text : QByteArray("{}"));
    if (!checkEndpoints(*config, lines, run.terminal()))
        return run.finish(Exit::Failed);
    qsizetype endpoints = 0;
    for (const Cluster &cluster : config->clusters)
        endpoints += cluster.endpoints.size();
    run.terminal().line(u"config.json is good: %1, %2."_s.arg(counted(config->clusters.size(), u"cluster"_s, u"clusters"_s),
                                                              counted(endpoints, u"endpoint"_s, u"endpoints"_s)));
    run.finish();
}

/// Moves the keys under `rule` and hands what came of it to `say`. Keys that cannot be decrypted make a failure of it, in the end.
void rekey(AtRest rule, Run &run, const std::function<QString(const Rekeyed &)> &say)
{
    if (const QString wrong = run.paths().ensureHome(); !wrong.isEmpty())
        return run.fail({ErrorCode::WriteFailed, wrong, {}});
    const Result<Rekeyed> done = rekeyConfig(run.paths().config(), run.keys(), rule);
    if (!done)
        return run.fail(done.error());
    run.terminal().line(say(*done));
    if (done->closed == 0)
        return run.finish();
    run.fail({ErrorCode::Failed, u"%1 cannot be decrypted and stayed as before."_s.arg(keys(done->closed)),
              u"`qcc config check` says which and why; `qcc endpoint edit CLUSTER ENDPOINT --api-key-stdin` sets one anew."_s});
}

void runSecure(const Invocation &call, Run &run)
{
    AtRest rule = AtRest::Auto;
    if (call.has("keychain"_L1)) {
        rule = AtRest::Keychain;
    } else if (call.has("file"_L1)) {
        rule = AtRest::File;
    }
    rekey(rule, run, [&run](const Rekeyed &done) {
        const QString where = done.place == AtRest::Keychain
            ? u"the system keychain"_s
            : u"%1; keep a copy of it, for without it nobody can decrypt them"_s.arg(run.keys().keyFile());
        if (done.keys == 0)
            return u"config.json holds no key yet; those to come will be encrypted."_s;
        return u"config.json holds %1, encrypted. The master key lies in %2."_s.arg(keys(done.keys), where);
    });
}

bool agrees(Run &run)
{
    run.terminal().progress(u"Every program that reads config.json will be able to read the keys. Go on? [y/N]"_s);
    return QTextStream(stdin).readLine().trimmed().startsWith(u'y', Qt::CaseInsensitive);
}

void runPlain(const Invocation &call, Run &run)
{
    if (!call.has("yes"_L1)) {
        if (!platform::isTerminal(stdin))
            return run.fail({ErrorCode::Usage, u"`qcc config plain` needs --yes where nobody can be asked."_s, {}});
        if (!agrees(run)) {
            run.terminal().line(u"Nothing was changed."_s);
            return run.finish();
        }
    }
    rekey(AtRest::Plain, run, [](const Rekeyed &done) {
        return u"config.json holds %1, not encrypted. `qcc config secure` takes that back."_s.arg(keys(done.keys));
    });
}

} // namespace

std::vector<Command> configCommands()
{
    return {
        Command{.name = u"config path"_s,
                .summary = u"Prints where config.json lies"_s,
                .examples = {{u"qcc config path"_s, u"For an editor: $EDITOR \"$(qcc config path)\""_s}},
                .handler = runPath,
                .usesHome = false},
        Command{.name = u"config check"_s,
                .summary = u"Checks config.json, its base URLs, and whether its keys can be used"_s,
                .examples = {{u"qcc config check"_s, u"After an edit by hand"_s}},
                .handler = runCheck},
        Command{.name = u"config secure"_s,
                .summary = u"Encrypts all keys in config.json"_s,
                .options = {Option{.name = u"keychain"_s, .help = u"Keep the master key in the system keychain."_s},
                            Option{.name = u"file"_s, .help = u"Keep the master key in the file secret.key beside config.json."_s}},
                .exclusive = {{u"keychain"_s, u"file"_s}},
                .examples = {{u"qcc config secure"_s, u"After keys were written into config.json by hand"_s},
                             {u"qcc config secure --file"_s, u"For a machine without a desktop, or without a working keychain"_s}},
                .details = u"Without an option the master key stays where it is; a new one goes into the keychain where that works, else into "
                           u"a file. A running proxy takes over the change by itself and interrupts nothing. A key that cannot be decrypted "
                           u"stays as it is."_s,
                .handler = runSecure},
        Command{.name = u"config plain"_s,
                .summary = u"Decrypts all keys in config.json, and keeps them so"_s,
                .options = {Option{.name = u"yes"_s, .help = u"Do not ask."_s}},
                .examples = {{u"qcc config plain --yes"_s, u"Before config.json moves to another machine"_s}},
                .handler = runPlain},
    };
}

} // namespace qcc::cli
