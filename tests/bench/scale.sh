#!/bin/bash
# How time, memory and bytes grow with items, regions, versions and days; `make figures` draws it.
cd "$(dirname "$0")/../.." || exit 1
tests/lib/deps.sh bench || exit 1
exec python3 tests/bench/scale.py
