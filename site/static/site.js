// Remembers large text and ticked materials on this machine; filters a page, verifies, fetches the search.
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

// ---- text as it is compared ----
const plain = (s) => s.normalize('NFKC').toLowerCase().replace(/[\s\p{P}]/gu, '');

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

// ---- search: fetched when its field is used ----
for (const form of all('form.find')) {
  const start = () => {
    if (!$('#search-script')) document.head.append(make('script', { id: 'search-script', src: form.dataset.script }));
  };
  form.addEventListener('focusin', start, { once: true });
  if ($('#results') && form.closest('main')) {
    start();
    if (!query.get('q')) $('input', form).focus();
  }
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
