// Drives the web editor: cms.js URL CHROMIUM. Opens the item, changes one field, saves; no request may leave this machine.
const { chromium } = require('playwright-core');

(async () => {
	const [url, executablePath] = process.argv.slice(2);
	const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
	const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
	const outside = [];
	page.setDefaultTimeout(30000);
	page.on('request', r => {
		if (/^https?:/.test(r.url()) && new URL(r.url()).hostname !== '127.0.0.1') outside.push(r.url());
	});
	try {
		await page.goto(url);
		const login = page.getByRole('button', { name: /登录|Login/ });
		await Promise.race([login.waitFor(), page.getByText('01 行政许可').first().waitFor()]);
		if (await login.count()) await login.first().click();
		await page.getByText('01 行政许可').first().waitFor();
		await page.goto(url + '#/collections/items-01/entries/510104001000');
		const field = page.locator('[id^="visits_reason-field"]').first();
		await field.waitFor();
		await field.fill('核对原件');
		await page.getByRole('button', { name: /^(发布|Publish)/ }).first().click();
		await page.getByText(/立即发布|Publish now/).first().click();
		await page.getByText(/已保存|已发布|saved|Published/i).first().waitFor();
		if (outside.length) throw new Error('requests to elsewhere: ' + outside.join(' '));
	} catch (e) {
		await page.screenshot({ path: 'cms.png' });
		console.error(String(e), (await page.innerText('body')).slice(0, 800));
		process.exitCode = 1;
	}
	await browser.close();
})();
