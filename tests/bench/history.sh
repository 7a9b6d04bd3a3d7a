#!/bin/bash
# The figures of history: 300,000 files and 2,000 commits, beside git log over the same repository.
cd "$(dirname "$0")/../.." || exit 1
tests/lib/deps.sh bench || exit 1
exec python3 tests/bench/history.py
