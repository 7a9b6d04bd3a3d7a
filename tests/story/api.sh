#!/bin/bash
# Every answer of a node's API is as its description says: with a release, before the first one, and when it is damaged.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1
region=511602
python=python3
$python -c 'import jsonschema' 2>/dev/null || python=/usr/bin/python3	# Debian's own has Debian's packages

start_node() {	# options of serve
	: >announced
	tong-agent serve --store "$1" --listen 127.0.0.1:0 --json "${@:2}" >announced 2>serve.log &
	server=$!
	wait_for 10 test -s announced
	url=$(python3 -c 'import json; print(json.load(open("announced"))["listening"].rstrip("/"))')
}
stop_node() { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
on_exit stop_node

tong-publish keys init --keys keys --quiet
t_ok 'a release' tong-publish release --repo "$ROOT" --to release --keys keys --quiet
tong-agent init --store node --root release/1.root.json --source "$PWD/release" --region $region --relay --quiet
start_node node
t_ok 'before the first sync' $python "$ROOT/tests/story/api.py" "$url" $region none
tong-agent sync --store node --quiet
sleep 0.1
t_ok 'with a release' $python "$ROOT/tests/story/api.py" "$url" $region held
stop_node

# A bit falls over in one record; the check finds it, and from then on nothing is answered.
t_ok 'a record is damaged' python3 - <<'PY'
import sqlite3
db = sqlite3.connect("node/tong.db")
n = db.execute("update record set body = replace(body, '身份证', '身分证') where key like 'item/%'").rowcount
db.commit()
assert n
PY
t_fails 6 'which verify finds' tong-agent verify --store node
start_node node
t_ok 'when it is damaged' $python "$ROOT/tests/story/api.py" "$url" $region damaged

# The parser of metrics refuses what Prometheus would.
t_ok 'the parser of metrics is strict' python3 - "$ROOT/tests/lib" <<'PY'
import sys
sys.path.insert(0, sys.argv[1])
import metrics
good = "# HELP a_total x\n# TYPE a_total counter\na_total 1\n"
assert metrics.read(good) == {"a_total": 1}
for bad in good[:-1], good + "a_total 1\n", good + "b 1\n", good.replace("a_total", "a"), good + "# TYPE c gauge\nc{x=1} 2\n", \
        good.replace("counter", "count"), good + "\n", good.replace(" 1", "  1"), good.replace(" 1", " one"):
    try:
        metrics.read(bad)
    except ValueError:
        continue
    sys.exit(f"read: {bad!r}")
PY
