#!/usr/bin/env python3
"""Thousands of connections that want nothing: silent ones, headers that never end, bodies a byte at a time.

crowd.py PORT CONNECTIONS: opens them, says "ready", keeps their number up until its standard input is closed. Loopback only.
"""

import errno
import os
import selectors
import socket
import sys
import time

OPENINGS = [
    b"",
    b"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    b"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n",
]
DRIPS = [b"", b"X-Slow: 1\r\n", b"x"]
DRIP_EVERY = 5.0  # seconds
AT_A_TIME = 100  # connections opened in a row; the listener's queue is bounded


class Crowd:
    def __init__(self, port, size):
        self.port, self.size = port, size
        self.selector = selectors.DefaultSelector()
        self.selector.register(sys.stdin, selectors.EVENT_READ)
        self.kinds = {}
        self.opened = self.lost = 0

    def fill(self):
        for _ in range(min(AT_A_TIME, self.size - len(self.kinds))):
            client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            client.connect(("127.0.0.1", self.port))
            client.setblocking(False)
            kind = self.opened % len(OPENINGS)
            if OPENINGS[kind]:
                client.send(OPENINGS[kind])
            self.kinds[client] = kind
            self.selector.register(client, selectors.EVENT_READ)
            self.opened += 1

    def drop(self, client):
        self.selector.unregister(client)
        del self.kinds[client]
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


if __name__ == "__main__":
    Crowd(int(sys.argv[1]), int(sys.argv[2])).run()
