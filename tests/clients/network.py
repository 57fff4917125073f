"""Claude Code through qcc while an address is dead, a name has moved, or the desktop is silent: network.py QCC CLAUDE

Each row asks once and looks for the answer, for a retry of Claude Code's own (it counts them in a header), and for an attempt of qcc's that failed.
"""

import contextlib
import http.client
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

QCC, CLAUDE = sys.argv[1:]
PROMPT = "say hello"
SAID = "hello there"


class Upstream(http.server.ThreadingHTTPServer):
    """Answers every message with a few words, as the API does, and keeps what was asked."""

    daemon_threads = True

    def __init__(self, address, port=0):
        self.retries = []
        self.connections = []
        super().__init__((address, port), Answers)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def process_request(self, request, client_address):
        self.connections.append(request)
        super().process_request(request, client_address)

    def end(self):
        self.shutdown()
        self.server_close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(200, "application/json", b"{}")

    do_HEAD = do_GET

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.retries.append(self.headers.get("x-stainless-retry-count"))
        message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None, "stop_sequence": None,
                   "usage": {"input_tokens": 1, "output_tokens": 1}}
        events = [{"type": "message_start", "message": message},
                  {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                  {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": SAID}},
                  {"type": "content_block_stop", "index": 0},
                  {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 2}},
                  {"type": "message_stop"}]
        self.answer(200, "text/event-stream", "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events).encode())

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class Silent:
    """A port that answers no handshake: its line of waiting connections is full."""

    def __init__(self, address, port):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.sockets = [socket.socket(family)]
        self.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sockets[0].bind((address, port))
        self.sockets[0].listen(0)
        for _ in range(8):
            filler = socket.socket(family)
            filler.settimeout(0.3)
            self.sockets.append(filler)
            try:
                filler.connect((address, port))
            except TimeoutError:
                return
        raise RuntimeError(f"{address}:{port} does not fall silent")

    def end(self):
        for one in self.sockets:
            one.close()


class Skipped(Exception):
    pass


def free_port(*addresses):
    """A port that is free on all of these addresses."""
    for _ in range(50):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with contextlib.suppress(OSError):
            for address in addresses:
                with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
                    probe.bind((address, port))
            return port
    raise RuntimeError("no port is free everywhere")


class Row:
    """A home, a qcc and what else a row needs; all of it ends with it."""

    def __init__(self, stack):
        self.stack = stack
        self.home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qcc-network-")))
        self.port = free_port("127.0.0.1")
        self.environment = {**os.environ, "HOME": str(self.home), "QCC_HOME": str(self.home / "qcc"), "QCC_KEYCHAIN": "off"}

    def keep(self, thing):
        self.stack.callback(thing.end)
        return thing

    def configure(self, base_url):
        (self.home / "qcc").mkdir(mode=0o700)
        endpoint = {"name": "relay", "base_url": base_url, "api_key": "sk-relay", "proxy": "none"}
        config = {"version": 1, "listen": {"host": "127.0.0.1", "port": self.port}, "active_cluster": "work",
                  "clusters": [{"name": "work", "endpoints": [endpoint]}]}
        file = self.home / "qcc" / "config.json"
        file.write_text(json.dumps(config))
        file.chmod(0o600)

    def start_with_hosts(self, hosts):
        """Starts qcc where these are all the names that there are; returns the file, which may be written anew."""
        if os.geteuid() != 0 or not shutil.which("unshare"):
            raise Skipped("only root can give a process a hosts file of its own (unshare)")
        file = self.home / "hosts"
        file.write_text(hosts)
        self.start("unshare", "--mount", "sh", "-c", f"mount --bind '{file}' /etc/hosts && exec '{QCC}' proxy start --foreground")
        return file

    def start(self, *command):
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.stack.callback(end_process, process)
        began = time.monotonic()
        while self.get("/__qcc__/health") is None:
            if process.poll() is not None or time.monotonic() - began > 20:
                raise AssertionError("qcc does not answer")
            time.sleep(0.02)
        return time.monotonic() - began

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        except (OSError, ValueError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def ask(self):
        """Has Claude Code ask, and says how long that took."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{self.port}",
                       "ANTHROPIC_API_KEY": "sk-dummy", "DISABLE_TELEMETRY": "1", "DISABLE_AUTOUPDATER": "1", "DISABLE_ERROR_REPORTING": "1",
                       "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "NO_PROXY": "127.0.0.1"}
        began = time.monotonic()
        done = subprocess.run([CLAUDE, "-p", PROMPT, "--output-format", "json"], env=environment, cwd=self.home, timeout=120, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        took = time.monotonic() - began
        answer = json.loads(done.stdout) if done.stdout.startswith("{") else {}
        assert answer.get("result") == SAID, f"Claude Code says: {done.stdout or done.stderr}"
        return took

    def verify(self, upstreams):
        retries = [count for upstream in upstreams for count in upstream.retries]
        assert retries and set(retries) <= {"0", None}, f"Claude Code has tried again: {retries}"
        for exchange in self.get("/__qcc__/requests?limit=100")["requests"]:
            tries = [(a["failure"], a["error"]) for a in exchange["attempts"]]
            assert exchange["outcome"] != "error" and len(tries) <= 1, f"{exchange['path']}: {tries}"


def end_process(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def a_dead_address(row):
    """relay.test is 127.0.0.2, where nobody answers, and 127.0.0.3."""
    port = free_port("127.0.0.2", "127.0.0.3")
    row.keep(Silent("127.0.0.2", port))
    upstream = row.keep(Upstream("127.0.0.3", port))
    row.configure(f"http://relay.test:{port}")
    row.start_with_hosts("127.0.0.2 relay.test\n127.0.0.3 relay.test\n")
    took = row.ask()
    row.verify([upstream])
    return f"answered in {took:.2f} s"


def a_name_that_moves(row):
    """relay.test is 127.0.0.2, and then 127.0.0.3, while nobody answers at the old address any more."""
    port = free_port("127.0.0.2", "127.0.0.3")
    before = Upstream("127.0.0.2", port)
    row.configure(f"http://relay.test:{port}")
    hosts = row.start_with_hosts("127.0.0.2 relay.test\n")
    row.ask()
    before.end()
    row.keep(Silent("127.0.0.2", port))
    after = row.keep(Upstream("127.0.0.3", port))
    hosts.write_text("127.0.0.3 relay.test\n")
    took = row.ask()
    assert after.retries, "nothing came to the new address"
    row.verify([before, after])
    return f"answered in {took:.2f} s"


def a_silent_desktop(row):
    """The session bus takes every question and answers none."""
    tray = Path(QCC).with_name("qcc-tray")
    if not tray.exists() or not shutil.which("Xvfb"):
        raise Skipped("qcc-tray or Xvfb is missing")
    reading, writing = os.pipe()
    screen = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp"], pass_fds=[writing], stderr=subprocess.DEVNULL)
    row.stack.callback(end_process, screen)
    os.close(writing)
    with os.fdopen(reading) as told:
        row.environment["DISPLAY"] = f":{told.readline().strip()}"
    bus = socket.socket(socket.AF_UNIX)
    row.stack.callback(bus.close)
    bus.bind(str(row.home / "bus"))
    bus.listen(20)
    row.environment.update(DBUS_SESSION_BUS_ADDRESS=f"unix:path={row.home / 'bus'}", QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1")
    upstream = row.keep(Upstream("127.0.0.1"))
    row.configure(f"http://127.0.0.1:{upstream.port}")
    served = row.start(str(tray), "--hidden")
    took = row.ask()
    row.verify([upstream])
    return f"serves after {served:.2f} s, answered in {took:.2f} s"


def main():
    wrong = skipped = 0
    for name, run in {"a dead address before a good one": a_dead_address, "a name that has moved": a_name_that_moves,
                      "a silent desktop": a_silent_desktop}.items():
        with contextlib.ExitStack() as stack:
            try:
                verdict = f"right: {run(Row(stack))}"
            except Skipped as why:
                skipped += 1
                verdict = f"skipped: {why}"
            except (AssertionError, subprocess.TimeoutExpired, RuntimeError) as why:
                wrong += 1
                verdict = f"WRONG: {why}"
        print(f"{name:34} {verdict}", flush=True)
    return 1 if wrong else 77 if skipped else 0


if __name__ == "__main__":
    sys.exit(main())
