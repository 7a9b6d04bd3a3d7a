// Can each check fail? selftest.js SITE FOLDER [CHECK]: a good guide passes every check, and each planted fault is caught by its check.
const fs = require('fs');
const path = require('path');
const { HtmlValidate } = require('html-validate');
const c = require('./lib/checks.js');
const { ROOT, examples, main, say, withBrowser } = require('./lib/world.js');
const { serve, recipeHeaders } = require('./lib/web.js');
const links = require('./lib/links.js');

const before = (end, more) => (html) => html.replace(end, more + end);
const FAULTS = {
	'a picture without words': ['axe', before('</main>', '<img src="../../static/favicon.svg">')],
	'grey on white': ['axe', before('</main>', '<p class="pale">看不清</p>'), '.pale { color: #bbb; background: #fff }'],
	'a small button': ['touch', before('</main>', '<a class="tiny" href="#main">小</a>'), '.tiny { display: block; width: 20px; line-height: 20px }'],
	'a wide table': ['reflow', before('</main>', '<div class="wide">宽</div>'), '.wide { width: 700px }'],
	'a column of fixed width': ['large', before('</main>', '<p class="words">一二三四五六七八九十</p>'), '.words { white-space: nowrap; overflow-wrap: normal }'],
	'a late banner': ['shift', before('</head>', '<script src="../../static/late.js" defer></script>')],
	'a hidden focus': ['keyboard', (html) => html, ':focus-visible { outline: 0 !important }'],
	'a jumping order': ['keyboard', (html) => html.replace('<a class="logo"', '<a tabindex="3" class="logo"')],
	'no way past the header': ['keyboard', (html) => html.replace('href="#main"', 'href="#nowhere"')],
	'a button that needs script': ['noScript', before('</main>', '<button type="button">无用</button>')],
	'words that come by script': ['noScript', before('</head>', '<script src="../../static/late.js" defer></script>')],
	'a folded answer left off paper': ['paper', before('</main>', '<details class="lost"><summary>问</summary><p>这句话不在纸上吗</p></details>'), '@media print { .lost { display: none } }'],
	'three sheets': ['paper', before('</main>', '<p class="long">很长</p>'), '@media print { .long { height: 90cm } }'],
	'a heavy page': ['weight', before('</main>', `<p>${Array.from({ length: 9000 }, (_, i) => (i * 7919 % 10007).toString(36)).join(' ')}</p>`)],
	'a script of 12 KiB': ['weight', before('</head>', '<script src="../../static/heavy.js" defer></script>')],
	'eight requests': ['weight', before('</main>', [1, 2, 3, 4, 5, 6].map((n) => `<img alt="" src="../../static/favicon.svg?${n}">`).join(''))],
	'an inline script': ['console', before('</main>', '<script>document.title = "x"</script>')],
	'an inline style': ['console', before('</main>', '<p style="color:red">x</p>')],
	'an error in script': ['console', before('</head>', '<script src="../../static/broken.js" defer></script>')],
	'a picture from elsewhere': ['outside', before('</main>', '<img alt="" src="http://elsewhere.invalid/x.png">')],
	'a dead link': ['links', before('</main>', '<a href="../nowhere/">x</a>')],
	'a link to no place': ['links', before('</main>', '<a href="#no-such-place">x</a>')],
	'an identifier twice': ['valid', before('</main>', '<p id="main">x</p>')],
	'a list in a paragraph': ['valid', before('</main>', '<p><ul><li>x</li></ul></p>')],
};

function plant(site, folder, item) {
	const good = fs.readFileSync(item, 'utf8').replace(/href="\.\.\/\.\.\/[^"]*"/g, (m) => (m.includes('static/') ? m : 'href="../../items/good/"'))
		.replace(/src="[^"]*qr\.svg"/, 'src="../../static/favicon.svg"');
	fs.cpSync(path.join(site, 'static'), path.join(folder, 'static'), { recursive: true });
	const random = Array.from({ length: 9000 }, (_, i) => (i * 7919 % 10007).toString(36)).join('');
	fs.writeFileSync(path.join(folder, 'static/late.js'), `setTimeout(() => { const p = document.createElement('p'); p.textContent = '迟到的横幅'; p.className = 'card'; document.querySelector('main > *').prepend(p); }, 300);`);
	fs.writeFileSync(path.join(folder, 'static/broken.js'), 'nothing.here();');
	fs.writeFileSync(path.join(folder, 'static/heavy.js'), `window.heavy = '${random}';`);
	const put = (name, html, css) => {
		fs.mkdirSync(path.join(folder, 'items', name), { recursive: true });
		fs.writeFileSync(path.join(folder, `items/${name}/fault.css`), css || '');
		fs.writeFileSync(path.join(folder, `items/${name}/index.html`), css ? html.replace('</head>', '<link rel="stylesheet" href="fault.css"></head>') : html);
	};
	put('good', good);
	Object.values(FAULTS).forEach(([, change, css], i) => {
		const bad = change(good);
		if (bad === good && !css) throw new Error(`fault ${i} was not planted`);
		put(`fault-${i}`, bad, css);
	});
}

// Each check by name, on a page of its own.
async function ask(what, server, folder, name, pdf) {
	const url = `${server.url}/items/${name}/`;
	if (what === 'links') return links.broken(links.read({ url: `/items/${name}/`, file: path.join(folder, `items/${name}/index.html`) }), links.load(folder), new Set());
	if (what === 'valid') return links.faultsOf(await new HtmlValidate(links.RULES).validateString(fs.readFileSync(path.join(folder, `items/${name}/index.html`), 'utf8')), url);
	let faults = null;
	await withBrowser(async (browser) => { faults = await inBrowser(browser, what, server, url, pdf); });
	return faults;
}

async function inBrowser(browser, what, server, url, pdf) {
	const context = await browser.newContext(c.alone(what === 'keyboard' ? c.DESKTOP : c.PHONE));
	const page = await context.newPage();
	const heard = c.listen(page, server.url);
	server.sent.length = 0;
	await page.goto(url, { waitUntil: 'networkidle' });
	await page.waitForTimeout(/shift|noScript/.test(what) ? 400 : 0);
	const faults = await {
		axe: () => c.axe(page), touch: () => c.touch(page, 44), reflow: () => c.reflow(page, 320), large: () => c.reflow(page, 360, 2),
		shift: () => c.shift(page), keyboard: () => c.keyboard(page, 8), noScript: () => c.noScript(browser, url, page),
		paper: () => c.paper(page, pdf, 2), weight: () => c.weight(server.sent, 14 * c.KIB),
		console: () => heard.console, outside: () => heard.outside,
	}[what]();
	await context.close();
	return faults;
}

main(async ([site, tmp, only]) => {
	const folder = path.join(tmp, 'planted');
	fs.mkdirSync(folder);
	plant(site, folder, examples([{ at: '/', folder: site }]).find((k) => k.template === 'item').file);
	const server = await serve({ '/': folder }, recipeHeaders(path.join(ROOT, 'docs/recipes/site/nginx.conf')));
	const pdf = path.join(tmp, 'selftest.pdf');
	for (const what of new Set(Object.values(FAULTS).map((f) => f[0]))) {
		if (only && what !== only) continue;
		say(`${what}: a good page passes`, await ask(what, server, folder, 'good', pdf));
	}
	let i = 0;
	for (const [name, [what]] of Object.entries(FAULTS)) {
		const page = `fault-${i++}`;
		if (only && what !== only) continue;
		const faults = await ask(what, server, folder, page, pdf);
		say(`${what}: ${name} is caught`, faults.length ? [] : ['it was not noticed']);
	}
	await server.close();
});
