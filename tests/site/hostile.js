// Hostile words in every field of a catalogue stay words: hostile.js SITE. Nothing runs, nothing is fetched, no element appears.
const c = require('./lib/checks.js');
const path = require('path');
const { ROOT, main, say, urlsOf, withBrowser } = require('./lib/world.js');
const { serve, recipeHeaders } = require('./lib/web.js');

main(async ([site]) => {
	// Without the policy, so that an injection is seen to run and not only to be stopped by it.
	const bare = await serve({ '/': site });
	const strict = await serve({ '/': site }, recipeHeaders(path.join(ROOT, 'docs/recipes/site/nginx.conf')));
	const faults = [], breaches = [];
	let words = 0, n = 0;
	const pages = urlsOf(site).filter((u) => /(\/|\.html)$/.test(u.url));
	for (const server of [bare, strict]) await withBrowser(async (browser) => {
		const context = await browser.newContext(c.alone(c.PHONE));
		const page = await context.newPage();
		const heard = c.listen(page, server.url);
		page.on('dialog', (d) => { faults.push(`${page.url()}: a dialog`); d.dismiss(); });
		for (const { url } of pages) {
			await page.goto(server.url + url, { waitUntil: 'load' }).catch((e) => { if (!/interrupted/.test(e)) throw e; });
			n++;
			const got = await page.evaluate(() => ({
				ran: window.injected === 1,
				planted: [...document.querySelectorAll('img[src="x"],[onerror],[onclick],iframe,object,embed,base,style,marquee,script:not([src]):not([type="application/ld+json"]),a[href^="javascript:" i],a[href^="data:" i]')].map((el) => el.outerHTML.slice(0, 100)),
				words: document.body.textContent.includes('<img src=x'),
				ld: [...document.querySelectorAll('script[type="application/ld+json"]')].every((s) => { try { JSON.parse(s.textContent); return true; } catch { return false; } }),
			})).catch(() => ({ planted: [], words: false, ld: true }));
			if (got.ran) faults.push(`${url}: a script ran`);
			if (!got.ld) faults.push(`${url}: the data in it is broken`);
			faults.push(...got.planted.map((html) => `${url}: ${html}`));
			words += got.words;
		}
		if (server === bare) faults.push(...heard.outside.map((u) => `asked for ${u}`));
		else breaches.push(...heard.console.filter((t) => /Content Security Policy/.test(t)));
		await context.close();
	});
	say(`${n} pages of a hostile catalogue: nothing is injected`, faults);
	say('  the hostile words are shown as words', words >= 4 ? [] : [`on ${words} pages only`]);
	say('  and the policy had nothing to stop', breaches);
	await bare.close();
	await strict.close();
});
