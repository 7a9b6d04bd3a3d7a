#!/bin/sh
# Fetches the web editor, its local proxy and a browser driver through npm into $O/cms, once; never committed.
# The driver's version is one that runs on Debian 12's own Node.js 18.
set -eu
cd "$(dirname "$0")/../.."
to=${O:-build}/cms
[ -e "$to/node_modules/decap-cms/dist/decap-cms.js" ] && [ -e "$to/node_modules/decap-server/package.json" ] &&
	[ -e "$to/node_modules/playwright-core/package.json" ] && exit 0
mkdir -p "$to"
cd "$to"
[ -e package.json ] || echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel=error decap-cms@3.16.3 decap-server@3.11.3 playwright-core@1.54.2
