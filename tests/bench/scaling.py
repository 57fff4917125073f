#!/usr/bin/env python3
"""How qcc's cost grows with streams, connections, bodies, TLS and HTTP/2 beside nginx's and haproxy's: medians of several rounds, in which the
contestants take turns, each freshly started before an upstream of its own.

Loopback only; ends what it started. Times never make it fail; a request that qcc lost does.
"""

import argparse
import contextlib
import json
import sys
from dataclasses import dataclass

import contestants
import results
from compare import QUICK_WARNING, absence, measured, ready, said_of, some_of
from contestants import Setting

NAMES = ("direct", "nginx", "haproxy", "qcc")
KB, MB, GB = 1 << 10, 1 << 20, 1 << 30
BINARY = "application/octet-stream"


@dataclass(frozen=True)
class Point:
    """One line of a table: a load, and what its cost is divided by."""

    label: str
    load: tuple
    units: float
    latency: str = "total"
    path: str = ""
    setting: Setting = Setting(most=5000, kept=5000)
    direct: bool = True
    together = False

    def measure(self, contest):
        seen = contest.load(*self.load, path=self.path)
        cost = None if seen["cpu_s"] is None else seen["cpu_s"] * 1e6 / self.units
        return {**seen, "us": cost, "p50": seen[f"{self.latency}_p50"], "p99": seen[f"{self.latency}_p99"]}


