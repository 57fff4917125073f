// One good answer of each protocol as its own server streams it, the same with a tool call, and as JSON. An event is [name, data];
// data that is a string is sent as it stands. `opening` counts the events before the first content, `cut` those before an answer breaks off.

const text = ['Hello from ', 'the other side: ', '你好 ✓'];
const tool = { name: 'look_up', arguments: { city: 'Zürich', days: 3 } };
const toolPieces = ['{"city":"Zür', 'ich","days":3}'];

/** What a client must have in the end, whatever the protocol. */
export const wholeText = text.join('');
export const wholeTool = tool;
export const wholeUsage = { input: 12, output: 7 };

// Anthropic Messages

const anthropicMessage = {
    id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-test', content: [], stop_reason: null, stop_sequence: null,
    usage: { input_tokens: 12, output_tokens: 1 },
};
const named = (data) => [data.type, data];
const anthropicStream = (block, deltas, reason) => [
    named({ type: 'message_start', message: anthropicMessage }),
    named({ type: 'content_block_start', index: 0, content_block: block }),
    named({ type: 'ping' }),
    ...deltas.map((delta) => named({ type: 'content_block_delta', index: 0, delta })),
    named({ type: 'content_block_stop', index: 0 }),
    named({ type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 7 } }),
    named({ type: 'message_stop' }),
];

export const anthropic = {
    name: 'Anthropic',
    path: '/v1/messages',
    stop: { text: 'end_turn', tool: 'tool_use' },
    events: anthropicStream({ type: 'text', text: '' }, text.map((piece) => ({ type: 'text_delta', text: piece })), 'end_turn'),
    tool: anthropicStream({ type: 'tool_use', id: 'toolu_1', name: tool.name, input: {} },
        toolPieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece })), 'tool_use'),
    opening: 3,
    cut: 4,
    json: { ...anthropicMessage, content: [{ type: 'text', text: wholeText }], stop_reason: 'end_turn', usage: { input_tokens: 12, output_tokens: 7 } },
    errorObject: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded, please wait' } },
    callersFault: { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 213000 tokens > 200000 maximum' } },
};

// OpenAI Chat Completions

const chatChunk = (choice, more = {}) => [null, {
    id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1750000000, model: 'gpt-test',
    choices: choice ? [{ index: 0, finish_reason: null, ...choice }] : [], ...more,
}];
const chatUsage = { prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 };
const chatStream = (deltas, reason) => [
    chatChunk({ delta: { role: 'assistant', content: '' } }),
    ...deltas.map((delta) => chatChunk({ delta })),
    chatChunk({ delta: {}, finish_reason: reason }),
    chatChunk(null, { usage: chatUsage }),
    [null, '[DONE]'],
];

export const chat = {
    name: 'Chat',
    path: '/v1/chat/completions',
    stop: { text: 'stop', tool: 'tool_calls' },
    events: chatStream(text.map((content) => ({ content })), 'stop'),
    tool: chatStream(toolPieces.map((piece, at) => ({
        tool_calls: [at === 0
            ? { index: 0, id: 'call_1', type: 'function', function: { name: tool.name, arguments: piece } }
            : { index: 0, function: { arguments: piece } }],
    })), 'tool_calls'),
    opening: 1,
    cut: 2,
    json: {
        id: 'chatcmpl-1', object: 'chat.completion', created: 1750000000, model: 'gpt-test', usage: chatUsage,
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: wholeText, refusal: null } }],
    },
    errorObject: { error: { message: 'The server had an error', type: 'server_error', param: null, code: null } },
    callersFault: {
        error: { message: 'maximum context length is 128000 tokens', type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' },
    },
};

// OpenAI Responses

