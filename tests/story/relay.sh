#!/bin/bash
# Five levels, each in a network of its own that reaches only the level above: province, city, county, township, village.
# The release goes down from node to node; nobody trusts the one above; one level down or lying stops nothing for good.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

publish() { change "$1" && tong-publish release --repo repo --to release --keys keys --quiet; }
handed() { tong-agent status --store "$1" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["relay"]["release"])'; }
layers() { tong-agent status --store "$1" --json | grep -o '"sha256":"[0-9a-f]*"' | sort; }

git clone --quiet "$ROOT" repo
tong-publish keys init --keys keys --quiet
t_ok 'the first release' tong-publish release --repo repo --to release --keys keys --quiet

# ---- the networks: level N has 10.77.N.1 towards the level below and 10.77.(N-1).2 towards that above ----

space() { echo "tong$$-$1"; }
in_space() { ip netns exec "$(space "$1")" "${@:2}"; }
drop_spaces() { for i in 1 2 3 4 5; do ip netns del "$(space $i)" 2>/dev/null; done; }
on_exit drop_spaces
for i in 1 2 3 4 5; do
	ip netns add "$(space $i)"
	in_space $i ip link set lo up
done
for i in 1 2 3 4; do
	ip link add below netns "$(space $i)" type veth peer name above netns "$(space $((i + 1)))"
	in_space $i ip addr add 10.77.$i.1/24 dev below
	in_space $i ip link set dev below up
	in_space $((i + 1)) ip addr add 10.77.$i.2/24 dev above
	in_space $((i + 1)) ip link set dev above up
done
knock() { in_space 3 timeout 5 bash -c "exec 3<>/dev/tcp/$1/9" 2>&1 | grep -oE 'refused|unreachable' | head -n 1; }
t_eq 'a level reaches the one above' "$(knock 10.77.2.1)" refused
t_eq 'and nothing further' "$(knock 10.77.1.1)" unreachable

# ---- the nodes: all but the village hand on ----

declare -A server
serve() {
	ip netns exec "$(space "$1")" tong-agent serve --store "node$1" --listen "10.77.$1.1:8511" >/dev/null 2>"serve$1.log" &
	server[$1]=$!
	on_exit "kill ${server[$1]} 2>/dev/null"
	wait_for 10 in_space "$1" bash -c "exec 3<>/dev/tcp/10.77.$1.1/8511" 2>/dev/null
}
regions=('' '' '' 511602 511602 511602)
for i in 1 2 3 4 5; do
	above=http://10.77.$((i - 1)).1:8511/repository/
	[ $i = 1 ] && above=$PWD/release
	# shellcheck disable=SC2046 # words on purpose
	tong-agent init --quiet --store node$i --root keys/1.root.json --source "$above" \
		${regions[$i]:+--region ${regions[$i]}} $([ $i -lt 5 ] && echo --relay)
	t_ok "level $i: the first sync" in_space $i tong-agent sync --store node$i
	if [ $i -lt 5 ]; then
		t_eq '  hands it on' "$(handed node$i)" "$(release_of node1)"
		serve $i
	fi
done
t_eq 'the village holds what the county holds' "$(layers node5)" "$(layers node3)"
t_ok '  and all is whole' tong-agent verify --store node5

same_files() {
	find "$1/relay" -type f ! -name kept.json ! -path '*/heads/*' -printf '%P\n' | while read -r f; do
		cmp -s "$1/relay/$f" "release/$f" || echo "$f"
	done
}
for i in 1 2 3 4; do
	t_eq "level $i hands on exactly the signed bytes" "$(same_files node$i)" ''
done
t_ok 'and what a node needs that begins (H4)' test -s node4/relay/heads/new-511602
t_eq 'a county hands on no other county' "$(find node3/relay -name '*.r*.json' ! -name '*.r511602*' ! -name '*.r510000.json' ! -name '*.root.json')" ''

down() { for i in 1 2 3 4 5; do in_space $i tong-agent sync --store node$i --json >sync$i.json || return; done; }
publish '第一次修改'
t_ok 'a change goes down five levels' down
t_eq '  to the village' "$(release_of node5)" "$(release_of node1)"
t_grep '  with one request' '"requests":1,' sync5.json
t_grep '  by the head' '"way":"head"' sync5.json
t_ok 'no change is asked for' down
t_grep '  with one request' '"requests":1,.*"way":"not modified"|"way":"not modified".*"requests":1' sync5.json

# ---- ranges and conditions, as the level below asks ----

get() { in_space 4 curl -s -o got -D head --max-time 10 "$@"; }
base=http://10.77.3.1:8511/repository
cs=$(find node3/relay/changesets -name '*.tcs' -size +20k -printf '%f\n' | head -n 1)
t_ok 'a piece of a file' get -r 1000-1999 $base/changesets/"$cs"
t_grep '  is a piece' '^HTTP/1.1 206' head
t_grep '  of the whole' "^Content-Range: bytes 1000-1999/$(stat -c %s "node3/relay/changesets/$cs")" head
t_ok '  the right one' cmp got <(tail -c +1001 "node3/relay/changesets/$cs" | head -c 1000)
get -r 99999999- $base/changesets/"$cs"
t_grep 'past the end' '^HTTP/1.1 416' head
get $base/timestamp.json
tag=$(sed -n 's/^ETag: \(.*\)\r$/\1/p' head)
get -H "If-None-Match: $tag" $base/timestamp.json
t_grep 'what is known' '^HTTP/1.1 304' head
for path in ../tong.db kept.json ../kept.json changesets/../kept.json .. '' heads/../kept.json; do
	get --path-as-is "$base/$path"
	t_grep "nothing else is handed out: /$path" '^HTTP/1.1 404' head
