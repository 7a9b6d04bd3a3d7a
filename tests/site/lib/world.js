// What the browser tests share: one page for each kind of page, a browser that cannot reach the internet, and reporting.
const fs = require('fs');
const path = require('path');
const { chromium } = require('playwright-core');

const ROOT = path.join(__dirname, '..', '..', '..');

// The rows of the table of kinds in core/site_kinds.c: a kind that is added there is tested here.
function kinds() {
	const text = fs.readFileSync(path.join(ROOT, 'core/site_kinds.c'), 'utf8');
	const table = text.slice(text.indexOf('tong__page_kinds[] = {'), text.indexOf('const size_t tong__page_n_kinds'));
	const rows = [...table.matchAll(/\{\s*"(\/[^"]*)",\s*(?:"([^"]*)"|NULL)/g)].map((m) => ({ pattern: m[1], template: m[2] }));
	if (rows.length < 20) throw new Error('the table of page kinds in core/site_kinds.c was not understood');
	return rows.filter((k) => k.template && /(\/|\.html)$/.test(k.pattern))
		.map((k) => ({ ...k, name: k.pattern + (APART.includes(k.template) ? ` (${k.template})` : '') }));
}

// Every file of a site, as URLs.
function urlsOf(folder) {
	const found = [];
	const walk = (dir, url) => {
		for (const e of fs.readdirSync(dir, { withFileTypes: true })) {
			if (e.name.startsWith('.tong-')) continue;
			if (e.isDirectory()) walk(path.join(dir, e.name), `${url}${e.name}/`);
			else found.push({ url: e.name === 'index.html' ? url : url + e.name, file: path.join(dir, e.name) });
		}
	};
	walk(folder, '/');
	return found;
}

const forwards = (file) => fs.readFileSync(file, 'utf8').includes('http-equiv="refresh"');

// Kinds that share their address with guides, and what tells them apart.
const APART = ['alias', 'gone'];
const sort = (file) => (forwards(file) ? 'alias' : /<main[^>]* class="[^"]*gone/.test(fs.readFileSync(file, 'utf8')) ? 'gone' : 'item');

// The pages of a kind, the largest first: that is the one that is hardest to get right.
function* pagesOf(kind, urls) {
	const form = new RegExp('^' + kind.pattern.replace(/[.]/g, '\\.').replace(/\*/g, '[^/]+') + '$');
	const all = urls
		.filter((u) => form.test(u.url))
		.map((u) => ({ ...u, size: fs.statSync(u.file).size }))
		.sort((a, b) => b.size - a.size || (a.url < b.url ? -1 : 1));
	for (const u of all) if (!/\/items\/\*\/$/.test(kind.pattern) || sort(u.file) === kind.template) yield u;
}

const largest = (kind, urls) => pagesOf(kind, urls).next().value;

const tagsOf = (urls) => [...new Set(urls.map((u) => /^\/([a-z]{2,3}(-[A-Za-z]+)?)\//.exec(u.url)).filter(Boolean).map((m) => m[1]))];

// All kinds in each language that there is.
function everyKind(urls) {
	return ['', ...tagsOf(urls).map((tag) => '/' + tag)].flatMap((at) => kinds().map((k) => ({ ...k, pattern: at + k.pattern, name: at + k.name })));
}

// The same kinds in another language: three of them stand for all, which share their templates.
function translated(urls) {
	const three = ['home', 'item', 'region'].map((template) => kinds().find((k) => k.template === template));
	return tagsOf(urls).flatMap((tag) => three.map((k) => ({ ...k, pattern: `/${tag}${k.pattern}`, name: `/${tag}${k.pattern}` })));
}

// One page for each kind. sites: [{at: '/', folder}], asked in this order. A kind that no site shows has url null.
function examples(sites) {
	const listed = sites.map((s) => ({ ...s, urls: urlsOf(s.folder) }));
	return [...kinds(), ...translated(listed[0].urls)].map((kind) => {
		const order = ['report', 'change'].includes(kind.template) ? [...listed].reverse() : listed;	// the last one has the form, and changed texts
		for (const s of order) {
			const one = largest(kind, s.urls);
			if (one) return { ...kind, url: s.at.slice(0, -1) + one.url, file: one.file };
		}
		return { ...kind, url: null };
	});
}

// Lines that tests/run.sh counts. faults: [] is good; at most eight are shown.
let failed = 0, held = null;
function say(name, faults) {
	if (held) { held.push([name, faults]); return; }
	if (faults.length) failed++;
	console.log(`${faults.length ? 'not ok' : 'ok'} - ${name}`);
	for (const f of faults.slice(0, 8)) console.log('    ' + String(f).replace(/\s+/g, ' ').slice(0, 300));
	if (faults.length > 8) console.log(`    and ${faults.length - 8} more`);
}

// A browser that ended by itself (the machine had no memory left) says nothing about a page.
const ENDED = /has been closed|Connection closed|Target closed|crashed/i;
let browser = null;
async function launch(more) {
	return chromium.launch({
		executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking',
			'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', ...more],
	});
}

// Does work(browser), with a browser that is kept for the next call. When it ends in the middle, what was said of this work
// is forgotten and the work is done again with a new one, three times at most.
async function withBrowser(work, more = [], tries = 3) {
	if (!browser) browser = await launch(more);
	held = [];
	const error = await work(browser).then(() => null, (e) => e);
	const said = held;
	held = null;
	if (error && tries > 1 && (!browser.isConnected() || ENDED.test(error))) {
		console.log(`# the browser ended by itself, again: ${String(error).slice(0, 200)}`);
		await browser.close().catch(() => {});
		browser = null;
		return withBrowser(work, more, tries - 1);
	}
	said.forEach((line) => say(...line));
	if (error) throw error;
}

// Runs the test; an exception is a failed check, not a silent end.
function main(test) {
	test(process.argv.slice(2)).catch((e) => say('runs to its end', [e.stack || e]))
		.then(() => browser && browser.close()).catch(() => {})
		.then(() => process.exit(failed ? 1 : 0));
}

module.exports = { ROOT, urlsOf, everyKind, pagesOf, examples, withBrowser, say, main };
