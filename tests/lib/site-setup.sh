#!/bin/sh
# Fetches what the browser tests drive and ask (tests/site) through npm into $O/site-tools, once; never committed.
# Every version is one that runs on Debian 12's own Node.js 18.
set -eu
cd "$(dirname "$0")/../.."
to=${O:-build}/site-tools
want='playwright-core@1.54.2 axe-core@4.10.3 lighthouse@12.8.2 html-validate@9.7.1 decap-cms@3.16.3 decap-server@3.11.3 minisearch@7.2.0 pagefind@1.6.0'
[ "$(cat "$to/fetched" 2>/dev/null)" = "$want" ] && exit 0
mkdir -p "$to"
cd "$to"
echo '{"private": true}' >package.json
# shellcheck disable=SC2086 # a list of packages
npm install --ignore-scripts --no-audit --no-fund --loglevel=error $want
echo "$want" >fetched
