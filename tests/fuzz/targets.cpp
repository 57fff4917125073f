#include "tests/fuzz/fuzztarget.h"

namespace qcc::fuzz {

const QList<Target> &targets()
{
    static const QList<Target> all = {
        {"request", runRequest}, {"answer", runAnswer}, {"http2", runHttp2}, {"chunks", runChunks},
        {"sse", runSse}, {"observer", runObserver}, {"json", runJson}, {"error", runError}, {"waits", runWaits},
        {"config", runConfig}, {"control", runControl}, {"log", runLog}, {"settings", runSettings}, {"websocket", runWebsocket},
    };
    return all;
}

} // namespace qcc::fuzz
