// Remembers large text and ticked materials on this machine; filters a page, searches, verifies.
// Every page is whole without it.
'use strict';
const $ = (s, from = document) => from.querySelector(s);
const all = (s, from = document) => [...from.querySelectorAll(s)];
const make = (tag, props, ...inside) => {
  const el = Object.assign(document.createElement(tag), props);
  el.append(...inside);
  return el;
};
const link = (href, ...inside) => make('a', { href }, ...inside);
const query = new URLSearchParams(location.search);
// A private window may refuse to remember: then nothing is remembered.
const store = {
  get(k) { try { return localStorage.getItem(k); } catch { return null; } },
  set(k, v) {
    try { v ? localStorage.setItem(k, v) : localStorage.removeItem(k); } catch { /* see above */ }
  },
};
const fetched = async (url) => {
  const got = await fetch(url);
  if (!got.ok) throw new Error(got.status);
  return got.json();
};

// ---- ticks: large text everywhere, materials by page ----
for (const [i, box] of all('input[type=checkbox]').entries()) {
  const key = 'tong.' + (box.id || location.pathname + '#' + i);
  box.checked = store.get(key) === '1';
  box.addEventListener('change', () => store.set(key, box.checked ? '1' : ''));
}

// ---- a link to a folded theme opens it ----
const openTarget = () => {
  const at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (at instanceof HTMLDetailsElement) {
    at.open = true;
    at.scrollIntoView();
  }
};
addEventListener('hashchange', openTarget);
openTarget();

// ---- text as it is compared; words of a question say nothing, unless they are all there is ----
const plain = (s) => s.normalize('NFKC').toLowerCase().replace(/[\s\p{P}]/gu, '');
const idle = /(怎么样?|怎样|如何)(办理?)?|(在哪里?|去哪里?)办?|(需要|要)(带|交)?什么(材料|资料)?|我(想|要)办?|办理/g;
const asked = (s) => plain(s).replace(idle, '') || plain(s);

// ---- filter of a long page ----
const filter = $('.filter');
if (filter) {
  const field = $('input', filter), none = $('[role=status]', filter);
  const rows = all('main .list li').map((li) => ({ li, text: plain($('a', li).textContent) }));
  const types = all('main .type'), folds = all('main .fold');
  const hide = (el, inside) => { el.hidden = !$('li:not([hidden])', inside); };
  filter.hidden = false;
  filter.addEventListener('submit', (e) => e.preventDefault());
  field.addEventListener('input', () => {
    const q = plain(field.value);
    let left = 0;
    for (const r of rows) left += !(r.li.hidden = !r.text.includes(q));
    for (const h of types) {
      hide(h, h.nextElementSibling);
      h.nextElementSibling.hidden = h.hidden;
    }
    for (const f of folds) {
      hide(f, f);
      f.open = q !== '' && !f.hidden;
    }
    none.hidden = left > 0;
  });
}

// ---- search: equal, begins, contains; else at least half of it, in runs of two and more ----
const coverage = (name, q) => {
  const hit = new Set();
  for (let i = 0; i + 1 < q.length; i++) {
    if (name.includes(q.slice(i, i + 2))) hit.add(i).add(i + 1);
  }
  return hit.size / q.length;
};
const score = (name, q) => {
  if (name === q) return 1000;
  if (name.startsWith(q)) return 800 - name.length;
  if (name.includes(q)) return 600 - name.length;
  const share = coverage(name, q);
  return share >= 0.5 ? 400 * share - name.length : 0;
};
const find = (data, text) => {
  const q = asked(text), typed = text.trim().toUpperCase();
  const code = data.aliases[typed] || typed;
  return data.items
    .map((it) => ({ it, s: it[0] === code ? 2000 : score(it.plain, q) }))
    .filter((r) => r.s > 0)
    .map((r) => ({ ...r, s: r.s + (r.it[3] ? 20 : 0) }))
    .sort((a, b) => b.s - a.s || (a.it[0] < b.it[0] ? -1 : 1))
    .slice(0, 60)
    .map((r) => r.it);
};
const marked = (name, q) => {
  const at = name.indexOf(q);
  if (at < 0 || !q) return [name];
  return [name.slice(0, at), make('mark', {}, q), name.slice(at + q.length)];
};
const show = (box, data, text) => {
  const d = box.dataset, q = asked(text), hits = find(data, text);
  const themes = data.themes.filter((t) => [t.name, ...(t.words || [])].some((w) => w.includes(q)));
  const chip = (t) => make('li', {}, link(d.themes + t.id + '/', t.name));
  const row = (it) => make('li', {},
    link(d.items + it[0] + '/', ...marked(it[1] || it[0], q)),
    make('small', {}, [data.types[it[2]], it[3] && d.guide, it[0]].filter(Boolean).join('　')));
  box.replaceChildren(
    hits.length
      ? make('h2', {}, d.count, make('small', {}, hits.length + ' ' + d.unit))
      : make('p', { className: 'card' }, d.none),
    ...(themes.length ? [make('ul', { className: 'row chips' }, ...themes.map(chip))] : []),
    make('ul', { className: 'list results' }, ...hits.map(row)));
};
const results = $('#results');
if (results) {
  const form = $('main .find'), field = $('input', form);
  let data, wait;
  const run = async () => {
    const text = field.value;
    history.replaceState(null, '', text ? '?q=' + encodeURIComponent(text) : location.pathname);
    results.hidden = !plain(text);
    if (results.hidden) return;
    try {
      if (!data) {
        data = await fetched(results.dataset.search);
        for (const it of data.items) it.plain = plain(it[1]);
      }
      show(results, data, field.value);
    } catch {
      results.replaceChildren(make('p', { className: 'card' }, results.dataset.offline));
    }
  };
  field.addEventListener('input', () => {
    clearTimeout(wait);
    wait = setTimeout(run, 150);
  });
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    run();
  });
  field.value = query.get('q') || '';
  if (field.value) run();
  else field.focus();
}

// ---- verify a printed guide ----
const verify = $('#verify');
if (verify) {
  const verdict = $('.verdict', verify);
  const say = (word, ok, code) => {
    verdict.className = 'verdict ' + (ok ? 'yes' : 'no');
    verdict.replaceChildren($(`[data-say=${word}]`, verify).textContent,
      ...(code ? [link(verify.dataset.items + code + '/', code)] : []));
  };
  const check = async () => {
    const typed = verify.print.value.toUpperCase().replace(/[^2-9A-HJ-NP-Z]/g, '');
    let code = verify.code.value.trim().toUpperCase(), got;
    if (typed.length !== 8) return say('no-form', false);
    try {
      got = await fetched(verify.dataset.fingerprints);
    } catch {
      return say('offline', false);
    }
    code = got.aliases[code] || code;
    if (!Object.hasOwn(got.items, code)) return say('no-item', false);
    const same = got.items[code].replace('-', '') === typed;
    return say(same ? 'same' : 'differs', same, code);
  };
  verify.hidden = false;
  verify.code.value = query.get('code') || '';
  verify.print.value = query.get('print') || '';
  verify.addEventListener('submit', (e) => {
    e.preventDefault();
    check();
  });
  if (verify.code.value && verify.print.value) check();
}
