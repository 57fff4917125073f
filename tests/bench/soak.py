#!/usr/bin/env python3
"""Runs qcc for long under faults on both sides, and checks that nothing is lost, leaks, or adds up wrongly.

Endpoints fail three requests in ten in every way that bench-upstream knows; one of them speaks HTTP/2, and one is behind TLS, where certificates
are no good now and then. Beside the honest load, hostile clients send what they like and leave when they like, and a crowd of slow ones holds connections.
Loopback only; ends what it started. Exit code 1 when something did not hold.
"""

import argparse
import json
import random
import re
import socket
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import h2gate
from proxyrun import BESIDE, ProxyRun, add_options

PER_SECOND = 200
ROUND_S = 60

HEAD = b"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
BODY = b'{"model":"m","stream":true,"messages":[]}'
REQUEST = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
HOSTILE = {
    "garbage": b"\x16\x03\x01\x02\x00 not HTTP at all\r\n\r\n",
    "half a head": HEAD,
    "half a body": HEAD + b"Content-Length: 5000\r\n\r\n{",
    "a bad chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
    "both lengths": HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a huge head": HEAD + b"X-Huge: " + b"a" * 80_000,
    "a web page": HEAD + b"Origin: http://evil.example\r\nContent-Length: 2\r\n\r\n{}",
    "another name": HEAD.replace(b"127.0.0.1", b"evil.example") + b"Content-Length: 2\r\n\r\n{}",
    "a request left alone": REQUEST,
    "a flood": REQUEST * 20,
    "an odd method": b"BREW /pot HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
}


def leaks(before, after):
    """An event loop's thread keeps three; a handful is for what was first used in between."""
    return after[1] > before[1] + 3 * max(0, after[2] - before[2]) + 6


