#pragma once

#include <memory>

class QAbstractEventDispatcher;

namespace qcc {

/// An event dispatcher for a thread that serves many sockets: a turn of its loop costs as much as there are events, where Qt's costs as much as
/// there are sockets. It keeps the promises of Qt's for Unix. What it does not see, as epoll cannot: that another file is put in the place of a
/// descriptor (dup2) while notifiers are enabled for it. Give it to the thread before that starts.
/// Nothing where Qt's own is as good, or where the descriptors that it needs are not to be had: then leave Qt its own.
/// Source: QAbstractEventDispatcher; epoll(7).
std::unique_ptr<QAbstractEventDispatcher> makeEventDispatcher();

} // namespace qcc
