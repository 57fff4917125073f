"""The server's side of HTTP/2 over TLS, frame by frame, for servers that break its rules on purpose. Of python3-hpack it uses the compression."""

import asyncio
import os
import socket
import ssl
import struct
import sys

from hpack import Decoder, Encoder

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED, WITH_PRIORITY = 1, 1, 4, 8, 32
HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE = range(1, 7)
NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM = 0, 1, 2, 7, 8, 11


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def say(*words):
    """A line of what happened, for whoever started this server."""
    print(*words, flush=True)


class Stream:
    """One request: its fields, its body as it comes, and how it ended."""

    def __init__(self, number, fields):
        self.number = number
        self.fields = fields
        self.body = bytearray()
        self.complete = asyncio.Event()
        self.reset = asyncio.Event()
        self.window = 0
        self.reads = True  # whether more is asked for as the body comes

    def field(self, name):
        return next((value for key, value in self.fields if key == name), b"")

    @property
    def path(self):
        return self.field(b":path").decode("latin-1")


class Connection:
    def __init__(self, number, reader, writer, serve, settings=None):
        self.number = number
        self.reader, self.writer, self.serve = reader, writer, serve
        self.settings = settings if settings is not None else {}
        self.encoder, self.decoder = Encoder(), Decoder()
        self.decoder.max_header_list_size = 1 << 24
        self.streams = {}
        self.window = self.first_window = 65535
        self.room = asyncio.Event()
        self.tasks = set()

    # Frames out

    def write(self, data):
        if self.writer.is_closing():
            raise ConnectionResetError
        if self.settings is not False:
            self.writer.write(data)

    async def drained(self):
        """Waits for room, and in any case lets others have their turn: the end of the connection is read there."""
        await self.writer.drain()
        await asyncio.sleep(0)

    def send(self, kind, flags, stream, payload=b""):
        self.write(frame(kind, flags, stream, payload))

    def send_settings(self, values):
        self.send(SETTINGS, 0, 0, b"".join(struct.pack(">HI", key, value) for key, value in values.items()))

    def head(self, stream, fields, last=False):
        """A block of fields, which are sent as they are."""
        block = self.encoder.encode(fields, huffman=False)
        pieces = [block[at:at + 16384] for at in range(0, len(block), 16384)] or [b""]
        for i, piece in enumerate(pieces):
            flags = END_HEADERS if i == len(pieces) - 1 else 0
            if i == 0:
                self.send(HEADERS, flags | (END_STREAM if last else 0), stream.number, piece)
            else:
                self.send(CONTINUATION, flags, stream.number, piece)

    def data(self, stream, payload=b"", last=False):
        """At once, whatever the windows say."""
        for at in range(0, max(len(payload), 1), 16384):
            piece = payload[at:at + 16384]
            self.window -= len(piece)
            stream.window -= len(piece)
            self.send(DATA, END_STREAM if last and at + 16384 >= len(payload) else 0, stream.number, piece)

    async def data_within(self, stream, payload, last=False):
        """As the windows allow."""
        while payload and not stream.reset.is_set():
            size = min(len(payload), self.window, stream.window, 16384)
            if size <= 0:
                self.room.clear()
                await self.room.wait()
                continue
            self.data(stream, payload[:size], last and size == len(payload))
            payload = payload[size:]
            await self.drained()

    def rst(self, stream, code):
        self.send(RST_STREAM, 0, stream.number, struct.pack(">I", code))

    def goaway(self, last, code=NO_ERROR):
        self.send(GOAWAY, 0, 0, struct.pack(">II", last, code))

    async def close(self):
        if self.writer.can_write_eof():
            self.writer.write_eof()
        self.writer.close()

    def abort(self):
        """A reset of the TCP connection."""
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    # Frames in

    async def run(self):
        try:
            await self.talk()
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            say("closed", self.number)
            self.room.set()
            for stream in self.streams.values():
                stream.reset.set()
                stream.complete.set()
            for task in list(self.tasks):
                task.cancel()
            self.writer.close()

    async def talk(self):
        if await self.reader.readexactly(len(PREFACE)) != PREFACE:
            return
        say("connection", self.number)
        if self.settings is not False:
            self.send_settings(self.settings)
        while True:
            head = await self.reader.readexactly(9)
            length = int.from_bytes(head[:3], "big")
            kind, flags, number = head[3], head[4], int.from_bytes(head[5:9], "big") & 0x7FFFFFFF
            payload = await self.reader.readexactly(length)
            while kind == HEADERS and not flags & END_HEADERS:
                more = await self.reader.readexactly(9)
                payload += await self.reader.readexactly(int.from_bytes(more[:3], "big"))
                flags |= more[4] & END_HEADERS
            self.take(kind, flags, number, payload)

    def take(self, kind, flags, number, payload):
        stream = self.streams.get(number)
        if kind in (DATA, HEADERS) and flags & PADDED:
            payload = payload[1:len(payload) - payload[0]]
        if kind == HEADERS:
            if flags & WITH_PRIORITY:
                payload = payload[5:]
            fields = [(bytes(name), bytes(value)) for name, value in self.decoder.decode(payload, raw=True)]
            stream = self.streams[number] = Stream(number, fields)
            stream.window = self.first_window
            self.begin(self.serve(self, stream))
        elif kind == DATA and stream:
            stream.body += payload
            if payload and stream.reads:
                self.open_window(stream, len(payload))
        elif kind == SETTINGS and flags & ACK:
            say("acknowledged", self.number)
        elif kind == SETTINGS:
            self.take_settings(payload)
        elif kind == PING and not flags & ACK:
            say("ping", self.number)
            self.send(PING, ACK, 0, payload)
        elif kind == RST_STREAM and stream:
            say("reset", stream.path, int.from_bytes(payload, "big"))
            stream.reset.set()
            stream.complete.set()
            self.room.set()
        elif kind == GOAWAY:
            say("goaway", self.number, int.from_bytes(payload[4:8], "big"))
        elif kind == WINDOW_UPDATE:
            size = int.from_bytes(payload, "big")
            if number == 0:
                self.window += size
            elif stream:
                stream.window += size
            self.room.set()
        if kind in (DATA, HEADERS) and flags & END_STREAM and stream:
            stream.complete.set()

    def open_window(self, stream, size):
        for number in (0, stream.number):
            self.send(WINDOW_UPDATE, 0, number, struct.pack(">I", size))

    def take_settings(self, payload):
        for at in range(0, len(payload), 6):
            key, value = struct.unpack(">HI", payload[at:at + 6])
            if key == INITIAL_WINDOW_SIZE:
                for stream in self.streams.values():
                    stream.window += value - self.first_window
                self.first_window = value
            elif key == HEADER_TABLE_SIZE:
                self.encoder.header_table_size = min(value, 4096)
        self.send(SETTINGS, ACK, 0)

    def begin(self, work):
        task = asyncio.get_running_loop().create_task(self.guard(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def guard(self, work):
        try:
            await work
        except (asyncio.CancelledError, ConnectionError, ssl.SSLError):
            pass


def context(certificate, key, protocols=("h2",)):
    result = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    result.load_cert_chain(certificate, key)
    if os.environ.get("CLIENT_CA"):  # who shows no certificate of this authority is turned away
        result.verify_mode = ssl.CERT_REQUIRED
        result.load_verify_locations(os.environ["CLIENT_CA"])
    result.set_alpn_protocols(list(protocols))
    return result


async def listen(certificate, key, serve, settings=lambda number: {}):
    """Serves on a port of 127.0.0.1, which is returned with the server. `serve(connection, stream)` answers one request; `settings(n)` are what
    the nth connection announces, False for nothing at all."""
    count = 0

    async def accept(reader, writer):
        nonlocal count
        count += 1
        await Connection(count, reader, writer, serve, settings(count)).run()

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=context(certificate, key), limit=1 << 20)
    return server, server.sockets[0].getsockname()[1]


async def lines_of_stdin():
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line.decode().split()
