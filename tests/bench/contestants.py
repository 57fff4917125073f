"""The proxies that compare.py and scaling.py set against each other: each freshly started before an upstream of its own, on loopback, and what
bench-load sees of it. Ends what it started.
"""

import contextlib
import getpass
import json
import os
import random
import resource
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import h2gate
from proxyrun import BESIDE, TOP, ProxyRun
from usage import Tree, machine_seconds

NAMES = ("direct", "nginx", "haproxy", "node", "httpx", "portkey", "qcc")
FOREIGN = ("node", "httpx", "portkey")  # written in Node or Python
PEERS = BESIDE / "peers"
PORTKEY = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "qcc-bench/portkey"
PORTKEY_START = PORTKEY / "node_modules/@portkey-ai/gateway/build/start-server.js"
# bench-load's headers that the upstream wants to see; the gateway keeps others to itself.
PORTKEY_FORWARDS = "x-request-key,x-events,x-gap-ms,x-delay-ms,x-answer-bytes"
STRANGERS = {"SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy", "https_proxy", "all_proxy", "no_proxy"}
LONGEST_S = 900  # that anything of one measurement may live
DEPS_HINT = "run tests/bench/compare.py --deps"


class Missing(Exception):
    """A contestant cannot take part; the words say why."""


@dataclass(frozen=True)
class Setting:
    """What is asked of every contestant alike, as far as it can."""

    most: int = 2000  # connections to the upstream
    kept: int = 2000
    tls: bool = False  # before the upstream, by h2gate.py; everybody verifies its certificate
    http2: bool = False
    whole_uploads: bool = False  # nginx has an upload whole before it asks the upstream, as qcc and unlike haproxy


def install():
    """The peers that are not of this project. Returns an exit code."""
    if code := subprocess.run([BESIDE / "run.sh", "--deps"], check=False).returncode:
        return code
    npm = shutil.which("npm")
    if not npm:
        print("portkey is not installed: npm is missing")
        return 0
    PORTKEY.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PEERS / "portkey" / name, PORTKEY)
    # Its scripts only prepare a source tree of its own.
    done = subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"], cwd=PORTKEY, check=False)
    if done.returncode:
        print("portkey could not be installed: compare.py skips it")
    return 0


def portkey_version():
    try:
        return json.loads((PORTKEY_START.parent.parent / "package.json").read_text())["version"]
    except OSError:
        return "none"


def program(name):
    found = shutil.which(name)
    if not found:
        raise Missing(f"{name} is not there: {DEPS_HINT}")
    return found


