// Connects real clients by `qcc client connect`, and looks at whom they ask: an old relay before, qcc while they are connected, the old relay again after.
// connect.js QCC BIN [CLIENT...]

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { freePort, upstream, words } from './realupstream.js';

const run = promisify(execFile);
const [qcc, bin, ...wanted] = process.argv.slice(2);
const endpointKey = 'sk-of-the-endpoint-0123456789';
const oldKey = 'sk-of-the-old-relay-0123456789';

/** What each client has before, how it is asked, and how its requests are known. */
const clients = {
    'claude-code': {
        agent: /^claude-cli\//, options: ['--hints'], header: 'x-claude-code-request-class', command: ['claude', '-p', 'say hello'],
        files: (old) => ({ '.claude/settings.json': `{\n    "env": {"ANTHROPIC_BASE_URL": "${old}",\n  "ANTHROPIC_API_KEY": "${oldKey}"}\n}\n` }),
        environment: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_TELEMETRY: '1' },
    },
    codex: {
        agent: /^codex/, command: ['codex', 'exec', '--skip-git-repo-check', 'say hello'],
        files: (old) => ({ '.codex/config.toml': `# mine\nmodel_provider = "old" # the relay\n\n[model_providers.old]\nname = "old"\nbase_url = "${old}/v1"\nwire_api = "responses"\nsupports_websockets = false\nexperimental_bearer_token = "${oldKey}"\n` }),
    },
    'gemini-cli': {
        agent: /^GeminiCLI/, command: ['gemini', '-m', 'gemini-2.5-flash', '-p', 'say hello'], environment: { GEMINI_CLI_TRUST_WORKSPACE: 'true' },
        files: (old) => ({ '.gemini/.env': `# mine\nGOOGLE_GEMINI_BASE_URL=${old}\nGEMINI_API_KEY="${oldKey}"\n`, '.gemini/settings.json': '{"security": {"auth": {"selectedType": "gemini-api-key"}}}\n' }),
    },
    opencode: {
        agent: /^opencode\//, command: ['opencode', 'run', '-m', 'anthropic/claude-sonnet-4-5', 'say hello'],
        files: (old) => ({ '.config/opencode/opencode.jsonc': `{\n  // mine\n  "provider": { "anthropic": { "options": { "baseURL": "${old}/v1", "apiKey": "${oldKey}" } } },\n}\n` }),
    },
    'qwen-code': {
        agent: /^QwenCode\//, command: ['qwen', '-p', 'say hello'],
        files: (old) => ({ '.qwen/settings.json': `{\n  "security": {\n    "auth": {\n      "selectedType": "openai",\n      "apiKey": "${oldKey}",\n      "baseUrl": "${old}/v1"\n    }\n  },\n  "$version": 4\n}` }),
    },
};

async function tried(name, old, through) {
    const client = clients[name];
    const home = mkdtempSync(join(tmpdir(), 'qcc-connect-'));
    const environment = { ...process.env, HOME: home, QCC_HOME: join(home, '.fastcc'), QCC_KEYCHAIN: 'off', DO_NOT_TRACK: '1', ...client.environment };
    const command = (...words) => run(qcc, words, { env: environment, timeout: 60_000 });
    const faults = [];
    const expect = (what, holds, seen = '') => { if (!holds) faults.push(`${what}${seen ? `: ${seen}` : ''}`); };
    const files = client.files(old.url);
    const read = () => Object.keys(files).map((file) => readFileSync(join(home, file), 'utf8'));
    const ask = async (when, here, other, key) => {
        here.take(), other.take();
        const child = run(join(bin, client.command[0]), client.command.slice(1), { env: environment, cwd: join(home, 'work'), timeout: 120_000 });
        child.child.stdin.end();
        const said = await child.catch((error) => ({ stdout: '', stderr: `${error.message} ${error.stdout} ${error.stderr}` }));
        expect(`${when}: it did not say the answer`, said.stdout.includes(words), (said.stdout + said.stderr).trim().slice(-400));
        const asked = here.take().filter((request) => client.agent.test(request.agent));
        expect(`${when}: the right one was not asked`, asked.length > 0);
        expect(`${when}: with another key`, asked.every((request) => request.key === key), JSON.stringify(asked));
        const stray = other.take().filter((request) => client.agent.test(request.agent));
        expect(`${when}: the other one was asked`, stray.length === 0, JSON.stringify(stray));
        return asked;
    };
    try {
        mkdirSync(join(home, 'work'));
        for (const [file, text] of Object.entries(files)) {
            mkdirSync(dirname(join(home, file)), { recursive: true });
            writeFileSync(join(home, file), text);
        }
        mkdirSync(join(home, '.fastcc'), { recursive: true });
        writeFileSync(join(home, '.fastcc/config.json'), JSON.stringify({ listen: { port: await freePort() }, active_cluster: 'work',
            clusters: [{ name: 'work', endpoints: [{ name: 'upstream', base_url: through.url, api_key: endpointKey, proxy: 'none' }] }] }));
        await command('proxy', 'start');
        await ask('before', old, through, oldKey);
        const before = read();
        await command('client', 'connect', name, ...client.options ?? []);
        const state = JSON.parse((await command('client', 'list', '--json')).stdout).clients.find((each) => each.name === name);
        expect('it is not said to ask qcc', state.asks === 'qcc', JSON.stringify(state));
        const asked = await ask('connected', through, old, endpointKey);
        expect('a header that was asked for did not come', !client.header || asked.some((request) => request.headers.includes(client.header)));
        await command('client', 'disconnect', name);
        const after = read();
        expect('other bytes came back', after.every((text, i) => text === before[i]), JSON.stringify({ before, after }));
        await ask('after', old, through, oldKey);
        return { faults, lines: [...new Set(asked.map((request) => request.line))] };
    } finally {
        await command('proxy', 'stop').catch(() => {});
        rmSync(home, { recursive: true, force: true });
    }
}

const old = await upstream(), through = await upstream();
let wrong = 0;
for (const name of wanted.length > 0 ? wanted : Object.keys(clients)) {
    const { faults, lines } = await tried(name, old, through);
    console.log(`${faults.length > 0 ? 'wrong' : 'right'}  ${name.padEnd(12)} ${lines.join(', ')}`);
    for (const fault of faults) console.log(`       ${fault}`);
    wrong += faults.length > 0;
}
old.stop(), through.stop();
process.exitCode = wrong > 0 ? 1 : 0;
