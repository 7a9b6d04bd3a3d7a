#!/bin/bash
# Golden tests: an input and, beside it, what must come out.
cd "$(dirname "$0")/../.." || exit 1
status=0
python3 tests/golden/check.py || status=1
python3 tests/golden/real.py || status=1
python3 tests/golden/pinyin.py || status=1
exit $status
