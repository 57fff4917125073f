#!/usr/bin/env python3
"""HTTP/2 against HTTP/1.1 over TLS to the same upstream, by qcc and by haproxy: medians of several rounds, in which the contestants take turns.

The clients speak plain HTTP/1.1; the upstream is behind h2gate.py, which speaks what it is asked for. Loopback only; ends what it started.
Times never make it fail; a request that qcc lost does, and another protocol than the row's name says.
"""

import argparse
import json
import os
import resource
import shutil
import socket
import statistics
import sys
import tempfile
import urllib.request
from pathlib import Path

import h2gate
from proxyrun import BESIDE, ProxyRun, add_options

LOADS = {
    "plain 1": ("--mode", "plain", "--concurrency", "1", "--requests", "2000"),
    "plain 32": ("--mode", "plain", "--concurrency", "32", "--requests", "10000"),
    "plain 1000": ("--mode", "plain", "--concurrency", "1000", "--requests", "10000"),
    "sse 1": ("--mode", "sse", "--concurrency", "1", "--requests", "10", "--events", "40", "--gap-ms", "5"),
    "sse 32": ("--mode", "sse", "--concurrency", "32", "--requests", "320", "--events", "40", "--gap-ms", "5"),
    "sse 1000": ("--mode", "sse", "--concurrency", "1000", "--requests", "1000", "--events", "40", "--gap-ms", "50"),
}
VERSIONS = {"h2": "HTTP/2.0", "h1": "HTTP/1.1"}
CONTESTANTS = [f"{program} {version}" for program in ("qcc", "haproxy") for version in VERSIONS]
TICK = os.sysconf("SC_CLK_TCK")
COLUMNS = {
    "ok": ("ok", 0), "failed": ("failed", 0), "seconds": ("seconds", 2), "per_second": ("req/s", 0), "first_p50": ("first p50", 2),
    "first_p99": ("p99 ms", 2), "total_p99": ("total p99", 1), "cpu_s": ("CPU s", 2), "gate_cpu_s": ("gate CPU s", 2), "peak_mb": ("peak MB", 1),
    "connections": ("up conns", 0), "others_percent": ("others %", 0),
}
POOL = {"strategy": "fixed", "max_connections": 2000, "max_keepalive_connections": 2000}


def cpu_seconds(pid):
    """User and system time of a process and its children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (int(fields[11]) + int(fields[12])) / TICK + sum(map(cpu_seconds, children))


class Http2Run(ProxyRun):
    def measure(self, contestant, load):
        """One row's figures."""
        program, version = contestant.split()
        (url,) = self.start_upstream(1, "--lifetime", "300")
        (endpoint,) = self.start_gate("h2gate.py", [url], "--lifetime", "300", http2=version == "h2")
        if program == "qcc":
            self.start_proxy([endpoint], {"pool": POOL})
        else:
            self.start_haproxy(endpoint, "h2" if version == "h2" else "http/1.1")
        # One request first: what a program loads on its first request is not what is measured.
        self.start_load("--mode", "plain", "--timeout", "10").communicate()
        before = cpu_seconds(self.gate.pid)
        lines = self.start_load(*LOADS[load], "--timeout", "120", "--pid", str(self.proxy.pid)).communicate()[0]
        gate = cpu_seconds(self.gate.pid) - before
        with urllib.request.urlopen(f"{url}/__bench__/stats", timeout=5) as answer:
            upstream = json.load(answer)
        return self.row(json.loads(lines), upstream, gate, VERSIONS[version])

    def start_haproxy(self, endpoint, alpn):
        self.choose_port()
        filled = (BESIDE / "peers/haproxy_tls.cfg.in").read_text()
        for name, value in {"PORT": self.port, "UPSTREAM_PORT": endpoint["base_url"].rsplit(":", 1)[1], "CA_FILE": endpoint["ca_file"],
                            "ALPN": alpn}.items():
            filled = filled.replace(f"@{name}@", str(value))
        config = self.folder / "haproxy.cfg"
        config.write_text(filled)
        with open(self.folder / "output", "wb") as output:
            self.proxy = self.start(["haproxy", "-db", "-f", config], stdout=output, stderr=output)
        self.wait(self.accepts, 10, "haproxy listens")

    def accepts(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def row(self, load, upstream, gate, version):
        came = h2gate.seen(self.folder / "h2gate.py")
        used = load["client_cpu_seconds"] + load["proxy"]["cpu_seconds"] + upstream["cpu_seconds"] + gate
        return {"ok": load["ok"], "failed": load["failed"], "failures": load["failures"], "twice": upstream["double_submissions"],
                "as_named": set(came) == {version}, "connections": came[version].connections if version in came else 0,
                "per_second": load["per_second"], "seconds": load["seconds"], "first_p50": load["first_byte_ms"]["p50"],
                "first_p99": load["first_byte_ms"]["p99"], "total_p99": load["total_ms"]["p99"], "cpu_s": load["proxy"]["cpu_seconds"],
                "gate_cpu_s": gate, "peak_mb": load["proxy"]["peak_rss_kb"] / 1024,
                "others_percent": max(0, load["machine_cpu_seconds"] - used) * 100 / load["seconds"]}


def complaints(name, rows):
    """What decides the exit code."""
    for row in rows:
        if row["failed"] and name.startswith("qcc"):
            yield f"{name}: {row['failures']}"
        if row["twice"] and name.startswith("qcc"):
            yield f"{name}: {row['twice']} requests arrived that had been answered already"
        if not row["as_named"]:
            yield f"{name}: not everything came over {VERSIONS[name.rsplit(None, 1)[1]]}"


def print_table(load, of):
    """`of`: each contestant's rows."""
    print(f"\n== {load}: bench-load {' '.join(LOADS[load])}")
    table = [["", *(title for title, _ in COLUMNS.values())]]
    for name, rows in of.items():
        table.append([name, *(f"{statistics.median(row[key] for row in rows):.{digits}f}" for key, (_, digits) in COLUMNS.items())])
    widths = [max(map(len, column)) for column in zip(*table)]
    for line in table:
        print("  ".join([line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))]), flush=True)


def compare(options):
    results = {load: {name: [] for name in options.contestants} for load in options.loads}
    for number in range(options.rounds):
        for load in options.loads:
            for name in options.contestants:
                with tempfile.TemporaryDirectory() as folder:
                    run = Http2Run(options, folder)
                    try:
                        row = run.measure(name, load)
                    finally:
                        run.end()
                results[load][name].append(row)
                if options.out:
                    with open(options.out, "a") as out:
                        out.write(json.dumps({"round": number + 1, "load": load, "contestant": name, **row}) + "\n")
    wrong = []
    for load, of in results.items():
        print_table(load, of)
        wrong += [f"{load}: {complaint}" for name, rows in of.items() for complaint in complaints(name, rows)]
    for complaint in wrong:
        print("WRONG  ", complaint)
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--loads", nargs="+", choices=LOADS, default=list(LOADS), metavar="LOAD", help=", ".join(f"'{load}'" for load in LOADS))
    parser.add_argument("--contestants", nargs="+", choices=CONTESTANTS, default=CONTESTANTS, metavar="NAME", help=", ".join(f"'{c}'" for c in CONTESTANTS))
    parser.add_argument("--out", type=Path, help="append every round's figures as one line of JSON")
    add_options(parser)
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for program in ("nginx", "haproxy", "openssl"):
        if not shutil.which(program):
            parser.error(f"{program} is missing: run tests/bench/run.sh --deps")
    return compare(options)


if __name__ == "__main__":
    sys.exit(main())
