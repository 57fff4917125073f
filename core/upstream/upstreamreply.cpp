#include "core/upstream/upstreamreply.h"

namespace qcc {

UpstreamReply::UpstreamReply(QObject *parent) : QNetworkReply(parent) { }

UpstreamReply::~UpstreamReply() = default;

} // namespace qcc
