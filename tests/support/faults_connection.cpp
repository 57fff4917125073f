#include "tests/support/faultrows.h"
#include "tests/support/scriptwords.h"

namespace qcc::test {

namespace {

using Arguments = QList<QByteArray>;

const QByteArray statusLine("HTTP/1.1 200 OK\r\n");
const QByteArray halfAHead("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Le");
const QByteArray garbage("\x16\x03\x01 this is not HTTP \xff\xfe\r\n\r\n");

} // namespace

QList<FaultRow> connectionFaults()
{
    return {
        {Fault::CloseBeforeAnswer, "close-before-answer", [](const Arrived &, const Arguments &) { return Script().close(); }},
        {Fault::ResetBeforeAnswer, "reset-before-answer", [](const Arrived &, const Arguments &) { return Script().reset(); }},
        {Fault::CloseAtHead, "close-at-head",
         [](const Arrived &, const Arguments &) { return Script().startAtHead().close(); }},
        {Fault::ResetAtHead, "reset-at-head",
         [](const Arrived &, const Arguments &) { return Script().startAtHead().reset(); }},
        {Fault::CloseAfterStatusLine, "close-after-status-line",
         [](const Arrived &, const Arguments &) { return Script().send(statusLine).close(); }},
        {Fault::ResetAfterStatusLine, "reset-after-status-line",
         [](const Arrived &, const Arguments &) { return Script().send(statusLine).delay(beforeReset).reset(); }},
        {Fault::CloseInsideHeaders, "close-inside-headers",
         [](const Arrived &, const Arguments &) { return Script().send(halfAHead).close(); }},
        {Fault::ResetInsideHeaders, "reset-inside-headers",
         [](const Arrived &, const Arguments &) { return Script().send(halfAHead).delay(beforeReset).reset(); }},
        {Fault::CloseAfterHead, "close-after-head",
         [](const Arrived &, const Arguments &) {
             return Script().head(200, {{"Content-Type", "application/json"}, {"Content-Length", "100"}}).close();
         }},
        {Fault::Garbage, "garbage", [](const Arrived &, const Arguments &) { return Script().send(garbage).stall(); }},
        {Fault::GarbageThenClose, "garbage-then-close",
         [](const Arrived &, const Arguments &) { return Script().send(garbage).close(); }},
        {Fault::StallBeforeHead, "stall-before-head", [](const Arrived &, const Arguments &) { return Script().stall(); }},
        {Fault::StallInsideHeaders, "stall-inside-headers",
         [](const Arrived &, const Arguments &) { return Script().send(halfAHead).stall(); }},
        {Fault::StallAfterHead, "stall-after-head",
         [](const Arrived &, const Arguments &) {
             return Script().head(200, {{"Content-Type", "application/json"}, {"Content-Length", "100"}}).stall();
         }},
        {Fault::CloseOnSecondRequest, "close-on-second-request",
         [](const Arrived &arrived, const Arguments &) { return normalAnswer(arrived).closeOnNextRequest(); }},
        {Fault::ResetOnSecondRequest, "reset-on-second-request",
         [](const Arrived &arrived, const Arguments &) { return normalAnswer(arrived).resetOnNextRequest(); }},
        {Fault::IdleClose, "idle-close",
         [](const Arrived &arrived, const Arguments &arguments) {
             const int least = argument(arguments, 0, 0);
             return normalAnswer(arrived).closeWhenIdle(milliseconds(least), milliseconds(argument(arguments, 1, least + 50)));
         }},
        {Fault::StallUpload, "stall-upload",
         [](const Arrived &, const Arguments &) { return Script().startAtHead().readAt(0).stall(); }},
        {Fault::SlowUpload, "slow-upload",
         [](const Arrived &arrived, const Arguments &arguments) {
             if (arrived.bodyComplete)
                 return normalAnswer(arrived);
             return Script().startAtHead().readAt(argument(arguments, 0, 1024 * 1024)).decideAgain();
         }},
    };
}

} // namespace qcc::test
