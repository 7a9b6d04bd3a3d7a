// Remembers ways of reading and ticked materials on this machine; filters a page, fetches the search, keeps a kiosk,
// reads aloud, and asks the worker to keep pages.
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
for (const [i, box] of all('input[type=checkbox],input[type=radio]').entries()) {
  const key = 'tong.' + (box.id || location.pathname + '#' + i);
  if (store.get(key) === '1') box.checked = true;
  box.addEventListener('change', () => {
    for (const other of all(`input[name=${box.name || 'none'}]`)) store.set('tong.' + other.id, '');
    store.set(key, box.checked ? '1' : '');
  });
}

// ---- a kiosk: this window stays inside, and begins again when nobody is there ----
const home = new URL('..', document.currentScript.src);
const keypad = $('.keypad');
try {
  if (keypad) sessionStorage.kiosk = '1';
  if (sessionStorage.kiosk) {
    let idle;
    const wait = () => {
      clearTimeout(idle);
      idle = setTimeout(() => { location = home + 'kiosk/'; }, 60000);
    };
    document.documentElement.classList.add('kiosk');
    for (const what of ['pointerdown', 'keydown', 'scroll', 'input']) addEventListener(what, wait);
    addEventListener('click', (e) => {
      const a = e.target.closest && e.target.closest('a');
      if (a && !a.href.startsWith(home)) e.preventDefault();
    }, true);
    wait();
  }
} catch { /* no storage, no kiosk */ }
if (keypad) {
  keypad.classList.add('on');
  keypad.addEventListener('click', (e) => {
    const field = $('.find input');
    if (!e.target.matches('button')) return;
    field.value = e.target.value ? field.value.slice(0, -1) : field.value + e.target.textContent;
    field.focus();
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

// ---- read aloud, where the browser has a voice ----
const say = $('.say');
if (window.speechSynthesis && say) {
  const word = say.textContent, speech = speechSynthesis;
  const offer = () => { say.hidden = !speech.getVoices().length; };
  const stop = () => { speech.cancel(); say.textContent = word; };
  speech.addEventListener('voiceschanged', offer);
  offer();
  say.addEventListener('click', () => {
    if (say.textContent !== word) return stop();
    say.textContent = say.dataset.stop;
    for (const part of all('main h1,main h2,main h3,main p,main li,main dt,main dd').filter((el) => el.checkVisibility && el.checkVisibility())) {
      const text = new SpeechSynthesisUtterance(part.innerText);
      text.lang = document.documentElement.lang;
      speech.speak(text);
    }
    const end = new SpeechSynthesisUtterance(' ');
    end.onend = stop;
    speech.speak(end);
  });
  addEventListener('pagehide', () => speech.cancel());
}

// ---- without a network: the worker keeps the shell, and a region when asked ----
const worker = navigator.serviceWorker;
const ask = (what, tell) => worker.ready.then((r) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = (e) => tell(e.data);
  r.active.postMessage(what, [port2]);
});
if (worker) {
  addEventListener('load', () => worker.register(home + 'sw.js').catch(() => {}));
  const keep = $('.keep'), list = $('#saved');
  if (keep) {
    const [take, drop] = all('button', keep), status = $('[role=status]', keep), code = keep.dataset.region;
    const about = $('b', status);
    const tell = (d) => {
      if (d.n) about.textContent = d.n + ' / ' + d.of;
      if (d.failed) status.textContent = status.dataset.failed;
      if (!d.saved) return;
      drop.hidden = !d.saved.includes(code);
      take.hidden = !drop.hidden;
      if (take.hidden) status.textContent = status.dataset.done;
    };
    about.textContent = Math.ceil(keep.dataset.n * 3 / 10) / 100 + ' MB';
    take.addEventListener('click', () => ask({ keep: code }, tell));
    drop.addEventListener('click', () => ask({ drop: code }, tell));
    ask({}, (d) => {
      keep.hidden = false;
      tell(d);
      if (d.saved && d.saved.includes(code) && navigator.onLine) ask({ keep: code }, tell);
    });
  }
  if (list) {
    ask({}, async (d) => {
      for (const code of d.saved || []) {
        const { name } = await fetched(list.dataset.regions + code + '/offline.json');
        list.append(make('li', {}, link(list.dataset.regions + code + '/', name)));
      }
    });
  }
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
const bare = (s) => s.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}\p{M}]/gu, '');

// ---- filter of a long page ----
const filter = $('.filter');
if (filter) {
  const field = $('input', filter), none = $('[role=status]', filter);
  const rows = all('main .list li').map((li) => ({ li, text: bare($('a', li).textContent) }));
  const types = all('main .type'), folds = all('main .fold');
  const hide = (el, inside) => { el.hidden = !$('li:not([hidden])', inside); };
  filter.classList.add('on');
  filter.addEventListener('submit', (e) => e.preventDefault());
  field.addEventListener('input', () => {
    const q = bare(field.value);
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
