// The clients, and what each of them observes of one answer:
// {text, tools, stop, usage, ended, events, error, hung} of both ways in which an SDK reads a stream: event by event, and by its helper.

import { spawn } from 'node:child_process';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';

import { anthropic, chat, gemini, responses } from './answers.js';

const key = 'dummy-key-of-the-client';
const messages = [{ role: 'user', content: 'Hello' }];
const tool = {
    name: 'look_up', description: 'Looks a place up.',
    schema: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'number' } } },
};

/** Collects what a client sees; `events` has each type once where several of a kind follow each other. */
class Observation {
    text = '';
    tools = [];
    stop = null;
    usage = null;
    ended = false;
    events = [];
    error = null;
    hung = false;

    sawEvent(type) {
        if (this.events.at(-1) !== type) this.events.push(type);
    }

    sawToolPiece(at, name, piece) {
        this.tools[at] ??= { name: '', arguments: '' };
        this.tools[at].name += name ?? '';
        this.tools[at].arguments += piece ?? '';
    }
}

/** Error of an SDK in comparable form; undici's own errors have their reason in `cause`. */
function describe(error) {
    const body = error.error?.error ?? error.error;
    return {
        class: error.constructor.name, message: error.message,
        status: error.status ?? null, type: error.type ?? body?.type ?? null, code: error.code ?? body?.code ?? null,
    };
}

/** Runs `read(observation, signal)`, at most `limit` ms. The SDKs take their abort for an end without an error, so the clock says whether it hung. */
async function observe(limit, read) {
    const seen = new Observation();
    const abort = new AbortController();
    const begin = performance.now();
    const timer = setTimeout(() => {
        seen.hung = true;
        abort.abort();
    }, limit);
    try {
        await read(seen, abort.signal);
    } catch (error) {
        if (!seen.hung) seen.error = describe(error);
    }
    clearTimeout(timer);
    return { seen, ms: performance.now() - begin };
}

function noteMessage(seen, message) {
    seen.text = message.content.map((block) => block.text ?? '').join('');
    seen.tools = message.content.filter((block) => block.type === 'tool_use')
        .map((block) => ({ name: block.name, arguments: JSON.stringify(block.input) }));
    seen.stop = message.stop_reason;
    seen.usage = { input: message.usage.input_tokens, output: message.usage.output_tokens };
}

function noteMessageEvent(seen, event) {
    seen.sawEvent(event.type);
    switch (event.type) {
    case 'message_start': seen.usage = { input: event.message.usage.input_tokens, output: event.message.usage.output_tokens }; break;
    case 'content_block_start':
        if (event.content_block.type === 'tool_use') seen.sawToolPiece(event.index, event.content_block.name);
        break;
    case 'content_block_delta':
        seen.text += event.delta.text ?? '';
        if (event.delta.type === 'input_json_delta') seen.sawToolPiece(event.index, null, event.delta.partial_json);
        break;
    case 'message_delta':
        seen.stop = event.delta.stop_reason;
        seen.usage.output = event.usage.output_tokens;
        break;
    case 'message_stop': seen.ended = true; break;
    }
}

const anthropicClient = {
    protocol: anthropic,
    sdk: (url, headers) => new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0, defaultHeaders: headers, logLevel: 'off' }),
    request: {
        model: 'claude-test', max_tokens: 100, messages,
        tools: [{ name: tool.name, description: tool.description, input_schema: tool.schema }],
    },
    async events(sdk, seen, signal) {
        for await (const event of await sdk.messages.create({ ...this.request, stream: true }, { signal })) noteMessageEvent(seen, event);
    },
    async helper(sdk, seen, signal) {
        const stream = sdk.messages.stream(this.request, { signal }).on('streamEvent', (event) => noteMessageEvent(seen, event));
        noteMessage(seen, await stream.finalMessage());
    },
    async json(sdk, seen, signal) {
        noteMessage(seen, await sdk.messages.create(this.request, { signal }));
    },
};

const openAi = (url, headers) => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0, defaultHeaders: headers, logLevel: 'off' });

function noteCompletion(seen, completion) {
    const [choice] = completion.choices;
    seen.text = choice.message.content ?? '';
    seen.tools = (choice.message.tool_calls ?? []).map((call) => ({ name: call.function.name, arguments: call.function.arguments }));
    seen.stop = choice.finish_reason;
    seen.usage = completion.usage ? { input: completion.usage.prompt_tokens, output: completion.usage.completion_tokens } : null;
}

function noteChunk(seen, chunk) {
    const [choice] = chunk.choices;
    seen.sawEvent(choice ? Object.keys(choice.delta).join('+') || 'finish' : 'usage');
    seen.text += choice?.delta.content ?? '';
    for (const call of choice?.delta.tool_calls ?? []) seen.sawToolPiece(call.index, call.function.name, call.function.arguments);
    seen.stop = choice?.finish_reason ?? seen.stop;
    if (chunk.usage) seen.usage = { input: chunk.usage.prompt_tokens, output: chunk.usage.completion_tokens };
    seen.ended = seen.stop !== null; // [DONE] is not shown to the caller
}

