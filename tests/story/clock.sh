#!/bin/bash
# A machine whose clock is wrong, as they are in county halls: years ahead, days behind, 1970 after the battery died. The node
# serves, says what is wrong, loses nothing that people said (P9), goes back to nothing older (P3), and is well when the
# clock is right again.
# shellcheck shell=bash
. tests/lib/sh.sh
t_ok 'a clock that can be wrong' gcc -shared -fPIC -O1 -Wall -Wextra "$ROOT/tests/tools/wrong_clock.c" -o "$TONG_TMP/clock.so"
cd "$TONG_TMP" || exit 1

cp -r "$ROOT/tests/golden/check/base" repo # a catalogue of a few files
git -c init.defaultBranch=main init -q repo
git -C repo add -A
git -C repo commit -q -m base
release=0
publish() {
	sed -i "s/^name:.*/name: 样例事项 $release/" repo/items/01/510104001000.md
	git -C repo commit --quiet -am change
	tong-publish release --repo repo --path '' --to release --keys keys --quiet && release=$((release + 1))
}
tong-publish keys init --keys keys --quiet
publish
start_server "$PWD/release"	# its clock is right
uport=$(free_port)
port=$(free_port)
clock() { python3 -c 'import struct, sys; open("ahead", "r+b").write(struct.pack("=q", int(sys.argv[1])))' "$1"; }
head -c 8 /dev/zero >ahead
wrong() { env "WRONG_CLOCK=$PWD/ahead" "LD_PRELOAD=$PWD/clock.so" "$@"; }
ask() {
	wrong tong-agent status --json --store node >state.json
	python3 - "$1" <<'P'
import json, sys
doc = json.load(open("state.json"))
print(eval(sys.argv[1], {"doc": doc, "problems": sorted(p["what"] for p in doc["problems"])}))
P
}
is() { [ "$(ask "$1")" = "$2" ]; }
start() {
	env "WRONG_CLOCK=$PWD/ahead" "LD_PRELOAD=$PWD/clock.so" tong-agent run --store node --listen "127.0.0.1:$port" --every 3600 >>run.out 2>>run.err &
	pid=$!
	on_exit "kill -9 $pid 2>/dev/null"
	t_ok 'the node runs' wait_for 20 curl -sf -o got "http://127.0.0.1:$port/healthz"
}
finish() { kill -TERM $pid; wait $pid; }
answers() { curl -sf -o got --max-time 5 "http://127.0.0.1:$port/items/510104001000/"; }
syncs() { kill -HUP $pid; }
say() { curl -sf -o got -H 'Content-Type: application/json' --data "{\"kind\": \"wrong\", \"text\": \"$1\", \"item\": \"510104001000\"}" "http://127.0.0.1:$port/feedback"; }
heard() { tong-agent feedback --store upper | grep -q "$1"; }

tong-agent init --quiet --store upper --root keys/1.root.json --source "$PWD/release"
tong-agent sync --quiet --store upper
tong-agent serve --quiet --store upper --listen "127.0.0.1:$uport" &
on_exit "kill $! 2>/dev/null"
tong-agent init --quiet --store node --root keys/1.root.json --region 511602 --source "$SERVER_URL/"
wait_for 20 curl -sf -o got "http://127.0.0.1:$uport/healthz"
start
t_ok 'with a right clock it syncs' wait_for 60 is 'doc["release"], problems' '(1, [])' || exit 1
tong-agent enroll "http://127.0.0.1:$uport/" --name 广安区 --store node --quiet
t_ok 'and is approved' tong-agent nodes approve "$(ask 'doc["upward"]["node"]')" --store upper
syncs
wait_for 20 is 'doc["upward"]["state"]' approved

# ---- two years ahead ----

kill -STOP "$SERVER_PID"	# the cable is out
t_ok 'somebody says something' say 'before-the-jump'
clock 63072000
t_eq 'two years ahead: all has expired' "$(ask '"expired" in problems, doc["current"]')" '(True, False)'
t_ok '  and is still served' answers
t_eq '  status says no' "$(wrong tong-agent status --store node >/dev/null; echo $?)" 1
t_ok 'somebody says something then' say 'while-ahead'
kill -CONT "$SERVER_PID"
publish
syncs
t_ok 'a sync finds the clock wrong' wait_for 30 is '"clock-skew" in problems, "sync" in problems' '(True, True)'
t_eq '  in which direction' "$(ask '[p["text"] for p in doc["problems"] if p["what"] == "clock-skew"][0].count("ahead of the source")')" 1
t_fails 1 '  in words' wrong tong-agent status --store node
t_grep '  for the operator' "^problem +this machine's clock was 6[0-9]+ s ahead" "$OUT"
t_eq '  nothing that has expired by it is taken' "$(ask 'doc["release"]')" 1
t_ok 'P9: what was said before goes up' wait_for 30 heard before-the-jump
t_ok 'P9: and what was said meanwhile' wait_for 30 heard while-ahead
clock 0
syncs
t_ok 'right again, it goes on by itself' wait_for 60 is 'doc["release"], problems' '(2, [])' || exit 1

# ---- ten days behind ----

clock -864000
t_eq 'ten days behind: that is seen at once' "$(ask '"clock-behind" in problems')" True
t_ok '  what is held is served' answers
publish
syncs
t_ok '  and the newest release taken' wait_for 60 is 'doc["release"]' 3
t_eq '  the clock is still called wrong' "$(ask '"clock-skew" in problems')" True
cp -r release old
publish
syncs
wait_for 60 is 'doc["release"]' 4
t_fails 4 'P3: what is older is not' wrong tong-agent sync --store node --from "$PWD/old"
clock 0
syncs
t_ok 'right again, all is well' wait_for 60 is 'doc["release"], problems' '(4, [])'
finish

# ---- 1970: the battery is dead; the node is started so ----

clock -$(($(date +%s) - 3600))
start
t_grep 'the self-test says so' 'self-test: the clock says 1970-01-01' run.err
t_eq 'status too' "$(ask '"clock-behind" in problems')" True
t_ok 'the guides are served' answers
kill -STOP "$SERVER_PID"
t_ok 'somebody says something in 1970' say 'in-1970'
finish
clock 0
tong-agent report --store node --out stick --quiet # the clock is set by hand; the network is away: nothing is forgotten
t_ok 'P9: it waits when the clock is right' test "$(ask 'doc["upward"]["waiting"] >= 1')" = True
kill -CONT "$SERVER_PID"
start
t_ok 'P9: and arrives' wait_for 30 heard in-1970
tong-agent sync --store upper --quiet
tong-agent report --store upper --quiet
t_ok '  to stay' heard in-1970
t_ok 'all is well' wait_for 60 is 'doc["release"], problems' '(4, [])'
finish
t_ok 'the store is whole (P1)' tong-agent verify --store node
