"""What Claude Code's vendor asks of a gateway (docs/gateway-contract.md), with Claude Code itself: contract.py QCC CLAUDE"""

import contextlib
import json
import re
import socket
import sys
import threading
import time

from rows import SAID, Answers, Upstream, free_port, run, said_events

# Of the hop, the key's, or what qcc tells upstreams on this computer alone.
OF_THE_HOP = {"host", "connection", "content-length", "x-api-key", "authorization", "x-qcc-hop"}
# Without this it neither greets nor looks for models.
TALKATIVE = {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": ""}
# The shortest that Claude Code's watchdogs over the bytes of an answer can be made, and a silence that they do not bear.
WATCHDOG = {"CLAUDE_ENABLE_BYTE_WATCHDOG": "1", "CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS": "10000", "CLAUDE_STREAM_FIRST_BYTE_TIMEOUT_MS": "10000"}
SILENCE = 14


class Tap:
    """Passes every byte on to a port and back, and keeps the requests."""

    def __init__(self, port):
        self.port_behind = port
        self.streams = []  # of each connection
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                behind = socket.create_connection(("127.0.0.1", self.port_behind))
                self.streams.append(kept := bytearray())
                threading.Thread(target=self.copy, args=(client, behind, kept), daemon=True).start()
                threading.Thread(target=self.copy, args=(behind, client, bytearray()), daemon=True).start()

    @staticmethod
    def copy(source, to, kept):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                kept += piece
                to.sendall(piece)
        for end in (source, to):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def end(self):
        self.listener.close()

    def requests(self):
        """Each as its line, its header without what belongs to the hop, in order, and its body."""
        return sorted(request for stream in self.streams for request in requests_in(bytes(stream)))


def requests_in(stream):
    while stream:
        head, _, stream = stream.partition(b"\r\n\r\n")
        line, *lines = head.split(b"\r\n")
        fields = [tuple(text.split(b": ", 1)) for text in lines]
        length = next((int(value) for name, value in fields if name.lower() == b"content-length"), 0)
        yield line, [(name, value) for name, value in fields if name.decode().lower() not in OF_THE_HOP], stream[:length]
        stream = stream[length:]


def upstream_for(row, post=None, get=None, head=None):
    """An upstream with functions of a handler (and the body as an object, of a POST) in place of the usual answer; True: not answered here."""
    class Scripted(Answers):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            self.server.posts.append((time.monotonic(), json.loads(body)))
            if post is None or post(self, self.server.posts[-1][1]):
                self.answer(200, "text/event-stream", "".join(said_events()).encode())

        def do_GET(self):
            if get is None or get(self):
                super().do_GET()

        def do_HEAD(self):
            if head is None or head(self):
                super().do_GET()

        def refuse(self, status, message, kind="invalid_request_error", **headers):
            body = json.dumps({"type": "error", "error": {"type": kind, "message": message}}).encode()
            self.send_response(status)
            for name, value in {"content-type": "application/json", "content-length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def stream(self, pieces):
            """Sends texts, and waits for numbers of seconds."""
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            for piece in pieces:
                if isinstance(piece, str):
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece.encode()), piece.encode()))
                    self.wfile.flush()
                else:
                    time.sleep(piece)
            self.wfile.write(b"0\r\n\r\n")

    upstream = row.keep(Upstream("127.0.0.1", answers=Scripted))
    upstream.posts = []
    return upstream


def begin(row, upstream, **settings):
    row.configure(f"http://127.0.0.1:{upstream.port}", **settings)
    row.start_qcc()


def failures(row):
    """What the tray would show as having failed."""
    stats = row.get("/__qcc__/stats")
    return [stats["failed_requests"], sum(endpoint["health_status"]["failed_requests"] for endpoint in stats["endpoints"])]


def unchanged(row):
    """A task with a subagent and the list of models: what leaves Claude Code arrives, byte for byte."""
    def post(handler, body):
        tool = next((tool["name"] for tool in body.get("tools", []) if tool["name"] in ("Agent", "Task")), None)
        if "x-claude-code-agent-id" in handler.headers or tool is None or "tool_result" in json.dumps(body["messages"]):
            return True
        asked = json.dumps({"description": "greet", "prompt": "greet me", "subagent_type": "general-purpose"})
        handler.stream(said_events({"type": "tool_use", "id": "toolu_1", "name": tool, "input": {}}, {"type": "input_json_delta", "partial_json": asked}, "tool_use"))
        return False

    upstream = upstream_for(row, post)
    behind = row.keep(Tap(upstream.port))
    row.configure(f"http://127.0.0.1:{behind.port}")
    row.start_qcc()
    before = row.keep(Tap(row.port))
    row.ask(before.port, CLAUDE_CODE_GATEWAY_HINT_HEADERS="1", CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY="1", **TALKATIVE)
    sent, arrived = before.requests(), [request for request in behind.requests() if request[0].split()[1] != b"/__qcc__/health"]
    lines = {line for line, _, _ in sent}
    for line in (b"HEAD /api/hello HTTP/1.1", b"GET /v1/models?limit=1000 HTTP/1.1", b"POST /v1/messages?beta=true HTTP/1.1"):
        assert line in lines, f"Claude Code has not sent {line}: {lines}"
    names = {name.decode().lower() for _, fields, _ in sent for name, _ in fields}
    for name in ("anthropic-version", "anthropic-beta", "x-claude-code-session-id", "x-claude-code-agent-id", "x-claude-code-request-class"):
        assert name in names, f"Claude Code has not sent {name}: {sorted(names)}"
    assert b"x-anthropic-billing-header" in b"".join(body for _, _, body in sent), "no attribution block"
    for one, other in zip(sent, arrived):
        assert one == other, f"{one[0]} is not what arrived: {other[0]} {set(one[1]) ^ set(other[1])}"
    assert len(sent) == len(arrived), f"{len(sent)} sent, {len(arrived)} arrived"
    return f"{len(sent)} requests, {sum(len(body) for _, _, body in sent)} bytes of bodies"


