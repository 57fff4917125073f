# Results of a scenario with several endpoints (an array of run.sh's lines). $ask "rows": tab-separated rows; "broken": a line for
# every promise that qcc did not keep.
def n(digits): if . == null then "-" else (. * pow(10; digits) | round / pow(10; digits) | tostring) end;
# The caller's own faults are neither success nor failure.
def share: if .load == null then 0 else 100 * .load.ok / ([1, .load.ok + .load.failed] | max) end;
# Fewer requests prove nothing about shares of a thousandth.
def provesShare: .load.ok + .load.failed >= 2000;
def promised: if .peer == "qcc 8/3" then 99.9 elif .peer | startswith("qcc 5/2") then 99.5 else 100 end;

if $ask == "broken" then
  .[] | select(.peer | contains("qcc")) |
    if .load == null or .upstream == null then "  \(.peer): no result"
    else
      (select(share < promised and ($scenario == "deadendpoint" or provesShare))
        | "  \(.peer): \(share | n(2)) % succeeded, promised are \(promised) %"),
      (select(.upstream.answered_twice > 0) | "  \(.peer): \(.upstream.answered_twice) requests answered twice"),
      (select(.upstream.callers_retried > 0) | "  \(.peer): \(.upstream.callers_retried) caller's faults asked again")
    end
elif $scenario != "deadendpoint" then
  (["peer", "requests", "ok", "failed", "ok %", "400s passed", "answered twice", "400s retried", "total p50", "p99", "max ms", "seconds",
    "asked", "failed there %"],
  (.[] | [.peer, (.load.requests | n(0)), (.load.ok | n(0)), (.load.failed | n(0)), (share | n(2)), (.load.caller_errors | n(0)),
    (.upstream.answered_twice | n(0)), (.upstream.callers_retried | n(0)), (.load.total_ms.p50 | n(1)), (.load.total_ms.p99 | n(0)),
    (.load.total_ms.max | n(0)), (.load.seconds | n(1)), (.upstream.requests | n(0)),
    (if .upstream == null then null else ([.upstream.faults[]] | add) as $faults
      | 100 * $faults / (.upstream.requests - .upstream.caller_errors + .upstream.faults.idle_close) end | n(1))])) | join("\t")
else
  (["dead endpoint: peer", "ok", "failed", "first ten p50", "p99", "the rest p50", "p99", "max ms", "seconds"],
  (sort_by(.peer | startswith("black")) | .[] | [.peer, (.load.ok | n(0)), (.load.failed | n(0)), (.load.first_total_ms.p50 | n(1)),
    (.load.first_total_ms.p99 | n(1)), (.load.rest_total_ms.p50 | n(1)), (.load.rest_total_ms.p99 | n(1)),
    (.load.rest_total_ms.max | n(1)), (.load.seconds | n(1))])) | join("\t")
end
