#!/bin/bash
# What serving costs, beside nginx; tests/bench/serve.py.
cd "$(dirname "$0")/../.." || exit 1
tests/lib/deps.sh bench || exit 1
exec python3 tests/bench/serve.py
