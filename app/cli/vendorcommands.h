#pragma once

#include "app/cli/command.h"
#include "core/config/configedit.h"

namespace qcc {
struct VendorPreset;
}

namespace qcc::cli {

/// `--vendor` and `--resource` of `endpoint add`.
std::vector<Option> vendorOptions();

/// The vendor that the command line names; null for none. Errors: Usage for a resource that fits no vendor, or is missing or wrong.
Result<const VendorPreset *> givenVendor(const Invocation &call);

/// Fills in what `fields` leaves open from `vendor` and the options of `call`: what was said stays.
void fillIn(EndpointFields &fields, const VendorPreset &vendor, const Invocation &call);

} // namespace qcc::cli
