#!/bin/bash
# A county hall: what `make install` gives is set up once, held as systemd holds it by the unit, and left alone. The cable is cut,
# the process killed, the disk fills, the store is lost and restored from a stick; the guides are there all the while.
# shellcheck shell=bash
if [ -z "${IN_MOUNTS:-}" ]; then # a disk of one's own, which the node's user can reach
	if [ "$(id -u)" = 0 ]; then how=-m; else how=-rm; fi
	IN_MOUNTS=$how exec unshare $how bash "$0"
fi
. tests/lib/sh.sh
mount -t tmpfs -o mode=755,size=400m none /srv
mkdir /srv/state
mount -t tmpfs -o size=24m none /srv/state
t_ok 'it is installed' env DESTDIR='' PREFIX=/srv/usr LIBDIR=/srv/usr/lib GIT=yes VERSION=0 LIBS='' tests/lib/install.sh
export PATH=/srv/usr/bin:$PATH
cd "$TONG_TMP" || exit 1

# ---- the province, behind a cable ----

cp -r "$ROOT/tests/golden/check/base" repo
git -c init.defaultBranch=main init -q repo
git -C repo add -A
git -C repo commit -q -m base
tong-publish keys init --keys keys --quiet
n=0
publish() {
	n=$((n + 1))
	sed -i "s/^name:.*/name: 样例事项 $n/" repo/items/01/510104001000.md
	git -C repo commit --quiet -am change
	tong-publish release --repo repo --path '' --site /srv/usr/share/tong/site --to release --keys keys --quiet
}
publish
start_server "$PWD/release"

# ---- set up once, by the unit's own words ----

unit=/srv/usr/lib/systemd/system/tong-agent.service
of_unit() { sed -n "s/^$1=//p" $unit; }
port=$(free_port)
cp keys/1.root.json /srv/1.root.json
sed "s|^#* *store = .*|store = /srv/state/node|; s|^#* *listen = .*|listen = 127.0.0.1:$port|; s|^#* *source = .*||; s|^#* *region = .*||; s|^#* *every = .*|every = 1|" \
	/srv/usr/share/tong/tong-agent.conf >/srv/tong-agent.conf
printf 'source = %s/\nregion = 511602\n' "$SERVER_URL" >>/srv/tong-agent.conf
t_ok 'the configuration is good' tong-agent config check /srv/tong-agent.conf
held() { "$@"; } # as the unit's user, without any right of root's
if [ "$IN_MOUNTS" = -m ]; then
	chown 65534:65534 /srv/state
	held() { setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"; }
fi
t_ok 'the store is made' held tong-agent init --config /srv/tong-agent.conf --root /srv/1.root.json
read -r -a command <<<"$(of_unit ExecStart | sed 's|/etc/tong/|/srv/|')"
t_eq 'the unit starts what is installed' "${command[0]}" /srv/usr/bin/tong-agent
python3 - /srv/notify <<'P' &
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
with open("heard", "w", buffering=1) as f:
    while True:
        f.write(s.recv(4096).decode() + "\n")
P
on_exit "kill $! 2>/dev/null"
wait_for 10 test -S /srv/notify
systemd() { # Restart=always
	while [ ! -e stop ]; do
		(umask "$(of_unit UMask)"; ulimit -n "$(of_unit LimitNOFILE)"
			echo "$BASHPID" >main.pid
			held env -i PATH=/usr/bin:/bin NOTIFY_SOCKET=/srv/notify WATCHDOG_USEC="$(of_unit WatchdogSec)000000" "${command[@]}") >>run.out 2>>run.err
		echo $? >>ended
		sleep 0.3
	done
}
systemd &
manager=$!
on_exit 'touch stop; pkill -9 -P "$manager" 2>/dev/null; kill "$(cat main.pid)" 2>/dev/null'
main() { pgrep -P "$(cat main.pid)" -x tong-agent | head -n 1; }
answers() { curl -sf -o page --max-time 5 "http://127.0.0.1:$port/items/510104001000/"; }
status() { held tong-agent status --json --config /srv/tong-agent.conf >state.json; python3 - "$1" <<'P'
import json, sys
doc = json.load(open("state.json"))
print(eval(sys.argv[1], {"doc": doc, "problems": sorted(p["what"] for p in doc["problems"])}))
P
}
is() { [ "$(status "$1")" = "$2" ]; }
t_ok 'systemd hears that it is ready' wait_for 20 grep -q READY=1 heard
t_ok 'the guides are there' wait_for 30 answers
t_eq 'nothing is wrong' "$(status problems)" '[]'
t_eq 'its key and what people say are nobody else'"'"'s to read' "$(find /srv/state/node \( -name 'ledger*' -o -name node.key \) -perm /007)" ''

# ---- the cable is cut ----

kill -STOP "$SERVER_PID"
publish
t_ok 'without a network the guides stay' answers
kill -CONT "$SERVER_PID"
mv release away
t_ok 'a source that is gone is told' wait_for 30 is '"sync" in problems' True
t_ok '  and the guides stay' answers
mv away release
t_ok 'back again, it goes on by itself' wait_for 30 is 'doc["release"], problems' '(2, [])'

# ---- killed ----

for i in 1 2 3; do
	before=$(main)
	kids=$(pgrep -d ' ' -P "$before")
	kill -9 "$before"
	t_ok "killed ($i), it comes back" wait_for 30 bash -c "[ -n \"\$(pgrep -P \$(cat main.pid) -x tong-agent)\" ] && ! kill -0 $before 2>/dev/null"
	for kid in $kids; do t_ok '  its children end with it' wait_for 10 test ! -d "/proc/$kid"; done
	t_ok '  the guides are there' wait_for 30 answers
done
publish
t_ok '  and the newest release comes' wait_for 30 is 'doc["release"], problems' '(3, [])'

# ---- the disk fills ----

head -c 64M /dev/zero >/srv/state/filler 2>/dev/null
publish
t_ok 'on a full disk the sync fails, and says why' wait_for 30 is '"disk-full" in problems, doc["release"]' '(True, 3)'
t_ok '  the guides are there' answers
rm /srv/state/filler
t_ok 'with room it goes on by itself' wait_for 30 is 'doc["release"], problems' '(4, [])'
t_ok '  the guides are there' answers

# ---- the machine is lost; a stick sets up the next one ----

cp page before
touch stop
kill -TERM "$(main)"
wait $manager
t_eq 'it ends well when it is told to' "$(tail -n 1 ended)" 0
tong-publish bundle --from release --out tong.bundle --quiet
rm -rf /srv/state/node stop
chmod 644 tong.bundle
cp tong.bundle /srv/
kill -STOP "$SERVER_PID"
t_ok 'a new store' held tong-agent init --config /srv/tong-agent.conf --root /srv/1.root.json
t_ok '  is filled from the stick' held tong-agent sync --config /srv/tong-agent.conf --from /srv/tong.bundle
systemd &
manager=$!
t_ok 'the guides are there again' wait_for 30 answers
t_same '  to the byte' page before
kill -CONT "$SERVER_PID"
t_ok 'all is as signed' held tong-agent verify --pages --config /srv/tong-agent.conf
touch stop
kill -TERM "$(main)"
wait $manager
t_eq 'and it ends well' "$(tail -n 1 ended)" 0