def free_port():
    """Below the ephemeral range, where thousands of clients' ports come and go."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def edited(text, edits):
    for old, new in edits.items():
        if old not in text:
            raise ValueError(f"the template lacks {old!r}")
        text = text.replace(old, new)
    return text


class Contest(ProxyRun):
    """One contestant with its upstream, for one measurement. Where it cannot take part, begin() raises Missing."""

    def __init__(self, options, folder, name, setting):
        super().__init__(options, folder)
        self.name, self.setting = name, setting
        self.tree = self.gate_tree = None
        self.surroundings = {key: value for key, value in os.environ.items() if key not in STRANGERS and key.lower() not in STRANGERS}

    def begin(self):
        if self.setting.http2 and self.name not in ("haproxy", "qcc"):
            raise Missing("it speaks no HTTP/2 to upstreams")
        self.gate, ca_file = None, None
        (self.url,) = self.start_upstream(1, "--lifetime", str(LONGEST_S))
        self.upstream_tree = Tree(self.processes[0].pid)
        self.upstream_port = int(self.url.rsplit(":", 1)[1])
        self.base = self.url
        if self.setting.tls and self.name != "direct":
            program("nginx")
            (endpoint,) = self.start_gate("h2gate.py", [self.url], "--lifetime", str(LONGEST_S))
            self.gate_tree = Tree(self.gate.pid)
            self.base, ca_file = endpoint["base_url"], endpoint["ca_file"]
            self.upstream_port = int(self.base.rsplit(":", 1)[1])
            # Only one that has begun may be ended: until then nginx misses it.
            with socket.create_connection(("127.0.0.1", self.upstream_port), timeout=10) as client:
                ssl.create_default_context(cafile=ca_file).wrap_socket(client, server_hostname="localhost").close()
        if self.name == "direct":
            self.port = self.upstream_port
        else:
            self.port = free_port()
            command, more = getattr(self, f"command_of_{self.name}")(ca_file)
            with open(self.folder / "output", "wb") as output:
                self.proxy = self.start(command, env={**self.surroundings, **more}, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
            self.wait_until_it_listens()
            self.tree = Tree(self.proxy.pid)
        # One request first: what a program loads on its first request is not what is measured.
        if (warm := self.run_load("--mode", "plain", "--timeout", "15"))["failed"]:
            raise Missing(f"its first request failed: {', '.join(warm['failures'])}")
        return self

    def wait_until_it_listens(self):
        deadline = time.monotonic() + 20
        while self.proxy.poll() is None and time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        said = (self.folder / "output").read_text(errors="replace").split("\n")
        last = next((line for line in reversed(said) if line.strip()), "it said nothing")
        raise Missing(f"it did not start ({'still runs' if self.proxy.poll() is None else f'exit code {self.proxy.poll()}'}): {last}")

    def filled(self, template, ca_file=None, **more):
        text = (PEERS / template).read_text()
        for name, value in {"PORT": self.port, "UPSTREAM_PORT": self.upstream_port, "DIR": self.folder, "USER": getpass.getuser(), "CA_FILE": ca_file,
                            "MAX_CONNECTIONS": self.setting.most, "MAX_KEEPALIVE": self.setting.kept, **more}.items():
            text = text.replace(f"@{name}@", str(value))
        return text

    def command_of_nginx(self, ca_file):
        edits = {}
        if ca_file:
            edits["proxy_pass http://bench;"] = (f"proxy_pass https://bench; proxy_ssl_verify on; proxy_ssl_trusted_certificate {ca_file};"
                                                 " proxy_ssl_name localhost; proxy_ssl_server_name on;")
        if self.setting.whole_uploads:
            edits["proxy_request_buffering off;"] = "proxy_request_buffering on;"
        config = self.folder / "nginx.conf"
        config.write_text(edited(self.filled("nginx.conf.in"), edits))
        return [program("nginx"), "-p", self.folder, "-e", self.folder / "error.log", "-c", config], {}

    def command_of_haproxy(self, ca_file):
        config = self.folder / "haproxy.cfg"
        config.write_text(self.filled("haproxy_tls.cfg.in" if ca_file else "haproxy.cfg.in", ca_file, ALPN="h2" if self.setting.http2 else "http/1.1"))
        return [program("haproxy"), "-db", "-f", config], {}

    def command_of_node(self, ca_file):
        return [program("node"), PEERS / "node_proxy.js", *map(str, (self.port, self.upstream_port, self.setting.most, self.setting.kept)),
                *([ca_file] if ca_file else [])], {}

    def command_of_httpx(self, ca_file):
        # Debian's own python, not one found earlier in PATH: the packages are Debian's.
        python = "/usr/bin/python3"
        if not os.path.exists(python) or subprocess.run([python, "-c", "import aiohttp, httpx"], stderr=subprocess.DEVNULL, check=False).returncode:
            raise Missing(f"Debian's python3 has no aiohttp and httpx: {DEPS_HINT}")
        limits = (self.setting.most, self.setting.kept) if self.setting.most < 2000 else (0, 0)
        return [python, PEERS / "httpx_proxy.py", *map(str, (self.port, self.upstream_port, *limits)), *([ca_file] if ca_file else [])], {}

    def command_of_portkey(self, ca_file):
        if not PORTKEY_START.exists():
            raise Missing(f"Portkey's gateway is not installed: {DEPS_HINT}")
        more = {"NODE_ENV": "production", **({"NODE_EXTRA_CA_CERTS": ca_file} if ca_file else {})}
        return [program("node"), "--require", PEERS / "portkey/loopback.cjs", PORTKEY_START, f"--port={self.port}", "--headless"], more

    def command_of_qcc(self, ca_file):
        config = json.loads(self.filled("qcc.json.in"))
        endpoint = config["clusters"][0]["endpoints"][0]
        endpoint.update({"base_url": self.base, "http2": self.setting.http2, **({"ca_file": ca_file} if ca_file else {})})
        config["client"] = {"max_body_mb": 1100}
        path = self.folder / "config.json"
        path.write_text(json.dumps(config))
        path.chmod(0o600)
        if not self.options.qcc.exists():
            raise Missing(f"there is no {self.options.qcc.name}")
        return [self.options.qcc, "proxy", "start", "--foreground", "--port", str(self.port)], {"QCC_HOME": str(self.folder)}

    def headers(self):
        """What a client has to tell this contestant, besides what it tells everybody."""
        if self.name != "portkey":
            return []
        return ["x-portkey-provider: anthropic", f"x-portkey-custom-host: {self.base}/v1", f"x-portkey-forward-headers: {PORTKEY_FORWARDS}"]

    def begin_load(self, *more, path=""):
        headers = ["--headers", "\n".join(self.headers())] if self.headers() else []
        return self.start([self.options.bench / "bench-load", "--url", f"http://127.0.0.1:{self.port}{path}", "--json", *headers, *more],
                          stdout=subprocess.PIPE, text=True)

    def run_load(self, *more, path=""):
        return json.loads(self.begin_load(*more, path=path).communicate()[0])

    def load(self, *more, path="", timeout=180):
        """The figures of a load."""
        with self.watched() as seen:
            load = self.run_load(*more, "--timeout", str(timeout), path=path)
        self.check_protocol()
        return {**seen, **figures(load), "late": self.upstream_stats()["late_events"]}

    @contextlib.contextmanager
    def watched(self):
        """What is used while the block runs, as a dictionary that is filled at its end."""
        seen, tree = {}, self.tree
        others = [seen_tree for seen_tree in (self.upstream_tree, self.gate_tree) if seen_tree]
        if tree:
            tree.forget_peak()
            resident = tree.memory_kb("VmRSS")
            used = tree.seconds()
        beside, gate, own = sum(other.seconds() for other in others), self.gate_tree.seconds() if self.gate_tree else 0, own_seconds()
        machine, began = machine_seconds(), time.monotonic()
        yield seen
        elapsed, machine = time.monotonic() - began, machine_seconds() - machine
        beside = sum(other.seconds() for other in others) - beside + own_seconds() - own
        seen["cpu_s"] = None
        if tree:
            seen["cpu_s"] = tree.seconds() - used
            peak = tree.memory_kb("VmHWM")
            seen.update({"resident_kb": resident, "peak_mb": peak / 1024, "grew_mb": (peak - resident) / 1024})
        if self.gate_tree:
            seen["gate_cpu_s"] = self.gate_tree.seconds() - gate
        seen["others_percent"] = max(0.0, machine - beside - (seen["cpu_s"] or 0)) * 100 / elapsed

    def upstream_stats(self):
        with urllib.request.urlopen(f"{self.url}/__bench__/stats", timeout=30) as answer:
            return json.load(answer)

    def check_protocol(self):
        """No figure is called HTTP/2 that was not."""
        wanted = "HTTP/2.0" if self.setting.http2 else "HTTP/1.1"
        came = set(h2gate.seen(self.folder / "h2gate.py")) if self.gate else {wanted}
        if came != {wanted}:
            raise Missing(f"not everything went to the upstream over {wanted}")


def own_seconds():
    """Processor time of this process and of the loads that it has waited for."""
    return sum(use.ru_utime + use.ru_stime for use in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def figures(load):
    flat = {key: load[key] for key in ("ok", "failed", "failures", "seconds", "per_second")}
    for key, name in (("first_byte_ms", "first"), ("total_ms", "total"), ("event_ms", "event")):
        for quantile in ("p50", "p99"):
            flat[f"{name}_{quantile}"] = load[key][quantile] if load[key] else None
    return flat


@contextlib.contextmanager
def contest(options, name, setting):
    """A contestant that serves; everything of it is ended and removed with the block."""
    with tempfile.TemporaryDirectory(prefix="qcc-bench-") as folder:
        run = Contest(options, folder, name, setting)
        try:
            yield run.begin()
        finally:
            run.end()


def add_options(parser):
    parser.add_argument("--qcc", type=Path, metavar="FILE", help="the qcc to measure (default: build/release/bin/qcc, else build/bench/bin/qcc)")
    parser.add_argument("--bench", type=Path, metavar="FOLDER", default=TOP / "build/bench/bin",
                        help="where bench-load and bench-upstream are (default: build/bench/bin)")
    parser.add_argument("--rounds", type=int, metavar="N", help="every figure is the median of so many (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one short round: shows that everything runs, and no figure means anything")
    parser.add_argument("--json", type=Path, metavar="FILE", help="writes every round's figures and the medians")
    parser.add_argument("--write-results", action="store_true", help="writes its part of tests/bench/RESULTS.md")
    parser.add_argument("--commit", metavar="NAME", help="of the qcc that is measured (default: what is checked out where it lies)")
