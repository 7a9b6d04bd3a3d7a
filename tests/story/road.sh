# The demo's road as a story: an editor commits, the province publishes, a county syncs, the cable is out, it answers.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

# P5, P6, design section 1: on the catalogue of this repository's own HEAD
t_ok 'a scratch clone of the repository' git clone --quiet "$ROOT" repo
t_ok 'keys are made' tong-publish keys init --keys keys
t_ok 'the site is written' tong-publish site --repo repo --out site --quiet
t_ok 'the release is signed' tong-publish release --repo repo --to release --keys keys --quiet
start_server release
t_ok 'init pins the root' tong-agent init --store node --root keys/1.root.json --source "$SERVER_URL/" --region 511602
t_fails 1 'nothing is held yet' tong-agent show 511A0020600003 --store node
t_ok 'the first sync' tong-agent sync --store node --json
t_grep 'H4: it needs three requests' '"requests":3,' "$OUT"
stop_server

t_ok 'offline: an item' tong-agent show 511A0020600003 --region 511602 --store node
t_grep 'it has its name' '焰火晚会' "$OUT"
t_ok 'offline: an item by the code of the portal' tong-agent show 511A33038003 --store node
t_ok 'offline: search' tong-agent search 身份证 --store node
t_grep 'it finds 居民身份证' '居民身份证' "$OUT"
t_fails 1 'an unknown code is a plain no' tong-agent show 999999999999 --store node
t_ok 'offline: everything held is what was signed' tong-agent verify --pages --store node
t_ok 'the node writes its pages' tong-agent site --store node --out node-site
differ=$(diff -rq node-site site | grep -v -e '^Only in site' -e ': \.tong-' | head -n 3)
t_eq 'P6: every page of the node equals the province’s' "$differ" ''
pages=$(find node-site -type f | wc -l)
if [ "$pages" -gt 5000 ]; then t_pass "there are $pages of them"; else t_fail "only $pages pages"; fi

# fingerprint: what is printed on the page is what check accepts
print=$(grep -oE '[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}' site/items/511A0020600003/index.html | head -n 1)
t_ok 'check: the printed fingerprint is in force' tong-agent check 511A0020600003 "$print" --store node
t_fails 1 'check: another one is not' tong-agent check 511A0020600003 2222-2222 --store node

# one item changes
sed -i 's/^limit_statutory:.*/&\nlimit_promised: {days: 10, unit: "1"}/' repo/catalog-data/items/01/511A0020600003.md
git -C repo commit --quiet -am '承诺时限缩短'
t_ok 'published again' tong-publish release --repo repo --to release --keys keys --quiet
start_server release
t_ok 'init remembers only one source: the new port is given' tong-agent sync --store node --from "$SERVER_URL/" --json
cp "$OUT" second.json
requests=$(python3 -c 'import json; print(json.load(open("second.json"))["requests"])')
bytes=$(python3 -c 'import json; d = json.load(open("second.json")); print(d["bytes_down"] + d["bytes_up"])')
if [ "$requests" -le 5 ] && [ "$bytes" -le 8192 ]; then
	t_pass "one item: $requests requests, $bytes bytes over the wire"
else
	t_fail "one item: $requests requests, $bytes bytes over the wire" 'wanted: at most 5 and 8192'
fi
logged=$(wc -l <"$SERVER_LOG")
t_eq 'the server counts the same requests' "$logged" "$requests"
t_fails 1 'check: the old paper is no longer the standard' tong-agent check 511A0020600003 "$print" --store node
t_ok 'history tells what changed' tong-agent history 511A0020600003 --store node
t_grep 'in plain words' '承诺办结时限' "$OUT"

: >"$SERVER_LOG"
t_ok 'nothing new' tong-agent sync --store node --from "$SERVER_URL/" --json
t_eq 'costs one request' "$(wc -l <"$SERVER_LOG")" 1

# P3: back only when the operator says so, and the release left behind is not taken again
t_ok 'rollback' tong-agent rollback --store node
t_ok 'the old paper is good again' tong-agent check 511A0020600003 "$print" --store node
t_ok 'verify after rollback' tong-agent verify --store node
t_ok 'a sync does not take the left release again' tong-agent sync --store node --from "$SERVER_URL/"
t_ok 'still the old one' tong-agent check 511A0020600003 "$print" --store node
sed -i 's/^limit_promised:.*/limit_promised: {days: 5, unit: "1"}/' repo/catalog-data/items/01/511A0020600003.md
git -C repo commit --quiet -am '再缩短'
t_ok 'a newer release' tong-publish release --repo repo --to release --keys keys --quiet
t_ok 'is taken' tong-agent sync --store node --from "$SERVER_URL/"
t_ok 'verify' tong-agent verify --store node
t_ok 'a node can also sync from a folder' tong-agent init --store node2 --root keys/1.root.json --source "$PWD/release" --region 513431
t_ok 'sync from the folder' tong-agent sync --store node2
t_ok 'status' tong-agent status --store node2 --json
t_ok 'show sample county' tong-agent show 511A0020600003 --region 513431 --store node2
