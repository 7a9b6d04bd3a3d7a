#!/bin/bash
# The 183 counties of a province at one upstream at once.
cd "$(dirname "$0")/../.." || exit 1
exec python3 tests/bench/nodes.py
