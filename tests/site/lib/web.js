// A web server as docs/recipes/site/nginx.conf makes one: gzip as that file says, its headers, and a count of what was sent.
const fs = require('fs');
const http = require('http');
const path = require('path');
const zlib = require('zlib');

const TYPES = {
	'.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json',
	'.svg': 'image/svg+xml', '.xml': 'application/xml', '.txt': 'text/plain; charset=utf-8',
	'.webmanifest': 'application/manifest+json', '.png': 'image/png',
};
const PACKED = /^(text|application)\/|svg/;

const RECIPE = path.join(__dirname, '../../../docs/recipes/site/nginx.conf');
const LEVEL = Number(/gzip_comp_level (\d);/.exec(fs.readFileSync(RECIPE, 'utf8'))[1]);

// The headers of the recipe, by name; values with a variable are left to the code.
function recipeHeaders(file) {
	const headers = {};
	for (const m of fs.readFileSync(file, 'utf8').matchAll(/add_header (\S+) "([^"]*)"/g)) headers[m[1]] = m[2];
	return headers;
}

function fileOf(roots, url) {
	const mount = Object.keys(roots).filter((p) => url.startsWith(p)).sort((a, b) => b.length - a.length)[0];
	const rest = url.slice((mount || '').length);
	if (!mount || rest.split('/').includes('..')) return null;
	const file = path.join(roots[mount], rest.endsWith('/') || rest === '' ? rest + 'index.html' : rest);
	return fs.existsSync(file) && fs.statSync(file).isFile() ? file : null;
}

// roots: {'/': folder, '/b/': folder}, longest first. Answers {url, port, sent: [{path, bytes, type}], headers, refuse(path), close(), open()}.
async function serve(roots, headers = {}) {
	const sent = [];
	const me = { sent, headers, refuse: () => false };
	const server = http.createServer((req, res) => {
		const url = decodeURIComponent(req.url.split('?')[0]);
		const found = me.refuse(url) ? null : fileOf(roots, url);
		const lost = fileOf(roots, '/404.html');
		const body = found || lost ? fs.readFileSync(found || lost) : Buffer.from('not found');
		const type = TYPES[path.extname(found || '.html')] || 'application/octet-stream';
		const packed = PACKED.test(type) && body.length > 255 && /gzip/.test(req.headers['accept-encoding'] || '');
		const bytes = packed ? zlib.gzipSync(body, { level: LEVEL }) : body;
		const kept = /\/static\/.*\?v=/.test(req.url) ? 'public, max-age=31536000, immutable' : 'no-cache';
		res.writeHead(found ? 200 : 404, {
			...headers, 'Content-Type': type, 'Content-Length': bytes.length, 'Cache-Control': kept, Vary: 'Accept-Encoding',
			...(packed ? { 'Content-Encoding': 'gzip' } : {}),
		});
		if (req.method === 'HEAD') return res.end();
		sent.push({ path: url, bytes: bytes.length, type });
		return res.end(bytes);
	});
	me.open = (port = me.port) => new Promise((done) => { server.listen(port, '127.0.0.1', done); });
	me.close = () => new Promise((done) => { server.close(done); server.closeAllConnections(); });
	await me.open(0);
	me.port = server.address().port;
	me.url = `http://127.0.0.1:${me.port}`;
	return me;
}

module.exports = { serve, recipeHeaders, fileOf };
