// The form of a report: report.js SITE COLLECTOR-PORT NODE-URL PREVIEW-URL. It reaches the collector, nothing reaches anybody else.
const fs = require('fs');
const http = require('http');
const path = require('path');
const c = require('./lib/checks.js');
const { ROOT, main, say, urlsOf, withBrowser } = require('./lib/world.js');
const { serve, recipeHeaders } = require('./lib/web.js');

function collect(port) {
	const got = [];
	const server = http.createServer((req, res) => {
		let body = '';
		req.on('data', (part) => { body += part; });
		req.on('end', () => {
			got.push({ method: req.method, url: req.url, type: req.headers['content-type'], form: Object.fromEntries(new URLSearchParams(body)) });
			res.writeHead(200, { 'Content-Type': 'text/plain' }).end('thanks');
		});
	});
	return new Promise((done) => { server.listen(port, '127.0.0.1', () => done({ got, close: () => server.close() })); });
}

// Fills in the form, as a person would.
async function send(page, words) {
	await page.locator('.ask textarea').fill(words);
	await page.locator('.ask input[name=region]').fill('广安区');
	await page.locator('.ask [value=differs]').check();
	await page.locator('.ask button').click();
}

// Sends whatever form the page has, or a planted one, to 'to'; true when the page left.
async function tries(page, to) {
	const was = page.url();
	await page.evaluate((action) => {
		const form = document.createElement('form');
		Object.assign(form, { action, method: 'post' });
		document.body.append(form);
		form.submit();
	}, to);
	await page.waitForTimeout(700);
	return page.url() !== was;
}

async function from(browser, name, base, report, world, javaScriptEnabled) {
	const context = await browser.newContext({ ...c.alone(c.PHONE), javaScriptEnabled });
	const page = await context.newPage();
	world.got.length = 0;
	await page.goto(base + report);
	await send(page, '第三条的材料 <不用> 带了 & "请改"');
	await page.waitForURL(/collect/, { timeout: 5000 }).catch(() => {});
	const one = world.got.filter((g) => g.method === 'POST')[0] || { form: {} };
	const want = { item: world.code, fingerprint: world.print, lang: 'zh-CN', region: '广安区', kind: 'differs', text: '第三条的材料 <不用> 带了 & "请改"', contact: '', leave: '' };
	say(`${name}${javaScriptEnabled ? '' : ', no script'}: the report reaches the collector`, [
		...(one.url === '/collect/here,now?from=site' && one.type === 'application/x-www-form-urlencoded' ? [] : [`${one.url} ${one.type}`]),
		...Object.keys({ ...want, ...one.form }).filter((k) => one.form[k] !== want[k]).map((k) => `${k}: ${one.form[k]}, wanted ${want[k]}`),
	]);
	await context.close();
}

async function nowhereElse(browser, name, base, report, world) {
	const context = await browser.newContext(c.alone(c.PHONE));
	const page = await context.newPage();
	world.got.length = 0;
	await page.goto(base + report);
	const left = [await tries(page, `${world.at}/elsewhere`)];
	await page.goto(base + report);
	left.push(await tries(page, `http://localhost:${world.port}/collect/here,now`));
	await page.goto(`${base}/`);
	left.push(await tries(page, `${world.at}/collect/here,now`));
	say(`${name}: no form goes to another address or host, and from other pages none to the collector`,
		[...left.flatMap((l, i) => (l ? [`the ${i + 1}. form was sent`] : [])), ...world.got.filter((g) => g.method === 'POST').map((g) => g.url)]);
	await page.goto(`${base}/themes/`);
	await page.locator('form.find input').fill('证');
	await page.locator('form.find').evaluate((form) => form.submit());
	await page.waitForURL(/\/search\/\?q=/, { timeout: 5000 }).catch(() => {});
	say(`${name}: the own forms go to the own host`, /\/search\/\?q=/.test(page.url()) ? [] : [page.url()]);
	await context.close();
}

main(async ([site, port, node, preview]) => {
	const headers = recipeHeaders(path.join(ROOT, 'docs/recipes/site/nginx.conf'));
	const server = await serve({ '/': site }, headers);
	const world = { ...await collect(Number(port)), port, at: `http://127.0.0.1:${port}` };
	const guide = urlsOf(site).find((u) => /^\/items\/[0-9A-Z]+\/report\/$/.test(u.url));
	world.code = guide.url.split('/')[2];
	world.print = /class="print">([^<]*)</.exec(fs.readFileSync(path.join(site, 'items', world.code, 'index.html'), 'utf8'))[1];
	for (const [name, base] of [['a static host', server.url], ['a node', node], ['the preview', preview]]) {
		await withBrowser(async (browser) => {
			await from(browser, name, base, guide.url, world, true);
			await from(browser, name, base, guide.url, world, false);
			await nowhereElse(browser, name, base, guide.url, world);
		});
	}
	const pages = urlsOf(site).filter((u) => /(\/|\.html)$/.test(u.url));
	const policies = (u) => [...fs.readFileSync(u.file, 'utf8').matchAll(/content="form-action ([^"]*)"/g)].map((m) => m[1].replace(/&#39;/g, "'"));
	const own = (u) => (/\/report\/$/.test(u.url) ? `'self' ${world.at}/collect/here%2Cnow` : "'self'");
	say(`each of ${pages.length} pages says where its forms may go`, pages.filter((u) => policies(u).join('|') !== own(u)).map((u) => `${u.url}: ${policies(u)}`));
	await server.close();
	world.close();
});
