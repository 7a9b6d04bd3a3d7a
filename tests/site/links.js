// Every link of the whole output leads somewhere, every page can be reached by links; one page of each kind is valid HTML.
// links.js SITE OTHER-SITE
const fs = require('fs');
const { HtmlValidate } = require('html-validate');
const { RULES, load, broken, faultsOf } = require('./lib/links.js');
const { examples, main, say } = require('./lib/world.js');

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

async function valid(sites) {
	const checker = new HtmlValidate(RULES);
	for (const kind of examples(sites)) {
		if (!kind.url) { say(`${kind.name}: has a page`, ['no site under test shows it']); continue; }
		say(`${kind.name}: valid HTML`, faultsOf(await checker.validateString(fs.readFileSync(kind.file, 'utf8')), kind.url));
	}
}

main(async ([site, other]) => {
	wholeSite('the catalogue', site);
	wholeSite('the test catalogue', other);
	await valid([{ at: '/', folder: site }, { at: '/b/', folder: other }]);
});
