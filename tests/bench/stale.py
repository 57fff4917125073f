#!/usr/bin/env python3
"""Sends POSTs through qcc, max_attempts 1, to an upstream that closes kept connections: while idle, after it has read a request, and by a
reset. Nothing that it has read may arrive twice, and whatever fails must have been read, or have arrived before its connection was
closed: whether that was read nobody can tell from outside.

tests/bench/stale.py --qcc build/release/bin/qcc [--requests 10000] [--tls]
"""

import argparse
import collections
import http.client
import json
import os
import pathlib
import random
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--qcc", required=True)
parser.add_argument("--requests", type=int, default=10000)
parser.add_argument("--lanes", type=int, default=8)
parser.add_argument("--tls", action="store_true")
arguments = parser.parse_args()

read = collections.Counter()  # requests of which the upstream has read something, by their keys
closed = collections.Counter()
lock = threading.Lock()


def serve(connection):
    chance = random.Random()
    buffer = b""
    try:
        while True:
            while b"\r\n\r\n" not in buffer or not buffer.endswith(b"}"):
                piece = connection.recv(65536)
                if not piece:
                    return
                buffer += piece
            key = buffer.split(b" ", 2)[1].split(b"n=")[1]
            buffer = b""
            with lock:
                read[key] += 1
            deed = chance.choices(["answer", "close", "reset"], [90, 5, 5])[0]
            if deed != "answer":
                with lock:
                    closed[deed] += 1
                if deed == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"content":[]}')
            if chance.random() < 0.5:
                # Closed after a moment; what comes until then is served.
                connection.settimeout(chance.random() * 0.004)
                try:
                    buffer = connection.recv(65536)
                    if not buffer:
                        return
                except (TimeoutError, ssl.SSLWantReadError):
                    # From here on nothing that arrives is acknowledged; what had arrived by then is still there.
                    with socket.socket(fileno=os.dup(connection.fileno())) as raw:
                        raw.shutdown(socket.SHUT_RDWR)
                        raw.setblocking(False)
                        arrived = raw.recv(65536)
                    with lock:
                        closed["arrived" if arrived else "idle"] += 1
                    return
                finally:
                    connection.settimeout(None)
    except OSError:
        pass
    finally:
        connection.close()


def accept(listener, context):
    def begin(raw):
        try:
            serve(context.wrap_socket(raw, server_side=True) if context else raw)
        except OSError:
            raw.close()

    while True:
        raw, _ = listener.accept()
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=begin, args=(raw,), daemon=True).start()


outcomes = collections.Counter()
failed = []


def lane(number, port, count):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for i in range(count):
        key = f"{number}-{i}"
        connection.request("POST", f"/v1/messages?n={key}", body='{"model":"m"}', headers={"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        with lock:
            outcomes[answer.status] += 1
            if answer.status != 200:
                failed.append(key.encode())
        time.sleep(random.random() * 0.004)


with tempfile.TemporaryDirectory() as folder:
    home = pathlib.Path(folder)
    context = None
    if arguments.tls:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=IP:127.0.0.1", "-keyout", home / "key.pem", "-out", home / "ca.pem"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(home / "ca.pem", home / "key.pem")
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=accept, args=(listener, context), daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    endpoint = {"name": "e", "base_url": f"http{'s' if context else ''}://127.0.0.1:{listener.getsockname()[1]}", "api_key": "k", "proxy": "none"}
    if context:
        endpoint["ca_file"] = str(home / "ca.pem")
    config = {"clusters": [{"name": "c", "endpoints": [endpoint]}], "active_cluster": "c", "retry": {"max_attempts": 1}}
    (home / "config.json").write_text(json.dumps(config))
    os.chmod(home / "config.json", 0o600)
    environment = dict(os.environ, QCC_HOME=folder, QCC_KEYCHAIN="off")
    with open(home / "out", "w") as out:
        proxy = subprocess.Popen([arguments.qcc, "proxy", "start", "--foreground", "--port", str(port)], env=environment, stdout=out, stderr=out)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        lanes = [threading.Thread(target=lane, args=(i, port, arguments.requests // arguments.lanes)) for i in range(arguments.lanes)]
        for thread in lanes:
            thread.start()
        for thread in lanes:
            thread.join()
        page = http.client.HTTPConnection("127.0.0.1", port)
        page.request("GET", "/__qcc__/stats")
        stats = json.loads(page.getresponse().read())
    finally:
        proxy.terminate()
        proxy.wait(20)

twice = [key for key, times in read.items() if times > 1]
unread = [key for key in failed if read[key] == 0]
print(f"{'TLS' if arguments.tls else 'plain'}: {sum(outcomes.values())} requests, {outcomes[200]} answered, {len(failed)} failed "
      f"({', '.join(f'{n} {status}' for status, n in sorted(outcomes.items()) if status != 200) or 'none'})")
print(f"  connections closed: {closed['idle']} while idle, {closed['arrived']} when a request had arrived unread, "
      f"{closed['close']} after reading, {closed['reset']} by reset")
print(f"  repeated for free, for nobody had read them: {stats['pool']['stale_recovered_total']}")
print(f"  read twice: {len(twice)}; failed without having been read: {len(unread)}")
raise SystemExit(1 if twice or len(unread) > closed["arrived"] else 0)
