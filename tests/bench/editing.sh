#!/bin/bash
# The figures of editing: fmt, the first page of a preview, from saving a file to seeing it, at 3,000 and 30,000 items.
cd "$(dirname "$0")/../.." || exit 1
tests/lib/deps.sh bench || exit 1
exec python3 tests/bench/editing.py
