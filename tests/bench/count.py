#!/usr/bin/env python3
"""What one request costs qcc, and one event of a stream: system calls, allocations and instructions, of the whole process and by thread.

Each load runs twice, each time before a new proxy and the second time with twice as much in it: the difference is what the second half cost, and
what is done once drops out. strace counts system calls; callgrind, of valgrind, counts instructions in user mode and calls of malloc and its kin.
Both slow qcc down, so that more is ready each time that it looks than would be otherwise. Loopback only; ends what it started. A figure never
makes it fail; a request that was lost does.
"""

import argparse
import collections
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from proxyrun import ProxyRun, add_options

ALLOCATORS = {"malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign", "memalign"}
KINDS = ("syscalls", "allocations", "instructions")
# The thread of main() is the core thread; what else there is writes the history, or asks for names.
COLUMNS = ("core", "io", "others")
# As in http2.py: an adaptive limit would see a slow upstream where qcc itself is slowed.
CONFIG = {"pool": {"strategy": "fixed", "max_connections": 2000, "max_keepalive_connections": 2000}}
SLOWLY = 120  # seconds that a proxy under a tool may take


class Load:
    def __init__(self, name, unit, amount, options):
        """`amount`: units of the first run; `options`: those of bench-load for so many."""
        self.name, self.unit, self.amount, self.options = name, unit, amount, options

    def slug(self, times):
        return re.sub(r"\W+", "-", self.name) + f"-{times}"


