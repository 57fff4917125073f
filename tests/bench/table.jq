# Results of one scenario (an array of run.sh's lines) as tab-separated rows; "×" columns are the value divided by qcc's.
def n(digits): if . == null then "-" else (. * pow(10; digits) | round / pow(10; digits) | tostring) end;
def ratio(mine; its): if mine == null or its == null or its == 0 then "-" else (mine / its | n(2)) end;
def mb: if . == null then "-" else (. / 1024 | n(1)) end;

# What neither the proxy nor the tools used; the upstream's own seconds cover its whole life, which is a little more than the load.
def others: if .load == null or .upstream == null then null
  else ([0, .load.machine_cpu_seconds - .load.client_cpu_seconds - (.load.proxy.cpu_seconds // 0) - .upstream.cpu_seconds] | max)
    * 100 / .load.seconds end;

(map(select(.peer == "qcc")) | first) as $qcc
| if $scenario == "memory" then
    ["peer", "ok", "idle CPU %", "idle RSS MB", "after MB", "peak MB", "×qcc idle RSS", "×qcc peak"],
    (.[] | [.peer, (.load.ok | n(0)), (.idle.cpu_percent | n(2)), (.idle.rss_kb | mb), (.load.proxy.rss_kb | mb),
      (.load.proxy.peak_rss_kb | mb), ratio(.idle.rss_kb; $qcc.idle.rss_kb),
      ratio(.load.proxy.peak_rss_kb; $qcc.load.proxy.peak_rss_kb)])
  elif (first.load.event_ms // first.load.opening_ms) != null then
    ["peer", "ok", "failed", "first p50", "p99 ms", "opening p50", "event p50", "p99", "max ms", "CPU %", "CPU s", "peak MB",
      "×qcc ev p99", "×qcc CPU s", "late", "others %"],
    (.[] | [.peer, (.load.ok | n(0)), (.load.failed | n(0)), (.load.first_byte_ms.p50 | n(1)), (.load.first_byte_ms.p99 | n(1)),
      (.load.opening_ms.p50 | n(2)), (.load.event_ms.p50 | n(2)), (.load.event_ms.p99 | n(2)), (.load.event_ms.max | n(1)),
      (.load.proxy.cpu_percent | n(0)), (.load.proxy.cpu_seconds | n(2)), (.load.proxy.peak_rss_kb | mb),
      ratio(.load.event_ms.p99; $qcc.load.event_ms.p99), ratio(.load.proxy.cpu_seconds; $qcc.load.proxy.cpu_seconds),
      (.upstream.late_events | n(0)), (others | n(0))])
  else
    ["peer", "ok", "failed", "req/s", "first p50", "p90", "p99", "max ms", "total p99", "CPU %", "CPU s", "peak MB", "up conns", "twice",
      "×qcc req/s", "×qcc p99", "×qcc CPU s", "others %"],
    (.[] | [.peer, (.load.ok | n(0)), (.load.failed | n(0)), (.load.per_second | n(0)), (.load.first_byte_ms.p50 | n(2)),
      (.load.first_byte_ms.p90 | n(2)), (.load.first_byte_ms.p99 | n(2)), (.load.first_byte_ms.max | n(1)),
      (.load.total_ms.p99 | n(2)), (.load.proxy.cpu_percent | n(0)), (.load.proxy.cpu_seconds | n(2)),
      (.load.proxy.peak_rss_kb | mb), (.upstream.accepted | n(0)), (.upstream.double_submissions | n(0)),
      ratio(.load.per_second; $qcc.load.per_second), ratio(.load.first_byte_ms.p99; $qcc.load.first_byte_ms.p99),
      ratio(.load.proxy.cpu_seconds; $qcc.load.proxy.cpu_seconds), (others | n(0))])
  end
| join("\t")
