#!/bin/bash
# The figures of the check: a whole synthetic province of 3,000 items in 205 regions, and a commit of one item.
cd "$(dirname "$0")/../.." || exit 1
tests/lib/deps.sh bench || exit 1
exec python3 tests/bench/check.py
