// A qcc with its own QCC_HOME and one endpoint.

import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export class Proxy {
    /** `home` must not exist yet. */
    constructor(program, home, upstream, timeouts) {
        this.program = program;
        this.home = home;
        this.upstream = upstream;
        this.timeouts = timeouts;
        this.environment = { ...process.env, QCC_HOME: home, QCC_KEYCHAIN: 'off' };
    }

    async start() {
        const port = await freePort();
        this.url = `http://127.0.0.1:${port}`;
        fs.mkdirSync(this.home, { mode: 0o700 });
        fs.writeFileSync(path.join(this.home, 'config.json'), JSON.stringify({
            version: 1, listen: { port }, active_cluster: 'clients', timeouts: this.timeouts, history: { enabled: false },
            clusters: [{ name: 'clients', endpoints: [
                { name: 'upstream', base_url: this.upstream, api_key: 'dummy-key-of-the-endpoint', proxy: 'none' },
            ] }],
        }), { mode: 0o600 });
        this.output = '';
        this.process = spawn(this.program, ['proxy', 'start', '--foreground'], { env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
        this.ended = new Promise((resolve) => this.process.on('close', resolve).on('error', resolve));
        for (const pipe of [this.process.stdout, this.process.stderr]) pipe.on('data', (bytes) => { this.output += bytes; });
        for (let i = 0; i < 100 && this.process.exitCode === null; ++i) {
            if (await this.get('health').catch(() => null)) return;
            await pause(100);
        }
        throw new Error(`qcc did not start: ${this.output}`);
    }

    async get(what) {
        return (await fetch(`${this.url}/__qcc__/${what}`)).json();
    }

    /** No row inherits what the one before it did to the endpoint. */
    reset() {
        return run(this.program, ['endpoint', 'reset', 'clients'], { env: this.environment });
    }

    /** How many exchanges there have been. */
    async total() {
        return (await this.get('requests?limit=1')).total;
    }

    /** The outcomes of the `count` exchanges after the first `before`, each once. They stand in the record a moment after the answer's end. */
    async outcomes(before, count) {
        for (let i = 0; i < 80; ++i) {
            const { total, requests } = await this.get(`requests?limit=${count}`);
            if (total >= before + count) return [...new Set(requests.map(({ outcome }) => outcome))];
            await pause(25);
        }
        return ['not recorded'];
    }

    async stop() {
        this.process?.kill();
        await Promise.race([this.ended, pause(12_000, null, { ref: false })]);
        this.process?.kill('SIGKILL');
    }
}

function freePort() {
    return new Promise((resolve) => {
        const probe = net.createServer().listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}
