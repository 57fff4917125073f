"""What the desktop tests share: programs with a home of their own, what a proxy says by HTTP."""

import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from display import icon_place, put_menus_away
from waiting import GENEROUS, until

QCC = os.environ["QCC_PROGRAM"]
QCC_TRAY = os.environ["QCC_TRAY_PROGRAM"]
UPSTREAM = os.environ["QCC_UPSTREAM_PROGRAM"]

NOTIFICATIONS = Path(__file__).with_name("notifyserver.py")
RELAY = Path(__file__).resolve().parent.parent / "http2" / "relay.py"
KEY = "sk-desktop-0123456789abcdef"


def free_port():
    """Below the ephemeral range: an upstream that starts later must not get it."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def endpoint(url, name="relay", **more):
    return {"name": name, "base_url": url, "api_key": KEY, "proxy": "none", **more}


class DesktopCase(unittest.TestCase):
    """A home folder, a port and programs for one test. All that it starts is ended, by pid, when it is over."""

    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="qcc-desktop-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.qcc_home = self.home / "qcc"
        self.qcc_home.mkdir(mode=0o700)
        self.port = free_port()
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.lower().endswith("_proxy") and not name.startswith("QCC_")
        }
        self.environment.update(HOME=str(self.home), QCC_HOME=str(self.qcc_home), QCC_KEYCHAIN="off")
        for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
            self.environment[f"XDG_{kind}_HOME"] = str(self.home / kind.lower())
        # Runs after all the others that a test adds: first in, last out.
        self.addCleanup(self.end_background_proxy)

    # Programs

    def start(self, program, *arguments, **options):
        process = subprocess.Popen([program, *map(str, arguments)], env=self.environment, **options)
        self.addCleanup(end, process)
        return process

    def start_tray(self, *arguments):
        """qcc-tray, and the time when it was started."""
        until(lambda: icon_place() is None, "the icon of the test before has gone")
        put_menus_away()
        started = time.monotonic()
        return self.start(QCC_TRAY, *arguments), started

    def start_upstream(self, default_script=""):
        """A scripted upstream; returns its URL."""
        process = self.start(UPSTREAM, "--default-script", default_script, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        return f"http://127.0.0.1:{process.stdout.readline().strip()}"

    def start_notifications(self, *arguments):
        """A desktop that takes notifications. What it is called gathers in self.calls: time, method, arguments."""
        self.calls = []
        self.notifications = self.start(sys.executable, "-B", NOTIFICATIONS, *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.notifications.stdin.close)
        self.assertEqual(self.notifications.stdout.readline().strip(), "ready")
        threading.Thread(target=self.listen, args=(self.notifications.stdout,), daemon=True).start()

    def listen(self, lines):
        with lines:  # Until the other end has gone.
            for line in lines:
                self.calls.append(json.loads(line))

    def called(self, method):
        return [call for call in self.calls if call[1] == method]

    def over_http2(self, url):
        """What an endpoint needs to be asked over HTTP/2 where the upstream at `url` speaks HTTP/1.1."""
        key, certificate = self.home / "relay.key", self.home / "relay.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        relay = self.start("/usr/bin/python3", "-B", RELAY, certificate, key, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(relay.stdout.close)
        self.addCleanup(relay.stdin.close)
        print("for", url.rpartition(":")[2], file=relay.stdin, flush=True)
        port = relay.stdout.readline().split()[2]
        return {"base_url": f"https://localhost:{port}", "http2": True, "ca_file": str(certificate)}

    def qcc(self, *arguments):
        """Runs a command of the command line to its end and returns what it printed."""
        done = subprocess.run(
            [QCC, *map(str, arguments)], env=self.environment, timeout=60, check=False, capture_output=True, text=True
        )
        self.assertEqual(done.returncode, 0, f"qcc {' '.join(map(str, arguments))}: {done.stdout}{done.stderr}")
        return done.stdout

    def end_background_proxy(self):
        pid_file = self.qcc_home / "proxy.pid"
        if not pid_file.exists():
            return
        pid = json.loads(pid_file.read_text())["pid"]
        if not is_ours(pid, self.qcc_home):
            return
        os.kill(pid, signal.SIGTERM)
        until(lambda: not is_alive(pid), "the proxy in the background ends")

    # Its files

    def write_config(self, clusters, active=None, **more):
        """A config.json with `clusters`, a dictionary of lists of endpoints; the first is active unless told otherwise."""
        config = {
            "version": 1,
            "listen": {"host": "127.0.0.1", "port": self.port},
            "active_cluster": active or next(iter(clusters), ""),
            "clusters": [{"name": name, "endpoints": endpoints} for name, endpoints in clusters.items()],
            **more,
        }
        file = self.qcc_home / "config.json"
        file.write_text(json.dumps(config, indent=2))
        file.chmod(0o600)

    def read_config(self):
        return json.loads((self.qcc_home / "config.json").read_text())

    def write_settings(self, **ui):
        """Settings of the desktop application, as its own file keeps them."""
        lines = ["[General]", *(f"{name}={value}" for name, value in ui.items())]
        (self.qcc_home / "tray.ini").write_text("\n".join(lines) + "\n")

    # What the proxy says

    def get(self, path):
        """The JSON answer of the running proxy, or None where none answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()

    def stats(self):
        return self.get("/__qcc__/stats")

    def wait_for_proxy(self):
        return until(self.stats, f"a proxy answers on port {self.port}")

    def wait_for_no_proxy(self):
        until(lambda: self.stats() is None, f"no proxy answers on port {self.port}")


def end(process):
    """Ends a program that a test started."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(GENEROUS)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def is_ours(pid, qcc_home):
    try:
        return f"QCC_HOME={qcc_home}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def processes_of(program, qcc_home):
    """The pids of the running `program` that use this home folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            same = (folder / "exe").samefile(program)
        except OSError:
            continue
        if same and is_ours(folder.name, qcc_home) and is_alive(folder.name):
            found.append(int(folder.name))
    return found
