// Search without a server: names by words, sounds, pinyin and codes, then full text from small files
// (FORMAT section 11). Loaded after site.js, whose functions it uses, when a field is used.
'use strict';
// ---- text as it is compared (Q1), readings, slots ----
const lines = (s) => (s ? s.split('\n') : []);
const log2 = (n) => 32 - Math.clz32(n);
// What Sichuan speech does not tell apart: zh z, ch c, sh s, n l r, ng n, hu f (Q6).
const slur = (s) => s.replace(/^([zcs])h/, '$1').replace(/ng$/, 'n').replace(/^[nr]/, 'l')
  .replace(/^hu([in])$/, 'fe$1').replace(/^hu$/, 'fu').replace(/^hu/, 'f');
const soft = (s) => s.replace(/([zcs])h/g, '$1').replace(/ng/g, 'n');
const put = (map, key, value) => {
  const at = map.get(key);
  if (!at) map.set(key, [value]);
  else if (at[at.length - 1] !== value) at.push(value);
};
const pairs = (t) => [...new Set(t.slice(1).map((c, i) => t[i] + c))];
const slotsOf = (codes, slots) => {
  const at = new Map();
  codes.forEach((code, n) => {
    let h = 2166136261;
    for (const c of code) h = Math.imul(h ^ c.charCodeAt(), 16777619);
    for (h = (h ^ h >>> 16) & slots - 1; at.has(h);) h = h + 1 & slots - 1;
    at.set(h, n);
  });
  return at;
};
const first = (s) => s[0];
const cross = (a, b, as) => a.flatMap((x) => b.map((y) => as(x) + ' ' + as(y)));

// ---- the index: entries, and for each character and pair the entries that have it ----
const openIndex = (d) => {
  const x = { ...d, entries: [], told: [], grams: new Map(), readings: new Map(), said: new Map() };
  const codes = lines(d.codes), types = lines(d.types), limits = lines(d.limits), places = lines(d.places);
  const texts = d.texts || {}, own = texts[document.documentElement.lang] || {}, at = {};
  const add = (e, text) => {
    const n = x.entries.push(e) - 1, t = e.t = [...bare(text)], path = e.kind + '/' + e.id;
    at[path] ??= n;
    e.name = own[path] || e.name;
    e.text = t.join('');
    e.less = Math.min(t.length, 150);
    e.read = t.map((c) => x.readings.get(c) || [c]);
    for (const g of new Set([...t, ...pairs(t)])) put(x.grams, g, n);
  };
  x.rows = d.readings.split(' ').map((row) => row.match(/^([a-z]*)(.*)$/u).slice(1));
  for (const [syllable, chars] of x.rows)
    for (const c of chars) put(x.readings, c, syllable);
  lines(d.names).forEach((name, n) => add({
    kind: 'items', id: codes[n], name: name || codes[n], type: types[n], limit: limits[n],
    place: places[n], mark: +d.marks[n], n,
  }, name));
  for (const [kind, rows] of Object.entries(d.others)) {
    for (const [id, name, ...also] of rows)
      for (const word of [name, ...also]) add({ kind, id, name, mark: 0, also: kind === 'themes' && word !== name }, word);
  }
  for (const names of Object.values(texts))
    for (const path in names) if (path in at) x.told.push([at[path], bare(names[path])]);
  for (const [said, meant = ''] of d.pairs || []) put(x.said, bare(said), bare(meant));
  x.longest = Math.max(0, ...[...x.said.keys()].map((s) => s.length));
  x.slotted = slotsOf(codes, d.slots);
  return x;
};

// The same for pairs of sounds or of first letters, made when first asked for.
const byRead = (x, as) => x[as.name] ||= x.entries.reduce((map, { read }, n) => {
  for (let i = 0; i + 1 < read.length; i++) for (const s of cross(read[i], read[i + 1], as)) put(map, s, n);
  return map;
}, new Map());

// ---- what a query may mean (Q4): [text, what that costs] ----
const reworded = (x, q, which) => {
  let out = '';
  for (let i = 0; i < q.length;) {
    let n = Math.min(x.longest, q.length - i), meant;
    while (n > 0 && !((meant = x.said.get(q.slice(i, i + n))) && (meant[0] === '' || which >= 0))) n--;
    out += n ? meant[Math.min(which < 0 ? 0 : which, meant.length - 1)] : q[i];
    i += n || 1;
  }
  return out || q;
};
const meanings = (x, typed) => {
  const q = bare(typed), all = [[q, 0]];
  for (let k = -1; k < 3; k++) {
    const m = reworded(x, q, k);
    if (all.every((a) => a[0] !== m)) all.push([m, 6 + 4 * k]);
  }
  return all;
};