const chatClient = {
    protocol: chat,
    sdk: openAi,
    request: {
        model: 'gpt-test', messages,
        tools: [{ type: 'function', function: { name: tool.name, description: tool.description, parameters: tool.schema } }],
    },
    streamed: { stream: true, stream_options: { include_usage: true } },
    async events(sdk, seen, signal) {
        for await (const chunk of await sdk.chat.completions.create({ ...this.request, ...this.streamed }, { signal })) noteChunk(seen, chunk);
    },
    async helper(sdk, seen, signal) {
        const stream = sdk.chat.completions.stream({ ...this.request, ...this.streamed }, { signal }).on('chunk', (chunk) => noteChunk(seen, chunk));
        noteCompletion(seen, await stream.finalChatCompletion());
    },
    async json(sdk, seen, signal) {
        noteCompletion(seen, await sdk.chat.completions.create(this.request, { signal }));
    },
};

function noteResponse(seen, response) {
    const parts = response.output.flatMap((item) => item.content ?? []);
    seen.text = parts.map((part) => part.text ?? '').join('') || seen.text;
    seen.tools = response.output.filter((item) => item.type === 'function_call').map((item) => ({ name: item.name, arguments: item.arguments }));
    seen.stop = response.status;
    seen.usage = response.usage ? { input: response.usage.input_tokens, output: response.usage.output_tokens } : null;
}

function noteResponseEvent(seen, event) {
    seen.sawEvent(event.type);
    if (event.type === 'response.output_text.delta') seen.text += event.delta;
    if (['response.completed', 'response.failed', 'response.incomplete'].includes(event.type)) {
        noteResponse(seen, event.response);
        seen.ended = true;
    }
}

const responsesClient = {
    protocol: responses,
    sdk: openAi,
    request: {
        model: 'gpt-test', input: 'Hello',
        tools: [{ type: 'function', name: tool.name, description: tool.description, parameters: tool.schema, strict: false }],
    },
    async events(sdk, seen, signal) {
        for await (const event of await sdk.responses.create({ ...this.request, stream: true }, { signal })) noteResponseEvent(seen, event);
    },
    async helper(sdk, seen, signal) {
        const stream = sdk.responses.stream(this.request, { signal }).on('event', (event) => noteResponseEvent(seen, event));
        noteResponse(seen, await stream.finalResponse());
    },
    async json(sdk, seen, signal) {
        noteResponse(seen, await sdk.responses.create(this.request, { signal }));
    },
};

function noteCandidate(seen, chunk) {
    const candidate = chunk.candidates?.[0];
    for (const part of candidate?.content?.parts ?? []) {
        seen.sawEvent(part.functionCall ? 'functionCall' : 'text');
        seen.text += part.text ?? '';
        if (part.functionCall) seen.tools.push({ name: part.functionCall.name, arguments: JSON.stringify(part.functionCall.args) });
    }
    seen.stop = candidate?.finishReason ?? seen.stop;
    seen.ended = seen.stop !== null;
    if (chunk.usageMetadata) seen.usage = { input: chunk.usageMetadata.promptTokenCount, output: chunk.usageMetadata.candidatesTokenCount };
}

const geminiClient = {
    protocol: gemini,
    sdk: (url, headers) => new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url, headers } }),
    request: (signal) => ({ model: 'gemini-test', contents: 'Hello', config: { abortSignal: signal } }),
    async events(sdk, seen, signal) {
        for await (const chunk of await sdk.models.generateContentStream(this.request(signal))) noteCandidate(seen, chunk);
    },
    async json(sdk, seen, signal) {
        noteCandidate(seen, await sdk.models.generateContent(this.request(signal)));
    },
};

const clients = [anthropicClient, chatClient, responsesClient, geminiClient];

/** What the SDK of the form's protocol sees at `url`: one observation for each way in which it can ask. `run` marks the requests. */
export async function observeSdk(form, url, run, limit) {
    const client = clients.find(({ protocol }) => protocol === form.protocol);
    const ways = form.json ? ['json'] : ['events', 'helper'].filter((way) => client[way]);
    return Promise.all(ways.map(async (way) => {
        const sdk = client.sdk(url, { 'x-form': form.id, 'x-run': `${run}/${way}` });
        return { way, ...await observe(limit, (seen, signal) => client[way](sdk, seen, signal)) };
    }));
}

/** What curl sees: its exit code (18: the transfer was cut, 56: reset), the status, and the body, decoded. */
export function observeCurl(form, url, run, limit) {
    const path = (form.json && form.protocol.jsonPath) || form.protocol.path;
    const body = { model: 'test', stream: !form.json, messages, input: 'Hello' };
    const child = spawn('curl', ['-q', '-sN', '--noproxy', '*', '--compressed', '--max-time', `${limit / 1000}`, '-w', '%{stderr}%{http_code}',
        '-H', 'content-type: application/json', '-H', `authorization: Bearer ${key}`, '-H', `x-form: ${form.id}`, '-H', `x-run: ${run}/curl`,
        '--data-binary', JSON.stringify(body), `${url}${path}`], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    let status = '';
    child.stdout.on('data', (bytes) => output.push(bytes));
    child.stderr.on('data', (bytes) => { status += bytes; });
    return new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (exit) => resolve({ exit, status: Number(status), body: Buffer.concat(output).toString() }));
    });
}
