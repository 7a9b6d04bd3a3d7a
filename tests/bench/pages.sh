#!/bin/bash
# The figures of publishing a synthetic province: a bare C loop, Hugo (Debian) and Eleventy (npm, once, into $O/eleventy) beside it.
cd "$(dirname "$0")/../.." || exit 1
tests/lib/deps.sh bench || exit 1
into=${O:-build}/eleventy
[ -e "$into/node_modules/@11ty/eleventy" ] || [ "${PAGES_PEERS:-1}" = 0 ] ||
	npm install --ignore-scripts --no-audit --no-fund --loglevel=error --prefix "$into" @11ty/eleventy@3.1.8 >/dev/null || exit 1
exec python3 tests/bench/pages.py
