// Search: search.js SITE EDITED TARGETS FOLDER NODE-URL. Its answers beside MiniSearch's and Pagefind's, recall, bytes, speed, the field and its list.
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');
const c = require('./lib/checks.js');
const s = require('./lib/search.js');
const { ROOT, main, say, withBrowser } = require('./lib/world.js');
const { serve, recipeHeaders } = require('./lib/web.js');

const json = (...at) => JSON.parse(fs.readFileSync(path.join(...at), 'utf8'));
const packed = (bytes) => zlib.gzipSync(bytes, { level: 6 }).length;
const queries = json(__dirname, 'queries.json');

// The site's search in this process: its functions over its files.
function opened(site) {
	const own = s.ownSearch(path.join(ROOT, 'site/static/search.js'));
	const index = own.openIndex(json(site, 'data/search.json')), kept = new Map();
	const get = async (name) => {
		if (!kept.has(name)) kept.set(name, json(site, 'data/text', name));
		return kept.get(name);
	};
	const ask = async (q) => {
		const lists = own.arranged(own.findNames(index, q), await own.findText(index, q, get));
		return lists.flat().map((e) => `${e.kind}/${e.id}`);
	};
	return { own, index, get, ask };
}

const told = (name, score) => `${name}: ${score.first} first, ${score.five} in the first five`;

// Counted for each kind of query, and beside the others in one run.
async function answers(mine, docs, site, page, folder, url) {
	const search = json(site, 'data/search.json'), known = new Set(docs.map((d) => d.path));
	const wrong = queries.filter((q) => !q.want.every((w) => [...known].some((at) => s.answers({ want: [w] }, at))));
	say(`${queries.length} queries, what they want is there`, queries.length < 150 ? ['wanted at least 150'] : wrong.map((q) => q.q));
	for (const kind of new Set(queries.map((q) => q.kind))) {
		const of = queries.filter((q) => q.kind === kind), score = await s.count(of, mine.ask);
		say(told(`${kind}, ${of.length}`, score), score.five * 10 < of.length * 9 ? score.missed : []);
	}
	const own = await s.count(queries, mine.ask), mini = await s.count(queries, s.miniSearch(docs, search));
	const found = await s.count(queries, await s.pagefind(docs, folder, page, url));
	for (const [name, other] of [['MiniSearch', mini], ['Pagefind', found]])
		say(`${told('this search', own)}; ${told(name, other)}`, own.first > other.first && own.five > other.five ? [] : ['wanted more in both']);
	const least = [0.9, 0.97].map((part) => Math.ceil(part * queries.length));
	say(`at least ${least} of ${queries.length}`, own.first < least[0] || own.five < least[1] ? own.missed : []);
}

// A node ranks names by the same rules in C: where names hold what was typed, its first five are these.
async function sameAsNode(mine, node) {
	const faults = [], typed = queries.flatMap(({ q }) => (/^[a-z]+$/.test(q) ? [q.slice(0, 2), q] : [q]));
	let compared = 0;
	for (const q of typed) {
		const names = mine.own.findNames(mine.index, q), five = names.slice(0, 5).map((e) => `${e.kind}/${e.id}`);
		if (mine.own.arranged(names, [])[0].length === 0) continue;
		const got = await (await fetch(`${node}/api/v1/search?limit=5&q=${encodeURIComponent(q)}`)).json();
		const theirs = got.hits.filter((h) => h.group !== 'inside').map((h) => `${h.kind}/${h.code || h.id}`);
		if (five.join() !== theirs.slice(0, five.length).join()) faults.push(`${q}: ${five} / ${theirs}`);
		compared++;
	}
	say(`a node gives the same names in the same order, ${compared} queries`, compared < 200 ? ['too few'] : faults);
}

// ---- recall: no text that holds the query is missed ----

// Substrings of three and more characters, here and there, the same ones every time.
function* longer(texts) {
	let seed = 20240601;
	const next = (below) => {
		seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
		return (seed >>> 8) % below;
	};
	for (let i = 0; i < 1500; i++) {
		const t = [...texts[next(texts.length)]], n = 3 + next(18), at = next(Math.max(1, t.length - n));
		if (t.length >= 3) yield t.slice(at, at + n).join('');
	}
}