// ---- scores (Q5): equal, begins, contains, shares pairs ----
const whole = (e, q) => {
  if (e.text === q) return 1000;
  const at = e.text.indexOf(q);
  return at < 0 ? 0 : (at ? 600 : 800) - e.less;
};
const byWords = (x, q, best) => {
  const t = [...q], grams = t.length < 2 ? t : pairs(t), hits = new Map();
  let total = 0;
  for (const g of grams) {
    const list = x.grams.get(g), w = list ? log2(x.entries.length / list.length) : 2;
    total += w;
    for (const n of list || []) hits.set(n, (hits.get(n) || 0) + w);
  }
  for (const [n, w] of hits) {
    const e = x.entries[n];
    best(n, w === total && whole(e, q) ||
      (w * 5 >= total * 2 ? 100 + Math.floor(400 * w / total) - (e.less >> 1) : 0));
  }
};
const bySound = (x, q, best) => {
  const t = [...q], hits = new Map(), read = t.map((c) => x.readings.get(c) || [c]);
  for (let i = 0; i + 1 < t.length; i++) {
    const found = new Set(cross(read[i], read[i + 1], slur).flatMap((s) => byRead(x, slur).get(s) || []));
    for (const n of found) hits.set(n, (hits.get(n) || 0) + 1);
  }
  for (const [n, w] of hits) {
    if (w * 5 >= (t.length - 1) * 3)
      best(n, 50 + Math.floor(350 * w / (t.length - 1)) - (x.entries[n].less >> 1));
  }
};
// Where in the readings the letters from k on end, when they are syllables or beginnings of them.
const spells = (read, i, q, k, as) => {
  if (k === q.length) return i;
  for (const r of read[i] || []) {
    const s = as(r);
    let n = 0;
    while (n < s.length && s[n] === q[k + n]) n++;
    for (; n > 0; n--) {
      const end = spells(read, i + 1, q, k + n, as);
      if (end) return end;
    }
  }
  return 0;
};
const byLetters = (x, q, best, as) => {
  const near = new Set(), take = (list) => { for (const n of list || []) near.add(n); };
  for (let k = 1; k <= Math.min(6, q.length); k++) {
    const rows = x.rows.filter(([s]) => as(s).startsWith(q.slice(0, k).join('')));
    if (k === q.length) for (const [, chars] of rows) [...chars].forEach((c) => take(x.grams.get(c)));
    else if (rows.length) take(byRead(x, first).get(q[0] + ' ' + q[k]));
  }
  for (const n of near) {
    const { read, less } = x.entries[n];
    for (let i = 0; i < read.length; i++) {
      const end = spells(read, i, q, 0, as);
      if (!end) continue;
      best(n, (i ? 350 : end === read.length ? 650 : 500) - less);
      break;
    }
  }
};
const byCode = (x, typed, best) => {
  const c = typed.normalize('NFKC').trim().toUpperCase();
  if (!/^(?=.*\d)[\dA-Z-]{3,}$/.test(c)) return;
  const match = (code, n, begun) => {
    const up = code.toUpperCase();
    if (up.startsWith(c)) best(n, up === c ? 3000 : begun);
  };
  x.entries.forEach((e, n) => match(e.id, n, 2000));
  for (const alias in x.aliases) match(alias, x.entries.findIndex((e) => e.id === x.aliases[alias]), 1900);
};

