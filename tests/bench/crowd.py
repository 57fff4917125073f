#!/usr/bin/env python3
"""What thousands of connections that want nothing cost the clients that do: silent ones, headers that never end, bodies a byte at a time.

Measures an honest load alone and then beside them. Loopback only; ends what it started.
"""

import argparse
import errno
import json
import os
import resource
import selectors
import socket
import subprocess
import sys
import tempfile
import time

from proxyrun import ProxyRun, add_options

OPENINGS = [
    b"",
    b"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    b"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n",
]
DRIPS = [b"", b"X-Slow: 1\r\n", b"x"]
DRIP_EVERY = 5.0  # seconds
AT_A_TIME = 100  # connections opened in a row; the listener's queue is bounded


class Crowd:
    """Opens connections, says "ready", and keeps their number up until its standard input is closed."""

    def __init__(self, port, size):
        self.port, self.size = port, size
        self.selector = selectors.DefaultSelector()
        self.selector.register(sys.stdin, selectors.EVENT_READ)
        self.kinds = {}
        self.missing = [slot % len(OPENINGS) for slot in range(size)]  # One that is closed is replaced by its like.
        self.opened = self.lost = 0

    def fill(self):
        for _ in range(min(AT_A_TIME, self.size - len(self.kinds))):
            client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            client.connect(("127.0.0.1", self.port))
            client.setblocking(False)
            kind = self.missing.pop()
            if OPENINGS[kind]:
                client.send(OPENINGS[kind])
            self.kinds[client] = kind
            self.selector.register(client, selectors.EVENT_READ)
            self.opened += 1

    def drop(self, client):
        self.selector.unregister(client)
        self.missing.append(self.kinds.pop(client))
        client.close()
        self.lost += 1

    def drip(self):
        for client, kind in list(self.kinds.items()):
            if not DRIPS[kind]:
                continue
            try:
                client.send(DRIPS[kind])
            except OSError as error:
                if error.errno != errno.EAGAIN:
                    self.drop(client)

    def run(self):
        ready = False
        next_drip = time.monotonic() + DRIP_EVERY
        while True:
            self.fill()
            if not ready and len(self.kinds) == self.size:
                ready = True
                print("ready", flush=True)
            if time.monotonic() >= next_drip:
                self.drip()
                next_drip = time.monotonic() + DRIP_EVERY
            for key, _ in self.selector.select(0 if len(self.kinds) < self.size else 0.2):
                if key.fileobj is sys.stdin:
                    if not os.read(0, 1024):
                        print(f"opened {self.opened}, closed by the proxy {self.lost}", flush=True)
                        return
                    continue
                try:
                    if key.fileobj.recv(65536):
                        continue
                except BlockingIOError:
                    continue
                except OSError:
                    pass
                self.drop(key.fileobj)


def honest_load(run):
    load = run.start_load("--mode", "plain", "--concurrency", "8", "--requests", "4000", "--think-ms", "0-10", "--delay-ms", "5")
    return json.loads(load.communicate()[0])


def measure(options, folder):
    run = ProxyRun(options, folder)
    try:
        run.start_proxy(run.start_upstream(1, "--lifetime", "600"), {})
        alone = honest_load(run)
        before = run.usage()
        crowd = run.start([sys.executable, __file__, "--hold", str(run.port), "--connections", str(options.connections)],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        crowd.stdout.readline()
        beside = honest_load(run)
        crowded = run.usage()
        crowd.stdin.close()
        for name, load in (("alone", alone), ("beside", beside)):
            print(f"{name:8} ok {load['ok']}, failed {load['failed']}, total ms {load['total_ms']}")
        print(f"{options.connections} connections: p99 {beside['total_ms']['p99'] - alone['total_ms']['p99']:+.1f} ms,",
              f"resident {before[0]} -> {crowded[0]} KiB, descriptors {before[1]} -> {crowded[1]}; {crowd.stdout.readline().strip()}")
        return 1 if alone["failed"] + beside["failed"] else 0
    finally:
        run.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--hold", type=int, metavar="PORT", help="only hold the connections")
    add_options(parser)
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if options.hold:
        Crowd(options.hold, options.connections).run()
        return 0
    # qcc lets a quarter of its descriptors wait for a header; beyond that the longest idle are closed, and a crowd is never whole.
    if options.connections > most // 4 - 100:
        print(f"{options.connections} connections need a limit of {4 * (options.connections + 100)} descriptors, and it is {most} here (ulimit -Hn). "
              f"Try: --connections {most // 4 - 100}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        return measure(options, folder)


if __name__ == "__main__":
    sys.exit(main())