async function recall(mine, docs) {
	const items = docs.filter((d) => d.path.startsWith('items/')), grams = new Map(), faults = [];
	const texts = items.map((d) => d.fields.map(s.folded));
	texts.forEach((fields, n) => fields.forEach((f) => {
		const t = [...f];
		t.forEach((one, i) => { for (const g of i ? [one, t[i - 1] + one] : [one]) grams.set(g, (grams.get(g) || new Set()).add(n)); });
	}));
	for (const q of longer(texts.flat().filter(Boolean))) grams.set(q, new Set(texts.flatMap((fields, n) => (fields.some((f) => f.includes(q)) ? [n] : []))));
	let pairs = 0;
	for (const [q, wanted] of grams) {
		const got = new Set((await mine.own.findText(mine.index, q, mine.get)).map((e) => `items/${e.id}`));
		for (const n of wanted) if (!got.has(items[n].path)) faults.push(`${q} is in ${items[n].path}`);
		pairs += wanted.size;
	}
	say(`recall: ${grams.size} queries of 1 to 20 characters, ${pairs} places, none missed`, grams.size < 8000 ? ['too few'] : faults);
}

// ---- without script: every item stands in the index by initials ----

function reachable(docs, site) {
	for (const tree of ['', 'en/']) {
		const links = (file, form) => [...fs.readFileSync(path.join(site, tree, file), 'utf8').matchAll(form)].map((m) => decodeURIComponent(m[1]));
		const letters = links('search/index.html', /href="\.\.\/search\/([a-z]+)\/"/g);
		const found = new Set(letters.flatMap((l) => links(`search/${l}/index.html`, /href="\.\.\/\.\.\/items\/([^/"]+)\/"/g)));
		const lost = docs.filter((d) => d.path.startsWith('items/') && !found.has(d.path.slice(6))).map((d) => d.path);
		say(`/${tree}search/: ${letters.length} initials lead to ${found.size} items, every one`, letters.length < 15 ? ['few letters'] : lost);
	}
}

// ---- bytes ----

async function bytes(mine, site, edited) {
	const names = packed(fs.readFileSync(path.join(site, 'data/search.json')));
	say(`names, codes, sounds: ${names} bytes`, names > 45000 ? ['wanted at most 45,000'] : []);
	let most = 0;
	for (const { q } of queries) {
		const files = new Set();
		await mine.own.findText(mine.index, q, (name) => mine.get(name, files.add(name)));
		most = Math.max(most, [...files].reduce((n, name) => n + packed(fs.readFileSync(path.join(site, 'data/text', name))), names));
	}
	say(`a cold query: at most ${most} bytes`, most > 80000 ? ['wanted at most 80,000'] : []);
	const all = ['search.json', ...fs.readdirSync(path.join(site, 'data/text')).map((name) => `text/${name}`)];
	const differ = all.filter((name) => !fs.readFileSync(path.join(site, 'data', name)).equals(fs.readFileSync(path.join(edited, 'data', name))));
	const changed = differ.reduce((n, name) => n + packed(fs.readFileSync(path.join(edited, 'data', name))), 0);
	say(`one item edited: ${changed} bytes in ${differ.length} files`, changed > 65536 || differ.length < 2 ? ['wanted at most 65,536, and a change'] : []);
	const script = ['site', 'search'].reduce((n, name) => n + packed(fs.readFileSync(path.join(site, `static/${name}.js`))), 0);
	say(`script: ${script} bytes`, script > 8192 ? ['wanted at most 8,192'] : []);
}

// ---- speed: a telephone four times slower, 3,000 names ----

async function speed(browser, url) {
	const context = await browser.newContext(c.alone(c.PHONE)), page = await context.newPage();
	await page.goto(`${url}search/?q=%E6%8A%A4%E7%85%A7`);
	await page.locator('#results .results a').first().waitFor();
	await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: 4 });
	const typed = queries.flatMap(({ q }) => (/^[a-z ]+$/.test(q) ? [...q].map((l, i) => q.slice(0, i + 1)) : [q]));
	const took = await page.evaluate(([asked, from]) => {
		/* global data, openIndex, findNames */
		const many = { ...data, codes: data.codes.split('\n'), names: data.names.split('\n'), marks: [...data.marks] };
		for (let i = 0; many.codes.length < 3000; i++) {
			many.codes.push(`X${i}`);
			many.names.push(many.names[from + i * 7 % from].slice(1) + many.names[i].slice(0, 4));
			many.marks.push('0');
		}
		const made = performance.now();
		const index = openIndex({ ...many, codes: many.codes.join('\n'), names: many.names.join('\n'), marks: many.marks.join(''), slots: 4096 });
		const times = [];
		for (const q of ['s', '身分']) findNames(index, q);
		times[0] = performance.now() - made;
		const once = (q) => {
			const start = performance.now();
			findNames(index, q);
			return performance.now() - start;
		};
		return [...times, ...asked.map((q) => Math.min(once(q), once(q)))];
	}, [typed, 600]);
	const [open, ...each] = took.map(Math.round), sorted = [...each].sort((a, b) => a - b);
	const at = (part) => sorted[Math.floor(sorted.length * part)];
	const slow = typed.filter((q, i) => each[i] > 60).slice(0, 8);
	say(`3,000 names on a telephone (4 times slower): ${typed.length} queries, half within ${at(0.5)} ms, 95 of 100 within ${at(0.95)} ms, opened in ${open} ms`,
		at(0.95) > 60 ? [`wanted 60 ms at most; slow: ${slow}`] : []);
	await context.close();
}