def greetings_refused(row):
    upstream = upstream_for(row, head=lambda handler: handler.refuse(403, "no", "permission_error"))
    begin(row, upstream)
    row.ask(**TALKATIVE)
    assert any(exchange["method"] == "HEAD" for exchange in row.get("/__qcc__/requests?limit=9")["requests"]), "Claude Code has not greeted"
    assert failures(row) == [0, 0], f"failures: {failures(row)}"
    return "nothing has failed"


def models(row):
    listed = json.dumps({"data": [{"id": "claude-zed-9", "display_name": "Zed 9"}, {"id": "other"}]}).encode()
    upstream = upstream_for(row, get=lambda handler: handler.answer(200, "application/json", listed))
    begin(row, upstream)
    row.ask(CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY="1", **TALKATIVE)
    found = "".join(file.read_text() for file in row.home.glob(".claude/cache/*models*.json"))
    assert "claude-zed-9" in found and '"other"' not in found, f"Claude Code has found {found or 'nothing'}"
    return "found"


def repairs_itself(row):
    """Claude Code leaves out what is refused with these words, and asks again."""
    def post(handler, body):
        if "context_management" not in body:
            return True
        handler.refuse(400, "context_management: Extra inputs are not permitted", request_id="req_1")
        return False

    upstream = upstream_for(row, post)
    begin(row, upstream)
    row.ask()
    had = ["context_management" in body for _, body in upstream.posts]
    assert had[0] and not had[-1], f"with context_management: {had}"
    assert failures(row) == [0, 0], f"failures: {failures(row)}"
    return f"answered at request {len(had)}"


def waits_as_told(row):
    def post(handler, _):
        if len(handler.server.posts) > 1:
            return True
        handler.refuse(429, "slowly", "rate_limit_error", retry_after="4")
        return False

    upstream = upstream_for(row, post)
    begin(row, upstream)
    row.ask()
    waited = upstream.posts[1][0] - upstream.posts[0][0]
    assert 4 <= waited < 9, f"asked again after {waited:.1f} s"
    return f"told 4 s, asked again after {waited:.1f} s"


def gives_up_as_told(row):
    """Above a minute it shows the error at once."""
    def post(handler, _):
        handler.refuse(429, "not today", "rate_limit_error", retry_after="90")
        return False

    upstream = upstream_for(row, post)
    begin(row, upstream)
    answer, took = row.say()
    assert len(upstream.posts) == 1 and took < 30 and "not today" in str(answer.get("result")), f"{len(upstream.posts)} requests in {took:.0f} s: {answer}"
    return f"shown after {took:.0f} s"


def waits_as_qcc_says(row):
    """Nobody listens at the only endpoint."""
    row.configure(f"http://127.0.0.1:{free_port('127.0.0.1')}", retry={"max_attempts": 1})
    row.start_qcc()
    answer, _ = row.say(CLAUDE_CODE_MAX_RETRIES="1")
    assert "qcc: every endpoint" in str(answer.get("result")), f"Claude Code says: {answer.get('result')}"
    posts = [exchange for exchange in row.get("/__qcc__/requests?limit=9")["requests"] if exchange["method"] == "POST"]
    began = sorted(time.mktime(time.strptime(re.sub(r"\..*|Z", "", exchange["started_at"]), "%Y-%m-%dT%H:%M:%S")) for exchange in posts)
    assert len(began) == 2 and 4 <= began[1] - began[0] <= 60, f"asked at {began}"
    return f"asked again after {began[1] - began[0]:.0f} s"


def silent(answer, keepalive, bears):
    """`answer`: what a handler does with the first request; `bears`: whether Claude Code waits for the end of it."""
    def row_of(row):
        upstream = upstream_for(row, lambda handler, _: answer(handler) if len(handler.server.posts) == 1 else True)
        # With one attempt nothing is held back.
        begin(row, upstream, client={"sse_keepalive_s": keepalive}, retry={"max_attempts": 1})
        said, took = row.say(**WATCHDOG)
        waited = said.get("result") == SAID and len(upstream.posts) == 1
        assert waited == bears, f"{len(upstream.posts)} requests, and Claude Code says: {said.get('result')}"
        return f"{len(upstream.posts)} requests in {took:.0f} s"
    return row_of


def before_the_head(handler):
    """No watchdog runs yet, and qcc adds nothing: it could still ask another endpoint, or pass on an error as it is."""
    time.sleep(SILENCE)
    return True


def before_the_first_event(handler):
    handler.stream([SILENCE, *said_events()])


def in_mid_answer(handler):
    handler.stream([*said_events()[:3], SILENCE, *said_events()[3:]])


if __name__ == "__main__":
    sys.exit(run({"what leaves arrives": unchanged, "a greeting that is refused": greetings_refused, "models are found": models,
                  "a 400 by which it mends itself": repairs_itself, "a 429 with its time": waits_as_told,
                  "a 429 with a long time": gives_up_as_told,
                  "an answer of qcc's own": waits_as_qcc_says, "silence before the head": silent(before_the_head, 0, True),
                  "silence before the first event": silent(before_the_first_event, 3, True),
                  "silence in mid-answer": silent(in_mid_answer, 3, True),
                  "the same without sse_keepalive_s": silent(in_mid_answer, 0, False)}))
