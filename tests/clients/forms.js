// The forms of answers, one a row of the table. Each says what its SDK makes of it directly, and what it must make of it through qcc.
//
// direct, through: `whole` (all of the text, tools, usage, stop reason and end, no error), `short` (no error, but not whole), `error` (an
// exception), `hangs`. Where an SDK's two ways of reading differ, `direct` has both: event by event, then by its helper.
// `through: 'same'` is: exactly what is seen directly, errors included.
// curl: `whole` (exit code 0), `cut` (18 or 56, or a status that says it), `any`. outcome: what qcc says in /__qcc__/requests
// (`failed`: `error` or `truncated`, whichever the commit made it).
// mayLack: what follows an end or an error, and need not be passed on. asked: how often the upstream may see a request. within: ms until everybody must be done. supplied: what qcc adds, once.

import { anthropic, chat, gemini, protocols, responseFailed, responses, sorted, sse } from './answers.js';

const all = [];
const passed = { through: 'same', curl: 'whole', outcome: 'complete' };

function add(title, protocol, form) {
    const whole = form.through === undefined || form.through === 'whole';
    all.push({
        title, protocol, id: `${protocol.name} ${all.length}`, type: 'text/event-stream; charset=utf-8', end: 'whole',
        direct: 'whole', through: 'whole', curl: whole ? 'whole' : 'cut', outcome: whole ? 'complete' : 'truncated', asked: 1, ...form,
    });
}

const pieces = (events, options) => events.map((event) => sse(event, options));
const stream = (protocol, options) => pieces(protocol.events, options);
const opening = ({ events, opening: count }) => pieces(events.slice(0, count));
const broken = ({ events, cut }) => pieces(events.slice(0, cut));
const withoutLast = (list, count = 1) => list.slice(0, -count);
const trimmed = (list, by) => [...withoutLast(list), list.at(-1).slice(0, -by)];
const json = (text) => ({ json: true, type: 'application/json', pieces: [text] });

