#!/usr/bin/env python3
"""Takes TLS off in front of an upstream, and presents a certificate that is no good to some: of another host, expired, of an unknown authority,
or breaks the handshake off. Writes ca.pem, which vouches for the good one, and prints the URL. Ends with its standard input.
"""

import argparse
import asyncio
import random
import socket
import ssl
import subprocess
import sys
from pathlib import Path

HANDSHAKE_S = 5
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


class Authority:
    """Certificates for 127.0.0.1, made with openssl."""

    def __init__(self, folder, name):
        self.folder, self.name = Path(folder), name
        self.openssl("req", "-x509", *NEW_KEY, "-keyout", self.at("key"), "-out", self.at("pem"), "-days", "30",
                     "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE")

    def at(self, ending):
        return str(self.folder / f"{self.name}.{ending}")

    @staticmethod
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def issue(self, name, host="IP:127.0.0.1", days=30):
        """A certificate for `host`, and its key."""
        key, request, extensions, certificate = (str(self.folder / f"{name}.{ending}") for ending in ("key", "csr", "ext", "pem"))
        self.openssl("req", *NEW_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        Path(extensions).write_text(f"subjectAltName={host}\n")
        self.openssl("x509", "-req", "-in", request, "-CA", self.at("pem"), "-CAkey", self.at("key"), "-CAcreateserial", "-out", certificate,
                     "-days", str(days), "-extfile", extensions)
        return certificate, key

    def context(self, name, **more):
        """What a server with such a certificate presents."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.issue(name, **more))
        return context


class Gate:
    def __init__(self, options):
        trusted, stranger = Authority(options.folder, "ca"), Authority(options.folder, "stranger")
        self.good = trusted.context("good")
        self.bad = [trusted.context("another", host="DNS:elsewhere.example"), trusted.context("expired", days=-1), stranger.context("unknown"), None]
        self.upstream, self.fail_percent = options.to, options.fail_percent
        self.random = random.Random(11)

    async def serve(self):
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        listener.setblocking(False)
        print(f"https://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        running = set()
        while True:
            client, _ = await asyncio.get_running_loop().sock_accept(listener)
            task = asyncio.create_task(self.relay(client))
            running.add(task)
            task.add_done_callback(running.discard)

    async def relay(self, client):
        context = self.random.choice(self.bad) if self.random.uniform(0, 100) < self.fail_percent else self.good
        if context is None:
            return client.close()
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        try:
            transport, protocol = await loop.connect_accepted_socket(lambda: asyncio.StreamReaderProtocol(reader), client, ssl=context,
                                                                     ssl_handshake_timeout=HANDSHAKE_S)
        except OSError:  # ssl.SSLError is one, too
            return
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            upstream_reader, upstream = await asyncio.open_connection("127.0.0.1", self.upstream)
        except OSError:
            return writer.close()
        await asyncio.gather(self.pump(reader, upstream), self.pump(upstream_reader, writer))

    @staticmethod
    async def pump(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()


async def run(options):
    gate = asyncio.create_task(Gate(options).serve())
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    gate.cancel()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=int, required=True, metavar="PORT", help="the upstream's port on 127.0.0.1")
    parser.add_argument("--folder", type=Path, required=True, help="where the certificates go")
    parser.add_argument("--fail-percent", type=float, default=0, help="of 100 connections so many meet a certificate that is no good")
    options = parser.parse_args()
    asyncio.run(run(options))


if __name__ == "__main__":
    main()
