#pragma once

namespace qcc {

/// Lets this process hold as many descriptors as the system allows it; two are needed for each running request.
void raiseDescriptorLimit();

} // namespace qcc
