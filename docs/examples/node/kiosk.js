// A kiosk in Node.js: serves a node's pages and its search, and brings them up to date without a pause.
//
//   node kiosk.js STORE [PORT [SOURCE]]       GET / and every other page, GET /ask?q=WORDS, POST /sync
'use strict';
const http = require('http');
const tong = require(process.env.TONG_NODE || './tong.node');

const [store, port = '0', source] = process.argv.slice(2);
if (!store) {
  console.error('node kiosk.js STORE [PORT [SOURCE]]');
  process.exit(2);
}
const agent = tong.open(store);
const NOT_FOUND = 'TONG_E_NOTFOUND';

async function answer(request) {
  const url = new URL(request.url, 'http://kiosk');
  if (request.method === 'POST' && url.pathname === '/sync') {
    return { type: 'text/plain', body: `release ${await tong.sync(store, source)}\n` };
  }
  if (url.pathname === '/ask') {
    return { type: 'application/json', body: tong.search(agent, url.searchParams.get('q') || '', url.searchParams.get('region')) };
  }
  return tong.page(agent, url.pathname);
}

http.createServer(async (request, response) => {
  try {
    const { type, body } = await answer(request);
    response.setHeader('Content-Type', type);
    response.end(body);
  } catch (e) {
    response.statusCode = e.code === NOT_FOUND ? 404 : 500;
    response.end(`${e.code}: ${e.message}\n`);
  }
}).listen(Number(port), '127.0.0.1', function () { console.log(`http://127.0.0.1:${this.address().port}/`); });
