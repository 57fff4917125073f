#!/usr/bin/env python3
"""An upstream over HTTP/2 that does wrong what its path names, and right what it does not know: misbehave.py CERTIFICATE KEY

Prints "port N", and then a line for whatever happens. Ends with its standard input.
"""

import asyncio
import struct
import sys

import wire
from wire import DATA, END_HEADERS, END_STREAM, HEADERS, RST_STREAM, say

OK = [(b":status", b"200"), (b"content-type", b"text/plain")]
FAULTS = {}


def fault(function):
    FAULTS["/" + function.__name__.replace("_", "-")] = function
    return function


def ok(*fields):
    return OK + list(fields)


def length(size):
    return (b"content-length", str(size).encode())


def forever():
    return asyncio.sleep(3600)


def raw(function_name, *fields, body=b"body", last=True):
    """A fault that is one header."""
    async def answer(c, s):
        c.head(s, list(fields))
        c.data(s, body, last)
    FAULTS["/" + function_name] = answer


# --- Headers ------------------------------------------------------------------------------------------------------------------

@fault
async def unfolding_header(c, s):
    """16 KB that stand for 60 MB: one field of 4 KB, and thousands of references to it."""
    block = c.encoder.encode(OK, huffman=False) + c.encoder.encode([(b"x-big", b"v" * 4000)], huffman=False)
    reference = bytes([0x80 | 62])  # the youngest entry of the table
    block += reference * (16000 - len(block))
    c.send(HEADERS, END_HEADERS, s.number, block)
    c.data(s, b"body", True)


@fault
async def many_fields(c, s):
    c.head(s, ok(*[(b"x-%d" % i, b"v") for i in range(3000)]))
    c.data(s, b"body", True)


@fault
async def huge_header(c, s):
    c.head(s, ok(*[(b"x-%d" % i, b"v" * 8000) for i in range(80)]))
    c.data(s, b"body", True)


@fault
async def large_header(c, s):
    c.head(s, ok(*[(b"x-%d" % i, b"v" * 8000) for i in range(50)]))
    c.data(s, b"body", True)


@fault
async def continuations(c, s):
    c.send(HEADERS, 0, s.number, c.encoder.encode(OK, huffman=False))
    for _ in range(100000):
        c.send(wire.CONTINUATION, 0, s.number, b"")
        await c.drained()
    await forever()


@fault
async def half_header(c, s):
    c.send(HEADERS, 0, s.number, c.encoder.encode(OK, huffman=False))
    await forever()


@fault
async def bad_compression(c, s):
    c.send(HEADERS, END_HEADERS, s.number, b"\xff\xff\xff\xff\xff\xff")


raw("line-break-in-value", *ok((b"x-a", b"v\r\nset-cookie: stolen=1")))
raw("line-feed-in-value", *ok((b"x-a", b"v\nx-b: 1")))
raw("nul-in-value", *ok((b"x-a", b"v\0w")))
raw("line-break-in-name", *ok((b"x-a\r\nx-b", b"v")))
raw("blank-in-name", *ok((b"x a", b"v")))
raw("colon-in-name", *ok((b"x:a", b"v")))
raw("empty-name", *ok((b"", b"v")))
raw("upper-case-name", *ok((b"X-A", b"v")))
raw("connection-field", *ok((b"connection", b"close")))
raw("transfer-encoding", *ok((b"transfer-encoding", b"chunked")))
raw("no-status", (b"content-type", b"text/plain"))
raw("no-fields")
raw("two-statuses", (b":status", b"200"), (b":status", b"404"))
raw("short-status", (b":status", b"20"))
raw("low-status", (b":status", b"099"))
raw("wordy-status", (b":status", b"200 OK"))
raw("late-status", (b"content-type", b"text/plain"), (b":status", b"200"))
raw("foreign-pseudo", (b":status", b"200"), (b":path", b"/"))
raw("late-pseudo", *ok((b":method", b"GET")))
raw("blanks-around-value", *ok((b"x-a", b" v\t")))
raw("high-bytes", *ok((b"x-a", b"gr\xc3\xbc\xc3\x9fe")))
raw("two-cookies", *ok((b"set-cookie", b"a=1"), (b"set-cookie", b"b=2, c")))

# --- Lengths ------------------------------------------------------------------------------------------------------------------

