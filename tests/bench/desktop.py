#!/usr/bin/env python3
"""What the window costs, in figures: how long the GUI thread lets a question wait while 1000 streams run, memory, and the processor's time while
it is hidden and idle. Runs on a screen: tests/desktop/session.sh /usr/bin/python3 -B tests/bench/desktop.py. Loopback only; ends what it started."""

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from proxyrun import TOP, ProxyRun
from usage import Tree

os.environ.setdefault("QCC_DESKTOP_SHOTS", tempfile.gettempdir())
sys.path.append(str(TOP / "tests/desktop"))
from display import key  # noqa: E402
from screen import open_page, window, windows  # noqa: E402
from waiting import until  # noqa: E402

ASK_EVERY_S = 0.02
STALL_MS = 100  # Wanted: none of them.
PAGES = {"Overview": 1, "Requests": 2}
EVENTS_PER_S = 20


class Program:
    """qcc-tray, which hosts the proxy itself."""

    def __init__(self, options, run, *arguments):
        self.run = run
        self.process = run.start([options.tray, *arguments], env=run.surroundings)
        self.tree = Tree(self.process.pid)
        run.wait(lambda: run.stats() is not None, 15, "the proxy answers")

    def end(self):
        self.process.terminate()
        self.process.wait(30)


class Waits(threading.Thread):
    """How long a question to the GUI thread waits for its answer. A stall of 100 ms makes at least one of them wait for 80."""

    def __init__(self, thing):
        super().__init__(daemon=True)
        self.thing, self.done, self.ms, self.at = thing, threading.Event(), [], []

    def run(self):
        while not self.done.is_set():
            asked = time.monotonic()
            self.thing.get_role()
            self.thing.get_child_count()
            self.ms.append((time.monotonic() - asked) * 1000)
            self.at.append(asked)
            time.sleep(max(0.0, asked + ASK_EVERY_S - time.monotonic()))

    def text(self):
        """In words; the longest also by when it was."""
        ms = sorted(self.ms)
        stalls = sum(each > STALL_MS for each in ms)
        longest = self.at[self.ms.index(ms[-1])] - self.at[0]
        return (f"{len(ms)} questions: p50 {statistics.median(ms):.1f} ms, p99 {ms[int(0.99 * (len(ms) - 1))]:.1f} ms, "
                f"at most {ms[-1]:.1f} ms (after {longest:.1f} s); {stalls} over {STALL_MS} ms")


def waits_while(program, shown, act):
    waits = Waits(shown)
    waits.start()
    before, started = program.tree.seconds(), time.monotonic()
    result = act()
    took = time.monotonic() - started
    used = program.tree.seconds() - before
    waits.done.set()
    waits.join()
    print(f"    GUI thread: {waits.text()}")
    print(f"    processor {100 * used / took:.0f} % of one, over {took:.0f} s")
    return result


def memory(program):
    pss = sum(int(line.split()[1]) for line in Path(f"/proc/{program.process.pid}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    return f"{program.tree.memory_kb('VmRSS') / 1024:.0f} MiB resident (at most {program.tree.memory_kb('VmHWM') / 1024:.0f}), {pss / 1024:.0f} MiB its share"


def load(options, run):
    done = run.start_load("--mode", "sse", "--concurrency", str(options.streams), "--events", str(EVENTS_PER_S * options.seconds), "--gap-ms",
                          str(1000 // EVENTS_PER_S), "--ramp-ms", "2000", "--timeout", "120")
    return json.loads(done.communicate()[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tray", type=Path, default=TOP / "build/bench/bin/qcc-tray")
    parser.add_argument("--bench", type=Path, default=TOP / "build/bench/bin", help="the folder of bench-load and bench-upstream")
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=30, help="that each stream takes")
    parser.add_argument("--idle", type=int, default=60, help="seconds of doing nothing, hidden")
    parser.add_argument("--only", choices=["idle", *PAGES])
    options = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    for page, number in PAGES.items():
        if options.only in (None, page):
            with tempfile.TemporaryDirectory() as folder:
                measured(options, folder, lambda run: busy(options, run, page, number))
    for act in (idle, idle_again):
        if options.only in (None, "idle"):
            with tempfile.TemporaryDirectory() as folder:
                measured(options, folder, lambda run: act(options, run))


def measured(options, folder, act):
    options.qcc = options.tray.with_name("qcc")
    run = ProxyRun(options, folder)
    try:
        run.choose_port()
        url = run.start_upstream(1)[0]
        config = {"version": 1, "listen": {"port": run.port}, "active_cluster": "bench", "pool": {"max_connections": 2000, "strategy": "fixed"},
                  "clusters": [{"name": "bench", "endpoints": [{"name": "e1", "api_key": "bench-1", "proxy": "none", "base_url": url}]}]}
        path = Path(folder) / "config.json"
        path.write_text(json.dumps(config))
        path.chmod(0o600)
        act(run)
    finally:
        run.end()


def busy(options, run, page, number):
    program = Program(options, run)
    shown = window(program.process)
    open_page(shown, number)
    print(f"{page}, open, nothing asked:")
    waits_while(program, shown, lambda: time.sleep(10))
    print(f"    {memory(program)}")
    print(f"{page}, open, {options.streams} streams of {EVENTS_PER_S} events a second for {options.seconds} s:")
    done = waits_while(program, shown, lambda: load(options, run))
    print(f"    requests: {done.get('ok')} of {options.streams} ok")
    print(f"    {memory(program)}")
    program.end()


def idle(options, run):
    rest(options, Program(options, run, "--hidden"), "never opened")


def idle_again(options, run):
    program = Program(options, run)
    shown = window(program.process)
    for number in range(1, 6):
        open_page(shown, number)
    key("Escape")
    until(lambda: not windows(program.process), "the window is closed")
    rest(options, program, "after all its pages were seen")


def rest(options, program, state):
    time.sleep(5)  # What a start leaves to do.
    before = program.tree.seconds()
    time.sleep(options.idle)
    used = program.tree.seconds() - before
    print(f"hidden and idle, {state}: {used * 60 / options.idle:.3f} s of processor a minute; {memory(program)}")
    program.end()


if __name__ == "__main__":
    main()
