#!/bin/bash
# A citizen finds a mistake and says so at the county's own machine, without script: the report is kept, with a number; what is
# no report is told why, and those who send too much must wait.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1
region=511602
python=python3
$python -c 'import jsonschema' 2>/dev/null || python=/usr/bin/python3	# Debian's own has Debian's packages

git clone --quiet "$ROOT" repo
sed -i 's|^  report_url:.*||; s|^site:|&\n  report_url: /feedback|' repo/catalog-data/catalogue.yaml
git -C repo commit --quiet -am 'Reports go to the host itself'
tong-publish keys init --keys keys --quiet
t_ok 'a catalogue whose host takes reports' tong-publish release --repo repo --to release --keys keys --quiet
tong-agent init --store node --root release/1.root.json --source "$PWD/release" --region $region --quiet
tong-agent sync --store node --quiet

start_node() {
	: >announced
	tong-agent serve --store node --listen 127.0.0.1:0 --json >announced 2>serve.log &
	server=$!
	wait_for 10 test -s announced
	url=$(python3 -c 'import json; print(json.load(open("announced"))["listening"].rstrip("/"))')
}
stop_node() { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
on_exit stop_node
start_node

# Every answer is held to the description, and what was sent is found in the ledger: nothing lost, nothing else kept.
t_ok 'reports, by form and by program' $python "$ROOT/tests/story/feedback.py" "$url" node
cat "$OUT"

# The same when the machine is killed right after the thanks.
report() {	# prints its number, when there is a token again after the flood
	curl -s -H 'Content-Type: application/json' -H 'X-Forwarded-For: 10.9.9.9' -d '{"kind":"wrong","text":"停电之前"}' "$url/feedback" |
		sed -n 's/.*"id":"\([^"]*\)".*/\1/p' | grep .
}
taken() { report >number; }
t_ok 'after the flood the next one is taken' wait_for 20 taken
id=$(cat number)
kill -9 "$server"
wait "$server" 2>/dev/null
t_ok 'what was thanked for is on the disk' python3 - "$id" <<'PY'
import sqlite3, sys
lines = [line for (line,) in sqlite3.connect("node/ledger.db").execute("select line from report where kind = 'feedback'")]
assert any(sys.argv[1] in line and "停电之前" in line for line in lines), lines[-3:]
PY
start_node
t_ok 'and the node serves on' curl -sf -o /dev/null "$url/readyz"
stop_node
# A folder that takes no file: the citizen is told, and not thanked.
rm -f node/ledger.db*
mkdir node/ledger.db
start_node
status=$(curl -s -o page -w '%{http_code}' -d 'kind=wrong&text=x' "$url/feedback")
t_eq 'a ledger that cannot be written is told' "$status" 503
t_grep 'by a page' 'url=report/trouble/' page
