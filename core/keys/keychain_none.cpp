#include "core/keys/keychain.h"

namespace qcc {

std::unique_ptr<Keychain> systemKeychain()
{
    return nullptr;
}

} // namespace qcc
