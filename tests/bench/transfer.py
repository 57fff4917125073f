#!/usr/bin/env python3
"""What large bodies cost: a GB up, a GB of JSON up, in which qcc looks for the model, and a GB down, through qcc and nginx (which keeps uploads in
files, too, with its buffering on), in turn; and many clients that upload slowly at a time.

Loopback only; ends what it started. Times never make it fail; memory and lost requests do.
"""

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from proxyrun import ProxyRun, add_options

PIECE = 1 << 20
JSON_BEGIN = b'{"model":"claude-x","messages":[{"role":"user","content":"'
JSON_LINES = rb"What was said in a long conversation, with a line break as JSON writes it, and so on and so on.\n" * 10_000
MOST_GROWTH_MIB = 32
MOST_SLOW_MIB = 600
NGINX = """
daemon off;
user {user};
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    tcp_nodelay on;
    client_max_body_size 0;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass {upstream};
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_request_buffering on;
        }}
    }}
}}
"""


def head_of(connection):
    """The head that comes, and what came behind it."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        more = connection.recv(65536)
        if not more:
            return b"", b""
        seen += more
    head, _, rest = seen.partition(b"\r\n\r\n")
    return head, rest


def number(head, name):
    found = re.search(rf"\r\n{name}: *(\d+)".encode(), head, re.IGNORECASE)
    return int(found.group(1)) if found else 0


def swallow(connection, left):
    space = bytearray(PIECE)
    while left > 0:
        got = connection.recv_into(space, min(PIECE, left))
        if got == 0:
            raise ConnectionError("the connection ended early")
        left -= got


def serve(connection):
    """An upstream's side of one connection."""
    with connection:
        while True:
            head, rest = head_of(connection)
            if not head:
                return
            try:
                swallow(connection, number(head, "content-length") - len(rest))
            except OSError:
                return
            wanted = re.match(rb"GET /down/(\d+)", head)
            size = int(wanted.group(1)) if wanted else 2
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n" % size)
            if not wanted:
                connection.sendall(b"{}")
            piece = bytes(PIECE)
            while wanted and size > 0:
                connection.sendall(piece[: min(PIECE, size)])
                size -= PIECE


def upstream():
    server = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(f"http://127.0.0.1:{server.getsockname()[1]}", flush=True)
    while True:
        connection, _ = server.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def upload(port, size, pieces=None, pause=0.0, begin=b"", piece=None):
    """Returns the status that the proxy answers."""
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.settimeout(120)
        client.sendall(b"POST /v1/files HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n%b"
                       % (size, begin))
        piece = piece or bytes(PIECE if pieces is None else size // pieces + 1)
        left = size - len(begin)
        while left > 0:
            client.sendall(piece[: min(len(piece), left)])
            left -= len(piece)
            time.sleep(pause)
        head, _ = head_of(client)
        return int(head.split()[1]) if head else 0


def download(port, size):
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.settimeout(120)
        client.sendall(b"GET /down/%d HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % size)
        head, rest = head_of(client)
        swallow(client, size - len(rest))
        return int(head.split()[1])


class Process:
    def __init__(self, pid):
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout.split()
        self.pids = [pid, *map(int, children)]

    def seconds(self):
        ticks = 0
        for pid in self.pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self, name):
        """MiB, of the first process."""
        return int(re.search(rf"{name}:\s+(\d+)", Path(f"/proc/{self.pids[0]}/status").read_text()).group(1)) / 1024

    def forget_peak(self):
        Path(f"/proc/{self.pids[0]}/clear_refs").write_text("5")


def measured(process, work):
    process.forget_peak()
    before, cpu, begin = process.memory("VmRSS"), process.seconds(), time.monotonic()
    status = work()
    return {"ok": status == 200, "wall": time.monotonic() - begin, "cpu": process.seconds() - cpu,
            "grew": process.memory("VmHWM") - before}


def start_nginx(run, url):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = run.folder / "nginx.conf"
    config.write_text(NGINX.format(user="root" if os.geteuid() == 0 else "nobody", folder=run.folder, port=port, upstream=url))
    nginx = run.start([shutil.which("nginx") or "/usr/sbin/nginx", "-c", config, "-e", run.folder / "error.log"], stderr=subprocess.DEVNULL)

    def answers():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    run.wait(answers, 10, "nginx answers")
    return port, nginx.pid


def transfers(run, url, options):
    size = options.mib << 20
    peers = {"qcc": (run.port, Process(run.proxy.pid))}
    if shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"):
        port, pid = start_nginx(run, url)
        peers["nginx"] = (port, Process(pid))
    rows = {}
    for _ in range(options.rounds):
        for name, (port, process) in peers.items():
            rows.setdefault((name, "up"), []).append(measured(process, lambda port=port: upload(port, size)))
            rows.setdefault((name, "json"), []).append(measured(process, lambda port=port: upload(port, size, begin=JSON_BEGIN, piece=JSON_LINES)))
            rows.setdefault((name, "down"), []).append(measured(process, lambda port=port: download(port, size)))
    good = True
    for (name, way), runs in rows.items():
        middle = {key: statistics.median(r[key] for r in runs) for key in ("wall", "cpu", "grew")}
        grew = max(r["grew"] for r in runs)
        ok = all(r["ok"] for r in runs) and (name != "qcc" or grew < MOST_GROWTH_MIB)
        good = good and ok
        print(f"{'ok   ' if ok else 'WRONG'} {options.mib} MiB {way:4} {name:5}  wall {middle['wall']:.2f} s  processor {middle['cpu']:.2f} s"
              f"  memory +{grew:.1f} MiB at most")
    return good


def slow_crowd(run, options):
    process = Process(run.proxy.pid)
    process.forget_peak()
    results = []
    size = options.slow_mib << 20
    threads = [threading.Thread(target=lambda: results.append(upload(run.port, size, pieces=50, pause=options.seconds / 50)))
               for _ in range(options.slow)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    peak = process.memory("VmHWM")
    served = results.count(200)
    ok = served == options.slow and peak < MOST_SLOW_MIB
    print(f"{'ok   ' if ok else 'WRONG'} {options.slow} clients upload {options.slow_mib} MiB each, slowly: {served} answered, resident {peak:.0f} MiB at most")
    return ok


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_options(parser)
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--slow", type=int, default=60, help="clients that upload slowly at a time")
    parser.add_argument("--slow-mib", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20, help="that each of them takes")
    parser.add_argument("--upstream", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.upstream:
        return upstream()
    with tempfile.TemporaryDirectory() as folder:
        run = ProxyRun(options, folder)
        try:
            server = run.start([sys.executable, __file__, "--upstream"], stdout=subprocess.PIPE, text=True)
            url = server.stdout.readline().strip()
            run.start_proxy([url], {"client": {"max_body_mb": max(256, options.mib + 1)}, "pool": {"strategy": "fixed", "max_connections": 200}})
            good = transfers(run, url, options)
            good = slow_crowd(run, options) and good
            stats = run.stats()
            print(json.dumps({key: stats[key] for key in ("total_requests", "successful_requests", "failed_requests", "truncated")}))
        finally:
            run.end()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
