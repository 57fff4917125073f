// An upstream that answers every request with the form named in `x-form`, piece by piece, and ends as that form says.

import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import zlib from 'node:zlib';

// Pieces apart in time arrive apart, so that a reader that judges piece by piece meets every border.
const betweenPieces = 4;
// A reset may overtake what its receiver has not read yet.
const beforeReset = 100;

/** Listens on a free loopback port. `forms` maps names to forms; `asked` counts the requests of each `x-run`. */
export async function startUpstream(forms) {
    const asked = new Map();
    const server = http.createServer(async (request, answer) => {
        const run = request.headers['x-run'];
        asked.set(run, (asked.get(run) ?? 0) + 1);
        for await (const _ of request); // an answer before the end of the request is another story
        const form = forms.get(request.headers['x-form']);
        if (!form) { // qcc's own checks
            answer.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"no such form","type":"not_found_error"}}');
            return;
        }
        try {
            await send(form, answer);
        } catch {
            answer.destroy(); // the client left
        }
    });
    server.keepAliveTimeout = 60_000;
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        url: `http://127.0.0.1:${server.address().port}`,
        asked: (run) => asked.get(run) ?? 0,
        stop: () => { server.closeAllConnections(); server.close(); },
    };
}

async function send(form, answer) {
    const plain = form.pieces.map((piece) => Buffer.from(piece));
    const pieces = form.coding ? await coded(plain, form.coding, form.unfinished) : plain;
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const headers = { 'content-type': form.type, ...form.headers };
    if (form.coding) headers['content-encoding'] = form.coding;
    if (form.framing === 'length') headers['content-length'] = length + (form.end === 'whole' ? 0 : 20);
    if (form.framing === 'close') {
        answer.useChunkedEncodingByDefault = false;
        headers.connection = 'close';
    }
    answer.writeHead(form.status ?? 200, headers);
    answer.flushHeaders();
    for (const piece of pieces) {
        await new Promise((resolve, reject) => answer.write(piece, (error) => (error ? reject(error) : resolve())));
        await pause(betweenPieces);
    }
    switch (form.end) {
    case 'whole': answer.end(); break;
    case 'FIN': answer.socket.end(); break;
    case 'RST':
        await pause(beforeReset);
        answer.socket?.resetAndDestroy();
        break;
    case 'open': break; // until the other side leaves, or the upstream stops
    }
}

/** The pieces in a content coding, each readable as soon as it arrived; `unfinished` leaves the coding's own end out. */
async function coded(pieces, coding, unfinished) {
    if (coding === 'zstd') return [zstdHead, ...pieces.map(zstdBlock), ...(unfinished ? [] : [zstdEnd])];
    const [stream, flush] = coding === 'br'
        ? [zlib.createBrotliCompress(), zlib.constants.BROTLI_OPERATION_FLUSH]
        : [zlib.createGzip(), zlib.constants.Z_SYNC_FLUSH];
    const result = [];
    for (const piece of pieces) {
        stream.write(piece);
        await new Promise((resolve) => stream.flush(flush, resolve));
        result.push(stream.read());
    }
    if (unfinished) return result;
    stream.end();
    await once(stream, 'readable');
    return [...result, stream.read()];
}

// Zstandard without compression, since not every Node has it: RFC 8878 §3.1.1, a frame of raw blocks with a window of 1 MiB.
const zstdHead = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50]);
const zstdEnd = Buffer.from([0x01, 0x00, 0x00]);
function zstdBlock(bytes) {
    const head = Buffer.alloc(3);
    head.writeUIntLE(bytes.length << 3, 0, 3);
    return Buffer.concat([head, bytes]);
}
