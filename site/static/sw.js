// Keeps the shell, and the regions a visitor asked for, for the time without a network.
// VERSION and SHELL stand above (core/page_offline.c). A copy is used when it is whole, and never mixed:
// the copies of one version share a prefix, and a new version comes into use as a whole.
'use strict';
const PREFIX = 'tong-' + VERSION + '-';
const WHOLE = 'whole';
const at = (path) => new URL(path, registration.scope).href;

// Is the server still at our version? It may have been published anew while we fetched.
const current = async () =>
  (await (await fetch(at('sw.js'), { cache: 'no-cache' })).text()).includes("'" + VERSION + "'");

const fill = async (name, urls, tell = () => {}) => {
  await caches.delete(name);
  const cache = await caches.open(name);
  let n = 0;
  const left = [...urls];
  const work = async () => {
    for (let url; (url = left.shift());) {
      const got = await fetch(at(url), { cache: 'no-cache' });
      if (!got.ok) throw new Error(url + ' ' + got.status);
      await cache.put(at(url), got);
      if (++n % 20 === 0) tell(n);
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  if (!await current()) throw new Error('another version');
  await cache.put(at(WHOLE), new Response(''));
};

// The copies of our version that are whole.
const copies = async () => {
  const list = [];
  for (const name of await caches.keys()) {
    const cache = name.startsWith(PREFIX) && await caches.open(name);
    if (cache && await cache.match(at(WHOLE))) list.push(cache);
  }
  return list;
};
// A page is the same whatever is asked after '?'; a file that names its version there is another one.
const kept = async (request) => {
  for (const cache of await copies()) {
    const got = await cache.match(request, { ignoreSearch: request.mode === 'navigate' });
    if (got) return got;
  }
};
const region = async (code, tell) => {
  const url = 'regions/' + code + '/offline.json';
  const got = await fetch(at(url), { cache: 'no-cache' });
  if (got.status === 404) return;
  const list = await got.json(), name = PREFIX + code + '-' + list.version;
  if (await (await caches.open(name)).match(at(WHOLE))) return;
  await fill(name, [...list.urls, url], (n) => tell && tell(n, list.urls.length));
  for (const old of await caches.keys()) {
    if (old.startsWith(PREFIX + code + '-') && old !== name) await caches.delete(old);
  }
};
const saved = async () => new Set((await caches.keys())
  .map((name) => /^tong-\w+-(\d{6,12})-/.exec(name)).filter(Boolean).map((m) => m[1]));

self.addEventListener('install', (e) => e.waitUntil((async () => {
  try {
    await fill(PREFIX + 'shell', SHELL);
    for (const code of await saved()) await region(code);
  } catch (why) {
    for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await caches.delete(name);
    throw why;
  }
})()));

self.addEventListener('activate', (e) => e.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith('tong-') && !name.startsWith(PREFIX)) await caches.delete(name);
  }
  await clients.claim();
})()));

// {keep: code}, {drop: code}, {list: true}: answered on the port; 'now': the new version takes over.
self.addEventListener('message', (e) => {
  const port = e.ports[0], { keep, drop } = e.data;
  if (e.data === 'now') return skipWaiting();
  e.waitUntil((async () => {
    try {
      if (keep) await region(keep, (n, of) => port.postMessage({ n, of }));
      if (drop) {
        for (const name of await caches.keys()) if (name.startsWith(PREFIX + drop + '-')) await caches.delete(name);
      }
      port.postMessage({ saved: [...await saved()] });
    } catch (why) {
      port.postMessage({ failed: String(why) });
    }
  })());
});

const fresh = async (request) => {
  try {
    return await fetch(request);
  } catch (why) {
    const got = await kept(request) || request.mode === 'navigate' && await kept(at('offline/'));
    if (got) return got;
    throw why;
  }
};
const answer = async (request) => {
  // One page left and a new version ready: it takes over between two pages, not within one.
  if (request.mode === 'navigate' && registration.waiting && (await clients.matchAll()).length < 2) {
    registration.waiting.postMessage('now');
    return new Response('', { headers: { Refresh: '0' } });
  }
  const versioned = request.url.includes('/static/') && request.url.includes('?v=');
  return versioned && await kept(request) || fresh(request);
};
self.addEventListener('fetch', (e) => {
  if (e.request.method === 'GET' && e.request.url.startsWith(registration.scope)) {
    e.respondWith(answer(e.request));
  }
});
