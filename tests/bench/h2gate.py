#!/usr/bin/env python3
"""Takes TLS off in front of upstreams, by nginx, and speaks HTTP/2 or HTTP/1.1 as ALPN agrees. Writes ca.pem, which vouches for it, prints a URL
for each upstream, and becomes nginx. What an upstream does to a connection is a 502 or a reset of the stream here; nothing is asked twice.
"""

import argparse
import getpass
import os
import shutil
import socket
from collections import Counter, namedtuple
from pathlib import Path

from tlsgate import Authority

TEMPLATE = Path(__file__).resolve().parent / "peers/h2gate.conf.in"
GATE = """
    upstream to{to} {{
        server 127.0.0.1:{to};
        keepalive 2000;
        keepalive_requests 1000000;
    }}
    server {{
        listen 127.0.0.1:{port} ssl http2 backlog=4096;
        location / {{
            proxy_pass http://to{to};
        }}
    }}
"""
Seen = namedtuple("Seen", "requests connections")


def seen(folder):
    """How many requests came by each version of HTTP, and on how many connections."""
    requests, connections = Counter(), {}
    for line in (Path(folder) / "seen").read_text().splitlines():
        version, connection = line.split()
        requests[version] += 1
        connections.setdefault(version, set()).add(connection)
    return {version: Seen(count, len(connections[version])) for version, count in requests.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=int, required=True, nargs="+", metavar="PORT", help="the upstreams' ports on 127.0.0.1")
    parser.add_argument("--folder", type=Path, required=True, help="where the certificates and nginx's files go")
    parser.add_argument("--requests", type=int, default=1000000, metavar="N", help="end a connection after so many, by GOAWAY where it is HTTP/2")
    parser.add_argument("--lifetime", type=int, default=600, metavar="S", help="end after so many seconds")
    options = parser.parse_args()
    options.folder = options.folder.resolve()
    if not shutil.which("nginx"):
        parser.error("nginx is missing: run tests/bench/run.sh --deps")
    # By name, too: nginx compares no address with a certificate.
    Authority(options.folder, "ca").issue("gate", host="IP:127.0.0.1,DNS:localhost")
    # nginx takes over sockets that are open already, so that nobody else can have the ports, and whoever reads the URLs may connect at once.
    listeners = [socket.create_server(("127.0.0.1", 0), backlog=4096) for _ in options.to]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.set_inheritable(True)
    os.environ["NGINX"] = "".join(f"{listener.fileno()};" for listener in listeners)
    filled = TEMPLATE.read_text()
    for name, value in {"USER": getpass.getuser(), "DIR": options.folder, "REQUESTS": options.requests,
                        "GATES": "".join(GATE.format(port=port, to=to) for port, to in zip(ports, options.to))}.items():
        filled = filled.replace(f"@{name}@", str(value))
    config = options.folder / "gate.conf"
    config.write_text(filled)
    for port in ports:
        print(f"https://127.0.0.1:{port}", flush=True)
    os.execlp("timeout", "timeout", "--foreground", str(options.lifetime),
              "nginx", "-p", options.folder, "-e", options.folder / "error.log", "-c", config)


if __name__ == "__main__":
    main()
