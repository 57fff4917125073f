// Three real clients at once, each in a cluster of its own: Claude Code by routes, Codex and Gemini CLI by the cluster that their address names.
// ways.js QCC BIN

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { freePort, upstream, words } from './realupstream.js';

const run = promisify(execFile);
const [qcc, bin] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'qcc-ways-'));
const port = await freePort();
const address = `http://127.0.0.1:${port}`;
const names = ['work', 'mains', 'codex', 'my google'];
const upstreams = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await upstream()])));

const environment = { ...process.env, HOME: home, QCC_HOME: join(home, '.fastcc'), QCC_KEYCHAIN: 'off', DO_NOT_TRACK: '1' };
const write = (file, text) => {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    writeFileSync(join(home, file), text);
};
write('.fastcc/config.json', JSON.stringify({
    listen: { port }, active_cluster: 'work', routes: [{ client: 'claude-code', class: 'main', cluster: 'mains', set_model: 'claude-set-by-route' }],
    clusters: names.map((name) => ({ name, endpoints: [{ name: `of ${name}`, base_url: upstreams[name].url, api_key: `key-of-${name.replace(' ', '-')}`, proxy: 'none' }] })),
}));
write('.codex/config.toml', `model_provider = "qcc"\n\n[model_providers.qcc]\nname = "qcc"\nbase_url = "${address}/@codex/v1"\nwire_api = "responses"\nsupports_websockets = false\nexperimental_bearer_token = "any"\n`);
write('.gemini/.env', `GOOGLE_GEMINI_BASE_URL=${address}/@my%20google\nGEMINI_API_KEY=any\n`);
write('.gemini/settings.json', '{"security": {"auth": {"selectedType": "gemini-api-key"}}}\n');
mkdirSync(join(home, 'work'));

const clients = {
    'claude-code': { product: 'claude-cli', agent: /^claude-cli\//, clusters: ['work', 'mains'], command: ['claude', '-p', 'say hello'], environment: {
        ANTHROPIC_BASE_URL: address, ANTHROPIC_AUTH_TOKEN: 'any', CLAUDE_CODE_GATEWAY_HINT_HEADERS: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_TELEMETRY: '1' } },
    codex: { agent: /^codex/, clusters: ['codex'], command: ['codex', 'exec', '--skip-git-repo-check', 'say hello'], environment: {} },
    'gemini-cli': { agent: /^GeminiCLI/, clusters: ['my google'], command: ['gemini', '-m', 'gemini-2.5-flash', '-p', 'say hello'], environment: { GEMINI_CLI_TRUST_WORKSPACE: 'true' } },
};
const faults = [];
const expect = (what, holds, seen = '') => { if (!holds) faults.push(`${what}${seen ? `: ${seen}` : ''}`); };

async function ask(name) {
    const client = clients[name];
    const child = run(join(bin, client.command[0]), client.command.slice(1), { env: { ...environment, ...client.environment }, cwd: join(home, 'work'), timeout: 120_000 });
    child.child.stdin.end();
    const said = await child.catch((error) => ({ stdout: '', stderr: `${error.message} ${error.stdout} ${error.stderr}` }));
    expect(`${name} did not say the answer`, said.stdout.includes(words), (said.stdout + said.stderr).trim().slice(-400));
}

try {
    await run(qcc, ['proxy', 'start'], { env: environment });
    await Promise.all(Object.keys(clients).map(ask));
    for (const name of names) {
        const asked = upstreams[name].take();
        for (const request of asked) {
            const whose = Object.entries(clients).find(([, client]) => client.agent.test(request.agent));
            expect(`${name} was asked by another client`, !whose || whose[1].clusters.includes(name), JSON.stringify(request));
            expect(`${name} got another key`, request.key === `key-of-${name.replace(' ', '-')}`, JSON.stringify(request));
            expect(`${name} saw its own name`, !request.line.includes('/@'), request.line);
        }
        console.log(`${name.padEnd(10)} ${[...new Set(asked.map((request) => request.line))].join(', ') || 'nothing'}`);
        if (name !== 'work') expect(`${name} was not asked`, asked.length > 0);
    }
    const stats = await (await fetch(`${address}/__qcc__/stats`)).json();
    for (const [what, key] of [['by_route', 'client=claude-code class=main'], ['by_route', '@codex'], ['by_route', '@my google'], ['by_class', 'main'], ['by_client', 'claude-cli'], ['by_cluster', 'mains']])
        expect(`the stats do not know ${what} ${key}`, stats[what]?.[key]?.successful_requests > 0, JSON.stringify(stats[what]));
    console.log(`routes     ${Object.entries(stats.by_route).map(([route, counts]) => `${route} ${counts.successful_requests}`).join(', ')}`);
    console.log(`classes    ${Object.entries(stats.by_class).map(([each, counts]) => `${each} ${counts.successful_requests}`).join(', ')}`);
    const { requests } = await (await fetch(`${address}/__qcc__/requests`)).json();
    expect('the route set no model', requests.some((each) => each.class === 'main' && each.cluster === 'mains' && each.attempts.every((attempt) => attempt.model === 'claude-set-by-route')), JSON.stringify(requests.map((each) => [each.class, each.cluster, each.model])));
} finally {
    await run(qcc, ['proxy', 'stop'], { env: environment }).catch(() => {});
    for (const name of names) upstreams[name].stop();
    rmSync(home, { recursive: true, force: true });
}
console.log(faults.length > 0 ? 'wrong' : 'right');
for (const fault of faults) console.log(`  ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
