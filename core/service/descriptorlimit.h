#pragma once

namespace qcc {

/// Lets this process hold as many descriptors as the system allows it; two are needed for each running request. Returns how many.
int raiseDescriptorLimit();

} // namespace qcc
