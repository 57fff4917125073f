"""What the scripts that run Claude Code through qcc share: an upstream, a home with a qcc, and the table of rows. Their arguments: QCC CLAUDE"""

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


def said_events(block=None, delta=None, reason="end_turn"):
    """The events of an answer of one block, which says SAID unless it is another one."""
    block = block or {"type": "text", "text": ""}
    delta = delta or {"type": "text_delta", "text": SAID}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None, "stop_sequence": None,
               "usage": {"input_tokens": 1, "output_tokens": 1}}
    events = [{"type": "message_start", "message": message},
              {"type": "content_block_start", "index": 0, "content_block": block},
              {"type": "content_block_delta", "index": 0, "delta": delta},
              {"type": "content_block_stop", "index": 0},
              {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": {"output_tokens": 2}},
              {"type": "message_stop"}]
    return [f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events]


class Upstream(http.server.ThreadingHTTPServer):
    """Answers every message with a few words, as the API does, and keeps what was asked."""

    daemon_threads = True

    def __init__(self, address, port=0, answers=None):
        self.retries = []
        self.connections = []
        super().__init__((address, port), answers or Answers)
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
        self.answer(200, "text/event-stream", "".join(said_events()).encode())

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


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
        self.home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qcc-claude-")))
        self.port = free_port("127.0.0.1")
        self.environment = {**os.environ, "HOME": str(self.home), "QCC_HOME": str(self.home / "qcc"), "QCC_KEYCHAIN": "off"}

    def keep(self, thing):
        self.stack.callback(thing.end)
        return thing

    def configure(self, base_url, **settings):
        (self.home / "qcc").mkdir(mode=0o700)
        endpoint = {"name": "relay", "base_url": base_url, "api_key": "sk-relay", "proxy": "none"}
        config = {"version": 1, "listen": {"host": "127.0.0.1", "port": self.port}, "active_cluster": "work",
                  "clusters": [{"name": "work", "endpoints": [endpoint]}], **settings}
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

    def start_qcc(self):
        return self.start(QCC, "proxy", "start", "--foreground")

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

    def say(self, port=None, **more):
        """Has Claude Code ask; returns what it says and how long that took. `port`: where it asks instead of qcc's; `more`: of its environment."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port or self.port}",
                       "ANTHROPIC_API_KEY": "sk-dummy", "DISABLE_TELEMETRY": "1", "DISABLE_AUTOUPDATER": "1", "DISABLE_ERROR_REPORTING": "1",
                       "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "NO_PROXY": "127.0.0.1", **more}
        environment = {name: value for name, value in environment.items() if value}
        began = time.monotonic()
        done = subprocess.run([CLAUDE, "-p", PROMPT, "--output-format", "json"], env=environment, cwd=self.home, timeout=120, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        took = time.monotonic() - began
        return json.loads(done.stdout) if done.stdout.startswith("{") else {"result": done.stdout or done.stderr}, took

    def ask(self, port=None, **more):
        """The same, and it has to be answered; says how long that took."""
        answer, took = self.say(port, **more)
        assert answer.get("result") == SAID, f"Claude Code says: {answer.get('result')}"
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


def run(rows):
    """Runs functions of a Row by their names, and says of each whether it went right; returns the exit code."""
    wrong = skipped = 0
    for name, row in rows.items():
        with contextlib.ExitStack() as stack:
            try:
                verdict = f"right: {row(Row(stack))}"
            except Skipped as why:
                skipped += 1
                verdict = f"skipped: {why}"
            except (AssertionError, subprocess.TimeoutExpired, RuntimeError) as why:
                wrong += 1
                verdict = f"WRONG: {why}"
        print(f"{name:36} {verdict}", flush=True)
    return 1 if wrong else 77 if skipped else 0
