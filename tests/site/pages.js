// Every kind of page in a real browser, as a telephone has it (modes.js: the other ways of reading): pages.js SITE OTHER-SITE FOLDER [KIND…]. The kinds come from core/site_kinds.c.
const path = require('path');
const c = require('./lib/checks.js');
const { ROOT, examples, main, say, withBrowser } = require('./lib/world.js');
const { serve, recipeHeaders } = require('./lib/web.js');

// The first view of a guide is 14 KiB with all it needs; no page costs more than 40 KiB.
const ITEM = /items\/\*\//;
// A sheet of some hundred QR codes is made to be printed.
const limit = (kind) => (kind.template === 'codes' ? 400 : 40);
const firstView = (kind) => (ITEM.test(kind.pattern) ? 14 : limit(kind)) * c.KIB;
const sheets = (kind) => (ITEM.test(kind.pattern) ? 2 : 200);

async function onPhone(browser, server, kind, pdf) {
	const url = server.url + kind.url;
	const context = await browser.newContext(c.alone(c.PHONE));
	const page = await context.newPage();
	const heard = c.listen(page, server.url);
	server.sent.length = 0;
	await page.goto(url, { waitUntil: 'networkidle' });
	say(`${kind.name}: bytes, requests`, c.weight(server.sent, firstView(kind)));
	say(`${kind.name}: nothing moves`, await c.shift(page));
	say(`${kind.name}: the same without script`, await c.noScript(browser, url, page));
	say(`${kind.name}: axe, phone`, await c.axe(page));
	say(`${kind.name}: reflow at 320 px`, await c.reflow(page, 320));
	say(`${kind.name}: reflow at 200 % text`, await c.reflow(page, 360, 2));
	say(`${kind.name}: touch targets of 44 px`, await c.touch(page, 44));
	await page.locator('#big').check({ force: true });
	say(`${kind.name}: touch targets of 60 px in large text`, await c.touch(page, 60));
	say(`${kind.name}: reflow in large text`, await c.reflow(page, 360));
	await page.locator('#big').uncheck({ force: true });
	say(`${kind.name}: on paper`, await c.paper(page, pdf, sheets(kind)));
	say(`${kind.name}: no error, no breach of the policy`, heard.console);
	say(`${kind.name}: nothing from elsewhere`, heard.outside);
	await context.close();
}

async function forwards(browser, server, kind) {
	const page = await browser.newPage();
	await page.goto(server.url + kind.url, { waitUntil: 'networkidle' });
	await page.waitForURL((u) => u.pathname !== kind.url, { timeout: 5000 }).catch(() => {});
	say(`${kind.name}: leads on`, new URL(page.url()).pathname === kind.url ? [`${kind.url} stays`] : []);
	await page.close();
}

main(async ([site, other, tmp, ...only]) => {
	const server = await serve({ '/': site, '/b/': other }, recipeHeaders(path.join(ROOT, 'docs/recipes/site/nginx.conf')));
	for (const kind of examples([{ at: '/', folder: site }, { at: '/b/', folder: other }])) {
		if (only.length && !only.includes(kind.name)) continue;
		if (!kind.url) say(`${kind.name}: has a page`, ['no site under test shows it']);
		else if (kind.template === 'alias') await withBrowser((browser) => forwards(browser, server, kind));
		else {
			const at = Date.now();
			await withBrowser((browser) => onPhone(browser, server, kind, path.join(tmp, 'page.pdf')));
			console.log(`# ${kind.name}: ${kind.url} ${((Date.now() - at) / 1000).toFixed(1)} s`);
		}
	}
	await server.close();
});