def streams(quick, sizes, **more):
    points = []
    for count, (events, gap_ms) in sizes.items():
        events = max(4, events // 10) if quick else events
        load = ("--mode", "sse", "--concurrency", str(count), "--requests", str(count), "--events", str(events), "--gap-ms", str(gap_ms))
        points.append(Point(f"{count} stream{'s' if count > 1 else ''}", load, count * events, "event", **more))
    return points


def connections(quick, sizes, **more):
    points = []
    for lanes, requests in sizes.items():
        requests = max(lanes, requests // 20) if quick else requests
        load = ("--mode", "plain", "--concurrency", str(lanes), "--requests", str(requests))
        points.append(Point(f"{lanes} connection{'s' if lanes > 1 else ''}", load, requests, **more))
    return points


def bodies(quick, way, sizes, **more):
    points = []
    for label, (size, requests) in sizes.items():
        requests = max(1, requests // 20) if quick else requests
        if quick and size == GB:
            continue
        load = ("--requests", str(requests), *(("--body-bytes", str(size), "--content-type", BINARY) if way == "up" else ("--answer-bytes", str(size))))
        points.append(Point(f"{label} {way}", load, requests * size / MB, path="/v1/files" if way == "up" else "/v1/files/bench/content", **more))
    return points


STREAMS = {1: (400, 5), 10: (400, 5), 100: (200, 10), 1000: (40, 50), 4000: (20, 200)}
CONNECTIONS = {1: 4000, 8: 10000, 32: 20000, 128: 20000, 512: 20000}
BODIES = {"1 KB": (KB, 4000), "64 KB": (64 * KB, 2000), "1 MB": (MB, 200), "64 MB": (64 * MB, 10), "1 GB": (GB, 1)}
BEHIND_TLS = {"setting": Setting(most=5000, kept=5000, tls=True), "direct": False}
OVER_HTTP2 = {"setting": Setting(most=5000, kept=5000, tls=True, http2=True), "direct": False}
WHOLE = {"setting": Setting(most=5000, kept=5000, whole_uploads=True)}


def some(sizes, *wanted):
    return {key: sizes[key] for key in wanted}


def groups_of(quick):
    """Name: what a cost is of, and the points."""
    return {
        "streams": ("event", streams(quick, STREAMS)),
        "connections": ("request", connections(quick, CONNECTIONS)),
        "down": ("MB", bodies(quick, "down", BODIES)),
        "up": ("MB", bodies(quick, "up", BODIES, **WHOLE)),
        "tls-streams": ("event", streams(quick, some(STREAMS, 1, 100, 1000), **BEHIND_TLS)),
        "tls-connections": ("request", connections(quick, some(CONNECTIONS, 1, 32, 512), **BEHIND_TLS)),
        "tls-down": ("MB", bodies(quick, "down", some(BODIES, "64 KB", "64 MB"), **BEHIND_TLS)),
        "h2-streams": ("event", streams(quick, some(STREAMS, 1, 100, 1000), **OVER_HTTP2)),
        "h2-connections": ("request", connections(quick, some(CONNECTIONS, 1, 32, 512), **OVER_HTTP2)),
        "h2-down": ("MB", bodies(quick, "down", some(BODIES, "64 KB", "64 MB"), **OVER_HTTP2)),
    }


GROUPS = tuple(groups_of(False))


class Scaling:
    def __init__(self, options):
        self.options = options
        self.groups = {name: group for name, group in groups_of(options.quick).items() if name in options.rows}
        self.figures = {}  # group: label: contestant: a round's figures each
        self.skipped = {}

    def run(self):
        for number in range(self.options.rounds):
            for group, (_, points) in self.groups.items():
                print(f"round {number + 1} of {self.options.rounds}: {group}", file=sys.stderr, flush=True)
                for point in points:
                    names = [name for name in self.options.peers if name != "direct" or point.direct]
                    turn = number % len(names) if names else 0
                    skipped = self.skipped.setdefault(group, {})
                    for name, seen in measured(self.options, point, names[turn:] + names[:turn], skipped).items():
                        self.figures.setdefault(group, {}).setdefault(point.label, {}).setdefault(name, []).append(seen)
            if self.options.json:
                self.options.json.write_text(json.dumps({"commit": self.options.commit, "machine": results.machine(), "quick": self.options.quick,
                                                         "rounds": self.figures, "skipped": self.skipped}, indent=1) + "\n")

    def tables(self):
        """Of every group: its title, its lines, and sentences under it."""
        for group, (unit, points) in self.groups.items():
            names = [name for name in self.options.peers if any(name in of for of in self.figures.get(group, {}).values())]
            peers = [name for name in names if name != "direct"]
            lines = [[""] + [f"{name} µs/{unit}" for name in peers] + [f"qcc / {name}" for name in results.MEASURES]
                     + [f"{name} {quantile}" for quantile in ("p50", "p99") for name in names] + ["others %"]]
            all_medians = {}
            for point in points:
                medians = {name: results.median_of(rounds) for name, rounds in self.figures.get(group, {}).get(point.label, {}).items()}
                all_medians.update({(point.label, name): figures for name, figures in medians.items()})

                def of(name, key, medians=medians):
                    return medians.get(name, {}).get(key)

                others = max((figures["others_percent"] for figures in medians.values()), default=None)
                costs = [results.said(of(name, "us"), 0 if unit == "MB" else 2) for name in peers]
                ratios = [results.ratio(of("qcc", "us"), of(name, "us")) for name in results.MEASURES]
                latencies = [results.said(of(name, key), 3) for key in ("p50", "p99") for name in names]
                lines.append([point.label, *costs, *ratios, *latencies, results.said(others, 0)])
            remarks = [f"{name} skipped: {reason}" for name, reason in self.skipped.get(group, {}).items()]
            remarks += [f"{name} lost: {said_of(seen['failures'])} ({label})" for label, of in self.figures.get(group, {}).items()
                        for name, rounds in of.items() for seen in rounds if seen["failures"]]
            yield f"{group}: processor per {unit}, and p50 and p99 in ms", lines, [remark for remark in (*remarks, results.busy(all_medians)) if remark]

    def losses(self):
        for group, (_, points) in self.groups.items():
            for point in points:
                rounds = self.figures.get(group, {}).get(point.label, {}).get("qcc", [])
                yield from (f"{point.label} of {group}: qcc lost {seen['failed']}: {said_of(seen['failures'])}" for seen in rounds if seen["failed"])
                yield from absence(self.options, f"{point.label} of {group}", rounds, self.skipped.get(group, {}))

    def print(self):
        for title, lines, remarks in self.tables():
            print(f"\n== {title}")
            print("\n".join(results.aligned(lines)))
            for remark in remarks:
                print(f"  {remark}")
        if self.options.quick:
            print(QUICK_WARNING)
        for loss in self.losses():
            print("WRONG  ", loss)

    def write_results(self):
        lines = results.header(self.options, "scaling.py --write-results")
        for title, of, remarks in self.tables():
            lines += [f"**{title}**", "", *results.markdown(of), ""]
            lines += [line for remark in remarks for line in (remark, "")]
        results.write_part("Scaling", lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0], formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=some_of(GROUPS), metavar="A,B", default=list(GROUPS), help=f"only these of {', '.join(GROUPS)}")
    parser.add_argument("--peers", type=some_of(NAMES), metavar="A,B", default=list(NAMES), help=f"only these of {', '.join(NAMES)}")
    contestants.add_options(parser)
    parser.set_defaults(rounds=3)
    options = parser.parse_args()
    ready(options, parser)
    scaling = Scaling(options)
    scaling.run()
    scaling.print()
    if options.write_results:
        scaling.write_results()
    return 1 if any(scaling.losses()) else 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
