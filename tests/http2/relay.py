#!/usr/bin/env python3
"""Speaks HTTP/2 over TLS for upstreams of HTTP/1.1, and passes on what they say as they say it: relay.py CERTIFICATE KEY

For each line "for PORT" it prints "relay PORT OWN": a port of its own that leads there. A body that ends before its time is a stream that was
reset with NO_ERROR, as Envoy does it; a connection that was reset is one with INTERNAL_ERROR. Ends with its standard input.
"""

import asyncio
import sys

import wire
from wire import say

OF_CONNECTION = {b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade"}


async def send_request(stream, writer):
    fields = [(name, value) for name, value in stream.fields if not name.startswith(b":")]
    head = [stream.field(b":method") + b" " + stream.field(b":path") + b" HTTP/1.1", b"host: " + stream.field(b":authority")]
    head += [name + b": " + value for name, value in fields]
    known = bool(stream.field(b"content-length"))
    chunked = not known and not stream.complete.is_set()
    if chunked:
        head.append(b"transfer-encoding: chunked")
    writer.write(b"\r\n".join(head) + b"\r\n\r\n")
    sent = 0
    while not stream.reset.is_set():
        is_last = stream.complete.is_set()
        if piece := bytes(stream.body[sent:]):
            sent += len(piece)
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            await writer.drain()
        elif is_last:
            break
        else:
            await asyncio.sleep(0.002)
    if chunked:
        writer.write(b"0\r\n\r\n")


async def read_head(reader):
    """Status and fields, as they stand there."""
    lines = []
    while (line := await reader.readuntil(b"\n")).strip(b"\r\n"):
        lines.append(line.rstrip(b"\r\n"))
    words = lines[0].split(b" ", 2)
    fields = [(b":status", words[1] if len(words) > 1 else b"")]
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        fields.append((name.strip().lower(), value.strip(b" \t")))
    return fields


async def chunks(reader):
    while True:
        size = int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16)
        if size == 0:
            while await reader.readuntil(b"\r\n") != b"\r\n":
                pass
            return
        async for piece in exactly(reader, size):
            yield piece
        await reader.readexactly(2)


async def exactly(reader, size):
    while size:
        piece = await reader.read(min(size, 16384))
        if not piece:
            raise EOFError
        size -= len(piece)
        yield piece


async def to_the_end(reader):
    while piece := await reader.read(16384):
        yield piece


async def pass_answer(c, s, reader):
    while True:
        fields = await read_head(reader)
        status = fields[0][1]
        names = dict(fields)
        without_body = s.field(b":method") == b"HEAD" or status in (b"204", b"304")
        interim = status.startswith(b"1")
        is_chunked = b"chunked" in names.get(b"transfer-encoding", b"")
        kept = [(name, value) for name, value in fields if name not in OF_CONNECTION and not (is_chunked and name == b"content-length")]
        c.head(s, kept, without_body)
        if without_body:
            return
        if not interim:
            break
    if is_chunked:
        body = chunks(reader)
    elif b"content-length" in names:
        body = exactly(reader, int(names[b"content-length"].split(b",")[0]))
    else:
        body = to_the_end(reader)
    async for piece in body:
        await c.data_within(s, piece)
    c.data(s, b"", True)


async def relay(port, c, s):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    sending = asyncio.get_running_loop().create_task(send_request(s, writer))
    answering = asyncio.get_running_loop().create_task(pass_answer(c, s, reader))
    leaving = asyncio.get_running_loop().create_task(s.reset.wait())
    try:
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            try:
                answering.result()
            except (EOFError, asyncio.IncompleteReadError):
                c.rst(s, wire.NO_ERROR)
            except OSError:
                c.rst(s, wire.INTERNAL_ERROR)
            except (ValueError, IndexError, asyncio.LimitOverrunError):
                c.rst(s, wire.PROTOCOL_ERROR)
    finally:
        for task in (sending, answering, leaving):
            task.cancel()
        writer.close()


async def main():
    servers = []
    async for words in wire.lines_of_stdin():
        port = int(words[1])
        server, own = await wire.listen(sys.argv[1], sys.argv[2], lambda c, s, to=port: relay(to, c, s))
        servers.append(server)
        say("relay", port, own)


asyncio.run(main())
