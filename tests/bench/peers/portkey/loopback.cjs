// Loaded before the gateway, which listens on every address and has no option for another: here it gets loopback, and the other proxies' queue.
'use strict';
const net = require('net');

const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (wanted, ...others) {
  const ready = others.find((other) => typeof other === 'function');
  return listen.call(this, { ...(typeof wanted === 'object' ? wanted : { port: wanted }), host: '127.0.0.1', backlog: 4096 }, ready);
};