for (const protocol of protocols) {
    add('stream', protocol, { pieces: stream(protocol) });
    add('stream with a tool call', protocol, { pieces: pieces(protocol.tool), tool: true });
    const text = JSON.stringify(protocol.json);
    add('JSON', protocol, json(text));
    add('JSON in gzip', protocol, { coding: 'gzip', ...json(text) });

    add('lines end with CRLF', protocol, { pieces: stream(protocol, { eol: '\r\n' }) });
    add('lines end with CR', protocol, { pieces: stream(protocol, { eol: '\r' }), ...passed });
    add('begins with a BOM', protocol, { pieces: ['\ufeff', ...stream(protocol)], ...passed });
    add('comments between events', protocol, { pieces: stream(protocol).flatMap((piece) => [': keep-alive\n\n', piece]), ...passed });
    add('under text/plain', protocol, { type: 'text/plain', pieces: stream(protocol) });
    add('under application/octet-stream', protocol, { type: 'application/octet-stream', pieces: stream(protocol) });
    add('under a Content-Length', protocol, { framing: 'length', pieces: stream(protocol) });
    add('ends with its connection', protocol, { framing: 'close', pieces: stream(protocol) });
    for (const coding of ['gzip', 'br']) add(`in ${coding}`, protocol, { coding, pieces: stream(protocol) });
    // Whether fetch reads zstd depends on Node; curl does.
    add('in zstd', protocol, { coding: 'zstd', pieces: stream(protocol), direct: null, ...passed });

    // Everything through its end is there; how the connection ends must not matter any more. At [DONE] the SDK leaves by itself.
    const afterEnd = (otherwise) => (protocol === chat ? 'whole' : otherwise);
    add('everything, then FIN without the last chunk', protocol, { end: 'FIN', direct: afterEnd('error'), pieces: stream(protocol) });
    add('everything, then RST', protocol, { end: 'RST', direct: afterEnd('error'), pieces: stream(protocol) });
    add('everything, under a longer Content-Length, then FIN', protocol, {
        framing: 'length', end: 'FIN', direct: afterEnd('error'), pieces: stream(protocol),
    });
    if (protocol !== gemini) { // whose end is the end of the body
        add('everything, then left open', protocol, { end: 'open', direct: afterEnd('hangs'), within: 2000, pieces: stream(protocol) });
        add('everything in gzip, then left open', protocol, {
            coding: 'gzip', end: 'open', direct: afterEnd('hangs'), within: 2500, pieces: stream(protocol),
        });
    }
    // OpenAI's SDK takes what stands at the end of the body for an event, Anthropic's drops it, Google's throws.
    const unended = { [anthropic.name]: 'short/error', [gemini.name]: 'error' }[protocol.name] ?? 'whole';
    add('no blank line after the last event', protocol, { direct: unended, pieces: trimmed(stream(protocol), 1) });
    add('no line break after the last event', protocol, { direct: unended, pieces: trimmed(stream(protocol), 2) });

    // Broken answers must look broken, also where the SDK itself would take them for whole.
    const shortly = { [anthropic.name]: 'short/error', [chat.name]: 'short/error' }[protocol.name] ?? 'short';
    add('cut in its content by FIN', protocol, { end: 'FIN', direct: 'error', through: 'error', pieces: broken(protocol) });
    add('cut in its content by RST', protocol, { end: 'RST', direct: 'error', through: 'error', pieces: broken(protocol) });
    add('silent in its content', protocol, { end: 'open', direct: 'hangs', through: 'error', proxy: 'quick', pieces: broken(protocol) });
    // Nothing of use has come before it, so that it may be asked for once more.
    add('cut inside of an event by FIN', protocol, { end: 'FIN', direct: 'error', through: 'error', asked: null, pieces: trimmed(broken(protocol), 9) });
    add('ends in its content with a last chunk', protocol, { direct: shortly, through: 'error', pieces: broken(protocol) });
    add('ends in its content with its connection', protocol, { framing: 'close', direct: shortly, through: 'error', pieces: broken(protocol) });
    add('cut in its content by FIN, in gzip', protocol, {
        coding: 'gzip', unfinished: true, end: 'FIN', direct: 'error', through: 'error', pieces: broken(protocol),
    });
    add('JSON cut by FIN', protocol, { end: 'FIN', direct: 'error', through: 'error', outcome: null, asked: null, ...json(text.slice(0, 90)) });
    if (protocol !== gemini) {
        add('cut in its opening by FIN', protocol, {
            end: 'FIN', direct: 'error', through: 'error', outcome: 'failed', asked: null, pieces: opening(protocol),
        });
    }

    // Errors that the upstream tells are seen as they are, before any content (there is no other endpoint) and after it.
    const told = { direct: 'error', through: 'same' };
    const error = sse([protocol === anthropic ? 'error' : null, protocol.errorObject]);
    const callers = sse([protocol === anthropic ? 'error' : null, protocol.callersFault]);
    add('an error event in its content', protocol, { ...told, outcome: 'failed', pieces: [...broken(protocol), error] });
    add('an error event in place of content', protocol, {
        ...told, curl: 'any', outcome: 'failed', asked: null, pieces: [...opening(protocol), error],
    });
    add("a caller's fault in place of content", protocol, {
        ...told, curl: 'whole', outcome: 'caller_error', pieces: [...opening(protocol), callers],
    });
    const refused = { ...told, curl: 'whole', outcome: 'error', asked: null, ...json(JSON.stringify(protocol.errorObject)) };
    add('200 and JSON with an error', protocol, { ...refused, direct: null });
    add('429', protocol, { ...refused, status: 429, headers: { 'retry-after': '1' } });
    add('503', protocol, { ...refused, status: 503 });
    add("400 and a caller's fault", protocol, {
        ...refused, status: 400, outcome: 'caller_error', asked: 1, ...json(JSON.stringify(protocol.callersFault)),
    });
}

