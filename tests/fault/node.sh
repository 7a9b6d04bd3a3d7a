# What happens to a node in a county hall: a disk that is full or read-only, bits that flip, two of it, a folder that moves,
# kill -9 again and again. It goes on with what it has, says clearly what is wrong, and heals when it can.
# SIZE=1: kills and flips; more for a campaign.
# shellcheck shell=bash
if [ -z "${IN_MOUNTS:-}" ]; then # disks of one's own
	if [ "$(id -u)" = 0 ]; then how=-m; else how=-rm; fi
	IN_MOUNTS=1 exec unshare $how bash "$0"
fi
. tests/lib/sh.sh
SIZE=${SIZE:-1}
cd "$TONG_TMP" || exit 1

page=items/510104001000
cp -r "$ROOT/tests/golden/check/base" repo # a catalogue of a few files
git -c init.defaultBranch=main init -q repo
git -C repo add -A
git -C repo commit -q -m base
release=0
publish() { tong-publish release --repo repo --path '' --to release --keys keys --quiet && release=$((release + 1)); }
change() {
	sed -i "s/^name:.*/name: 样例事项 $release/" repo/items/01/510104001000.md
	git -C repo commit --quiet -am change
	publish
}
tong-publish keys init --keys keys --quiet
publish
port=$(free_port)
init() { tong-agent init --quiet --store "$1" --root keys/1.root.json --region 511602 --source "$PWD/release" "${@:2}"; }
start() {
	tong-agent run --store "$1" --listen "127.0.0.1:$port" "${@:2}" >>run.out 2>>run.err &
	pid=$!
	on_exit "kill -9 $pid 2>/dev/null"
	wait_for 60 answers
}
finish() { kill -TERM $pid; wait $pid; }
answers() { curl -sf -o answer --max-time 5 "http://127.0.0.1:$port/$page/"; }
status() { tong-agent status --json --store "$1" >state.json; python3 - "$2" <<'P'
import json, sys
doc = json.load(open("state.json"))
print(eval(sys.argv[1], {"doc": doc, "problems": {p["what"] for p in doc["problems"]}}))
P
}
is() { [ "$(status "$1" "$2")" = "$3" ]; }

# ---- the disk is full ----
mkdir disk
mount -t tmpfs -o size=24m none disk
init disk/node
start disk/node --every 1
t_ok 'a node on a small disk syncs' wait_for 60 is disk/node 'doc["release"]' 1
head -c 64M /dev/zero >disk/filler 2>/dev/null
change
t_ok 'a sync on a full disk fails' wait_for 60 is disk/node '"sync" in problems' True
t_eq '  and says so' "$(status disk/node '"disk-full" in problems')" True
t_eq '  the old release is in force' "$(status disk/node 'doc["release"], doc["sound"], doc["current"]')" "(1, True, True)"
t_ok '  and served' answers
t_grep '  the log names it' 'sync failed: .*(disk|space|full)' run.err
rm disk/filler
kill -HUP $pid
t_ok 'with room it goes on by itself' wait_for 60 is disk/node 'doc["release"]' 2
t_ok '  without a problem' wait_for 20 is disk/node '"sync" in problems' False
finish
t_ok '  and all is as signed' tong-agent verify --store disk/node

# ---- the disk is read-only ----
change
start disk/node --every 1
wait_for 60 is disk/node 'doc["release"]' 3
finish
mount -o remount,ro disk
change
start disk/node --every 1
t_ok 'a node on a read-only disk starts and answers' answers
t_ok '  says so' wait_for 30 grep -q 'self-test: nothing can be written to disk/node' run.err
t_ok '  the sync fails' wait_for 30 grep -q 'sync failed: .*[Rr]ead-only' run.err
t_eq '  and status too' "$(status disk/node '"disk-read-only" in problems')" True
mount -o remount,rw disk
kill -HUP $pid
t_ok 'writable again, it goes on by itself' wait_for 60 is disk/node 'doc["release"]' 4
finish
umount disk

# ---- two of it, and a folder that moves ----
init node
start node --every 1
t_fails 6 'a second node on the same store is refused' tong-agent run --store node --listen 127.0.0.1:0
t_grep '  and told why' 'another tong-agent runs on this store' "$ERR"
wait_for 60 is node 'doc["release"]' 4
mv node moved
t_ok 'a store that is moved away while it is used is missed' wait_for 30 grep -q 'sync failed: .*there is no store here' run.err
t_ok '  and still served' answers
mv moved node
kill -HUP $pid
t_ok 'back again, all goes on' wait_for 60 is node '"sync" in problems' False
finish
mv node elsewhere
t_ok 'moved while nobody uses it, it is whole' tong-agent verify --store elsewhere
mv elsewhere node

# ---- the kernel holds it ----
start node --every 1
t_eq 'status tells of the sandbox' "$(status node 'doc["node"]["sandbox"]["seccomp"]')" True
server=$(pgrep -P $pid | head -n 1)
t_eq 'the server can gain no rights' "$(awk '/^NoNewPrivs/ { print $2 }' "/proc/$server/status")" 1
t_eq '  and its system calls are filtered' "$(awk '/^Seccomp:/ { print $2 }' "/proc/$server/status")" 2
kill -9 "$server"
t_ok 'a server that is killed is started again' wait_for 30 answers
t_ok '  and the log tells' wait_for 10 grep -q 'the server ended, and is started again' run.err
finish
start node --sandbox off
t_eq 'switched off, it says so' "$(status node 'doc["node"]["sandbox"]["seccomp"]')" False
finish

# ---- kill -9 in a loop ----
for ((i = 0; i < 8 * SIZE; i++)); do
	if [ $((i % 4)) = 0 ]; then change; fi
	start node --every 1
	sleep "0.$((RANDOM % 9))"
	kill -9 $pid
	wait $pid 2>/dev/null
done
t_ok 'killed again and again, the store is whole (P1)' tong-agent verify --store node
start node --every 1
t_ok '  and the newest release comes' wait_for 60 is node 'doc["release"]' $release
finish

# ---- bits flip under a running node ----
tong-agent sync --quiet --store node
tong-agent relay --quiet --store node on
change
tong-agent sync --quiet --store node
start node --recheck 4000000000
t_ok 'a page' answers
cp answer right
mv release away # the cable is out: what is needed lies in the node's own copy
flip() { # PAGE: one bit of it
	python3 - "$1" <<'P'
import sys
with open("node/tong.db", "r+b") as f:
    f.seek(int(sys.argv[1]) * 4096 + 2000)
    b = f.read(1)
    f.seek(-1, 1)
    f.write(bytes([b[0] ^ 16]))
P
}
for ((i = 0; i < 4 * SIZE; i++)); do
	: >run.err
	flip $((RANDOM % ($(stat -c %s node/tong.db) / 4096))) # of a database that was made anew since
	kill -HUP $pid # looks, and syncs, at once
	t_ok 'a flipped bit is found by itself' wait_for 90 grep -q 'damage' run.err
	t_ok '  the database is made anew' wait_for 90 grep -q 'the damaged database was made anew' run.err
	t_ok '  and the same page is served' wait_for 60 answers
	t_same '  to the byte (P2)' answer right
done
t_eq 'status has seen it' "$(status node 'doc["node"].get("rebuilt", 0) > 0 and doc["sound"]')" True
finish
t_ok 'all is as signed' tong-agent verify --store node
mv away release
