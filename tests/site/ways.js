// Ways of reading, the kiosk, the code on paper: ways.js SITE OTHER-SITE FOLDER NODE-URL. Large text, contrast and colours work without script.
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const c = require('./lib/checks.js');
const { ROOT, examples, main, say, withBrowser } = require('./lib/world.js');
const { serve, recipeHeaders } = require('./lib/web.js');

const style = (page) => page.evaluate(() => {
	const css = (el, name) => getComputedStyle(el).getPropertyValue(name);
	return { size: parseFloat(css(document.documentElement, 'font-size')), paper: css(document.body, 'background-color'), muted: css(document.documentElement, '--muted'), ink: css(document.documentElement, '--ink') };
});

async function withoutScript(browser, url) {
	const context = await browser.newContext({ ...c.alone(c.PHONE), javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(url);
	const plain = await style(page);
	await page.locator('label.big').click();
	const large = await style(page);
	say('no script: large text', large.size >= plain.size * 1.25 ? [] : [`${plain.size} → ${large.size}`]);
	await page.locator('label:has(#dark)').click();
	say('no script: dark', (await style(page)).paper !== plain.paper ? [] : ['the paper stays']);
	await page.locator('label:has(#light)').click();
	say('no script: light again', (await style(page)).paper === plain.paper ? [] : ['it does not come back']);
	await page.locator('label:has(#contrast)').click();
	const strong = await style(page);
	say('no script: high contrast', strong.muted === strong.ink ? [] : [`muted ${strong.muted}, ink ${strong.ink}`]);
	await context.close();
}

async function remembered(browser, url, next) {
	const context = await browser.newContext(c.alone(c.PHONE));
	const page = await context.newPage();
	await page.goto(url);
	await page.locator('label.big').click();
	await page.locator('label:has(#dark)').click();
	say('axe, large and dark', await c.axe(page));
	await page.goto(next);
	say('both are remembered', await page.locator('#big').isChecked() && await page.locator('#dark').isChecked() ? [] : ['they are not']);
	say('no cookie was set', (await context.cookies()).map((k) => k.name));
	await context.close();
}

async function kiosk(browser, base, item) {
	const context = await browser.newContext(c.alone({ viewport: { width: 1080, height: 1920 }, hasTouch: true }));
	const page = await context.newPage();
	await page.clock.install();
	await page.goto(`${base}kiosk/`);
	say('kiosk: touch targets of 60 px', await c.touch(page, 60));
	for (const key of 'sfz') await page.locator('.keypad button', { hasText: new RegExp(`^${key}$`) }).click();
	say('kiosk: letters without a keyboard', await page.locator('.find input').inputValue() === 'sfz' ? [] : [await page.locator('.find input').inputValue()]);
	await page.locator('.keypad [value]').click();
	say('kiosk: and back', await page.locator('.find input').inputValue() === 'sf' ? [] : [await page.locator('.find input').inputValue()]);
	await page.goto(base + item);
	say('kiosk: no link leads outside', await page.evaluate((own) => [...document.querySelectorAll('a[href]')].filter((a) => a.checkVisibility() && !a.href.startsWith(own)).filter((a) => /^https?:/.test(a.href)).map((a) => a.href), base));
	say('kiosk: a code for the telephone instead', await page.locator('.qr img').isVisible() ? [] : ['it is not shown']);
	await page.clock.fastForward(59000);
	say('kiosk: it stays while somebody may read', page.url() === base + item ? [] : [page.url()]);
	await page.clock.fastForward(2000);
	await page.waitForURL(`${base}kiosk/`, { timeout: 5000 }).catch(() => {});
	say('kiosk: it begins again after a minute', page.url() === `${base}kiosk/` ? [] : [page.url()]);
	await context.close();
}

const decode = (picture) => {
	try { return execFileSync('zbarimg', ['-q', '--raw', picture], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(); } catch { return ''; }
};

// The code is read from a screenshot and from a sheet of paper as a copier sees it.
async function codes(browser, url, tmp, wanted, colour) {
	for (const old of fs.readdirSync(tmp).filter((f) => /^(screen|sheet)/.test(f))) fs.rmSync(path.join(tmp, old));
	const context = await browser.newContext(c.alone({ ...c.DESKTOP, colorScheme: colour }));
	const page = await context.newPage();
	await page.goto(url, { waitUntil: 'networkidle' });
	await page.screenshot({ path: `${tmp}/screen.png`, fullPage: true });
	say(`the code is read from the screen (${colour})`, decode(`${tmp}/screen.png`) === wanted ? [] : [`${decode(`${tmp}/screen.png`)}, wanted ${wanted}`]);
	await page.pdf({ path: `${tmp}/guide.pdf`, format: 'A4', preferCSSPageSize: true });
	execFileSync('pdftoppm', ['-r', '110', '-gray', '-png', `${tmp}/guide.pdf`, `${tmp}/sheet`]);
	const read = fs.readdirSync(tmp).filter((f) => f.startsWith('sheet')).map((f) => decode(path.join(tmp, f)));
	say(`  and from paper at 110 dpi (${colour})`, read.includes(wanted) ? [] : [`${read.join('|')}, wanted ${wanted}`]);
	await context.close();
}

// A printed guide is verified: by what is typed, by the address that its code may carry; what is wrong is told.
async function verifies(browser, base, item, print) {
	const context = await browser.newContext(c.alone(c.PHONE));
	const page = await context.newPage();
	const verdict = () => page.locator('.verdict').innerText();
	const typed = async (code, fingerprint) => {
		await page.goto(`${base}/verify/`);
		await page.locator('#verify [name=code]').fill(code, { timeout: 3000 });
		await page.locator('#verify [name=print]').fill(fingerprint);
		await page.locator('#verify button').click();
		await page.locator('.verdict:not(:empty)').waitFor({ timeout: 5000 });
		return verdict();
	};
	const wrong = (print[0] === '7' ? '8' : '7') + print.slice(1);
	const faults = [];
	const want = async (name, got, form) => { if (!form.test(got)) faults.push(`${name}: ${got}`); };
	try {
		await want('the same', await typed(item, print.toLowerCase()), /^是现行标准/);
		await want('another one', await typed(item, wrong), /^不是现行标准/);
		await want('an unknown code', await typed('999999999999', print), /没有这个编码/);
		await page.goto(`${base}/verify/?code=${item}&print=${print}`);
		await page.locator('.verdict.yes').waitFor({ timeout: 5000 });
	} catch (e) { faults.push(String(e).slice(0, 200)); }
	say('a printed guide is verified', faults);
	await context.close();
}

// Who is found on a page of many is led to its place there.
async function places(browser, base) {
	const context = await browser.newContext(c.alone(c.PHONE));
	const page = await context.newPage();
	await page.goto(`${base}/search/?q=${encodeURIComponent('样例中介机构')}`);
	const hit = page.locator('#results a', { hasText: '样例中介机构' }).first();
	await hit.waitFor({ timeout: 10000 }).catch(() => {});
	await hit.click({ timeout: 2000 }).catch(() => {});
	say('a body that is found is led to in its list', await page.locator('section:target h2', { hasText: '样例中介机构' }).count() ? [] : [page.url()]);
	await page.goto(`${base}/agencies/511602-01/`);
	await page.locator('.crumb a').last().click();
	say('an agency leads back to its place in the list', await page.locator('li:target').count() ? [] : [page.url()]);
	await context.close();
}

// A node gives the same bytes and the same headers for one page of each kind that it holds.
async function node(site, at, headers) {
	const names = Object.keys(headers);
	const faults = [], differs = [];
	let n = 0;
	for (const kind of examples([{ at: '/', folder: site }])) {
		if (!kind.url) continue;
		const got = await fetch(at + kind.url, { redirect: 'manual' });   // a page that leads on is the body of a 301
		if (got.status === 404 && /^\/(regions|agencies)\//.test(kind.url)) continue;
		n++;
		if (!Buffer.from(await got.arrayBuffer()).equals(fs.readFileSync(kind.file))) differs.push(`${kind.url}: ${got.status}`);
		for (const h of names) if (got.headers.get(h) !== headers[h]) faults.push(`${kind.url}: ${h}: ${got.headers.get(h)}`);
	}
	say(`a node gives the same bytes for ${n} kinds of pages`, n < 20 ? [...differs, 'too few'] : differs);
	say('  with the headers of the recipe', faults);
}

main(async ([site, other, tmp, at]) => {
	const headers = recipeHeaders(path.join(ROOT, 'docs/recipes/site/nginx.conf'));
	const server = await serve({ '/': site, '/b/': other }, headers);
	const item = examples([{ at: '/', folder: site }]).find((k) => k.template === 'item');
	const print = /class="print">([^<]*)</.exec(fs.readFileSync(item.file, 'utf8'))[1];
	const code = item.url.split('/')[2];
	await withBrowser(async (browser) => {
		await withoutScript(browser, server.url + item.url);
		await remembered(browser, server.url + item.url, `${server.url}/regions/`);
		await kiosk(browser, `${server.url}/`, item.url.slice(1));
		for (const colour of ['light', 'dark']) await codes(browser, server.url + item.url, tmp, `${code} ${print}`, colour);
	});
	const told = examples([{ at: '/', folder: other }]).find((k) => k.template === 'item');
	await withBrowser(async (browser) => {
		await codes(browser, `${server.url}/b${told.url}`, tmp, `HTTPS://GUIDE.EXAMPLE.CN${told.url}`, 'light');
		await places(browser, `${server.url}/b`);
		await verifies(browser, server.url, code, print);
	});
	await node(site, at, headers);
	await server.close();
});
