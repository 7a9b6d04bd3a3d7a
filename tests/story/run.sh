# A node left alone: `run` serves at once, syncs on its schedule, tells systemd how it is, and ends when it is told to.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

publish() { change "$1" && tong-publish release --repo repo --to release --keys keys --quiet; }
number() { curl -s --max-time 5 "http://127.0.0.1:$port/api/v1/status" | grep -o '"release":[0-9]*' | head -n 1; }
holds() { [ "$(number)" = "\"release\":$1" ]; }

git clone --quiet "$ROOT" repo
tong-publish keys init --keys keys --quiet
tong-publish release --repo repo --to release --keys keys --quiet
tong-agent init --quiet --store node --root keys/1.root.json --region 511602 --source "$PWD/release"

# What systemd hears, a line each with the second it came.
cat >manager.py <<'P'
import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
with open("heard", "w", buffering=1) as f:
    while True:
        for line in s.recv(4096).decode().splitlines():
            f.write(f"{time.monotonic():.1f} {line}\n")
P
python3 manager.py "$PWD/notify" &
on_exit "kill $! 2>/dev/null"
wait_for 10 test -S notify
port=$(free_port)
start() {
	NOTIFY_SOCKET=$PWD/notify WATCHDOG_USEC=4000000 tong-agent run --store node --listen "127.0.0.1:$port" "$@" >run.out 2>run.err &
	pid=$!
	on_exit "kill -9 $pid 2>/dev/null"
}

start --every 3
t_ok 'the first sync is made at once' wait_for 60 holds 1
t_ok 'it is ready' wait_for 10 grep -q 'READY=1' heard
t_grep '  serving before anything was synced' 'STATUS=serving http://127.0.0.1' heard
publish '第一次修改'
t_ok 'a release comes by itself' wait_for 60 holds 2
t_ok 'it says so' wait_for 10 grep -q 'STATUS=now at release 2' heard
t_ok 'the watchdog is kept content' wait_for 20 bash -c '[ "$(grep -c WATCHDOG=1 heard)" -ge 4 ]'
t_eq '  in time' "$(awk '$2 == "WATCHDOG=1" { if (last && $1 - last > 4) late++; last = $1 } END { print late + 0 }' heard)" 0

mv release away
t_ok 'a source that is gone is named' wait_for 30 grep -q 'sync failed' run.err
t_ok '  and the node answers' curl -sf -o /dev/null --max-time 5 "http://127.0.0.1:$port/items/511A0020600003/"
mv away release
kill -HUP $pid
publish '第二次修改'
kill -HUP $pid
t_ok 'told by SIGHUP it does not wait' wait_for 60 holds 3

before=$(date +%s%N)
kill -TERM $pid
wait $pid
t_eq 'told to end, it ends well' $? 0
t_ok '  soon' test $(($(date +%s%N) - before)) -lt 5000000000
t_grep '  and says so' 'STOPPING=1' heard

# Under the journal each line has its priority.
export JOURNAL_STREAM=1:1
mv release away
start --every 3600
t_ok 'a failure is a warning there' wait_for 30 grep -q '^<4>sync failed' run.err
t_grep '  it tries again in about a minute, not in an hour' 'again in (5[4-9]|6[0-6]) s' run.err
kill -TERM $pid
wait $pid
unset JOURNAL_STREAM
mv away release

# For a program that watches it.
start --every 1 --json
t_ok 'a line says where it listens' wait_for 10 grep -qx "{\"listening\":\"http://127.0.0.1:$port/\"}" run.out
t_ok '  one what each sync came to' wait_for 30 grep -q '^{"changed":false,"release":3,.*"next":1}$' run.out
mv release away
t_ok '  or why it failed' wait_for 30 grep -q '^{"exit_code":5,"subject":".*","message":".*","next":[0-9]*}$' run.out
t_ok '  and nothing else' python3 -c 'import json; [json.loads(line) for line in open("run.out")]'
kill -TERM $pid
wait $pid
mv away release

# Killed at any time, it comes back with what it had.
for i in 1 2 3 4 5; do
	publish "修改 $i"
	start --every 1
	sleep "0.$((i * 2))"
	kill -9 $pid
	wait $pid 2>/dev/null
done
t_ok 'killed five times, the store is whole' tong-agent verify --store node
start --every 1
t_ok '  and the newest release comes' wait_for 60 holds 8
t_fails 2 'a second node on the same address' tong-agent run --store node --listen nowhere
t_fails 6 'a port that is taken' tong-agent run --store node --listen "127.0.0.1:$port"
t_ok 'idle, it uses no processor' bash -c "
	a=\$(awk '{ print \$14 + \$15 }' /proc/$pid/stat); kill -HUP $pid; sleep 1
	b=\$(awk '{ print \$14 + \$15 }' /proc/$pid/stat); [ \$((b - a)) -lt 50 ]"
kill -TERM $pid
wait $pid

# The unit that is installed.
sed "s|@PREFIX@|/usr|" "$ROOT/docs/systemd/tong-agent.service" >tong-agent.service
t_ok 'the unit is hardened' systemd-analyze security --offline=true --threshold=20 --no-pager "$PWD/tong-agent.service"
mkdir -p usr/bin
ln -s "$(command -v tong-agent)" usr/bin/tong-agent
sed "s|@PREFIX@|$PWD/usr|" "$ROOT/docs/systemd/tong-agent.service" >usr/tong-agent.service
t_ok 'and has no fault' systemd-analyze verify --man=no "$PWD/usr/tong-agent.service"
t_grep 'the unit runs what is installed' '^ExecStart=/usr/bin/tong-agent run ' tong-agent.service
