// Codex over WebSocket through qcc, and over HTTP where the upstream has no WebSocket.
// codexsocket.js QCC BIN

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { freePort, responseEvents, upstream, words } from './realupstream.js';

const run = promisify(execFile);
const [qcc, bin] = process.argv.slice(2);

/** A text frame of a server. Source: RFC 6455 §5.2. */
function frame(text) {
    const payload = Buffer.from(text);
    const length = payload.length < 126 ? Buffer.from([payload.length]) : Buffer.from([126, payload.length >> 8, payload.length & 255]);
    return Buffer.concat([Buffer.from([0x81]), length, payload]);
}

/** Takes whole frames off the front of `bytes`: what a client sends is masked. */
function takeFrames(bytes) {
    const frames = [];
    while (bytes.length >= 2) {
        let length = bytes[1] & 127, at = 2;
        if (length === 126) length = bytes.length >= 4 ? bytes.readUInt16BE(2) : Infinity, at = 4;
        else if (length === 127) length = bytes.length >= 10 ? Number(bytes.readBigUInt64BE(2)) : Infinity, at = 10;
        if (bytes.length < at + 4 + length) break;
        const mask = bytes.subarray(at, at + 4), payload = Buffer.from(bytes.subarray(at + 4, at + 4 + length));
        payload.forEach((byte, i) => { payload[i] = byte ^ mask[i % 4]; });
        frames.push({ code: bytes[0] & 15, isLast: (bytes[0] & 128) !== 0, compressed: (bytes[0] & 64) !== 0, payload });
        bytes = bytes.subarray(at + 4 + length);
    }
    return { frames, rest: bytes };
}

