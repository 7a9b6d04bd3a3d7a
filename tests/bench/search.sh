#!/bin/bash
# The figures of search: making the site's index, and asking a node, for 3,000 items and one region.
cd "$(dirname "$0")/../.." || exit 1
tests/lib/deps.sh bench || exit 1
exec python3 tests/bench/search.py
