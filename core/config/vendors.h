#pragma once

#include "core/config/config.h"

#include <QByteArray>
#include <QLatin1StringView>
#include <QStringList>

#include <array>
#include <span>

namespace qcc {

/// An address of a vendor: what an endpoint of it needs besides its key. The four URLs are those that the vendor documents for what clients ask; null
/// where it documents none, so that a client that speaks only such a protocol has no use for the address.
struct VendorPreset {
    QLatin1StringView name;          ///< What the command line calls it, and an endpoint that has no other name.
    QLatin1StringView alsoName = {}; ///< Another word that the command line takes; may be null.
    QLatin1StringView title;         ///< For people, the same in every language; with the site that its keys are from where a vendor has several.
    QLatin1StringView baseUrl;       ///< Without the version that requests name. May hold `vendorResource`.
    AuthStyle auth = AuthStyle::Bearer;
    QLatin1StringView messages = {};        ///< Anthropic's: Claude Code.
    QLatin1StringView responses = {};       ///< OpenAI's: Codex.
    QLatin1StringView chat = {};            ///< OpenAI's older one: opencode and many others.
    QLatin1StringView generateContent = {}; ///< Google's: Gemini CLI.
    QLatin1StringView source;               ///< The vendor's page that says so.

    bool asksForResource() const;
};

/// What stands in a URL for the part of the host that is the customer's own.
inline constexpr QLatin1StringView vendorResource("{resource}");

/// A protocol of Vendor's URLs, and what a client that speaks it asks qcc for.
struct VendorCall {
    QLatin1StringView word;  ///< For scripts.
    QLatin1StringView title; ///< For people.
    QByteArrayView target;
    QLatin1StringView VendorPreset::*url;
};
inline constexpr std::array vendorCalls = {
    VendorCall{QLatin1StringView("messages"), QLatin1StringView("Anthropic Messages"), "/v1/messages", &VendorPreset::messages},
    VendorCall{QLatin1StringView("responses"), QLatin1StringView("OpenAI Responses"), "/v1/responses", &VendorPreset::responses},
    VendorCall{QLatin1StringView("chat"), QLatin1StringView("OpenAI Chat"), "/v1/chat/completions", &VendorPreset::chat},
    VendorCall{QLatin1StringView("gemini"), QLatin1StringView("Gemini"), "/v1beta/models/MODEL:generateContent", &VendorPreset::generateContent},
};

/// All of them, in the order in which they are offered.
std::span<const VendorPreset> vendors();

/// The one with this name or other name; null for none.
const VendorPreset *vendorNamed(QStringView name);

/// The words that vendorNamed() knows.
QStringList vendorNames();

/// What is wrong with `resource` as the customer's part of a host ("must be …"); empty when nothing is. Source: RFC 1035 §2.3.1.
QString vendorResourceFault(const QString &resource);

/// The base URL with `resource` in its place, where it asks for one.
QString vendorBaseUrl(const VendorPreset &vendor, const QString &resource = {});

/// Whether `baseUrl` is the vendor's, with whatever resource.
bool isVendorsBaseUrl(const VendorPreset &vendor, QStringView baseUrl);

/// "Anthropic Messages, OpenAI Chat": what it speaks.
QString vendorSpeaks(const VendorPreset &vendor);

} // namespace qcc
