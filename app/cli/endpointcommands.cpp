#include "app/cli/commands.h"

#include "app/cli/command.h"
#include "app/cli/endpointview.h"
#include "app/cli/relayoptions.h"
#include "app/cli/vendorcommands.h"
#include "app/platform/process.h"
#include "core/config/addresses.h"
#include "core/config/configedit.h"
#include "core/config/endpointtext.h"
#include "core/config/loginhosts.h"
#include "core/config/vendors.h"
#include "core/http/http2session.h"

#include <QDir>
#include <QJsonObject>
#include <QUrl>

#include <algorithm>
#include <iterator>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

/// The key that the command line gives: none, `--api-key`, or the first line of standard input.
/// Errors: Usage for an empty line, and for what is no key.
Result<std::optional<QString>> givenKey(const Invocation &call, Run &run)
{
    const bool asked = call.has("api-key-stdin"_L1);
    if (asked && platform::isTerminal(stdin))
        run.terminal().progress(u"Key (not shown):"_s);
    const std::optional<QString> text = asked ? QString::fromUtf8(platform::readSecretLine()) : call.value("api-key"_L1);
    if (!text)
        return text;
    const KeyText key = readKey(*text);
    if (!key.isGood())
        return Failure{ErrorCode::Usage, u"The key %1."_s.arg(faultText(key)), u"Copy it once more, and nothing else."_s};
    if (asked && key.key.isEmpty())
        return Failure{ErrorCode::Usage, u"Standard input holds no key."_s, u"Give the key as its first line."_s};
    return std::optional(key.key);
}

/// Says what of it will not do what it may be meant to, or more. `before`: the endpoint as it is so far.
void warnOf(const EndpointFields &fields, const Endpoint &before, Run &run)
{
    Endpoint after = before;
    after.auth = fields.auth.value_or(before.auth);
    after.passthroughAnywhere = fields.passthroughAnywhere.value_or(before.passthroughAnywhere);
    if (fields.baseUrl)
        after.baseUrl = trimmedBaseUrl(*fields.baseUrl);
    if (const QString note = passthroughNote(after); !note.isEmpty())
        run.terminal().warning(u"The endpoint %1."_s.arg(note));

    const QString advice = fields.baseUrl ? baseUrlAdvice(trimmedBaseUrl(*fields.baseUrl)) : QString();
    if (!advice.isEmpty())
        run.terminal().warning(u"The base URL %1."_s.arg(advice));
    if (!fields.http2.value_or(false))
        return;
    const QUrl url = QUrl::fromEncoded(after.baseUrl);
    if (!Http2Session::isBuiltIn())
        run.terminal().warning(u"This qcc was built without HTTP/2; the endpoint will be asked over HTTP/1.1."_s);
    else if (url.scheme() != "https"_L1)
        run.terminal().warning(u"HTTP/2 is spoken over https alone; the endpoint will be asked over HTTP/1.1."_s);
}

/// What the command line says about an endpoint; `before`: as it is so far.
/// Errors: Usage for a URL that is none, and those of takeRelayOptions().
Result<EndpointFields> givenFields(const Invocation &call, Run &run, const Endpoint &before)
{
    QMap<QString, QString> modelMap = before.modelMap;
    EndpointFields fields;
    fields.name = call.value("name"_L1);
    fields.baseUrl = call.value("base-url"_L1);
    fields.priority = call.number("priority"_L1);
    fields.weight = call.number("weight"_L1);
    fields.proxy = call.value("proxy"_L1);
    if (const std::optional<QString> auth = call.value("auth"_L1))
        fields.auth = fromWord<AuthStyle>(*auth);
    if (const std::optional<QString> http2 = call.value("http2"_L1))
        fields.http2 = *http2 == "on"_L1;
    if (const std::optional<QString> caFile = call.value("ca-file"_L1))
        fields.caFile = *caFile == "none"_L1 ? QString() : QDir::cleanPath(QDir::current().absoluteFilePath(*caFile));
    for (const QString &mapping : call.values("model-map"_L1)) {
        const QString from = mapping.section(u'=', 0, 0);
        const QString to = mapping.section(u'=', 1);
        if (to.isEmpty())
            modelMap.remove(from);
        else
            modelMap.insert(from, to);
    }
    if (call.has("model-map"_L1))
        fields.modelMap = modelMap;

    const QString hint = u"See `qcc help %1`."_s.arg(call.command->name);
    if (const QString fault = fields.baseUrl ? baseUrlFault(*fields.baseUrl) : QString(); !fault.isEmpty())
        return Failure{ErrorCode::Usage, u"The value of --base-url %1."_s.arg(fault), hint};
    if (const QString fault = fields.proxy ? proxyFault(*fields.proxy) : QString(); !fault.isEmpty())
        return Failure{ErrorCode::Usage, u"The value of --proxy %1."_s.arg(fault), hint};
    if (const Result<void> taken = takeRelayOptions(call, before, fields); !taken)
        return taken.error();
    const Result<std::optional<QString>> key = givenKey(call, run);
    if (!key)
        return key.error();
    fields.apiKey = *key;
    return fields;
}