// Entries in order, each page once.
const findNames = (x, typed) => {
  const score = new Int32Array(x.entries.length), all = meanings(x, typed), q = all[0][0];
  const less = (cost) => (n, s) => { if (s > cost && s - cost > score[n]) score[n] = s - cost; };
  const top = () => score.reduce((a, b) => Math.max(a, b), 0);
  if (!q) return [];
  byCode(x, typed, less(0));
  for (const [m, cost] of all) byWords(x, m, less(cost));
  if (/[a-z]/.test(q)) {
    const letters = [...q], parts = typed.trim().split(/\s+/).map(bare);
    for (const [n, name] of x.told) if (parts.every((p) => name.includes(p))) less(name.length)(n, 700);
    byLetters(x, letters, less(0), (s) => s);
    for (const [said, meant] of x.said) {
      const read = [...said].map((c) => x.readings.get(c) || [c]);
      if (meant[0] && spells(read, 0, letters, 0, (s) => s) === read.length)
        for (const m of meant) byWords(x, m, less(260));
    }
    if (top() < 300) byLetters(x, [...soft(q)], less(100), soft);
  }
  if (top() < 550) for (const [m, cost] of all) bySound(x, m, less(cost));
  const seen = new Set();
  return [...score.keys()].filter((n) => score[n] > 0).map((n) => {
    const e = x.entries[n];
    e.score = score[n] + (e.mark & 1 ? 15 : 0) - (e.mark & 4 ? 200 : 0) - (e.mark & 2 ? 12 : 0) - (e.also ? 450 : 0);
    return n;
  }).sort((a, b) => x.entries[b].score - x.entries[a].score || a - b).map((n) => x.entries[n])
    .filter((e) => !seen.has(e.kind + e.id) && seen.add(e.kind + e.id));
};

// Names that hold what was typed, texts that do, names that are only like it: each page once.
const arranged = (found, inside) => {
  const sure = found[0]?.score > 499, known = new Set(sure ? found : inside);
  const rest = (list) => list.filter((e) => !known.has(e));
  return sure ? [found, rest(inside), []] : [[], inside, rest(found)];
};

// ---- full text (Q3) ----
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const slotsIn = (s = '') => {
  const out = new Set();
  let at = -1, gap = 0, shift = 0;
  if (s[0] === '.') {
    for (let i = 0; i < 6 * (s.length - 1); i++)
      if (alphabet.indexOf(s[1 + Math.floor(i / 6)]) >> i % 6 & 1) out.add(i);
    return out;
  }
  for (const c of s) {
    const v = alphabet.indexOf(c);
    gap |= (v & 31) << shift;
    shift += 5;
    if (v < 32) {
      out.add(at += gap + 1);
      gap = shift = 0;
    }
  }
  return out;
};
const fileOf = (x, gram) => {
  const [a, b] = [...gram].map((c) => c.codePointAt());
  const h = Math.imul(a, 0x9E3779B1) + Math.imul(b || 0, 0x85EBCA6B) | 0;
  return String((h ^ h >>> 15) & x.shards - 1).padStart(5, '0') + '.json';
};
// Items whose text may hold the query: they have all its pairs. At most twelve are asked for.
const findText = async (x, typed, get) => {
  const t = [...bare(typed)], all = t.length < 2 ? t : pairs(t), step = Math.max(1, all.length / 12);
  const some = all.filter((g, i) => i % step < 1);
  const files = await Promise.all([...new Set(some.map((g) => fileOf(x, g)))]
    .map(async (name) => [name, await get(name)]));
  const by = new Map(files);
  const sets = some.map((g) => slotsIn(by.get(fileOf(x, g))[g])).sort((a, b) => a.size - b.size);
  return [...sets[0] || []].filter((s) => sets.every((set) => set.has(s)))
    .map((s) => x.entries[x.slotted.get(s)]).filter(Boolean).sort((a, b) => a.n - b.n);
};

// ---- the page: a list below the field as one types, results on the search page ----
const labelsOf = (x, e, d) => {
  const place = e.place && (e.place.length > 5
    ? (d.others.regions || []).find((r) => r[0] === e.place)?.[1] || e.place : e.place + ' ' + words.places);
  const limit = e.limit && e.limit.replace(/^(\d+)\.(.*)$/, (all, n, unit) => n + ' ' + (words['days' + unit] || words.days2));
  return [d.labels[e.type], e.mark & 1 && words.guide, place, limit, e.kind === 'items' && e.id].filter(Boolean);
};
const forms = all('form.find'), words = { ...forms[0]?.dataset, ...$('#results')?.dataset };
// Intermediaries stand on one page, each at its own place.
const hrefOf = (e) => words.root + e.kind + '/' + (e.kind === 'intermediaries' ? '#' : '')
  + encodeURIComponent(e.id) + (e.kind === 'intermediaries' ? '' : '/');
