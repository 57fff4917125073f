#include "core/journal/refusalcounts.h"

namespace qcc {

QString toWord(Denial denial)
{
    switch (denial) {
    case Denial::Host: return QStringLiteral("host");
    case Denial::CrossSite: return QStringLiteral("cross_site");
    case Denial::Token: return QStringLiteral("token");
    case Denial::User: return QStringLiteral("user");
    }
    Q_UNREACHABLE();
}

} // namespace qcc
