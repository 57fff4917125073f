// A plain streaming proxy on Node's http. Usage: node node_proxy.js PORT UPSTREAM_PORT MAX_CONNECTIONS MAX_KEEPALIVE [CA_FILE]
// With CA_FILE, which vouches for it, the upstream speaks TLS.
'use strict';
const fs = require('fs');
const http = require('http');
const https = require('https');

const [port, upstreamPort, maxSockets, maxFreeSockets] = process.argv.slice(2, 6).map(Number);
const caFile = process.argv[6];
const scheme = caFile ? https : http;
const agent = new scheme.Agent({ keepAlive: true, maxSockets, maxFreeSockets, ...(caFile && { ca: fs.readFileSync(caFile) }) });

const server = http.createServer((request, response) => {
  const headers = { ...request.headers };
  delete headers.connection;
  const upstream = scheme.request({ host: '127.0.0.1', port: upstreamPort, agent, path: request.url, method: request.method, headers });
  upstream.setNoDelay(true);
  upstream.on('response', (answer) => {
    const passed = { ...answer.headers };
    delete passed.connection;
    delete passed['keep-alive'];
    delete passed['transfer-encoding'];
    response.writeHead(answer.statusCode, passed);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  upstream.on('error', (error) => {
    if (response.headersSent) return response.destroy();
    response.writeHead(502, { 'content-type': 'text/plain' });
    response.end(String(error.code));
  });
  response.on('close', () => { if (!response.writableEnded) upstream.destroy(); });
  request.pipe(upstream);
});
server.keepAliveTimeout = 75000;
server.listen({ port, host: '127.0.0.1', backlog: 4096 });
