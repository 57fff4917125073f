#!/usr/bin/env python3
"""What it costs to keep requests: throughput, p99 and processor time with history on and off by turns, each round a proxy of its own with a file of
its own; and how much memory an idle one takes. Times never make it fail; a request that is lost, or not kept, does."""

import argparse
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

from proxyrun import ProxyRun, add_options
from usage import Tree


def measure(options, folder, enabled):
    run = ProxyRun(options, folder)
    try:
        urls = run.start_upstream(1)
        run.start_proxy(urls, {"history": {"enabled": enabled}, "pool": {"max_connections": 200, "max_keepalive_connections": 200}})
        tree = Tree(run.proxy_pid())
        time.sleep(options.idle)
        idle_kb = tree.memory_kb("VmRSS")
        before_s = tree.seconds()
        pace = ["--think-ms", options.think_ms] if options.think_ms else []
        load = run.start_load("--mode", options.mode, "--concurrency", str(options.concurrency), "--requests", str(options.requests), *pace)
        seen = json.loads(load.communicate()[0])
        time.sleep(1.5)  # what is written last is part of the cost
        after_kb = tree.memory_kb("VmRSS")
        spent_s = tree.seconds() - before_s
        run.stop_proxy()
        kept = 0
        if enabled:
            with sqlite3.connect(f"file:{folder}/history.db?mode=ro", uri=True) as file:
                kept = file.execute("SELECT count(*) FROM exchanges").fetchone()[0]
        return {"per_s": seen["per_second"], "p50": seen["total_ms"]["p50"], "p99": seen["total_ms"]["p99"], "failed": seen["failed"],
                "spent_s": spent_s, "idle_mb": idle_kb / 1024, "after_mb": after_kb / 1024, "kept": kept}
    finally:
        run.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--mode", default="plain", choices=("plain", "sse"))
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--requests", type=int, default=20000)
    parser.add_argument("--think-ms", default="", help="A-B: each connection waits so long between two requests; without it they fill the machine")
    parser.add_argument("--idle", type=float, default=2, help="seconds before the load")
    options = parser.parse_args()
    rounds = {True: [], False: []}
    lost = 0
    for number in range(options.rounds):
        for enabled in (True, False) if number % 2 else (False, True):
            with tempfile.TemporaryDirectory(prefix="qcc-history-") as folder:
                seen = measure(options, Path(folder), enabled)
            rounds[enabled].append(seen)
            lost += seen["failed"] + (options.requests - seen["kept"] if enabled else 0)
    print(f"{'median of ' + str(options.rounds):24}{'off':>12}{'on':>12}{'on/off':>10}")
    for name, of in (("requests/s", "per_s"), ("p50, ms", "p50"), ("p99, ms", "p99"), ("processor, s", "spent_s"), ("idle, MB", "idle_mb"),
                     ("after the load, MB", "after_mb")):
        off, on = (statistics.median(seen[of] for seen in rounds[enabled]) for enabled in (False, True))
        print(f"{name:24}{off:12.3f}{on:12.3f}{on / off if off else 0:10.3f}")
    print(f"lost or not kept: {lost}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
