// What scripts with real clients share: an upstream that answers in each protocol and keeps what it was asked, and a free port.

import http from 'node:http';

export const words = 'hello from upstream';

/** The events of a whole response of OpenAI's Responses. */
export function responseEvents() {
    const response = { id: 'resp_1', object: 'response', created_at: 1, status: 'in_progress', model: 'gpt-5-codex', output: [] };
    const item = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: words, annotations: [] }] };
    const usage = { input_tokens: 3, output_tokens: 5, total_tokens: 8, input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } };
    return [{ type: 'response.created', response }, { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
        { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: words }, { type: 'response.output_item.done', output_index: 0, item },
        { type: 'response.completed', response: { ...response, status: 'completed', output: [item], usage } }].map((event, i) => ({ ...event, sequence_number: i }));
}

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
        return send.events(responseEvents());
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

/** Listens on a free port, and keeps what was asked. Who asks for a WebSocket hears `noSocket`. */
export async function upstream(noSocket = 404) {
    const asked = [];
    const server = http.createServer(async (request, response) => {
        let body = '';
        for await (const piece of request) body += piece;
        const { authorization, 'x-api-key': key, 'x-goog-api-key': google } = request.headers;
        asked.push({ headers: Object.keys(request.headers), line: `${request.method} ${request.url}`, agent: request.headers['user-agent'] ?? '', key: (authorization ?? key ?? google ?? '').replace('Bearer ', '') });
        if (request.method === 'GET' && request.url.includes('/responses')) return response.writeHead(noSocket, { 'content-type': 'application/json' }).end('{"error":{"message":"no WebSocket here","type":"invalid_request_error"}}');
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

/** That nobody listens on now. */
export async function freePort() {
    const server = http.createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}