class Hostile(threading.Thread):
    """Clients that send one of HOSTILE, in pieces or whole, read for a moment or not, and close or reset."""

    def __init__(self, port, per_second):
        super().__init__(daemon=True)
        self.port, self.pause = port, 1 / per_second
        self.random = random.Random(7)
        self.done = threading.Event()
        self.sent = dict.fromkeys(HOSTILE, 0)

    def run(self):
        while not self.done.wait(self.random.uniform(0, 2 * self.pause)):
            kind = self.random.choice(list(HOSTILE))
            try:
                self.attack(HOSTILE[kind])
            except OSError:
                pass  # It may well cut us off.
            self.sent[kind] += 1

    def attack(self, data):
        with socket.create_connection(("127.0.0.1", self.port), timeout=0.2) as client:
            at = self.random.choice([0, len(data) // 2, len(data)])
            client.sendall(data[:at])
            client.sendall(data[at:])
            if self.random.random() < 0.5:
                client.settimeout(self.random.uniform(0.001, 0.1))
                client.recv(65536)
            if self.random.random() < 0.5:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Watch(threading.Thread):
    def __init__(self, run, every):
        super().__init__(daemon=True)
        self.proxy, self.every = run, every
        self.done = threading.Event()
        self.samples = []  # (resident KiB, descriptors, threads)

    def run(self):
        while not self.done.wait(self.every):
            try:
                self.samples.append(self.proxy.usage())
            except (OSError, AttributeError):
                return  # The process is gone, which its exit code tells.


class Soak(ProxyRun):
    def __init__(self, options, folder):
        super().__init__(options, folder)
        self.seconds = options.minutes * 60
        self.faults = []
        self.lock = threading.Lock()
        self.sum_of = {"ok": 0, "failed": 0, "failures": {}}

    def check(self, holds, what):
        print(("ok      " if holds else "WRONG   ") + what, flush=True)
        if not holds:
            self.faults.append(what)

    def run(self):
        urls = self.start_upstream(3, "--fail-percent", "30", "--stall-ms", "5000", "--idle-close-ms", "1-200", "--lifetime", str(self.seconds + 900))
        # A connection of HTTP/2 ends by GOAWAY after a hundred requests, with requests under way.
        http2 = self.start_gate("h2gate.py", urls[:1], "--requests", "100", "--lifetime", str(self.seconds + 900), http2=True)
        tls = self.start_gate("tlsgate.py", urls[1:2], "--fail-percent", "10")
        self.start_proxy([*http2, *tls, urls[2]], {"timeouts": {"connect_failover_s": 1, "read_s": 2}, "retry": {"max_attempts": 8, "max_attempts_per_endpoint": 3},
                                "log": {"max_mb": 1024, "files": 2}})
        watch = Watch(self, max(1, self.seconds / 360))
        hostile = Hostile(self.port, 20)
        before = self.usage()
        crowd = self.start([sys.executable, BESIDE / "crowd.py", "--hold", str(self.port), "--connections", "300"],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        crowd.stdout.readline()
        watch.start()
        hostile.start()
        self.begun = time.monotonic()
        result = self.load()
        took = time.monotonic() - self.begun
        hostile.done.set()
        hostile.join()
        crowd.stdin.close()
        print("the slow crowd:", crowd.stdout.readline().strip())
        watch.done.set()
        self.wait(lambda: self.stats()["in_flight"] == 0, 60, "no request runs any more")
        stats = self.stats()
        # Pools keep idle connections for half a minute, and a client that has gone is noticed within a second.
        try:
            self.wait(lambda: not leaks(before, self.usage()), 90, "descriptors are closed")
        except TimeoutError:
            pass  # It is told below.
        after = self.usage()
        self.report(result, took, stats, watch.samples, before, after, hostile)

    def load(self):
        """Two loads of half the rate, half a round apart, so that there is never a pause in which everything is free again."""
        halves = [threading.Thread(target=self.rounds, args=(self.begun + half * ROUND_S / 2,)) for half in range(2)]
        for half in halves:
            half.start()
        for half in halves:
            half.join()
        return self.sum_of

    def rounds(self, begun):
        """Requests in rounds, each begun on its minute, so that the whole is neither faster nor shorter than it says."""
        for number in range(self.seconds // ROUND_S):
            time.sleep(max(0, begun + number * ROUND_S - time.monotonic()))
            # 40 lanes that pause a quarter of a second on average, with 50 to 150 ms an answer: a little faster than wanted.
            load = self.start_load("--mode", "mixed", "--concurrency", "40", "--requests", str(PER_SECOND * ROUND_S // 2), "--events", "6", "--gap-ms", "4",
                                   "--think-ms", "0-480", "--caller-error-every", "33", "--timeout", "600")
            result = json.loads(load.communicate()[0])
            with self.lock:
                self.sum_of["ok"] += result["ok"]
                self.sum_of["failed"] += result["failed"]
                for kind, count in result.get("failures", {}).items():
                    self.sum_of["failures"][kind] = self.sum_of["failures"].get(kind, 0) + count
                print(f"{time.monotonic() - self.begun:.0f} s: {result['ok']} ok, {result['failed']} failed, {self.usage()[0]} KiB resident", flush=True)
        time.sleep(max(0, begun + self.seconds - time.monotonic()))

    def report(self, result, took, stats, samples, before, after, hostile):
        honest = PER_SECOND * self.seconds
        print(f"{honest} honest requests in {took:.0f} s ({honest / took:.0f} a second), {sum(hostile.sent.values())} hostile connections")
        print("load:", json.dumps({key: result[key] for key in ("ok", "failed", "failures") if key in result}))
        refused = stats["refused"]
        print(f"stats: total {stats['total_requests']}, recovered {stats['recovered']}, refused {refused}, pool {stats['pool']['opened_total']} opened")
        third = len(samples) // 3
        second, last = ([sample[0] for sample in part] for part in (samples[third:2 * third], samples[2 * third:]))
        drift = statistics.mean(last) / statistics.mean(second) - 1
        print(f"resident KiB: second third {statistics.mean(second):.0f}, last third {statistics.mean(last):.0f}, most {max(s[0] for s in samples)}")
        print(f"descriptors: before {before[1]}, most {max(s[1] for s in samples)}, after {after[1]}; threads at most {max(s[2] for s in samples)}")
        self.check(self.proxy.poll() is None, "the proxy still runs")
        self.check(abs(drift) < 0.05, f"memory is flat: {100 * drift:+.1f} % from the second third to the last")
        self.check(refused["cross_site"] > 0 and refused["host"] > 0, "hostile pages were refused and counted")
        parts = [stats[key] for key in ("successful_requests", "failed_requests", "caller_errors", "client_cancelled")]
        self.check(stats["total_requests"] == sum(parts), f"stats add up: {stats['total_requests']} = {' + '.join(map(str, parts))}")
        self.check(stats["total_requests"] >= honest, "every honest request is counted")
        came = h2gate.seen(self.folder / "h2gate.py")
        self.check(set(came) == {"HTTP/2.0"}, f"the first endpoint was asked by HTTP/2 alone: {came}")
        self.check(self.stop_proxy() == 0, "it stops well")
        log = (self.folder / "proxy.log").read_text(errors="replace")
        ended = len(re.findall(r"\[req-\d+\]", log))
        self.check(ended == stats["total_requests"], f"the log tells of each once: {ended}")
        self.check(not leaks(before, after), f"no descriptor leaks: {before[1]} with {before[2]} threads before, {after[1]} with {after[2]} after")
        with sqlite3.connect(self.folder / "history.db") as history:
            row = history.execute("select sum(complete + recovered), sum(error + truncated), sum(caller_error), sum(client_cancelled) from minutes").fetchone()
        self.check(list(row) == parts, f"history.db says the same: {row}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=30)
    add_options(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(options, folder)
        try:
            soak.run()
        finally:
            soak.end()
            if soak.faults:
                sys.stderr.write((Path(folder) / "output").read_text(errors="replace")[-2000:])
    return 1 if soak.faults else 0


if __name__ == "__main__":
    sys.exit(main())