def loads(options):
    def plain(lanes):
        return lambda count: ("--mode", "plain", "--concurrency", str(lanes), "--requests", str(count))

    def streams(count):
        return ("--mode", "sse", "--concurrency", str(options.streams), "--requests", str(options.streams),
                "--events", str(count // options.streams), "--gap-ms", str(options.gap_ms))

    return [Load("request, 1 connection", "request", options.requests, plain(1)),
            Load("request, 32 connections", "request", options.requests, plain(32)),
            Load(f"event, {options.streams} streams", "event", options.streams * options.events, streams)]


def column(pid, thread):
    if thread == pid:
        return "core"
    with contextlib.suppress(FileNotFoundError):  # it has just ended
        if Path(f"/proc/{pid}/task/{thread}/comm").read_text().startswith("io-"):
            return "io"
    return "others"


class Strace:
    program, package = "strace", "strace"

    def command(self, folder):
        return ["strace", "-ff", "-qq", "-o", folder / "calls"]

    def numbers(self, pid):
        """By what the tool calls a thread: its id."""
        return {int(thread): int(thread) for thread in os.listdir(f"/proc/{pid}/task")}

    def count(self, file):
        with open(file, errors="replace") as lines:
            return collections.Counter(call.group(1) for call in (re.match(r"(\w+)\(", line) for line in lines) if call)

    def files(self, folder):
        return {int(file.suffix[1:]): file for file in folder.glob("calls.*")}


class Callgrind:
    program, package = "valgrind", "valgrind"

    def command(self, folder):
        return ["valgrind", "-q", "--tool=callgrind", "--separate-threads=yes", f"--callgrind-out-file={folder / 'callgrind'}"]

    def numbers(self, pid):
        """Valgrind numbers the threads itself, and says which is which when it is asked."""
        said = subprocess.run(["vgdb", f"--pid={pid}", "v.info", "scheduler"], capture_output=True, text=True, timeout=SLOWLY).stdout
        return {int(number): int(thread) for number, thread in re.findall(r"^Thread (\d+):.*\(lwpid (\d+)\)", said, re.MULTILINE)}

    def count(self, file):
        """A call is two lines: whom, by a number that stands for a name where it has been told before, and how often."""
        found, names = collections.Counter(), {}
        caller = called = ""
        with open(file, errors="replace") as lines:
            for line in lines:
                function = re.match(r"(c?)fn=\((\d+)\)(?: (.*))?", line)
                if function:
                    name = names.setdefault(function.group(2), function.group(3) or "")
                    caller, called = (caller, name) if function.group(1) else (name, "")
                elif line.startswith("calls=") and called in ALLOCATORS and caller not in ALLOCATORS:
                    found[called] += int(line[6:].split()[0])
                elif line.startswith("totals:"):
                    found["instructions"] = int(line.split()[1])
        return found

    def files(self, folder):
        return {int(file.name.rsplit("-", 1)[1]): file for file in folder.glob("callgrind-*")}


class CountRun(ProxyRun):
    def measure(self, tool, load, times):
        """By column, how often what was counted came in a whole run."""
        (url,) = self.start_upstream(1, "--lifetime", "600")
        self.start_proxy([url], CONFIG, tool.command(self.folder), SLOWLY)
        # One request first: what a program loads on its first request is not what is measured.
        for more in (("--mode", "plain"), load.options(load.amount * times)):
            lines = self.start_load(*more, "--timeout", str(SLOWLY)).communicate()[0]
            result = json.loads(lines)
            if result["failed"]:
                raise SystemExit(f"count.py: {load.name}: {result['failed']} requests were lost: {result['failures']}")
        pid = self.proxy_pid()
        columns = {number: column(pid, thread) for number, thread in tool.numbers(pid).items()}
        if "core" not in columns.values():
            raise SystemExit(f"count.py: {tool.program} does not tell which thread is which")
        self.stop_proxy()
        counts = {name: collections.Counter() for name in COLUMNS}
        for number, file in tool.files(self.folder).items():
            counts[columns.get(number, "others")] += tool.count(file)
        return counts, result


def run(options, tool, load, times):
    with tempfile.TemporaryDirectory() as folder:
        counting = CountRun(options, folder)
        try:
            counted = counting.measure(tool, load, times)
        finally:
            counting.end()
        if options.keep:
            into = options.keep / load.slug(times)
            into.mkdir(parents=True, exist_ok=True)
            for file in tool.files(counting.folder).values():
                shutil.copy(file, into)
        return counted


def per_unit(options, tool, load):
    """By column, and "all": what one unit costs."""
    (once, _), (twice, result) = (run(options, tool, load, times) for times in (1, 2))
    each = {name: {what: round((twice[name][what] - once[name][what]) / load.amount, 4) for what in {*once[name], *twice[name]}} for name in COLUMNS}
    names = {what for counts in each.values() for what in counts}
    each["all"] = {what: round(sum(counts.get(what, 0) for counts in each.values()), 4) for what in names}
    event_ms = result["event_ms"]
    if event_ms and event_ms["p50"] > options.gap_ms / 2:
        print(f"{load.name}: events took {event_ms['p50']:.0f} ms, so that several went on together: try a longer --gap-ms", file=sys.stderr)
    return each


def rows(each, kind, top):
    """What is printed of a kind: a title, its figure by column, and how many digits it is worth."""
    def total(name, wanted):
        return round(sum(value for what, value in each[name].items() if wanted(what)), 4)

    columns = ("all", *COLUMNS)
    if kind == "instructions":
        yield "instructions", {name: each[name].get("instructions", 0) for name in columns}, 0
    elif kind == "allocations":
        yield "allocations", {name: total(name, ALLOCATORS.__contains__) for name in columns}, 1
    else:
        yield "system calls", {name: total(name, lambda _: True) for name in columns}, 2
        for what, value in sorted(each["all"].items(), key=lambda item: -item[1])[:top]:
            if value >= 0.005:
                yield f"  {what}", {name: each[name].get(what, 0) for name in columns}, 2


def print_table(load, lines):
    print(f"\n== one {load.name} (the difference of {load.amount} and {2 * load.amount})")
    table = [[f"per {load.unit}", "all", "core thread", "io threads", "others"]]
    for title, figures, digits in lines:
        # Not "-0.00".
        table.append([title, *(f"{round(figures[name], digits) + 0.0:,.{digits}f}".replace(",", " ") for name in ("all", *COLUMNS))])
    widths = [max(map(len, cells)) for cells in zip(*table)]
    for cells in table:
        print("  ".join([cells[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(cells[1:], widths[1:]))]), flush=True)


def usable(kinds, parser, asked):
    """The tools that are there, with what each is for."""
    tools = [(Strace(), [kind for kind in kinds if kind == "syscalls"]), (Callgrind(), [kind for kind in kinds if kind != "syscalls"])]
    found = []
    for tool, of in tools:
        if of and shutil.which(tool.program):
            found.append((tool, of))
        elif of:
            missing = f"{tool.program} is missing, without which there are no {' and no '.join(of)} (Debian: apt-get install {tool.package})"
            if asked:
                parser.error(missing)
            print(f"count.py: {missing}", file=sys.stderr)
    return found or parser.error("nothing is left to count with")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=KINDS, help="count nothing else")
    parser.add_argument("--requests", type=int, default=500, help="of the shorter run (500)")
    parser.add_argument("--streams", type=int, default=50, help="at once (50)")
    parser.add_argument("--events", type=int, default=40, help="of each stream in the shorter run (40)")
    parser.add_argument("--gap-ms", type=int, default=100, help="between two events of a stream (100)")
    parser.add_argument("--top", type=int, default=12, help="so many system calls by name (12)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep there what the tools wrote, a file for each thread: for callgrind_annotate")
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of tables")
    add_options(parser)
    options = parser.parse_args()
    if min(options.requests, options.streams, options.events) < 1 or options.events < 2:
        parser.error("--requests and --streams are at least 1, --events at least 2")
    tools = usable([options.only] if options.only else KINDS, parser, bool(options.only))
    found = {}
    for load in loads(options):
        of_load = found[load.name] = {"unit": load.unit, "of": load.amount}
        lines = []
        for tool, kinds in tools:
            each = per_unit(options, tool, load)
            for kind in kinds:
                of_kind = list(rows(each, kind, options.top))
                lines += of_kind
                of_load[kind] = {title.strip(): figures for title, figures, _ in of_kind}
        if not options.json:
            print_table(load, lines)
    if options.json:
        print(json.dumps(found))
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
