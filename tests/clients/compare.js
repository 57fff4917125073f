// Runs the forms directly and through qcc, and prints the table: node compare.js QCC [--only TEXT] [--verbose]. $HOME must be a scratch folder.

import path from 'node:path';

import { observeCurl, observeSdk } from './clients.js';
import { forms } from './forms.js';
import { differences, judge, words } from './judge.js';
import { Proxy } from './proxy.js';
import { startUpstream } from './upstream.js';

const [program, ...options] = process.argv.slice(2);
const verbose = options.includes('--verbose');
const only = options.includes('--only') ? options[options.indexOf('--only') + 1] : '';
const chosen = forms.filter((form) => `${form.protocol.name}: ${form.title}`.includes(only));

// Whoever hangs directly need not be watched for long; qcc must have ended by then what it ends by itself.
const hangLimit = 1500;
const limit = 15_000;

const upstream = await startUpstream(new Map(forms.map((form) => [form.id, form])));
const patient = new Proxy(program, path.join(process.env.HOME, 'patient'), upstream.url, {});
const quick = new Proxy(program, path.join(process.env.HOME, 'quick'), upstream.url, { read_s: 2 });

async function stop() {
    await Promise.all([patient.stop(), quick.stop()]);
    upstream.stop();
}

async function measure(form) {
    const proxy = form.proxy === 'quick' ? quick : patient;
    await proxy.reset();
    const before = await proxy.total();
    const directLimit = form.direct === 'hangs' ? hangLimit : limit;
    const begin = performance.now();
    let ms = 0;
    const timed = async (observation) => {
        const seen = await observation;
        ms = Math.max(ms, performance.now() - begin);
        return seen;
    };
    const [direct, directCurl, through, curl] = await Promise.all([
        observeSdk(form, upstream.url, `${form.id}/direct`, directLimit), observeCurl(form, upstream.url, `${form.id}/direct`, hangLimit),
        timed(observeSdk(form, proxy.url, `${form.id}/qcc`, limit)), timed(observeCurl(form, proxy.url, `${form.id}/qcc`, limit)),
    ]);
    const requests = [...through.map(({ way }) => way), 'curl'];
    const asked = Math.max(...requests.map((request) => upstream.asked(`${form.id}/qcc/${request}`)));
    return { direct, directCurl, through, curl, ms, asked, outcomes: await proxy.outcomes(before, requests.length) };
}

function print(...cells) {
    const widths = [9, 56, 52, 8, 52, 9, 8, 12];
    console.log(cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ').trimEnd());
}

for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
        await stop();
        process.exit(130);
    });
}

let wrong = 0;
try {
    await Promise.all([patient.start(), quick.start()]);
    print('protocol', 'form', 'direct', 'expected', 'through qcc', 'compared', 'curl', 'qcc says', 'verdict');
    for (const form of chosen) {
        const row = await measure(form);
        const findings = judge(form, row);
        print(form.protocol.name, form.title, words(form, row.direct), form.through, words(form, row.through),
            differences(row.direct, row.through).length ? 'different' : 'same', `${row.directCurl.exit} > ${row.curl.exit}`, row.outcomes.join(),
            findings.length ? `WRONG: ${findings.join('; ')}` : 'right');
        if (findings.length) {
            ++wrong;
            if (verbose) console.log(JSON.stringify(row, null, 2));
        }
    }
    console.log(`\n${chosen.length} rows, ${wrong} wrong`);
} finally {
    await stop();
}
process.exitCode = wrong || !chosen.length ? 1 : 0;