const visit = (e) => { location.href = hrefOf(e); };
let data, index, loading;
const load = () => loading ||= fetched(words.index).then((d) => {
  data = d;
  index = openIndex(d);
}).catch((e) => {
  loading = null;
  throw e;
});

const combobox = (form, n) => {
  const field = $('input', form), list = make('ul', { className: 'hits', id: 'hits' + n, hidden: true });
  const said = make('span', { className: 'said' });
  let at = -1, hits = [];
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', field.getAttribute('aria-label'));
  said.setAttribute('role', 'status');
  form.append(list, said);
  for (const [k, v] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': list.id }))
    field.setAttribute(k, v);
  const choose = (i) => {
    at = i;
    [...list.children].forEach((li, k) => li.setAttribute('aria-selected', k === at));
    if (at < 0) field.removeAttribute('aria-activedescendant');
    else {
      field.setAttribute('aria-activedescendant', list.children[at].id);
      list.children[at].scrollIntoView({ block: 'nearest' });
    }
  };
  const show = (yes) => {
    list.hidden = !yes;
    field.setAttribute('aria-expanded', yes);
    if (!yes) choose(-1);
  };
  const fill = () => {
    const found = index ? findNames(index, field.value) : [];
    hits = found.slice(0, 8);
    list.replaceChildren(...hits.map((e, i) => {
      const li = make('li', { id: list.id + '-' + i, onclick: () => visit(e) }, e.name, make('small', {}, data.labels[e.type] || ''));
      li.setAttribute('role', 'option');
      return li;
    }));
    said.textContent = bare(field.value) ? found.length ? found.length + ' ' + words.unit : words.none : '';
    show(hits.length > 0);
  };
  field.addEventListener('input', () => load().then(fill, () => {}));
  field.addEventListener('keydown', (e) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step && hits.length) {
      e.preventDefault();
      if (list.hidden) show(true);
      choose((at + step + hits.length + (at < 0 && step < 0)) % hits.length);
    } else if (e.key === 'Escape' && !list.hidden) {
      e.preventDefault();
      show(false);
    } else if (e.key === 'Enter' && at >= 0) {
      e.preventDefault();
      visit(hits[at]);
    }
  });
  field.addEventListener('blur', () => show(false));
  list.addEventListener('mousedown', (e) => e.preventDefault());
  show(false);
  load().then(() => { if (field.value) fill(); }, () => {});
};

const results = $('#results');
const marked = (name, q) => {
  const at = q ? name.indexOf(q) : -1;
  return at < 0 ? [name] : [name.slice(0, at), make('mark', {}, q), name.slice(at + q.length)];
};
const group = (title, found, q) => [
  make('h2', {}, title, make('small', {}, found.length + ' ' + words.unit)),
  make('ul', { className: 'list results' }, ...found.slice(0, 60).map((e) => make('li', {},
    link(hrefOf(e), ...marked(e.name, q)), make('small', {}, labelsOf(index, e, data).join('　'))))),
];
const groups = (found, q) => [...new Set(found.map((e) => e.kind))]
  .flatMap((k) => group(words[k] || k, found.filter((e) => e.kind === k), q));
const searchPage = (form) => {
  const field = $('input', form);
  let wait, asked = 0;
  const run = async () => {
    const text = field.value, q = text.trim(), mine = ++asked;
    history.replaceState(null, '', q ? '?q=' + encodeURIComponent(q) : location.pathname);
    results.hidden = !bare(text);
    if (results.hidden) return;
    try {
      await load();
      const found = findNames(index, text);
      const none = make('p', { className: 'card' }, words.none);
      if (mine !== asked) return;
      results.replaceChildren(...(found.length ? groups(found, q) : [none]));
      const [before, inside, after] = arranged(found, await findText(index, text, (name) => fetched(words.text + name)));
      if (mine !== asked || !inside.length) return;
      results.replaceChildren(...groups(before, q), ...group(words.inside, inside, q), ...groups(after, q));
    } catch {
      if (mine === asked && !index) results.replaceChildren(make('p', { className: 'card' }, words.offline));
    }
  };
  field.addEventListener('input', () => {
    clearTimeout(wait);
    wait = setTimeout(run, 250);
  });
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    run();
  });
  field.value ||= query.get('q') || '';
  if (field.value) run();
};

for (const [n, form] of forms.entries()) {
  if (results && form.closest('main')) searchPage(form);
  else combobox(form, n);
}