raw("exact-length", *ok(length(4)))
raw("same-length-twice", *ok(length(4), length(4)))
raw("two-lengths", *ok(length(4), length(5)))
raw("bad-length", *ok((b"content-length", b"4x")))
raw("negative-length", *ok((b"content-length", b"-4")))
raw("short-of-length", *ok(length(10)))
raw("beyond-length", *ok(length(4)), body=b"bodyHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nstolen")
raw("no-content", (b":status", b"204"), body=b"")
raw("no-content-with-body", (b":status", b"204"), body=b"body")
raw("not-modified-with-body", (b":status", b"304"), length(4), body=b"body")


@fault
async def beyond_length_later(c, s):
    c.head(s, ok(length(4)))
    c.data(s, b"body")
    for _ in range(50):
        await asyncio.sleep(0.01)
        c.data(s, b"more")


@fault
async def length_and_no_end(c, s):
    c.head(s, ok(length(4)))
    c.data(s, b"body")
    await forever()


@fault
async def no_body_and_no_end(c, s):
    c.head(s, ok(length(0)))
    await forever()


@fault
async def padded(c, s):
    c.head(s, OK)
    for piece in (b"bo", b"", b"dy"):
        c.send(DATA, wire.PADDED, s.number, b"\xff" + piece + b"\0" * 255)
    c.send(DATA, END_STREAM, s.number)


# --- Order --------------------------------------------------------------------------------------------------------------------

@fault
async def early_hints(c, s):
    c.head(s, [(b":status", b"103"), (b"link", b"</style.css>; rel=preload")])
    c.head(s, OK)
    c.data(s, b"body", True)


@fault
async def several_interims(c, s):
    for status in (b"100", b"102", b"103"):
        c.head(s, [(b":status", status)])
        await asyncio.sleep(0.01)
    c.head(s, OK)
    c.data(s, b"body", True)


@fault
async def interim_flood(c, s):
    for _ in range(1000):
        c.head(s, [(b":status", b"102")])
    c.head(s, OK)
    c.data(s, b"body", True)


@fault
async def interim_bomb(c, s):
    """A hundred interim answers of half a megabyte, in 15 KB."""
    first = c.encoder.encode([(b"x-big", b"v" * 4000)], huffman=False)
    for i in range(99):
        c.send(HEADERS, END_HEADERS, s.number, b"\x08\x03103" + (first if i == 0 else b"") + bytes([0x80 | 62]) * 120)
    c.head(s, OK)
    c.data(s, b"body", True)


@fault
async def closes_its_window(c, s):
    """And is silent from then on."""
    s.reads = False
    c.send_settings({wire.INITIAL_WINDOW_SIZE: 0})
    await forever()


@fault
async def interim_ends(c, s):
    c.head(s, [(b":status", b"103")], True)


@fault
async def interim_with_length(c, s):
    c.head(s, [(b":status", b"103"), length(4)])
    c.head(s, OK)
    c.data(s, b"body", True)


@fault
async def switching(c, s):
    c.head(s, [(b":status", b"101")])


@fault
async def body_first(c, s):
    c.data(s, b"body")
    c.head(s, OK, True)


@fault
async def second_header(c, s):
    c.head(s, OK)
    c.data(s, b"body")
    c.head(s, [(b":status", b"500")])
    await forever()


@fault
async def trailers(c, s):
    c.head(s, OK)
    c.data(s, b"body")
    c.head(s, [(b"x-trailer", b"v")], True)


@fault
async def trailers_with_status(c, s):
    c.head(s, OK)
    c.data(s, b"body")
    c.head(s, [(b":status", b"500")], True)


@fault
async def huge_trailers(c, s):
    c.head(s, OK)
    c.data(s, b"body")
    c.head(s, [(b"x-%d" % i, b"v" * 8000) for i in range(80)], True)


@fault
async def empty(c, s):
    c.head(s, OK, True)


# --- Ends ---------------------------------------------------------------------------------------------------------------------

def resets(name, code, head, body):
    async def answer(c, s):
        if head:
            c.head(s, OK)
        if body:
            c.data(s, b"body")
            await c.drained()
            await asyncio.sleep(0.02)
        c.rst(s, code)
    FAULTS["/" + name] = answer


resets("reset-well-in-body", wire.NO_ERROR, True, True)
resets("reset-well-after-head", wire.NO_ERROR, True, False)
resets("reset-well-before-head", wire.NO_ERROR, False, False)
resets("reset-in-body", wire.INTERNAL_ERROR, True, True)
resets("reset-before-head", wire.INTERNAL_ERROR, False, False)
resets("cancelled", wire.CANCEL, False, False)
resets("refused", wire.REFUSED_STREAM, False, False)
resets("refused-after-head", wire.REFUSED_STREAM, True, True)


