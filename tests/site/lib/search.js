// What is searched, three ways: the site's own search.js, MiniSearch and Pagefind over the same names and texts.
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const folded = (s) => s.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}\p{M}]/gu, '');

// search.js without a page around it: its functions, as the browser has them after site.js.
function ownSearch(file) {
	const page = vm.createContext({ $: () => null, all: () => [], bare: folded, document: { documentElement: { lang: 'zh-CN' } } });
	vm.runInContext(`${fs.readFileSync(file, 'utf8')}\nglobalThis.own = { openIndex, findNames, findText, fileOf, arranged };`, page);
	return page.own;
}

// ---- what an item is found by, read from the records and not from the site ----
const plain = (html) => html.replace(/<[^>]*>/g, ' ').replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&#39;/g, "'").replace(/&amp;/g, '&');
const gather = (value, name, out) => {
	if (typeof value === 'string') {
		if (/[^\0-\x7f]/.test(value)) out.push(name.endsWith('_html') ? plain(value) : value);
	} else if (value && typeof value === 'object') {
		for (const [k, v] of Object.entries(value)) gather(v, Array.isArray(value) ? name : k, out);
	}
	return out;
};
const REST = ['result', 'materials', 'sections', 'fee', 'basis', 'quota', 'visits_reason'];

// {path, name, words[], fields: [name, short facts, the rest]} of everything that the search may answer with.
function documents(base, search) {
	const items = fs.readFileSync(base, 'utf8').split('\n').filter((l) => l.startsWith('{"k":"item/')).map(JSON.parse).map((item) => ({
		path: `items/${item.code}`, name: item.name || item.code, words: [],
		fields: [[item.name], [item.main_item, item.summary, item.authority], REST.flatMap((k) => gather(item[k], k, []))].map((f) => f.filter(Boolean).join('\n')),
	}));
	const others = Object.entries(search.others).flatMap(([kind, rows]) => rows.map(([id, name, ...words]) => ({ path: `${kind}/${id}`, name, words, fields: [name] })));
	return [...items, ...others];
}

// ---- queries ----
const answers = (query, at) => query.want.some((w) => (w.endsWith('*') ? at.startsWith(w.slice(0, -1)) : at === w));

// How many queries have a wanted answer first, and among the first five.
async function count(queries, ask) {
	const score = { first: 0, five: 0, missed: [] };
	for (const query of queries) {
		const at = (await ask(query.q)).findIndex((one) => answers(query, one));
		score.first += at === 0;
		score.five += at >= 0 && at < 5;
		if (at < 0 || at > 4) score.missed.push(query.q);
	}
	return score;
}

// ---- MiniSearch: characters and pairs, words of Latin letters; pinyin and first letters as further fields ----
function miniSearch(docs, search) {
	const MiniSearch = require('minisearch');
	const readings = new Map();
	for (const [, syllable, chars] of search.readings.split(' ').map((row) => row.match(/^([a-z]*)(.*)$/u))) for (const c of chars) if (!readings.has(c)) readings.set(c, syllable);
	const read = (name) => [...name].map((c) => readings.get(c) || '').filter(Boolean);
	const tokenize = (text) => text.normalize('NFKC').split(/[^\p{L}\p{N}]+/u).flatMap((run) => {
		if (!/[^\0-\x7f]/.test(run)) return [run];
		const chars = [...run];
		return [...chars, ...chars.slice(1).map((c, i) => chars[i] + c)];
	}).filter(Boolean);
	const index = new MiniSearch({ fields: ['name', 'words', 'text', 'code', 'pinyin', 'initials'], tokenize, searchOptions: { prefix: true, fuzzy: 0.1, boost: { name: 4, code: 4, pinyin: 2, initials: 2 } } });
	index.addAll(docs.map((d) => ({
		id: d.path, name: d.name, words: d.words.join(' '), text: d.fields.slice(1).join('\n'), code: d.path.split('/')[1],
		pinyin: read(d.name).join(''), initials: read(d.name).map((s) => s[0]).join(''),
	})));
	return (q) => index.search(q).map((hit) => hit.id);
}

// ---- Pagefind: one small page a document, searched in the browser as its own script does ----
async function pagefind(docs, folder, page, url) {
	const escaped = (s) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;');
	for (const d of docs) {
		fs.mkdirSync(path.join(folder, d.path), { recursive: true });
		fs.writeFileSync(path.join(folder, d.path, 'index.html'), `<!DOCTYPE html><html lang="zh-CN"><title>${escaped(d.name)}</title><body data-pagefind-body><h1>${escaped(d.name)}</h1>`
			+ `<p>${d.path.split('/')[1]}</p>${[...d.words, ...d.fields.slice(1)].map((p) => `<p>${escaped(p)}</p>`).join('')}</body></html>`);
	}
	fs.writeFileSync(path.join(folder, 'index.html'), '<!DOCTYPE html><html lang="zh-CN"><title>-</title>');
	const tools = path.join(process.env.NODE_PATH, 'pagefind', 'lib', 'runner', 'bin.cjs');
	execFileSync('node', [tools, '--site', folder], { stdio: 'ignore' });
	await page.goto(url);
	return (q) => page.evaluate(async (asked) => {
		const p = await import('/pagefind/pagefind.js');
		const found = (await p.search(asked)).results.slice(0, 5);
		return (await Promise.all(found.map((r) => r.data()))).map((d) => d.raw_url || d.url);
	}, q).then((urls) => urls.map((u) => u.replace(/^\/|\/$/g, '')));
}

module.exports = { folded, ownSearch, documents, count, answers, miniSearch, pagefind };