QString called(const Endpoint &endpoint)
{
    return u"\"%1\" (%2)"_s.arg(endpoint.name, endpoint.id);
}

/// What a vendor adds to what the command line says; empty texts for none.
struct OfVendor {
    QString name;
    QString speaks; ///< At the vendor's own address.
};

void add(Run &run, const QString &name, const EndpointFields &fields, const OfVendor &vendor)
{
    bool made = false;
    const Result<Config> config = changeConfig(run, [&](QJsonObject &json) -> Result<void> {
        Result<void> cluster = addCluster(json, name);
        if (!cluster && cluster.error().code != ErrorCode::AlreadyExists)
            return cluster;
        made = cluster.has_value();
        return addEndpoint(json, name, fields, vendor.name);
    });
    if (!config)
        return run.fail(config.error());
    if (made) {
        run.terminal().line(u"Made the cluster \"%1\"%2."_s.arg(
            name, config->activeCluster == name ? u", which is now active"_s : QString()));
    }
    const Endpoint &added = config->cluster(name)->endpoints.last();
    run.terminal().line(u"Added the endpoint %1 to the cluster \"%2\"."_s.arg(called(added), name));
    const QString credential = added.auth == AuthStyle::Passthrough ? u"it gets the client's own login"_s : u"its key goes as %1"_s.arg(toWord(added.auth));
    if (!vendor.speaks.isEmpty())
        run.terminal().line(u"It is asked at %1, %2, and it speaks %3."_s.arg(QString::fromUtf8(added.baseUrl), credential, vendor.speaks));
    warnOf(fields, {}, run);
    run.finish();
}

void runAdd(const Invocation &call, Run &run)
{
    const QString name = call.arguments.first();
    const Result<const VendorPreset *> vendor = givenVendor(call);
    if (!vendor)
        return run.fail(vendor.error());
    Result<EndpointFields> fields = givenFields(call, run, {});
    if (!fields)
        return run.fail(fields.error());
    OfVendor ofVendor;
    if (const VendorPreset *known = *vendor) {
        ofVendor = {QString(known->name), fields->baseUrl ? QString() : vendorSpeaks(*known)};
        fillIn(*fields, *known, call);
    }
    if (!fields->apiKey && fields->apiKeyCommand.value_or(QStringList()).isEmpty() && fields->auth != AuthStyle::None
        && fields->auth != AuthStyle::Passthrough) {
        return run.fail({ErrorCode::Usage, u"`qcc endpoint add` needs --api-key, --api-key-stdin or --api-key-command."_s,
                         u"An endpoint that asks for no key is added with --auth none, one that gets the client's own login with --auth passthrough."_s});
    }
    unlessItLeadsBack(run, [name, fields = *fields](QJsonObject &json) -> Result<void> {
        const Result<void> cluster = addCluster(json, name);
        return !cluster && cluster.error().code != ErrorCode::AlreadyExists ? cluster : addEndpoint(json, name, fields);
    }, [&run, name, fields = *fields, ofVendor] { add(run, name, fields, ofVendor); });
}

/// An endpoint as the command line names it.
struct Place {
    Cluster cluster;
    Endpoint endpoint;
};