// ---- the field and its list, by keyboard ----

const state = (page) => page.evaluate(() => {
	const field = document.querySelector('main form.find input') || document.querySelector('form.find input'), list = document.getElementById(field.getAttribute('aria-controls'));
	const at = field.getAttribute('aria-activedescendant');
	return {
		role: field.getAttribute('role'), open: field.getAttribute('aria-expanded'), seen: Boolean(list) && list.checkVisibility(), list: list && list.getAttribute('role'),
		options: list ? [...list.children].filter((li) => li.getAttribute('role') === 'option').length : 0, value: field.value,
		at: at && list ? [...list.children].findIndex((li) => li.id === at) : -1,
		chosen: list ? [...list.children].flatMap((li, i) => (li.getAttribute('aria-selected') === 'true' ? [i] : [])) : [],
		said: document.querySelector('form.find [role=status]')?.textContent,
	};
});
const like = (got, wanted) => Object.entries(wanted).filter(([k, v]) => JSON.stringify(got[k]) !== JSON.stringify(v)).map(([k, v]) => `${k} is ${JSON.stringify(got[k])}, wanted ${JSON.stringify(v)}`);

async function field(browser, url) {
	const context = await browser.newContext(c.alone(c.DESKTOP)), page = await context.newPage();
	await page.goto(url);
	const input = page.locator('main form.find input').or(page.locator('form.find input')).first();
	await input.focus();
	await page.locator('form.find input[role=combobox]').first().waitFor();
	say('field: a closed combobox', like(await state(page), { role: 'combobox', open: 'false', seen: false, list: 'listbox' }));
	await input.pressSequentially('身份证');
	await page.locator('.hits li').first().waitFor();
	const typed = await state(page);
	say('field: the list opens, options, their number is said', [...like(typed, { open: 'true', seen: true, at: -1, chosen: [] }), ...(typed.options < 5 ? ['few options'] : []), ...(/\d/.test(typed.said) ? [] : [`said: ${typed.said}`])]);
	say('field: axe finds nothing in the open list', await c.axe(page));
	await page.keyboard.press('ArrowDown');
	say('field: down chooses the first', like(await state(page), { at: 0, chosen: [0] }));
	await page.keyboard.press('ArrowUp');
	say('field: up from the first goes to the last', like(await state(page), { at: typed.options - 1, chosen: [typed.options - 1] }));
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Escape');
	say('field: Escape closes and keeps what was typed', like(await state(page), { open: 'false', seen: false, at: -1, chosen: [], value: '身份证' }));
	await page.keyboard.press('ArrowDown');
	say('field: down opens it again', like(await state(page), { open: 'true', seen: true, at: 0 }));
	await page.keyboard.press('Tab');
	say('field: leaving closes', like(await state(page), { open: 'false', seen: false }));
	await input.fill('putonghuzhao');
	await page.locator('.hits li', { hasText: '普通护照签发' }).waitFor();
	await page.keyboard.press('ArrowDown');
	await Promise.all([page.waitForURL(/\/items\/511A0116400001\/$/), page.keyboard.press('Enter')]);
	say('field: Enter opens what is chosen', []);
	await page.goto(url);
	await input.fill('户口迁移');
	await page.locator('.hits li').first().waitFor();
	await Promise.all([page.waitForURL(/\/search\/\?q=/), page.keyboard.press('Enter')]);
	say('field: Enter with nothing chosen opens the search page', []);
	await context.close();
}

