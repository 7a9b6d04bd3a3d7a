// What is asked of every page. A check takes a page (or what it needs to open one) and answers a list of faults.
const { execFileSync } = require('child_process');
const fs = require('fs');

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const KIB = 1024;
const PHONE = { viewport: { width: 360, height: 800 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
const DESKTOP = { viewport: { width: 1280, height: 900 } };
// The worker's copies are weighed apart (offline.js).
const alone = (mode) => ({ ...mode, serviceWorkers: 'block' });
const MODES = {
	phone: PHONE,
	desktop: DESKTOP,
	dark: { ...PHONE, colorScheme: 'dark' },
	'high contrast': { ...PHONE, contrast: 'more' },
};

const openAll = (page) => page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));

async function axe(page) {
	await openAll(page);
	if (!await page.evaluate(() => typeof window.axe !== 'undefined')) await page.evaluate(AXE);
	const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
	return found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.length} × ${v.nodes[0].html.slice(0, 160)}`);
}

// Everything that can be pressed and is not a word in a sentence is at least `least` px high and wide.
async function touch(page, least) {
	await openAll(page);
	return page.evaluate((min) => {
		const faults = [];
		const inSentence = (el) => {
			const around = el.closest('p,li,dd,td,dt,label,small,span');
			if (!around || getComputedStyle(el).display !== 'inline') return false;
			const own = el.textContent.trim().length;
			return around.textContent.trim().length > own + 2;
		};
		for (const el of document.querySelectorAll('a[href],button,input:not([type=hidden]),summary,select,textarea')) {
			if (!el.checkVisibility({ visibilityProperty: true }) || el.matches('.skip')) continue;
			if (el.matches('a') && inSentence(el)) continue;
			const box = (el.labels && el.labels[0] ? el.labels[0] : el).getBoundingClientRect();
			if (box.width + .5 < min || box.height + .5 < min) {
				faults.push(`${Math.round(box.width)} × ${Math.round(box.height)} px: ${el.outerHTML.slice(0, 120)}`);
			}
		}
		return faults;
	}, least);
}

// No sideways scrolling at this width and text size (1 = as it comes).
async function reflow(page, width, scale = 1) {
	const before = page.viewportSize();
	await page.setViewportSize({ width, height: 800 });
	await openAll(page);
	const faults = await page.evaluate((times) => {
		const root = document.documentElement;
		const own = parseFloat(getComputedStyle(root).fontSize);
		if (times !== 1) root.style.fontSize = own * times + 'px';
		const wide = root.clientWidth;
		const over = [];
		if (root.scrollWidth > wide) {
			for (const el of document.body.querySelectorAll('*')) {
				const box = el.getBoundingClientRect();
				if (box.right > wide + 1 && box.width && !el.closest('.skip')) over.push(`to ${Math.round(box.right)} of ${wide} px: ${el.outerHTML.slice(0, 100)}`);
			}
			if (!over.length) over.push(`the page is ${root.scrollWidth} px wide of ${wide}`);
		}
		root.style.fontSize = '';
		return over;
	}, scale);
	await page.setViewportSize(before);
	return faults;
}

// Nothing moves while the page loads and is scrolled through. (Nobody types here: an emulated phone calls its own set-up input.)
async function shift(page) {
	const sum = await page.evaluate(async () => {
		let moved = 0;
		new PerformanceObserver((l) => l.getEntries().forEach((e) => { moved += e.value; }))
			.observe({ type: 'layout-shift', buffered: true });
		for (let y = 0; y < Math.min(document.body.scrollHeight, 6000); y += 600) {
			scrollTo(0, y);
			await new Promise((r) => setTimeout(r, 20));
		}
		scrollTo(0, 0);
		await new Promise((r) => setTimeout(r, 60));
		return moved;
	});
	return sum > 0.001 ? [`layout shift ${sum.toFixed(4)}`] : [];
}

// Tab goes through everything in order, each stop is seen, the first one leads past the header.
async function keyboard(page, most = 60) {
	const faults = [];
	await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); document.querySelectorAll('details').forEach((d) => { d.open = false; }); });
	const wanted = await page.evaluate(() => [...document.querySelectorAll('a[href],button,input:not([type=hidden]),summary,select,textarea,[tabindex="0"]')]
		.filter((el) => el.checkVisibility({ visibilityProperty: true }) && !el.disabled && el.tabIndex >= 0 && (el.type !== 'radio' || el.checked))
		.map((el, i) => { el.dataset.stop = i; return i; }).length);
	await page.focus('[data-stop="1"]');	// a page may put the focus elsewhere when it opens
	for (let i = 0; i < Math.min(wanted, most); i++) {
		await page.keyboard.press(i ? 'Tab' : 'Shift+Tab');
		const at = await page.evaluate(() => {
			const el = document.activeElement, css = getComputedStyle(el), box = el.getBoundingClientRect();
			return { stop: el.dataset.stop, html: el.outerHTML.slice(0, 100), seen: css.outlineStyle !== 'none' && parseFloat(css.outlineWidth) >= 2 && box.bottom > 0 && box.top < innerHeight };
		});
		if (Number(at.stop) !== i) { faults.push(`stop ${i} of ${wanted} is ${at.html}`); break; }
		if (!at.seen) faults.push(`the focus is not seen on ${at.html}`);
		if (i === 0) faults.push(...await leadsToMain(page));
	}
	return faults;
}

async function leadsToMain(page) {
	return page.evaluate(() => {
		const to = document.activeElement.getAttribute('href') || '';
		const main = to.startsWith('#') && document.getElementById(to.slice(1));
		return main && main.matches('main') && main.tabIndex === -1 ? [] : ['the first stop does not lead to the main part'];
	});
}

// Without script: the same words, and no control that does nothing.
async function noScript(browser, url, withScript) {
	const context = await browser.newContext({ ...alone(PHONE), javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(url);
	const words = (p) => p.evaluate(() => [...document.querySelectorAll('main h1,main h2,main h3,main p,main li,main dd,main dt')]
		.filter((el) => !el.closest('[hidden],noscript,form')).map((el) => el.textContent.replace(/\s+/g, ' ').trim()).join('\n'));
	const faults = [];
	const got = await words(page);
	const missing = (await words(withScript)).split('\n').filter((line) => line && !got.includes(line));
	if (missing.length) faults.push(`only with script: ${missing.slice(0, 3).join(' / ')}`);
	faults.push(...await page.evaluate(() => {
		const dead = [];
		const seen = (el) => el.checkVisibility({ visibilityProperty: true });
		for (const el of document.querySelectorAll('button,input:not([type=checkbox]):not([type=radio]):not([type=hidden]),select,textarea')) {
			if (seen(el) && !(el.form && el.form.getAttribute('action') !== null)) dead.push(`dead without script: ${el.outerHTML.slice(0, 120)}`);
		}
		for (const a of document.querySelectorAll('a')) {
			if (seen(a) && !a.getAttribute('href')) dead.push(`no address: ${a.outerHTML.slice(0, 120)}`);
		}
		return dead;
	}));
	await context.close();
	return faults;
}

// On A4: at most `most` sheets, and what is folded on the screen is on paper.
async function paper(page, pdf, most) {
	const folded = await page.evaluate(() => {
		document.querySelectorAll('details').forEach((d) => { d.open = false; });
		return [...document.querySelectorAll('main details')].flatMap((d) => [...d.querySelectorAll('p,li>a,li>span')])
			.filter((el) => !el.matches('.more') && el.textContent.trim().length >= 4 && !el.querySelector('a[href]'))
			.slice(0, 200).map((el) => el.textContent);
	});
	await page.pdf({ path: pdf, format: 'A4', preferCSSPageSize: true, printBackground: false });
	const sheets = Number(/^Pages:\s+(\d+)/m.exec(execFileSync('pdfinfo', [pdf], { encoding: 'utf8' }))[1]);
	const squeeze = (s) => s.normalize('NFKC').replace(/[\s\p{P}\u00ad]/gu, '');
	const text = squeeze(execFileSync('pdftotext', ['-raw', pdf, '-'], { encoding: 'utf8', maxBuffer: 1 << 26 }));
	const faults = folded.map((f) => squeeze(f).slice(0, 8)).filter((f) => f.length > 2 && !text.includes(f)).map((f) => `not on paper: ${f}`);
	if (sheets > most) faults.push(`${sheets} sheets, wanted at most ${most}`);
	return faults;
}

// What one visit costs: everything the page itself asks for.
function weight(sent, first) {
	const sum = (list) => list.reduce((n, s) => n + s.bytes, 0);
	const scripts = sum(sent.filter((s) => s.path.endsWith('.js')));
	const faults = [];
	if (sum(sent) > first) faults.push(`${sum(sent)} bytes, wanted at most ${first}: ${sent.map((s) => s.path + ' ' + s.bytes).join(', ')}`);
	if (scripts > 8 * KIB) faults.push(`${scripts} bytes of script, wanted at most 8 KiB`);
	if (sent.length > 6) faults.push(`${sent.length} requests, wanted at most 6: ${sent.map((s) => s.path).join(' ')}`);
	return faults;
}

// Listens before the page opens: errors on the console, broken policy, requests to elsewhere.
function listen(page, origin) {
	const heard = { console: [], outside: [] };
	page.on('console', (m) => { if (/error|warning/.test(m.type()) && !/blocked by Playwright/.test(m.text())) heard.console.push(m.text()); });
	page.on('pageerror', (e) => heard.console.push(String(e)));
	page.on('request', (r) => { if (/^https?:/.test(r.url()) && !r.url().startsWith(origin)) heard.outside.push(r.url()); });
	return heard;
}

module.exports = { KIB, alone, PHONE, DESKTOP, MODES, axe, touch, reflow, shift, keyboard, noScript, paper, weight, listen };
