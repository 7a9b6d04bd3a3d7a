#!/bin/bash
# Releases over a good and a bad link: bytes, requests, seconds, waste, memory, beside rsync, Git, OSTree, casync, zsync and a tar.
cd "$(dirname "$0")/../.." || exit 1
tests/lib/deps.sh bench || exit 1
exec python3 tests/bench/transport.py "$@"
