// Every kind of page on a desk, in the dark, in high contrast (the system's and the page's own), in a kiosk, and when no script arrives:
// modes.js SITE OTHER-SITE [KIND…]
const path = require('path');
const c = require('./lib/checks.js');
const { ROOT, examples, main, say, withBrowser } = require('./lib/world.js');
const { serve, recipeHeaders } = require('./lib/web.js');

async function opened(browser, url, mode) {
	const context = await browser.newContext(c.alone(c.MODES[mode]));
	const page = await context.newPage();
	await page.goto(url);
	return { context, page };
}

async function inMode(browser, url, kind, mode) {
	const { context, page } = await opened(browser, url, mode);
	say(`${kind.name}: axe, ${mode}`, await c.axe(page));
	if (mode === 'desktop') say(`${kind.name}: by keyboard`, await c.keyboard(page));
	await context.close();
}

// Where a browser runs no script at all, axe cannot run either; pages.js asks there for the same words and no dead control.
async function withoutScripts(browser, url, kind) {
	const context = await browser.newContext(c.alone(c.PHONE));
	await context.route(/\.js(\?|$)/, (route) => route.abort());
	const page = await context.newPage();
	await page.goto(url);
	say(`${kind.name}: axe, no script arrives`, await c.axe(page));
	await context.close();
}

// Contrast that was chosen on the page, and a window of a kiosk.
async function chosen(browser, url, kind) {
	const { context, page } = await opened(browser, url, 'phone');
	await page.locator('#contrast').check({ force: true });
	say(`${kind.name}: axe, contrast chosen`, await c.axe(page));
	await page.evaluate(() => { localStorage.clear(); sessionStorage.kiosk = '1'; });
	await page.reload();
	say(`${kind.name}: axe, kiosk`, await c.axe(page));
	say(`${kind.name}: touch targets of 60 px in a kiosk`, await c.touch(page, 60));
	await context.close();
}

main(async ([site, other, ...only]) => {
	const server = await serve({ '/': site, '/b/': other }, recipeHeaders(path.join(ROOT, 'docs/recipes/site/nginx.conf')));
	for (const kind of examples([{ at: '/', folder: site }, { at: '/b/', folder: other }])) {
		if (!kind.url || kind.template === 'alias' || (only.length && !only.includes(kind.name))) continue;
		const url = server.url + kind.url;
		await withBrowser(async (browser) => {
			for (const mode of ['desktop', 'dark', 'high contrast']) await inMode(browser, url, kind, mode);
			await withoutScripts(browser, url, kind);
			await chosen(browser, url, kind);
		});
	}
	await server.close();
});