@fault
async def ends_then_resets(c, s):
    """RFC 9113 §8.1: an answer that does not need the rest of the request."""
    c.head(s, OK)
    c.data(s, b"body", True)
    c.rst(s, wire.NO_ERROR)


@fault
async def answers_early(c, s):
    s.reads = False
    c.head(s, [(b":status", b"413"), (b"content-type", b"text/plain")])
    c.data(s, b"body", True)
    c.rst(s, wire.NO_ERROR)


@fault
async def closes_in_body(c, s):
    c.head(s, OK)
    c.data(s, b"body")
    await c.drained()
    await asyncio.sleep(0.02)
    c.writer.close()


@fault
async def closes_behind(c, s):
    """An answer that is whole, and the end of the connection right behind it."""
    c.goaway(s.number)
    c.head(s, OK)
    await c.data_within(s, b"x" * 200000, True)
    c.writer.close()


@fault
async def refused_beyond_three(c, s):
    """It announces no limit, and has one."""
    c.running = getattr(c, "running", 0) + 1
    try:
        if c.running > 3:
            return c.rst(s, wire.REFUSED_STREAM)
        await asyncio.sleep(0.03)
        c.head(s, OK)
        c.data(s, b"body", True)
        say("answered", s.path, c.number)
    finally:
        c.running -= 1


@fault
async def closes_before_head(c, s):
    c.writer.close()


@fault
async def aborts_in_body(c, s):
    c.head(s, OK)
    c.data(s, b"body")
    await c.drained()
    await asyncio.sleep(0.02)
    c.abort()


@fault
async def aborts_before_head(c, s):
    c.abort()


@fault
async def goodbye_below(c, s):
    """It has not processed this one."""
    c.goaway(max(s.number - 2, 0))
    await asyncio.sleep(0.02)
    c.writer.close()


@fault
async def goodbye_then_answer(c, s):
    c.goaway(2147483647)
    await asyncio.sleep(0.05)
    c.goaway(s.number)
    c.head(s, OK)
    c.data(s, b"body", True)
    await c.drained()
    c.writer.close()


@fault
async def goodbye_in_body(c, s):
    c.head(s, OK)
    c.data(s, b"body")
    c.goaway(s.number, wire.INTERNAL_ERROR)
    await c.drained()
    await asyncio.sleep(0.02)
    c.writer.close()


@fault
async def calm_down(c, s):
    c.goaway(s.number, wire.ENHANCE_YOUR_CALM)
    await c.drained()
    c.writer.close()


@fault
async def goodbye_once(c, s):
    """The first connection has not processed it."""
    if c.number == 1:
        await goodbye_below(c, s)
    else:
        c.head(s, OK)
        c.data(s, b"body", True)


@fault
async def goodbye_after_50(c, s):
    """The fiftieth request is the last that a connection takes."""
    c.taken = getattr(c, "taken", 0) + 1
    if c.taken == 50:
        c.last = s.number
        c.goaway(c.last)
    if c.taken > 50 and s.number > c.last:
        return
    await asyncio.sleep(0.03)
    c.head(s, OK)
    c.data(s, bytes(s.body), True)
    say("answered", s.path, c.number)


# --- Frames -------------------------------------------------------------------------------------------------------------------

@fault
async def push(c, s):
    c.send(wire.PUSH_PROMISE, END_HEADERS, s.number, struct.pack(">I", 2) + c.encoder.encode([(b":method", b"GET"), (b":path", b"/")]))
    c.head(s, OK)
    c.data(s, b"body", True)


@fault
async def large_frame(c, s):
    c.head(s, OK)
    c.send(DATA, END_STREAM, s.number, b"x" * 20000)


@fault
async def header_of_nobody(c, s):
    c.send(HEADERS, END_HEADERS | END_STREAM, 0, c.encoder.encode(OK))


@fault
async def data_of_nobody(c, s):
    c.send(DATA, 0, 4444443, b"x")


@fault
async def wide_window(c, s):
    c.send(wire.WINDOW_UPDATE, 0, 0, struct.pack(">I", 2147483647))


@fault
async def no_window(c, s):
    c.send(wire.WINDOW_UPDATE, 0, 0, struct.pack(">I", 0))


@fault
async def bad_settings(c, s):
    c.send_settings({wire.MAX_FRAME_SIZE: 1})


@fault
async def unknown_frames(c, s):
    for kind in (10, 12, 16, 200):
        c.send(kind, 0xFF, 0, b"whatever")
        c.send(kind, 0xFF, s.number, b"whatever")
    c.send(wire.PRIORITY, 0, s.number, struct.pack(">IB", 0, 16))
    c.head(s, OK)
    c.data(s, b"body", True)