/// Errors: NotFound, those of loadConfig().
Result<Place> namedPlace(const Invocation &call, Run &run)
{
    const Result<Config> config = readConfig(run);
    if (!config)
        return config.error();
    const Result<Cluster> cluster = findCluster(*config, call.arguments.at(0));
    if (!cluster)
        return cluster.error();
    const Result<Endpoint> endpoint = findEndpoint(*cluster, call.arguments.at(1));
    if (!endpoint)
        return endpoint.error();
    return Place{*cluster, *endpoint};
}

/// Saves `change` and says what was `done` to the endpoint.
void save(const Place &place, Run &run, const QString &done, const std::function<Result<void>(QJsonObject &)> &change)
{
    if (const Result<Config> config = changeConfig(run, change); !config)
        return run.fail(config.error());
    run.terminal().line(
        u"%1 the endpoint \"%2\" of the cluster \"%3\"."_s.arg(done, place.endpoint.name, place.cluster.name));
    run.finish();
}

void runEdit(const Invocation &call, Run &run)
{
    if (call.options.isEmpty()) {
        return run.fail({ErrorCode::Usage, u"`qcc endpoint edit` needs an option that says what to change."_s,
                         u"See `qcc help endpoint edit`."_s});
    }
    const Result<Place> place = namedPlace(call, run);
    if (!place)
        return run.fail(place.error());
    const Result<EndpointFields> fields = givenFields(call, run, place->endpoint);
    if (!fields)
        return run.fail(fields.error());
    const auto change = [place = *place, fields = *fields](QJsonObject &json) {
        return editEndpoint(json, place.cluster.name, place.endpoint.name, fields);
    };
    unlessItLeadsBack(run, change, [&run, place = *place, change, fields = *fields] {
        warnOf(fields, place.endpoint, run);
        save(place, run, u"Changed"_s, change);
    });
}

void setEnabled(const Invocation &call, Run &run, bool enabled)
{
    const Result<Place> place = namedPlace(call, run);
    if (!place)
        return run.fail(place.error());
    save(*place, run, enabled ? u"Enabled"_s : u"Disabled"_s, [&](QJsonObject &json) {
        return setEndpointEnabled(json, place->cluster.name, place->endpoint.name, enabled);
    });
}

void runEnable(const Invocation &call, Run &run)
{
    setEnabled(call, run, true);
}

void runDisable(const Invocation &call, Run &run)
{
    setEnabled(call, run, false);
}

void runRemove(const Invocation &call, Run &run)
{
    const Result<Place> place = namedPlace(call, run);
    if (!place)
        return run.fail(place.error());
    save(*place, run, u"Removed"_s, [&](QJsonObject &json) {
        return removeEndpoint(json, place->cluster.name, place->endpoint.name);
    });
}

Argument clusterArgument(const QString &help)
{
    return Argument{.value = {.placeholder = u"CLUSTER"_s, .candidates = Candidates::Clusters}, .help = help};
}

std::vector<Argument> endpointArguments()
{
    return {clusterArgument(u"The cluster of the endpoint."_s),
            Argument{.value = {.placeholder = u"ENDPOINT"_s, .candidates = Candidates::Endpoints},
                     .help = u"The name or the id of the endpoint."_s}};
}