done

# ---- a level down, and back ----

kill "${server[3]}"
wait "${server[3]}" 2>/dev/null
publish '第二次修改'
for i in 1 2 3; do in_space $i tong-agent sync --quiet --store node$i; done
t_fails 5 'with the county down the township hears nothing' in_space 4 tong-agent sync --store node4
t_ok '  and answers as before' tong-agent show --store node4 511A0020600003
serve 3
t_ok 'it comes back' in_space 4 tong-agent sync --store node4
t_ok '  and the village hears' in_space 5 tong-agent sync --store node5
t_eq '  of it all' "$(release_of node5)" "$(release_of node1)"

# ---- a node that begins now, and one that was away ----

publish '第三次修改'
publish '第四次修改'
for i in 1 2 3 4; do in_space $i tong-agent sync --verbose --store node$i 2>"sync$i.log" >"sync$i.out"; done
t_ok 'a village two releases behind' in_space 5 tong-agent sync --store node5 --json
t_nogrep '  does not take the whole' '"way":"full"' "$OUT"
tong-agent init --quiet --store late --root keys/1.root.json --region 511602 --source http://10.77.4.1:8511/repository/
t_ok 'a new village' in_space 5 tong-agent sync --store late
t_eq '  holds the same' "$(layers late)" "$(layers node5)"
whole=$(python3 - <<'P'
import json, pathlib
role = max(pathlib.Path("release").glob("*.base.json"), key=lambda p: int(p.name.split(".")[0]))
ways = next(iter(json.load(role.open())["signed"]["targets"].values()))["custom"]["tong"]["changesets"]
print(next(w["id"] for w in ways if not w["from"]))
P
)
t_ok 'the whole layer that it took' test -f "node4/relay/changesets/$whole.tcs"
t_eq '  was made of records, never fetched' "$(cat sync4.log* 2>/dev/null | grep -c "asking for changesets/$whole")" 0

# ---- a lying level ----

cp -r node4 lies
damage() {
	python3 - "$1" <<'P'
import pathlib, sys
for p in pathlib.Path("lies/relay").glob(sys.argv[1]):
    b = bytearray(p.read_bytes())
    at = b.find(b'"sig":"') + 7 if p.suffix == ".json" else len(b) // 2
    b[at] = b[at] ^ 1 if p.suffix != ".json" else ord("1" if b[at] == ord("0") else "0")
    p.write_bytes(b)
P
}
lie() {
	rm -rf lies && cp -r node4 lies && rm -r lies/relay/heads && damage "$1"
	rm -rf fresh && tong-agent init --quiet --store fresh --root keys/1.root.json --region 511602 --source "$PWD/lies/relay"
	"${@:2}" tong-agent sync --store fresh
	t_eq '  nothing of it is kept' "$(release_of fresh)" 0
}
lie 'changesets/*.tcs' t_fails 4 'one bit of the content'
lie '*.snapshot.json' t_fails 4 'one bit of the snapshot'
lie 'timestamp.json' t_fails 4 'one bit of the timestamp'
rm -rf lies && cp -r node4 lies && damage 'heads/*'
rm -rf fresh && tong-agent init --quiet --store fresh --root keys/1.root.json --region 511602 --source "$PWD/lies/relay"
t_ok 'a bit of a head wastes one request' tong-agent sync --quiet --store fresh
cp -r node4 held
publish '第五次修改'
tong-agent sync --quiet --store node4 --from release
ahead=$(release_of node4)
t_fails 4 'a node that is ahead' tong-agent sync --store node4 --from held/relay
t_grep '  says which version it wants' 'wanted .* or later' "$ERR"
t_eq '  does not go back' "$(release_of node4)" "$ahead"
t_eq '  nor hands on the older' "$(handed node4)" "$ahead"

# ---- the stick ----

for i in 1 2 3; do in_space $i tong-agent sync --quiet --store node$i; done
t_ok 'a county writes a stick' tong-agent export --store node3 county.bundle
t_ok '  again' tong-agent export --store node3 again.bundle
t_same '  the same bytes' county.bundle again.bundle
t_fails 2 'a node that hands nothing on writes none' tong-agent export --store node5 no.bundle
t_grep '  and is told what to do' 'relay on' "$ERR"
t_fails 3 'nor one for a region that it does not hold' tong-agent export --store node3 no.bundle --region 510104
t_ok 'a province for one county' tong-agent export --store node1 one.bundle --region 511602 --json
t_grep '  says what is on it' '"layers":[0-9]+,"release":' "$OUT"
tong-agent init --quiet --store stick --root keys/1.root.json --region 511602
t_ok 'a new village takes it' tong-agent sync --store stick --from one.bundle
t_eq '  and holds the same' "$(layers stick)" "$(layers node3)"
old=$(release_of node5)
t_ok 'a stick since what the village holds' tong-agent export --store node3 since.bundle --since "$old"
t_ok '  is taken' tong-agent sync --store node5 --from since.bundle
t_eq '  whole' "$(layers node5)" "$(layers node3)"
t_ok '  and is small' test "$(stat -c %s since.bundle)" -lt $(($(stat -c %s county.bundle) / 4))
t_fails 2 'a release that nobody knows' tong-agent export --store node3 no.bundle --since 99
t_eq 'nothing is left of those' "$(ls no.bundle* 2>/dev/null)" ''

# ---- no longer ----

t_ok 'a node that hands on no more' tong-agent relay off --store node4
t_eq '  keeps nothing for it' "$(ls node4/relay 2>/dev/null)" ''
t_ok '  and syncs on' tong-agent sync --store node4 --from release
t_fails 2 'on or off' tong-agent relay maybe --store node4
