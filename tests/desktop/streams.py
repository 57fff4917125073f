"""Event streams through the proxy, as a client of the Messages API reads them."""

import http.client
import json
import threading

BODY = json.dumps(
    {"model": "claude-sonnet-4-5", "max_tokens": 256, "stream": True, "messages": [{"role": "user", "content": "hi"}]}
)


class Stream(threading.Thread):
    """One request. `outcome` is "complete", or what was wrong; None while it runs."""

    def __init__(self, port, headers):
        super().__init__(daemon=True)
        self.outcome = None
        self.status = None
        self.received = b""
        self.answer_headers = {}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"content-type": "application/json", "x-api-key": "client", "anthropic-version": "2023-06-01", **headers}

    def run(self):
        try:
            self._read()
            self.outcome = "complete" if b"event: message_stop" in self.received else f"no message_stop, HTTP {self.status}"
        except (OSError, http.client.HTTPException) as error:
            self.outcome = f"broken: {error!r}"
        finally:
            self._connection.close()

    def _read(self):
        self._connection.request("POST", "/v1/messages", BODY, self._headers)
        answer = self._connection.getresponse()
        self.status = answer.status
        self.answer_headers = dict(answer.getheaders())
        while part := answer.read1(65536):
            self.received += part


def open_streams(port, count, events=8, gap_ms=0, **headers):
    """Starts `count` streams of so many events; a header x_script is the upstream's script."""
    shape = {"x-events": str(events), "x-gap-ms": str(gap_ms)}
    shape.update({name.replace("_", "-"): value for name, value in headers.items()})
    streams = [Stream(port, shape) for _ in range(count)]
    for stream in streams:
        stream.start()
    return streams


def all_flow(streams):
    """Whether each has received something of its answer."""
    return all(stream.received for stream in streams)


def outcomes(streams, seconds=60):
    """What became of each, once all have ended."""
    for stream in streams:
        stream.join(seconds)
    return [stream.outcome for stream in streams]
