"""A qcc and its upstream, started for a measurement on free loopback ports, and ended with it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from usage import Tree

BESIDE = Path(__file__).resolve().parent
TOP = BESIDE.parent.parent


def add_options(parser):
    parser.add_argument("--qcc", type=Path, default=TOP / "build/release/bin/qcc")
    parser.add_argument("--bench", type=Path, default=TOP / "build/bench/bin", help="the folder of bench-load and bench-upstream")


class ProxyRun:
    def __init__(self, options, folder):
        self.options, self.folder = options, Path(folder)
        # Whom it trusts, and the keychain of whoever measures, are not part of a measurement.
        self.surroundings = {name: value for name, value in os.environ.items() if name not in ("SSL_CERT_FILE", "SSL_CERT_DIR")}
        self.surroundings.update(QCC_HOME=str(folder), QCC_KEYCHAIN="off")
        self.processes = []
        self.proxy = None

    def start(self, command, **more):
        process = subprocess.Popen(command, **more)
        self.processes.append(process)
        return process

    def start_upstream(self, endpoints, *more):
        upstream = self.start([self.options.bench / "bench-upstream", "--endpoints", str(endpoints), *more], stdout=subprocess.PIPE, text=True)
        return [upstream.stdout.readline().strip() for _ in range(endpoints)]

    def start_gate(self, script, urls, *more, **settings):
        """A gate that takes TLS off before `urls`; their endpoints behind it, with `settings`."""
        folder = self.folder / script
        folder.mkdir()
        ports = [url.rsplit(":", 1)[1] for url in urls]
        self.gate = self.start([sys.executable, BESIDE / script, "--folder", folder, *more, "--to", *ports], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
        return [{"base_url": self.gate.stdout.readline().strip(), "ca_file": str(folder / "ca.pem"), **settings} for _ in urls]

    def choose_port(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start_proxy(self, endpoints, config, wrapper=(), patience=10):
        """`endpoints`: URLs, or settings with one. `wrapper`: a command that is given qcc's own, such as strace."""
        self.choose_port()
        endpoints = [{"name": f"e{i}", "api_key": f"bench-{i}", "priority": i, "proxy": "none",
                      **(endpoint if isinstance(endpoint, dict) else {"base_url": endpoint})} for i, endpoint in enumerate(endpoints, 1)]
        config = {"version": 1, "listen": {"port": self.port}, "active_cluster": "bench",
                  "clusters": [{"name": "bench", "endpoints": endpoints}], **config}
        path = self.folder / "config.json"
        path.write_text(json.dumps(config))
        path.chmod(0o600)
        with open(self.folder / "output", "wb") as output:
            self.proxy = self.start([*wrapper, self.options.qcc, "proxy", "start", "--foreground"], env=self.surroundings, stdout=output, stderr=output)
        self.wait(lambda: self.proxy.poll() is not None or self.stats() is not None, patience, "the proxy answers")
        if self.proxy.poll() is not None:
            raise RuntimeError("the proxy ended at once: " + (self.folder / "output").read_text(errors="replace").strip())

    def proxy_pid(self):
        """Of qcc itself: valgrind becomes it, strace is its parent."""
        children = Path(f"/proc/{self.proxy.pid}/task/{self.proxy.pid}/children").read_text().split()
        return int(children[0]) if children else self.proxy.pid

    def stop_proxy(self):
        subprocess.run([self.options.qcc, "proxy", "stop"], env=self.surroundings, check=True, stdout=subprocess.DEVNULL)
        return self.proxy.wait(30)

    def start_load(self, *more):
        return self.start([self.options.bench / "bench-load", "--url", f"http://127.0.0.1:{self.port}", "--json", *more], stdout=subprocess.PIPE, text=True)

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

    def usage(self):
        """Resident KiB, descriptors, threads."""
        status = Path(f"/proc/{self.proxy.pid}/status").read_text()
        resident, threads = (int(re.search(rf"{name}:\s+(\d+)", status).group(1)) for name in ("VmRSS", "Threads"))
        return resident, len(os.listdir(f"/proc/{self.proxy.pid}/fd")), threads

    def end(self):
        if self.proxy and self.proxy.poll() is None and self.proxy_pid() != self.proxy.pid:
            # strace does not listen while its program runs, and would leave it behind.
            os.kill(self.proxy_pid(), signal.SIGTERM)
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                # With its children: an nginx that is told to end while it only begins misses it, and would outlive who started it.
                for pid in Tree(process.pid).pids():
                    os.kill(pid, signal.SIGKILL)
                process.wait()