const response = (status, output, more = {}) => ({
    id: 'resp_1', object: 'response', created_at: 1750000000, status, error: null, incomplete_details: null, instructions: null, metadata: {},
    model: 'gpt-test', output, parallel_tool_calls: true, temperature: 1, tool_choice: 'auto', tools: [], top_p: 1, ...more,
});
const responseUsage = {
    input_tokens: 12, input_tokens_details: { cached_tokens: 0 }, output_tokens: 7, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 19,
};
const part = (content) => ({ type: 'output_text', text: content, annotations: [], logprobs: [] });
const messageItem = (status, content) => ({ id: 'msg_1', type: 'message', role: 'assistant', status, content });
const callItem = (status, args) => ({ id: 'fc_1', type: 'function_call', call_id: 'call_1', name: tool.name, status, arguments: args });
const numbered = (events) => events.map((event, at) => named({ ...event, sequence_number: at }));
const inPart = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const inCall = { item_id: 'fc_1', output_index: 0 };
const responseStream = (events, item) => numbered([
    { type: 'response.created', response: response('in_progress', []) },
    { type: 'response.in_progress', response: response('in_progress', []) },
    ...events,
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: response('completed', [item], { usage: responseUsage }) },
]);

export const responses = {
    name: 'Responses',
    path: '/v1/responses',
    stop: { text: 'completed', tool: 'completed' },
    events: responseStream([
        { type: 'response.output_item.added', output_index: 0, item: messageItem('in_progress', []) },
        { type: 'response.content_part.added', ...inPart, part: part('') },
        ...text.map((delta) => ({ type: 'response.output_text.delta', ...inPart, delta, logprobs: [] })),
        { type: 'response.output_text.done', ...inPart, text: wholeText, logprobs: [] },
        { type: 'response.content_part.done', ...inPart, part: part(wholeText) },
    ], messageItem('completed', [part(wholeText)])),
    tool: responseStream([
        { type: 'response.output_item.added', output_index: 0, item: callItem('in_progress', '') },
        ...toolPieces.map((delta) => ({ type: 'response.function_call_arguments.delta', ...inCall, delta })),
        { type: 'response.function_call_arguments.done', ...inCall, name: tool.name, arguments: toolPieces.join('') },
    ], callItem('completed', toolPieces.join(''))),
    opening: 4,
    cut: 5,
    json: response('completed', [messageItem('completed', [part(wholeText)])], { usage: responseUsage }),
    errorObject: chat.errorObject,
    callersFault: chat.callersFault,
};

/** `response.failed` with an error's code and words, as the event number `at` of a stream. */
export const responseFailed = (code, message, at) => named({
    type: 'response.failed', response: response('failed', [], { error: { code, message } }), sequence_number: at,
});

// Gemini

const geminiChunk = (parts, more = {}) => [null, {
    candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
    usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 7, totalTokenCount: 19 }, modelVersion: 'gemini-test', responseId: 'r1',
}];

export const gemini = {
    name: 'Gemini',
    path: '/v1beta/models/gemini-test:streamGenerateContent?alt=sse',
    jsonPath: '/v1beta/models/gemini-test:generateContent',
    stop: { text: 'STOP', tool: 'STOP' },
    events: [
        ...text.slice(0, 2).map((piece) => geminiChunk([{ text: piece }])),
        geminiChunk([{ text: text[2] }], { finishReason: 'STOP' }),
    ],
    tool: [geminiChunk([{ functionCall: { name: tool.name, args: tool.arguments } }], { finishReason: 'STOP' })],
    opening: 0,
    cut: 1,
    json: geminiChunk([{ text: wholeText }], { finishReason: 'STOP' })[1],
    errorObject: { error: { code: 503, message: 'The model is overloaded', status: 'UNAVAILABLE' } },
    callersFault: { error: { code: 400, message: 'The input token count exceeds the maximum', status: 'INVALID_ARGUMENT' } },
};

export const protocols = [anthropic, chat, responses, gemini];

/** The bytes of one event. `eol` ends its lines, `names: false` leaves `event:` out. */
export function sse([name, data], { eol = '\n', names = true } = {}) {
    const payload = typeof data === 'string' ? data : JSON.stringify(data);
    return `${name && names ? `event: ${name}${eol}` : ''}data: ${payload}${eol}${eol}`;
}

/** An object with the members of every level in alphabetical order, as relays written in Go send it: `type` then comes last. */
export function sorted(value) {
    if (Array.isArray(value)) return value.map(sorted);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