// ---- the search page: names first, then the full text; other languages ----

async function shown(page, url, q) {
	await page.goto(`${url}?q=${encodeURIComponent(q)}`);
	await page.locator('#results .results a').first().waitFor({ timeout: 15000 }).catch(() => {});
	await page.waitForTimeout(300);
	return page.evaluate(() => [...document.querySelectorAll('#results h2')].map((h) => ({
		title: h.firstChild.textContent, links: [...h.nextElementSibling.querySelectorAll('a')].map((a) => [a.getAttribute('href'), a.textContent]),
	})));
}

async function resultsPage(browser, url) {
	const context = await browser.newContext(c.alone(c.PHONE)), page = await context.newPage();
	const faults = (groups, at, text) => {
		const one = groups.flatMap((g) => g.links).find(([href]) => href.endsWith(at));
		return !one ? [`${at} is not in ${JSON.stringify(groups).slice(0, 200)}`] : one[1].includes(text) ? [] : [`${at} is called ${one[1]}`];
	};
	const inside = await shown(page, `${url}search/`, '消防器材');
	say('page: full text is found, and before names that are only like it', [...faults(inside, 'items/511A0007700001/', '烟花爆竹'), ...(inside[0]?.links[0][0].endsWith('511A0007700001/') ? [] : ['it is not first'])]);
	const named = await shown(page, `${url}search/`, '身份证');
	say('page: names come before full text', named[0]?.links.some(([href]) => href.endsWith('513A0011200068/')) ? [] : [JSON.stringify(named[0])]);
	say('page: an English name on an English page', faults(await shown(page, `${url}en/search/`, 'tobacco licence'), 'items/510162001001/', 'obacco'));
	say('page: its Chinese name too', faults(await shown(page, `${url}en/search/`, '烟草专卖零售许可证新办'), 'items/510162001001/', 'obacco'));
	say('page: and English words on a Chinese one', faults(await shown(page, `${url}search/`, 'tobacco'), 'items/510162001001/', '烟草'));
	say('page: axe finds nothing', await c.axe(page));
	await context.close();
}

main(async ([site, edited, targets, folder, node]) => {
	const base = path.join(targets, fs.readdirSync(targets).find((name) => name.endsWith('.base.ndjson')));
	const mine = opened(site), docs = s.documents(base, json(site, 'data/search.json'));
	fs.mkdirSync(folder);
	const server = await serve({ '/': site }, recipeHeaders(path.join(ROOT, 'docs/recipes/site/nginx.conf')));
	const other = await serve({ '/': folder });
	await recall(mine, docs);
	await bytes(mine, site, edited);
	reachable(docs, site);
	await withBrowser(async (browser) => answers(mine, docs, site, await browser.newPage(), folder, `${other.url}/`));
	await sameAsNode(mine, node);
	for (const one of [speed, field, resultsPage]) await withBrowser((browser) => one(browser, `${server.url}/`));
	await Promise.all([server.close(), other.close()]);
});
