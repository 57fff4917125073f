#!/usr/bin/env python3
"""Runs qcc for long under faults on both sides, and checks that nothing is lost, leaks, or adds up wrongly.

Endpoints fail three requests in ten in every way that bench-upstream knows; beside the honest load, hostile clients send what they like and
leave when they like. Loopback only; ends what it started. Exit code 1 when something did not hold.
"""

import argparse
import json
import os
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
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
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
    def __init__(self, pid, every):
        super().__init__(daemon=True)
        self.pid, self.every = pid, every
        self.done = threading.Event()
        self.samples = []  # (seconds, resident KiB, descriptors, threads)

    def sample(self):
        status = Path(f"/proc/{self.pid}/status").read_text()
        field = lambda name: int(re.search(rf"{name}:\s+(\d+)", status).group(1))
        return field("VmRSS"), len(os.listdir(f"/proc/{self.pid}/fd")), field("Threads")

    def run(self):
        start = time.monotonic()
        while not self.done.wait(self.every):
            try:
                self.samples.append((time.monotonic() - start, *self.sample()))
            except (OSError, AttributeError):
                return  # The process is gone, which its exit code tells.


class Soak:
    def __init__(self, options, folder):
        self.options, self.folder = options, Path(folder)
        self.seconds = options.minutes * 60
        self.processes = []
        self.faults = []

    def check(self, holds, what):
        print(("ok      " if holds else "WRONG   ") + what, flush=True)
        if not holds:
            self.faults.append(what)

    def start(self, command, **more):
        process = subprocess.Popen(command, **more)
        self.processes.append(process)
        return process

    def start_upstream(self):
        upstream = self.start(
            [self.options.bench / "bench-upstream", "--endpoints", "3", "--fail-percent", "30", "--stall-ms", "5000", "--idle-close-ms", "1-200",
             "--lifetime", str(self.seconds + 900)],
            stdout=subprocess.PIPE, text=True)
        return [upstream.stdout.readline().strip() for _ in range(3)]

    def start_proxy(self, urls):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        endpoints = [{"name": f"e{i}", "base_url": url, "api_key": f"soak-{i}", "priority": i, "proxy": "none"} for i, url in enumerate(urls, 1)]
        config = {"version": 1, "listen": {"port": self.port}, "active_cluster": "soak", "clusters": [{"name": "soak", "endpoints": endpoints}],
                  "timeouts": {"connect_failover_s": 1, "read_s": 2}, "retry": {"max_attempts": 8, "max_attempts_per_endpoint": 3},
                  "log": {"max_mb": 1024, "files": 2}}
        (self.folder / "config.json").write_text(json.dumps(config))
        os.chmod(self.folder / "config.json", 0o600)
        with open(self.folder / "output", "wb") as output:
            self.proxy = self.start([self.options.qcc, "proxy", "start", "--foreground"], env={**os.environ, "QCC_HOME": str(self.folder)},
                                    stdout=output, stderr=output)
        self.wait(lambda: self.stats() is not None, 10, "the proxy answers")

    def stats(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/__qcc__/stats", timeout=5) as answer:
                return json.load(answer)
        except OSError:
            return None

    def wait(self, condition, seconds, what):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(what)
            time.sleep(0.1)

    def run(self):
        urls = self.start_upstream()
        self.start_proxy(urls)
        watch = Watch(self.proxy.pid, max(1, self.seconds / 360))
        hostile = Hostile(self.port, 20)
        before = watch.sample()
        watch.start()
        hostile.start()
        # 80 lanes that pause a quarter of a second on average, with 50 to 150 ms an answer: 200 a second and more.
        load = self.start([self.options.bench / "bench-load", "--url", f"http://127.0.0.1:{self.port}", "--mode", "mixed", "--concurrency", "80",
                           "--requests", str(200 * self.seconds), "--events", "6", "--gap-ms", "4", "--think-ms", "0-500",
                           "--caller-error-every", "33", "--timeout", str(self.seconds + 600), "--json"], stdout=subprocess.PIPE, text=True)
        begun = time.monotonic()
        result = json.loads(load.communicate()[0])
        took = time.monotonic() - begun
        hostile.done.set()
        hostile.join()
        watch.done.set()
        self.wait(lambda: self.stats()["in_flight"] == 0, 60, "no request runs any more")
        stats = self.stats()
        after = watch.sample()
        self.report(result, took, stats, watch.samples, before, after, hostile)

    def report(self, result, took, stats, samples, before, after, hostile):
        honest = 200 * self.seconds
        print(f"{honest} honest requests in {took:.0f} s ({honest / took:.0f} a second), {sum(hostile.sent.values())} hostile connections")
        print("load:", json.dumps({key: result[key] for key in ("ok", "failed", "failures") if key in result}))
        refused = stats["refused"]
        print(f"stats: total {stats['total_requests']}, recovered {stats['recovered']}, refused {refused}, pool {stats['pool']['opened_total']} opened")
        third = len(samples) // 3
        second, last = ([sample[1] for sample in part] for part in (samples[third:2 * third], samples[2 * third:]))
        drift = statistics.mean(last) / statistics.mean(second) - 1
        print(f"resident KiB: second third {statistics.mean(second):.0f}, last third {statistics.mean(last):.0f}, most {max(s[1] for s in samples)}")
        print(f"descriptors: before {before[1]}, most {max(s[2] for s in samples)}, after {after[1]}; threads at most {max(s[3] for s in samples)}")
        self.check(self.proxy.poll() is None, "the proxy still runs")
        self.check(abs(drift) < 0.05, f"memory is flat: {100 * drift:+.1f} % from the second third to the last")
        self.check(refused["cross_site"] > 0 and refused["host"] > 0, "hostile pages were refused and counted")
        parts = [stats[key] for key in ("successful_requests", "failed_requests", "caller_errors", "client_cancelled")]
        self.check(stats["total_requests"] == sum(parts), f"stats add up: {stats['total_requests']} = {' + '.join(map(str, parts))}")
        self.check(stats["total_requests"] >= honest, "every honest request is counted")
        subprocess.run([self.options.qcc, "proxy", "stop"], env={**os.environ, "QCC_HOME": str(self.folder)}, check=True, stdout=subprocess.DEVNULL)
        self.check(self.proxy.wait(30) == 0, "it stops well")
        log = (self.folder / "proxy.log").read_text(errors="replace")
        ended = len(re.findall(r"\[req-\d+\]", log))
        self.check(ended == stats["total_requests"], f"the log tells of each once: {ended}")
        # What a descriptor costs after the idle ones have been closed is in `after`; pools keep at most 20 for 30 s.
        self.check(after[1] <= before[1] + 40, f"no descriptor leaks: {before[1]} before, {after[1]} after")
        with sqlite3.connect(self.folder / "history.db") as history:
            row = history.execute("select sum(complete + recovered), sum(error + truncated), sum(caller_error), sum(client_cancelled) from minutes").fetchone()
        self.check(list(row) == parts, f"history.db says the same: {row}")

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--qcc", type=Path, default=TOP / "build/release/bin/qcc")
    parser.add_argument("--bench", type=Path, default=TOP / "build/bench/bin", help="the folder of bench-load and bench-upstream")
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
