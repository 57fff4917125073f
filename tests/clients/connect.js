// Connects real clients by `qcc client connect`, and looks at whom they ask: an old relay before, qcc while they are connected, the old relay again after.
// connect.js QCC BIN [CLIENT...]

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const [qcc, bin, ...wanted] = process.argv.slice(2);
const words = 'hello from upstream';
const endpointKey = 'sk-of-the-endpoint-0123456789';
const oldKey = 'sk-of-the-old-relay-0123456789';

/** A good answer in the protocol that was asked in. */
function answer(path, body, send) {
    const isStream = /"stream":\s*true/.test(body) || path.includes('stream');
    if (path.includes('/count_tokens')) return send.json({ input_tokens: 3 });
    if (path.includes('/v1/messages')) {
        const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 3, output_tokens: 1 } };
        if (!isStream) return send.json({ ...message, content: [{ type: 'text', text: words }], stop_reason: 'end_turn' });
        return send.events([{ type: 'message_start', message }, { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
            { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: words } }, { type: 'content_block_stop', index: 0 },
            { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } }, { type: 'message_stop' }]);
    }
    if (path.includes('/responses')) {
        const response = { id: 'resp_1', object: 'response', created_at: 1, status: 'in_progress', model: 'gpt-5-codex', output: [] };
        const item = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: words, annotations: [] }] };
        const usage = { input_tokens: 3, output_tokens: 5, total_tokens: 8, input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } };
        return send.events([{ type: 'response.created', response }, { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
            { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: words }, { type: 'response.output_item.done', output_index: 0, item },
            { type: 'response.completed', response: { ...response, status: 'completed', output: [item], usage } }].map((event, i) => ({ ...event, sequence_number: i })));
    }
    if (path.includes('/chat/completions')) {
        const chunk = (choice) => ({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-5', choices: [{ index: 0, ...choice }] });
        if (!isStream) return send.json({ id: 'c1', object: 'chat.completion', created: 1, model: 'gpt-5', choices: [{ index: 0, message: { role: 'assistant', content: words }, finish_reason: 'stop' }], usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 } });
        return send.events([chunk({ delta: { role: 'assistant', content: words }, finish_reason: null }), chunk({ delta: {}, finish_reason: 'stop' })], '[DONE]');
    }
    if (path.includes('enerateContent')) {
        // What asks for JSON is the client's own question which model to take.
        const text = body.includes('application/json') ? '{"reasoning": "short", "model_choice": "flash", "complexity_reasoning": "short", "complexity_score": 1}' : words;
        const whole = { candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }], usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 5, totalTokenCount: 8 }, modelVersion: 'gemini-2.5-flash' };
        return isStream ? send.events([whole]) : send.json(whole);
    }
    return send.json({ object: 'list', data: [] });
}

/** Listens on a free port, and keeps what was asked. */
async function upstream() {
    const asked = [];
    const server = http.createServer(async (request, response) => {
        let body = '';
        for await (const piece of request) body += piece;
        const { authorization, 'x-api-key': key, 'x-goog-api-key': google } = request.headers;
        asked.push({ headers: Object.keys(request.headers), line: `${request.method} ${request.url}`, agent: request.headers['user-agent'] ?? '', key: (authorization ?? key ?? google ?? '').replace('Bearer ', '') });
        answer(request.url, body, {
            json: (value) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value)),
            events: (events, last) => {
                response.writeHead(200, { 'content-type': 'text/event-stream' });
                for (const event of events) response.write(`${event.type ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`);
                response.end(last ? `data: ${last}\n\n` : '');
            },
        });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${server.address().port}`, take: () => asked.splice(0), stop: () => { server.closeAllConnections(); server.close(); } };
}

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

async function freePort() {
    const server = http.createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
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
