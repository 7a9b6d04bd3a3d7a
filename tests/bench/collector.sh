#!/bin/bash
# P9: 10,000 attestations and 10,000 feedbacks arrive while the collector is killed ten times.
cd "$(dirname "$0")/../.." || exit 1
exec python3 tests/bench/collector.py