@fault
async def garbage(c, s):
    c.write(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody")


@fault
async def ping_flood(c, s):
    for _ in range(2000):
        c.write(wire.frame(wire.PING, 0, 0, b"12345678") * 100)
        await c.drained()
    c.head(s, OK)
    c.data(s, b"body", True)


@fault
async def settings_flood(c, s):
    for _ in range(2000):
        c.write(wire.frame(wire.SETTINGS, 0, 0) * 100)
        await c.drained()
    c.head(s, OK)
    c.data(s, b"body", True)


@fault
async def empty_data_flood(c, s):
    """No byte of an answer, and no end of frames."""
    c.head(s, OK)
    while not s.reset.is_set():
        c.write(wire.frame(DATA, 0, s.number) * 500)
        await c.drained()


@fault
async def refused_flood(c, s):
    for number in range(2, 4000, 2):
        c.send(RST_STREAM, 0, number, struct.pack(">I", 0))
    c.head(s, OK)
    c.data(s, b"body", True)


# --- Windows ------------------------------------------------------------------------------------------------------------------

@fault
async def shrinking_window(c, s):
    """The client's window for its upload becomes smaller than what it has used of it, and grows again. Source: RFC 9113 §6.9.2."""
    s.reads = False
    while len(s.body) < 30000 and not s.reset.is_set():
        await asyncio.sleep(0.005)
    for size in (1, 0, 100, 65535):
        c.send_settings({wire.INITIAL_WINDOW_SIZE: size})
        await c.drained()
        await asyncio.sleep(0.02)
    s.reads = True
    c.open_window(s, 1 << 20)
    await s.complete.wait()
    c.head(s, OK)
    c.data(s, str(len(s.body)).encode(), True)


@fault
async def endless(c, s):
    """As much as the windows allow."""
    c.head(s, OK)
    block, sent = b"x" * 16384, 0
    while not s.reset.is_set():
        if c.window < 1 or s.window < 1:
            say("full", sent)
            c.room.clear()
            await c.room.wait()
            continue
        size = min(len(block), c.window, s.window)
        c.data(s, block[:size])
        sent += size
        await c.drained()


@fault
async def beyond_window(c, s):
    c.head(s, OK)
    for _ in range(100):
        c.data(s, b"x" * 16384)
        await c.drained()
    await forever()


# --- Silence ------------------------------------------------------------------------------------------------------------------

@fault
async def silent(c, s):
    await forever()


@fault
async def silent_in_body(c, s):
    c.head(s, OK)
    c.data(s, b"body")
    await forever()


@fault
async def deaf(c, s):
    """Reads nothing any more, and so answers no PING."""
    c.writer.transport.pause_reading()
    c.take = lambda *_: None
    await forever()


@fault
async def slowly(c, s):
    c.head(s, [(b":status", b"200"), (b"content-type", b"text/event-stream")])
    for i in range(10):
        await asyncio.sleep(0.01)
        c.data(s, b"data: %d\n\n" % i)
    c.data(s, b"", True)


async def serve(c, s):
    path = s.path.partition("?")[0]
    say("begun", path, c.number, s.number)
    answer = FAULTS.get(path)
    if not answer or path not in ("/answers-early", "/shrinking-window", "/closes-its-window"):
        await s.complete.wait()
    if s.reset.is_set():
        return
    say("arrived", s.path, c.number, s.number, len(s.body))
    if answer:
        return await answer(c, s)
    fields = [(b":status", b"200"), (b"content-type", b"application/octet-stream")]
    fields += [(b"seen-" + name.strip(b":"), value) for name, value in s.fields if name != b"cookie"]
    body = bytes(s.body) or b"body"
    c.head(s, fields, s.field(b":method") == b"HEAD")
    if s.field(b":method") != b"HEAD":
        await c.data_within(s, body, True)


async def main():
    settings = {}
    server, port = await wire.listen(sys.argv[1], sys.argv[2], serve, lambda number: settings.get("value", {}))
    say("port", port)
    async for words in wire.lines_of_stdin():
        # "settings 3=1 4=100": of the connections that come; "settings none": they announce nothing.
        if words and words[0] == "settings":
            settings["value"] = False if words[1:] == ["none"] else {int(k): int(v) for k, v in (pair.split("=") for pair in words[1:])}
            say("settings", *words[1:])
    server.close()


asyncio.run(main())
