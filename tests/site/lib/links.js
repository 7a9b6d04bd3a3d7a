// Reads the links of pages and tells which lead nowhere; the rules for valid HTML.
const fs = require('fs');
const { urlsOf } = require('./world.js');

// What the standard leaves to taste, or what the house does otherwise on purpose.
const RULES = {
	extends: ['html-validate:standard'],
	rules: { 'no-trailing-whitespace': 'off', 'long-title': 'off', 'doctype-style': 'off', 'tel-non-breaking': 'off' },
};

const unescape = (s) => s.replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

// {url, file} → with its links, the places in it, and whether it only forwards.
function read(entry) {
	const text = fs.readFileSync(entry.file, 'utf8');
	return {
		...entry,
		links: [...text.matchAll(/\s(?:href|src)="([^"]*)"/g)].map((m) => unescape(m[1])),
		ids: new Set([...text.matchAll(/\sid="([^"]*)"/g)].map((m) => unescape(m[1]))),
		forwards: text.includes('http-equiv="refresh"'),
	};
}

// {files: every URL, pages: URL → what read() found}
function load(folder) {
	const all = urlsOf(folder);
	return { files: new Set(all.map((u) => u.url)), pages: new Map(all.filter((u) => /(\/|\.html)$/.test(u.url)).map((u) => [u.url, read(u)])) };
}

// The broken links of one page; what it leads to goes into reached.
function broken(page, { files, pages }, reached) {
	const faults = [];
	for (const href of page.links) {
		if (/^(https?|tel|mailto|data):/.test(href)) continue;
		const to = new URL(href, 'http://x' + page.url);
		const at = decodeURIComponent(to.pathname);
		if (to.host !== 'x' || !files.has(at)) { faults.push(`${page.url}: ${href}`); continue; }
		reached.add(at);
		const id = decodeURIComponent(to.hash.slice(1));
		if (id && pages.has(at) && !pages.get(at).ids.has(id)) faults.push(`${page.url}: ${href} (no such place there)`);
	}
	return faults;
}

const faultsOf = (report, url) => report.results.flatMap((r) => r.messages.map((m) => `${url}:${m.line}:${m.column} ${m.ruleId}: ${m.message}`));

module.exports = { RULES, read, load, broken, faultsOf };
