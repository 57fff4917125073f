#pragma once

#include "core/base/enumwords.h"

namespace qcc {

/// Why an attempt got no answer, or not all of it. A status is none.
/// Cancelled: by qcc itself. Closed: by the other end, or reset. TimedOut: one of qcc's deadlines, or the system's, is over.
/// LeadsBack: the connection ended at this proxy. Shortage: this computer has no descriptors left, which says nothing of the endpoint.
/// NoNetwork: there is no way out of this computer, which says nothing of the endpoint either. NoHttp: what came is no answer. BodyEnded: the request's body could not be read to its end. Failed: anything else.
#define QCC_UPSTREAM_FAULTS(X)             \
    X(None, "none")                        \
    X(Cancelled, "cancelled")              \
    X(HostNotFound, "host_not_found")      \
    X(Refused, "refused")                  \
    X(TlsFailed, "tls_failed")             \
    X(ProxyFailed, "proxy_failed")         \
    X(TimedOut, "timed_out")               \
    X(Closed, "closed")                    \
    X(NetworkGone, "network_gone")         \
    X(NoNetwork, "no_network")             \
    X(LeadsBack, "leads_back")             \
    X(Shortage, "shortage")                \
    X(NoHttp, "no_http")                   \
    X(BodyEnded, "body_ended")             \
    X(Failed, "failed")
QCC_ENUM_WITH_WORDS(UpstreamFault, QCC_UPSTREAM_FAULTS)

} // namespace qcc
