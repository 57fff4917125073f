// What the observations of one form come to, and what is wrong with them.

import { isDeepStrictEqual } from 'node:util';

import { wholeText, wholeTool, wholeUsage } from './answers.js';

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

function isWhole(form, seen) {
    const tools = seen.tools.filter(Boolean).map((tool) => ({ name: tool.name, arguments: parsed(tool.arguments) }));
    return seen.text === (form.tool ? '' : wholeText) && isDeepStrictEqual(tools, form.tool ? [wholeTool] : [])
        && seen.stop === form.protocol.stop[form.tool ? 'tool' : 'text'] && isDeepStrictEqual(seen.usage, wholeUsage) && (seen.ended || form.json);
}

function kindOf(form, { seen }) {
    if (seen.hung) return 'hangs';
    if (seen.error) return 'error';
    return isWhole(form, seen) ? 'whole' : 'short';
}

const kinds = (form, ways) => [...new Set(ways.map((way) => kindOf(form, way)))].join('/');

/** The kind, and what the errors were. */
export function words(form, ways) {
    const errors = new Set(ways.filter(({ seen }) => seen.error).map(({ seen }) => {
        const { class: name, status, type, code } = seen.error;
        return [name, status, type ?? code].filter((part) => part !== null).join(' ');
    }));
    return errors.size ? `${kinds(form, ways)} (${[...errors].join('; ')})` : kinds(form, ways);
}

/** The fields in which the observations differ. */
export function differences(direct, through) {
    return direct.flatMap((way, at) => Object.keys(way.seen)
        .filter((field) => !isDeepStrictEqual(way.seen[field], through[at].seen[field])).map((field) => `${way.way}.${field}`));
}

function judgeSdk(form, { direct, through }) {
    if (form.direct !== null && kinds(form, direct) !== form.direct) return [`directly it is not "${form.direct}", so the row shows nothing`];
    if (form.through === 'same' || (form.through === 'whole' && form.direct === 'whole')) {
        const different = differences(direct, through);
        return different.length ? [`not as directly: ${different.join(', ')}`] : [];
    }
    if (kinds(form, through) !== form.through) return [`${kinds(form, through)} in place of ${form.through}`];
    // In a coding fetch may lose what its decoder still holds when the connection breaks.
    const lost = form.through === 'error' && !form.coding && direct.some(({ seen }, at) => seen.text !== through[at].seen.text);
    return lost ? ['not the same text before the error'] : [];
}

function judgeCurl(form, { exit, status, body }) {
    const findings = [];
    const cut = exit === 18 || exit === 56;
    if (form.curl === 'whole' && exit !== 0) findings.push(`curl exits with ${exit}`);
    if (form.curl === 'cut' && !cut && status < 400) findings.push(`curl exits with ${exit}, as if it were whole`);
    if (status !== (form.status ?? 200)) return findings;

    const all = form.pieces.join('');
    const sent = form.mayLack && !body.includes(form.mayLack) ? all.replace(form.mayLack, '') : all;
    if (form.through === 'error') { // of an event that broke off nothing need be passed
        if (!body.startsWith(sent.slice(0, sent.lastIndexOf('\n\n') + 1))) findings.push('bytes lost');
    } else if (form.supplied || form.direct !== 'whole' || form.curl !== 'whole') {
        if (!body.startsWith(sent)) findings.push('bytes changed');
    } else if (body.trimEnd() !== sent.trimEnd()) {
        findings.push('bytes changed');
    }
    if (form.supplied && body.split(form.supplied).length !== 2) findings.push('the end was not supplied once');
    return findings;
}

/** What is wrong with a row: a list of short findings, empty where it is as the contract says. */
export function judge(form, row) {
    const findings = [...judgeSdk(form, row), ...judgeCurl(form, row.curl)];
    if (form.within && row.ms > form.within) findings.push(`finished after ${Math.round(row.ms)} ms`);
    const allowed = form.outcome === 'failed' ? ['error', 'truncated'] : [form.outcome];
    if (form.outcome !== null && !row.outcomes.every((outcome) => allowed.includes(outcome))) {
        findings.push(`outcome ${row.outcomes.join()} in place of ${form.outcome}`);
    }
    if (form.asked !== null && row.asked > form.asked) findings.push(`asked ${row.asked} times`);
    return findings;
}
