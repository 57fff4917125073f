#include "app/cli/vendorcommands.h"

#include "app/cli/commands.h"
#include "app/cli/endpointview.h"
#include "core/config/vendors.h"

#include <QJsonArray>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

QJsonObject vendorJson(const VendorPreset &vendor)
{
    QJsonArray speaks;
    for (const VendorCall &call : vendorCalls) {
        if (!(vendor.*call.url).isEmpty())
            speaks.append(QString(call.word));
    }
    return {{u"name"_s, QString(vendor.name)},
            {u"also_name"_s, vendor.alsoName.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(QString(vendor.alsoName))},
            {u"title"_s, QString(vendor.title)},
            {u"base_url"_s, QString(vendor.baseUrl)},
            {u"auth"_s, toWord(vendor.auth)},
            {u"speaks"_s, speaks},
            {u"source"_s, QString(vendor.source)}};
}

void runVendors(const Invocation &call, Run &run)
{
    if (call.has("json"_L1)) {
        QJsonArray json;
        for (const VendorPreset &vendor : vendors())
            json.append(vendorJson(vendor));
        run.printJson({{u"vendors"_s, json}});
        return run.finish();
    }
    std::vector<Row> rows{Row{u"NAME"_s, u"VENDOR"_s, u"BASE URL"_s, u"AUTH"_s, u"SPEAKS"_s}};
    for (const VendorPreset &vendor : vendors())
        rows.push_back(Row{QString(vendor.name), QString(vendor.title), QString(vendor.baseUrl), toWord(vendor.auth), vendorSpeaks(vendor)});
    printTable(rows, run.terminal());
    run.finish();
}

} // namespace

std::vector<Option> vendorOptions()
{
    return {
        Option{.name = u"vendor"_s,
               .help = u"Take base URL, name and the way of the key from what is known of this vendor; what else is given goes before."_s,
               .value = {.placeholder = u"VENDOR"_s, .kind = ValueKind::Choice, .choices = vendorNames()}},
        Option{.name = u"resource"_s,
               .help = u"Your resource's name, of which the base URL of azure and azure-anthropic is made."_s,
               .value = {.placeholder = u"RESOURCE"_s}},
    };
}

Result<const VendorPreset *> givenVendor(const Invocation &call)
{
    const std::optional<QString> name = call.value("vendor"_L1);
    const std::optional<QString> resource = call.value("resource"_L1);
    const VendorPreset *vendor = name ? vendorNamed(*name) : nullptr;
    const bool asksForOne = vendor && vendor->asksForResource() && !call.has("base-url"_L1);
    const QString hint = u"See `qcc help %1`."_s.arg(call.command->name);
    if (resource && !asksForOne) {
        return Failure{ErrorCode::Usage, u"--resource completes the base URL of a vendor that asks for one; here nothing asks for it."_s,
                       u"`qcc endpoint vendors` shows it as {resource}."_s};
    }
    if (!asksForOne)
        return vendor;
    if (!resource) {
        return Failure{ErrorCode::Usage, u"`qcc %1 --vendor %2` needs --resource."_s.arg(call.command->name, *name),
                       u"It is the NAME in %1."_s.arg(vendorBaseUrl(*vendor, u"NAME"_s))};
    }
    if (const QString fault = vendorResourceFault(*resource); !fault.isEmpty())
        return Failure{ErrorCode::Usage, u"The value of --resource %1."_s.arg(fault), u"It is the NAME in %1."_s.arg(vendorBaseUrl(*vendor, u"NAME"_s))};
    return vendor;
}

void fillIn(EndpointFields &fields, const VendorPreset &vendor, const Invocation &call)
{
    if (!fields.baseUrl)
        fields.baseUrl = vendorBaseUrl(vendor, call.value("resource"_L1).value_or(QString()));
    if (!fields.auth)
        fields.auth = vendor.auth;
}

std::vector<Command> vendorCommands()
{
    return {Command{.name = u"endpoint vendors"_s,
                    .summary = u"Lists the vendors that --vendor knows"_s,
                    .options = {Option{.name = u"json"_s, .help = u"Print JSON, with the page of the vendor's that each row is from."_s}},
                    .examples = {{u"qcc endpoint add work --vendor deepseek --api-key-stdin"_s, u"Adds an endpoint of one of them"_s}},
                    .details = u"qcc passes requests on as they are: a client needs an endpoint that speaks what it speaks. Claude Code speaks Anthropic Messages, Codex OpenAI "
                               u"Responses, Gemini CLI Gemini."_s,
                    .handler = runVendors}};
}

} // namespace qcc::cli