/** Answers `response.create` on a WebSocket with the events of a response. */
async function socketUpstream() {
    const seen = { upgrades: [], messages: [], requests: [], closes: 0 };
    const server = http.createServer((request, response) => {
        seen.requests.push(`${request.method} ${request.url}`);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"object":"list","data":[]}');
    });
    server.on('upgrade', (request, socket) => {
        seen.upgrades.push({ url: request.url, key: request.headers.authorization, headers: Object.keys(request.headers) });
        const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
        socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
        let left = Buffer.alloc(0), text = '';
        socket.on('error', () => {});
        socket.on('data', (bytes) => {
            const { frames, rest } = takeFrames(Buffer.concat([left, bytes]));
            left = rest;
            for (const each of frames) {
                if (each.code === 8) { seen.closes += 1; socket.write(Buffer.from([0x88, 0])); socket.end(); }
                if (each.code === 9) socket.write(Buffer.concat([Buffer.from([0x8a, each.payload.length]), each.payload]));
                if (each.code > 2) continue;
                text += each.payload.toString();
                if (!each.isLast) continue;
                const message = JSON.parse(text);
                text = '';
                seen.messages.push(message.type);
                for (const event of responseEvents()) socket.write(frame(JSON.stringify(event)));
            }
        });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${server.address().port}`, seen, stop: () => { server.closeAllConnections(); server.close(); } };
}

async function tried(url) {
    const home = mkdtempSync(join(tmpdir(), 'qcc-codexsocket-'));
    const port = await freePort();
    const environment = { ...process.env, HOME: home, QCC_HOME: join(home, '.fastcc'), QCC_KEYCHAIN: 'off', DO_NOT_TRACK: '1' };
    const write = (file, text) => { mkdirSync(dirname(join(home, file)), { recursive: true }); writeFileSync(join(home, file), text); };
    write('.fastcc/config.json', JSON.stringify({ listen: { port }, active_cluster: 'work', clusters: [{ name: 'work', endpoints: [{ name: 'upstream', base_url: url, api_key: 'key-of-the-endpoint', proxy: 'none', http2: true }] }] }));
    write('.codex/config.toml', `model_provider = "qcc"\n\n[model_providers.qcc]\nname = "qcc"\nbase_url = "http://127.0.0.1:${port}/v1"\nwire_api = "responses"\nsupports_websockets = true\nexperimental_bearer_token = "any"\n`);
    mkdirSync(join(home, 'work'));
    try {
        await run(qcc, ['proxy', 'start'], { env: environment });
        const child = run(join(bin, 'codex'), ['exec', '--skip-git-repo-check', 'say hello'], { env: environment, cwd: join(home, 'work'), timeout: 120_000 });
        child.child.stdin.end();
        const said = await child.catch((error) => ({ stdout: '', stderr: `${error.message} ${error.stdout} ${error.stderr}` }));
        await run(qcc, ['proxy', 'stop'], { env: environment });
        const { requests } = JSON.parse((await run(qcc, ['requests', '--json'], { env: environment })).stdout);
        const errors = readFileSync(join(home, '.fastcc/proxy.log'), 'utf8').split('\n').filter((line) => / - (ERROR|WARNING) - /.test(line));
        return { said, errors, requests: requests.map(({ method, path, outcome, status, attempts }) => ({ method, path, outcome, status, attempts: attempts.length })) };
    } finally {
        await run(qcc, ['proxy', 'stop'], { env: environment }).catch(() => {});
        rmSync(home, { recursive: true, force: true });
    }
}

const faults = [];
const expect = (what, holds, seen = '') => { if (!holds) faults.push(`${what}${seen ? `: ${seen}` : ''}`); };

const withSocket = await socketUpstream();
const over = await tried(withSocket.url);
expect('over WebSocket: it did not say the answer', over.said.stdout.includes(words), (over.said.stdout + over.said.stderr).slice(-600));
expect('over WebSocket: the upstream saw no upgrade', withSocket.seen.upgrades.length > 0, JSON.stringify(withSocket.seen));
expect('over WebSocket: another key', withSocket.seen.upgrades.every((upgrade) => upgrade.key === 'Bearer key-of-the-endpoint'), JSON.stringify(withSocket.seen.upgrades));
expect('over WebSocket: nothing was asked on it', withSocket.seen.messages.length > 0);
expect('over WebSocket: the log has an error', over.errors.length === 0, over.errors.join('; '));
expect('over WebSocket: an exchange failed', over.requests.every((each) => each.outcome === 'complete' || each.outcome === 'client_cancelled'), JSON.stringify(over.requests));
console.log(`WebSocket  ${withSocket.seen.upgrades.length} upgrades, messages ${withSocket.seen.messages.join(', ')}; ${JSON.stringify(over.requests)}`);
withSocket.stop();

// An upstream without it: as Codex hears it directly, so it does through qcc.
for (const status of [404, 405, 426]) {
    const withoutSocket = await upstream(status);
    const plain = await tried(withoutSocket.url);
    const asked = withoutSocket.take().map((each) => each.line);
    expect(`${status}: it did not say the answer`, plain.said.stdout.includes(words), (plain.said.stdout + plain.said.stderr).slice(-600));
    expect(`${status}: no plain request came`, asked.some((line) => line.startsWith('POST ')), JSON.stringify(asked));
    expect(`${status}: an exchange failed`, plain.requests.every((each) => each.outcome !== 'error' && each.outcome !== 'truncated'), JSON.stringify(plain.requests));
    expect(`${status}: the upgrade was not answered by what the upstream said`, plain.requests.filter((each) => each.method === 'GET').every((each) => each.status === status), JSON.stringify(plain.requests));
    expect(`${status}: qcc's log has an error`, plain.errors.length === 0, plain.errors.join('; '));
    console.log(`${status}        ${asked.join(', ')}; Codex said of it: ${plain.said.stderr.split('\n').filter((line) => /Reconnecting|Falling back|responses_websocket/.test(line)).length} lines`);
    withoutSocket.stop();
}

console.log(faults.length > 0 ? 'wrong' : 'right');
for (const fault of faults) console.log(`  ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