std::vector<Option> endpointOptions()
{
    std::vector<Option> options{
        Option{.name = u"base-url"_s,
               .help = u"Where requests go: http:// or https://, host, and a path if need be."_s,
               .value = {.placeholder = u"URL"_s}},
        Option{.name = u"api-key"_s,
               .help = u"The key. It stays in the shell's history; --api-key-stdin avoids that."_s,
               .value = {.placeholder = u"KEY"_s}},
        Option{.name = u"api-key-stdin"_s, .help = u"Read the key from the first line of standard input."_s},
        Option{.name = u"name"_s,
               .help = u"A name of your choice; by default the host of the URL."_s,
               .value = {.placeholder = u"NAME"_s}},
        Option{.name = u"priority"_s,
               .help = u"Lower numbers are preferred (default 1)."_s,
               .value = {.placeholder = u"N"_s, .kind = ValueKind::Integer}},
        Option{.name = u"weight"_s,
               .help = u"Share of the requests under the strategy weighted (default 100)."_s,
               .value = {.placeholder = u"N"_s, .kind = ValueKind::Integer}},
        Option{.name = u"auth"_s,
               .help = u"How the key is presented; auto is the way the client does (default), passthrough sends the client's own login there."_s,
               .value = {.placeholder = u"STYLE"_s, .kind = ValueKind::Choice, .choices = allWords<AuthStyle>()}},
        Option{.name = u"proxy"_s,
               .help = u"The way out: system (default), none, or an http://, socks5:// or socks5h:// URL."_s,
               .value = {.placeholder = u"PROXY"_s}},
        Option{.name = u"http2"_s,
               .help = u"Whether to speak HTTP/2 (default off)."_s,
               .value = {.placeholder = u"on|off"_s, .kind = ValueKind::OnOff}},
        Option{.name = u"ca-file"_s,
               .help = u"A PEM file with the authorities to trust for this endpoint in place of the system's; none takes it back."_s,
               .value = {.placeholder = u"FILE"_s}},
        Option{.name = u"model-map"_s,
               .help = u"Ask this endpoint for model TO when the client asks for FROM; FROM= takes a mapping back."_s,
               .value = {.placeholder = u"FROM=TO"_s, .kind = ValueKind::Mapping},
               .repeatable = true},
    };
    std::ranges::move(relayOptions(), std::back_inserter(options));
    return options;
}

} // namespace

std::vector<Command> endpointCommands()
{
    const std::vector<QStringList> oneKey{{u"api-key"_s, u"api-key-stdin"_s, u"api-key-command"_s}};
    std::vector<Option> newOptions = endpointOptions();
    const std::vector<Option> ofVendor = vendorOptions();
    newOptions.insert(newOptions.begin() + 1, ofVendor.begin(), ofVendor.end());
    return {
        endpointListCommand(),
        Command{.name = u"endpoint add"_s,
                .summary = u"Adds an endpoint, and its cluster if that does not exist"_s,
                .arguments = {clusterArgument(u"The cluster to add it to; made if it does not exist."_s)},
                .options = newOptions,
                .exclusive = oneKey,
                .oneOf = {{u"base-url"_s, u"vendor"_s}},
                .examples = {{u"qcc endpoint add work --base-url https://relay.example/api --api-key-stdin"_s,
                              u"The key is asked for and stays out of the shell's history"_s},
                             {u"qcc endpoint add work --vendor deepseek --api-key-stdin"_s, u"One that qcc knows; `qcc endpoint vendors` lists them"_s},
                             {u"qcc endpoint add work --base-url https://b.example --api-key sk-123 --priority 2"_s,
                              u"A second one, used when the first fails"_s}},
                .details = u"Where requests go is said by --base-url, or by --vendor where qcc knows the vendor."_s,
                .handler = runAdd},
        Command{.name = u"endpoint edit"_s,
                .summary = u"Changes an endpoint"_s,
                .arguments = endpointArguments(),
                .options = endpointOptions(),
                .exclusive = oneKey,
                .examples = {{u"qcc endpoint edit work relay-a --weight 50 --http2 on"_s, u"Two settings at once"_s},
                             {u"qcc endpoint edit work 3fa1b2c4 --name relay-b"_s, u"An endpoint named by its id"_s},
                             {u"qcc endpoint edit work azure --query api-version=2024-10-21 --header X-Team:blue"_s,
                              u"What a gateway wants to see in every request"_s}},
                .details = u"What is not named stays as it is."_s,
                .handler = runEdit},
        Command{.name = u"endpoint remove"_s,
                .summary = u"Removes an endpoint and its key"_s,
                .arguments = endpointArguments(),
                .examples = {{u"qcc endpoint remove work relay-a"_s, u"There is no way back"_s}},
                .handler = runRemove},
        Command{.name = u"endpoint enable"_s,
                .summary = u"Uses an endpoint again"_s,
                .arguments = endpointArguments(),
                .examples = {{u"qcc endpoint enable work relay-a"_s, u"New requests may go there"_s}},
                .handler = runEnable},
        Command{.name = u"endpoint disable"_s,
                .summary = u"Keeps an endpoint but sends it nothing"_s,
                .arguments = endpointArguments(),
                .examples = {{u"qcc endpoint disable work relay-a"_s, u"Running requests finish"_s}},
                .handler = runDisable},
    };
}

} // namespace qcc::cli
