#!/bin/bash
# The figures of the main road: bytes of an update, time and memory of publishing, cost of serving. Peers in the same run.
cd "$(dirname "$0")/../.." || exit 1
tests/lib/deps.sh bench || exit 1
exec python3 tests/bench/road.py