// Final is enough: only the end itself is missing, and qcc supplies it.
for (const { protocol, last, supplied, direct } of [
    { protocol: anthropic, last: 'message_stop', supplied: '"message_stop"', direct: 'short/error' },
    { protocol: chat, last: '[DONE]', supplied: 'data: [DONE]\n', direct: 'whole' },
]) {
    const final = withoutLast(stream(protocol));
    add(`no ${last}`, protocol, { supplied, direct, pieces: final });
    add(`no ${last}, FIN without the last chunk`, protocol, { supplied, end: 'FIN', direct: 'error', pieces: final });
    add(`no ${last}, RST`, protocol, { supplied, end: 'RST', direct: 'error', pieces: final });
    add(`no ${last}, silence (10 s)`, protocol, { supplied, end: 'open', direct: 'hangs', within: 13_000, pieces: final });
    // Nothing is written into a coding, so what is missing stays missing; the answer is complete nevertheless.
    add(`no ${last}, in gzip`, protocol, { coding: 'gzip', direct, ...passed, pieces: final });
}
add('final, then silence (10 s)', gemini, { end: 'open', direct: 'hangs', within: 13_000, pieces: stream(gemini) });

// Chat
const almost = withoutLast(stream(chat));
// The SDK compares with "[DONE]" alone and takes the rest for broken JSON; qcc, which changes no byte, can only know better for itself.
add('data: [DONE] with a blank behind it are the last bytes', chat, { direct: 'error', ...passed, pieces: [...almost, 'data: [DONE] '] });
add('data: [DONE] and one line break are the last bytes', chat, { pieces: [...almost, 'data: [DONE]\n'] });
add('no usage chunk, no [DONE]', chat, { supplied: 'data: [DONE]\n', direct: 'short', ...passed, pieces: withoutLast(stream(chat), 2) });
const openRouter = {
    id: 'gen-1', object: 'chat.completion.chunk', created: 1750000000, model: 'gpt-test', provider: 'Relay',
    choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: 'error' }],
    error: { code: 502, message: 'Provider disconnected' },
};
add("OpenRouter's error chunk in its content", chat, {
    direct: 'error', through: 'same', outcome: 'failed', pieces: [...broken(chat), sse([null, openRouter])],
});
add("OpenRouter's error chunk, then [DONE]", chat, {
    direct: 'error', through: 'same', outcome: 'failed', mayLack: sse([null, '[DONE]']), pieces: [...broken(chat), sse([null, openRouter]), sse([null, '[DONE]'])],
});
add("OpenRouter's error chunk alone", chat, {
    direct: 'error', through: 'same', curl: 'any', outcome: 'failed', asked: null, pieces: [sse([null, openRouter])],
});

// Responses
const sortedEvents = responses.events.map(([name, data]) => [name, sorted(data)]);
const completed = responses.events.at(-1);
add('data only, keys sorted', responses, { pieces: pieces(sortedEvents, { names: false }) });
// The SDK's helper wants response.created before all others.
add('response.completed alone, with the whole output', responses, { direct: 'whole/error', ...passed, pieces: [sse(completed)] });
add('response.completed alone, data only, keys sorted', responses, {
    direct: 'whole/error', ...passed, pieces: [sse(sortedEvents.at(-1), { names: false })],
});
add('[DONE] after response.completed', responses, { mayLack: 'data: [DONE]\n\n', pieces: [...stream(responses), 'data: [DONE]\n\n'] });
add('response.failed in its content', responses, {
    direct: 'short', through: 'same', curl: 'any', outcome: 'failed',
    pieces: [...broken(responses), sse(responseFailed('server_error', 'The model failed', 5))],
});
add("response.failed with a caller's fault", responses, {
    direct: 'short', through: 'same', curl: 'whole', outcome: 'caller_error',
    pieces: [...opening(responses), sse(responseFailed('context_length_exceeded', 'Your input exceeds the context window', 4))],
});
const errorEvent = ['error', { type: 'error', code: 'server_error', message: 'Something broke', param: null, sequence_number: 5 }];
add('event: error with code and message', responses, {
    direct: 'error', through: 'same', outcome: 'failed', pieces: [...broken(responses), sse(errorEvent)],
});

// Anthropic: its SDK takes no notice of an event without a name, so that only the cut connection tells it of the error.
add('an error without event: in its content', anthropic, {
    direct: 'short/error', through: 'error', outcome: 'failed', pieces: [...broken(anthropic), sse([null, sorted(anthropic.errorObject)])],
});
add('ping events between all others', anthropic, {
    pieces: stream(anthropic).flatMap((piece) => ['event: ping\ndata: {"type":"ping"}\n\n', piece]), ...passed,
});

export const forms = all;
