#!/bin/bash
# The whole road on the real catalogue, each step one line with its figure: publish, serve, sync a county
# node, cut it off, ask it, compare it with the province, change one item, sync again, serve.
#   O=build ONCE=1 tests/demo.sh
set -euo pipefail
cd "$(dirname "$0")/.."
O=${O:-build}
REGION=511602
AT=127.0.0.1:8511
D=$O/demo
publish=$O/tong-publish agent=$O/tong-agent
upstream=''

# ---- saying it ----

bold='' dim='' off=''
if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' off=$'\e[0m'; fi
started=$(date +%s%N)
n=0
step() { n=$((n + 1)); step_at=$(date +%s%N); printf '%s%2d%s  %s' "$bold" $n "$off" "$1"; }
figure() { printf '  %s%s, %s s%s\n' "$dim" "$1" "$(seconds "$step_at")" "$off"; }
seconds() { awk -v a="$1" -v b="$(date +%s%N)" 'BEGIN { printf "%.2f", (b - a) / 1e9 }'; }
fail() { printf '\ntong demo: %s\n' "$1" >&2; [ -s "$D/log" ] && tail -n 5 "$D/log" >&2; exit 1; }
field() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$1" "$2"; }

stop_upstream() {
	if [ -n "$upstream" ]; then kill "$upstream" 2>/dev/null || true; wait "$upstream" 2>/dev/null || true; fi
	upstream=''
}
trap stop_upstream EXIT

start_upstream() {   # $1 port: 0 for any
	: >"$D/port"
	python3 tests/lib/httpd.py --port "$1" --log "$D/requests" "$D/release" >"$D/port" 2>>"$D/log" &
	upstream=$!
	for _ in $(seq 200); do [ -s "$D/port" ] && break; sleep 0.05; done
	[ -s "$D/port" ] || fail 'the upstream server did not start'
	port=$(cat "$D/port")
}

run() { "$@" >>"$D/log" 2>&1 || fail "this failed: $*"; }

# ---- the road ----

rm -rf "$D"
mkdir -p "$D"
echo "${bold}同 Tong${off}: same item, same standard, same code, also with the cable out"
echo

step 'The province publishes its site'
run "$publish" site --quiet --out "$D/site"
figure "$(find "$D/site" -type f | wc -l) files, $(du -sh --apparent-size "$D/site" | cut -f1)"

step 'and signs a release'
run "$publish" keys init --quiet --keys "$D/keys"
run "$publish" release --quiet --to "$D/release" --keys "$D/keys"
figure "$(find "$D/release/changesets" -type f -printf '%s\n' | awk '{ s += $1 } END { printf "%d KB of changesets", s / 1024 }')"

step "A node is made for 广安区 ($REGION); it pins the root key"
start_upstream 0
run "$agent" init --store "$D/node" --root "$D/keys/1.root.json" \
	--source "http://127.0.0.1:$port/" --region "$REGION"
figure 'nothing fetched yet'

step 'It syncs over HTTP'
"$agent" sync --json --store "$D/node" >"$D/first.json" 2>>"$D/log" || fail 'the first sync failed'
figure "$(field "$D/first.json" records) records, $(field "$D/first.json" requests) requests, $(($(field "$D/first.json" bytes_down) / 1024)) KB"

step 'The cable is cut'
stop_upstream
figure 'upstream is gone'

step 'It answers: an item by its code'
"$agent" show 511A0020600003 --region "$REGION" --json --store "$D/node" >"$D/show.json" 2>>"$D/log" || fail 'show failed'
figure "$(python3 -c 'import json,sys; d = json.load(open(sys.argv[1])); print((d.get("item") or d)["name"])' "$D/show.json")"

step 'and a search for 身份证'
"$agent" search 身份证 --json --store "$D/node" >"$D/search.json" 2>>"$D/log" || fail 'search failed'
figure "$(field "$D/search.json" total) hits"

step 'Its pages are the province’s pages, byte for byte'
run "$agent" site --quiet --store "$D/node" --out "$D/node-site"
pages=$(python3 - "$D/node-site" "$D/site" <<'P'
import os, sys
node, site = sys.argv[1:]
n = 0
for folder, _, files in os.walk(node):
    for name in files:
        if name.startswith(".tong-"):
            continue
        path = os.path.relpath(os.path.join(folder, name), node)
        with open(os.path.join(node, path), "rb") as a, open(os.path.join(site, path), "rb") as b:
            if a.read() != b.read():
                sys.exit("differs: " + path)
        n += 1
print(n)
P
) || fail "a page differs: $pages"
[ "$pages" -gt 5000 ] || fail "only $pages pages"
figure "$pages files equal"

step 'An editor shortens one promise in a scratch clone, and commits'
run git clone --quiet . "$D/scratch"
item=$D/scratch/catalog-data/items/01/511A0020600003.md
[ -f "$item" ] || fail 'commit catalog-data first: the demo publishes HEAD'
sed -i 's/^limit_statutory:.*/&\nlimit_promised: {days: 10, unit: "1"}/' "$item"
run git -C "$D/scratch" -c user.name=editor -c user.email=editor@example.cn commit --quiet -am '承诺时限缩短为 10 个工作日（演示）'
figure '1 line'

step 'The province publishes again'
run "$publish" release --quiet --repo "$D/scratch" --to "$D/release" --keys "$D/keys"
figure "$(find "$D/release" -newer "$D/search.json" -type f | wc -l) files written"

step 'The cable is back: the node syncs'
start_upstream "$port"
: >"$D/requests"
"$agent" sync --json --store "$D/node" >"$D/second.json" 2>>"$D/log" || fail 'the second sync failed'
[ "$(field "$D/second.json" changed)" != 0 ] || fail 'the second sync brought nothing'
figure "$(field "$D/second.json" requests) request(s), $(field "$D/second.json" bytes_down) bytes down, $(field "$D/second.json" bytes_up) up"

step 'and once more, with nothing new'
"$agent" sync --json --store "$D/node" >"$D/third.json" 2>>"$D/log" || fail 'the third sync failed'
figure "$(field "$D/third.json" requests) request(s), $(field "$D/third.json" bytes_down) bytes"
stop_upstream

step 'Everything held is re-hashed against what was signed'
run "$agent" verify --store "$D/node"
figure 'all good'

echo
echo "${bold}Done${off} in $(seconds "$started") s. Site: $D/site, release: $D/release, node: $D/node"
[ -n "${ONCE:-}" ] && exit 0
echo "The node serves its county, offline, on ${bold}http://$AT${off}  (Ctrl-C ends it)"
exec "$agent" serve --store "$D/node" --listen "$AT"
