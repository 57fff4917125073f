#include "core/keys/keychain.h"

#include <QtGlobal>
#include <QString>

namespace qcc {

bool sessionMayHaveKeychain()
{
    return qEnvironmentVariable("QCC_KEYCHAIN") != QLatin1String("off");
}

} // namespace qcc
