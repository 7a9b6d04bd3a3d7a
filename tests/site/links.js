// Every link of the whole output leads somewhere, every page can be reached by links; pages are valid HTML: all of the test catalogue,
// of the real one several of each kind in each language.
// links.js SITE OTHER-SITE
const fs = require('fs');
const { HtmlValidate } = require('html-validate');
const { RULES, load, broken, faultsOf } = require('./lib/links.js');
const { urlsOf, everyKind, pagesOf, main, say } = require('./lib/world.js');

function wholeSite(name, folder) {
	const site = load(folder);
	const reached = new Set(['/', '/404.html']);
	const faults = [];
	let n = 0;
	for (const page of site.pages.values()) {
		faults.push(...broken(page, site, reached));
		n += page.links.length;
	}
	say(`${name}: ${n} links of ${site.pages.size} pages lead somewhere`, faults);
	say(`${name}: every page is led to`, [...site.pages.values()].filter((p) => !p.forwards && !reached.has(p.url)).map((p) => p.url));
}

// As many of a kind, from the largest to the smallest.
const SOME = 8;

function some(all) {
	const step = Math.max(1, (all.length - 1) / (SOME - 1));
	return [...new Set(all.map((_, n) => Math.round(n * step)))].filter((i) => i < all.length).slice(0, SOME).map((i) => all[i]);
}

async function valid(name, pages) {
	const checker = new HtmlValidate(RULES);
	const faults = [];
	for (const page of pages) faults.push(...faultsOf(await checker.validateString(fs.readFileSync(page.file, 'utf8')), page.url));
	say(`${name}: valid HTML, pages: ${pages.length}`, faults);
}

async function validKinds(folder, also) {
	const urls = urlsOf(folder);
	for (const kind of everyKind(urls)) {
		const pages = some([...pagesOf(kind, urls)]);
		if (pages.length) await valid(kind.name, pages);
		else if (pagesOf(kind, also).next().done) say(`${kind.name}: has a page`, ['no site under test shows it']);
	}
}

main(async ([site, other]) => {
	wholeSite('the catalogue', site);
	wholeSite('the test catalogue', other);
	const small = urlsOf(other);
	await valid('the test catalogue', small.filter((u) => /\.html$/.test(u.file)));
	await validKinds(site, small);
});
