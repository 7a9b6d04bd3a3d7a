// Without a network: offline.js SITE FOLDER. One visit keeps the shell and search, a region on request; an update is whole or not at all.
const fs = require('fs');
const path = require('path');
const c = require('./lib/checks.js');
const { ROOT, examples, main, say, urlsOf, withBrowser } = require('./lib/world.js');
const { serve, recipeHeaders } = require('./lib/web.js');

const REGION = '513431';
const MOUNT = '/under/a/path/';

// Another version of the site: every page says so in its heading, and so does the style that it asks for.
function publishAgain(folder, mark, version) {
	for (const { file } of urlsOf(folder)) {
		if (!/(index\.html|sw\.js|offline\.json)$/.test(file) || !/(\/under|\/site)\/(index|sw|search|offline|themes|regions\/(index|513431))/.test(file)) continue;
		const text = fs.readFileSync(file, 'utf8');
		fs.writeFileSync(file, text.replace(/<h1>(第.版)?/g, `<h1>${mark}`).replace(/(const VERSION = '|"version":")[0-9a-f]{16}/, `$1${version}`)
			.replace(/style\.css\?v=[0-9a-f]{8}/g, `style.css?v=${version.slice(0, 8)}`));
	}
	fs.appendFileSync(path.join(folder, 'static/style.css'), `:root { --published: ${mark}; }\n`);
}

const heading = async (page, url) => {
	await page.goto(url, { waitUntil: 'load' });
	const style = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--published').trim());
	const text = await page.locator('h1').innerText(), own = (/^第.版/.exec(text) || [''])[0];
	return style === own ? text : `${text} in the style of "${style}"`;
};
// Asks the page until it says yes. (Playwright's own waiting evaluates strings, which the policy forbids.)
async function until(page, ask, seconds = 90) {
	for (const end = Date.now() + seconds * 1000; Date.now() < end; await page.waitForTimeout(200)) if (await page.evaluate(ask)) return true;
	return false;
}

// What a visitor sees of each kind with the network off.
async function seen(page, base, item) {
	const all = {};
	for (const url of ['', 'search/', 'themes/', `regions/${REGION}/`, item]) all[url] = await heading(page, base + url).catch((e) => String(e).slice(0, 80));
	return all;
}
const marked = (all, mark) => Object.entries(all).filter(([, h]) => h.startsWith('第') !== (mark !== '') || (mark && !h.startsWith(mark)) || / in the style of /.test(h)).map(([u, h]) => `${u}: ${h}`);

async function firstVisit(page, context, world) {
	const { base, item } = world;
	await page.goto(base);
	await until(page, async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated');
	const shell = world.server.sent.reduce((n, s) => n + s.bytes, 0);
	say(`the shell and the search cost ${shell} bytes once`, shell > 110 * c.KIB ? ['wanted at most 110 KiB'] : []);
	await page.goto(`${base}regions/${REGION}/`);
	const status = page.locator('.keep [role=status]');
	await page.locator('.keep').waitFor();
	say('the size is shown before', /\d MB/.test(await status.innerText()) ? [] : [await status.innerText()]);
	await page.locator('.keep button').first().click();
	await until(page, () => document.querySelector('.keep button').hidden);
	say('the region is kept on request', /本机/.test(await status.innerText()) ? [] : [await status.innerText()]);
	await world.cut();
	say('no network: the shell and the region are read', marked(await seen(page, base, item), ''));
	await page.goto(`${base}search/?q=${encodeURIComponent('身份证')}`);
	await page.locator('.results a').first().waitFor({ timeout: 15000 }).catch(() => {});
	say('no network: search finds', await page.locator('.results a').count() ? [] : ['nothing was found']);
	say('no network: a page that is not kept is explained', /没有网络/.test(await heading(page, `${base}laws/`)) ? [] : ['no offline page']);
	const lost = [];
	for (const kind of examples([{ at: '/', folder: world.folder }]).filter((k) => k.url)) {
		const got = await heading(page, base + kind.url.slice(1)).catch((e) => String(e).slice(0, 80));
		const own = /<h1[^>]*>(?:<[^>]*>)*([^<]{1,4})/.exec(fs.readFileSync(kind.file, 'utf8'));
		if (!/^没有网络/.test(got) && !(own && got.startsWith(own[1]))) lost.push(`${kind.url}: ${got}`);
	}
	say('no network: a page of each kind is read or explained', lost);
	await page.goto(`${base}laws/`);
	await page.locator('#saved a').waitFor({ timeout: 5000 }).catch(() => {});
	say('no network: the kept region is named there', await page.locator('#saved a').count() ? [] : ['it is not']);
}

async function updates(page, world) {
	const { base, item, folder } = world;
	publishAgain(folder, '第二版', '2'.repeat(16));
	world.broken = item;
	await world.restore();
	say('a new version online, the old worker still there: each page has its own style', marked(await seen(page, base, ''), '第二版'));
	await page.evaluate(async () => { const r = await navigator.serviceWorker.ready; await r.update(); });
	await page.waitForTimeout(3000);
	await world.cut();
	say('an update that breaks in the middle changes nothing', marked(await seen(page, base, item), ''));
	world.broken = null;
	await world.restore();
	await page.goto(base);
	await page.evaluate(async () => { const r = await navigator.serviceWorker.ready; await r.update(); });
	await until(page, async () => (await navigator.serviceWorker.getRegistration()).waiting !== null);
	await page.goto(base);
	await page.waitForTimeout(1000);
	await world.cut();
	say('an update that is whole changes everything', marked(await seen(page, base, item), '第二版'));
}

async function visit(browser, site, folder, headers) {
	fs.cpSync(site, folder, { recursive: true });
	const context = await browser.newContext(c.PHONE);
	const page = await context.newPage();
	const server = await serve({ [MOUNT]: folder }, headers);
	const first = JSON.parse(fs.readFileSync(path.join(folder, `regions/${REGION}/offline.json`), 'utf8')).urls;
	const world = {
		server, folder, broken: null, base: server.url + MOUNT, item: first.find((u) => u.includes('/items/')),
		async cut() { await context.setOffline(true); await server.close(); },
		async restore() { await server.open(); await context.setOffline(false); },
	};
	server.refuse = (url) => world.broken && url.endsWith(world.broken);
	await firstVisit(page, context, world);
	await updates(page, world);
	await server.close();
}

main(async ([site, tmp]) => {
	const headers = recipeHeaders(path.join(ROOT, 'docs/recipes/site/nginx.conf'));
	await withBrowser((browser) => visit(browser, site, path.join(fs.mkdtempSync(path.join(tmp, 'visit-')), 'under'), headers));
});
