#include "core/base/eventdispatcher.h"

#include <QAbstractEventDispatcher>

namespace qcc {

std::unique_ptr<QAbstractEventDispatcher> makeEventDispatcher()
{
    return nullptr;
}

} // namespace qcc
