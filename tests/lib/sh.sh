# Functions for stories: a story sources this file, checks things, and need not end in any special way.
#
#   . tests/lib/sh.sh
#   t_ok     NAME CMD…            the command succeeds
#   t_fails  CODE NAME CMD…       the command ends with exactly this exit code
#   t_eq     NAME GOT WANTED      two strings are the same
#   t_grep   NAME PATTERN FILE    a line matches (grep -E)
#   t_nogrep NAME PATTERN FILE    no line matches
#   t_same   NAME FILE FILE       two files have the same bytes
#   t_skip   NAME WHY
#   in_chinese                    from here on messages are Chinese (else English, tests/run.sh)
#   t_note   TEXT                 a line in the log
#   free_port                     prints a free loopback port
#   start_server DIR [OPTION…]    tests/lib/httpd.py: sets SERVER_URL, SERVER_PORT, SERVER_LOG, SERVER_PID
#   stop_server                   the last one (a story's end stops all)
#   wait_for SECONDS CMD…         until the command succeeds
#   on_exit CMD                   run at the end, last given first
#   change TEXT                   the clone `repo` has another summary of one item, committed
#   release_of STORE              the number of the release that a store holds
#   start_node STORE              `serve` of a store: sets port; stopped at the end
#
# The output of the last checked command is in $OUT (stdout) and $ERR (stderr), both file names.
# $TONG_TMP is the story's own folder; programs under test come first in PATH (tests/run.sh).
# shellcheck shell=bash

O=${O:-$PWD/build}
[[ $O = /* ]] || O=$PWD/$O
if [ -z "${TONG_TMP:-}" ]; then	# run by hand
	TONG_TMP=$(mktemp -d)
	export PATH=$O:$PATH
fi
export O TONG_TMP
ROOT=$PWD
OUT=$TONG_TMP/.out
ERR=$TONG_TMP/.err
: >"$OUT"
: >"$ERR"
t_failed=0
t_checks=0
t_at_exit=''

# A story's Git must not depend on who runs it.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=editor GIT_AUTHOR_EMAIL=editor@example.cn
export GIT_COMMITTER_NAME=editor GIT_COMMITTER_EMAIL=editor@example.cn

unset LANGUAGE
in_chinese() { export LANGUAGE=zh_CN; }

on_exit() { t_at_exit="$1
$t_at_exit"; }

t_end() {
	local code=$?
	eval "$t_at_exit"
	if [ "$t_checks" = 0 ]; then
		echo 'not ok - the story made no check'
		exit 1
	fi
	if [ $code = 0 ] && [ $t_failed != 0 ]; then code=1; fi
	exit $code
}
trap t_end EXIT

t_pass() {
	t_checks=$((t_checks + 1))
	echo "ok - $1"
}

# $1 name, then lines that say why.
t_fail() {
	t_checks=$((t_checks + 1))
	t_failed=$((t_failed + 1))
	echo "not ok - $1"
	shift
	printf '    %s\n' "$@"
}

t_show() { tail -n 8 "$ERR" "$OUT" | sed 's/^/    /'; }

t_ok() {
	local name=$1 code
	shift
	"$@" >"$OUT" 2>"$ERR"
	code=$?
	if [ $code = 0 ]; then t_pass "$name"; return 0; fi
	t_fail "$name" "exit code $code: $*"
	t_show
	return 1
}

t_fails() {
	local want=$1 name=$2 code
	shift 2
	"$@" >"$OUT" 2>"$ERR"
	code=$?
	if [ $code = "$want" ]; then t_pass "$name"; return 0; fi
	t_fail "$name" "exit code $code, wanted $want: $*"
	t_show
	return 1
}

t_eq() {
	if [ "$2" = "$3" ]; then t_pass "$1"; return 0; fi
	t_fail "$1" "got:    $2" "wanted: $3"
	return 1
}

t_grep() {
	if grep -q -E -e "$2" "$3"; then t_pass "$1"; return 0; fi
	t_fail "$1" "no line matches $2 in $3:" "$(head -n 8 "$3")"
	return 1
}

t_nogrep() {
	if [ -e "$3" ] && ! grep -q -E -e "$2" "$3"; then t_pass "$1"; return 0; fi
	t_fail "$1" "in $3: $(grep -n -m 3 -E -e "$2" "$3" 2>&1)"
	return 1
}

t_same() {
	local why
	if why=$(cmp "$2" "$3" 2>&1); then t_pass "$1"; return 0; fi
	t_fail "$1" "$why"
	return 1
}

t_skip() {
	t_checks=$((t_checks + 1))
	echo "ok - $1 # SKIP $2"
}

t_note() { echo "# $*"; }

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		if [ $SECONDS -ge $end ]; then return 1; fi
		sleep 0.05
	done
}

t_servers=0
start_server() {
	local dir=$1 port_file
	shift
	t_servers=$((t_servers + 1))
	SERVER_LOG=$TONG_TMP/.server-$t_servers.log
	port_file=$TONG_TMP/.server-$t_servers.port
	: >"$SERVER_LOG"
	python3 "$ROOT/tests/lib/httpd.py" --log "$SERVER_LOG" "$@" "$dir" >"$port_file" &
	SERVER_PID=$!
	on_exit "kill $SERVER_PID 2>/dev/null"
	if ! wait_for 20 test -s "$port_file"; then
		t_fail 'the test server starts'
		return 1
	fi
	SERVER_PORT=$(cat "$port_file")
	export SERVER_URL=http://127.0.0.1:$SERVER_PORT
}

stop_server() {
	kill "$SERVER_PID" 2>/dev/null
	wait "$SERVER_PID" 2>/dev/null
	return 0
}

change() {
	local item=repo/catalog-data/items/01/511A0020600003.md
	if grep -q '^summary:' $item; then sed -i "s/^summary:.*/summary: $1/" $item
	else sed -i "s/^limit_statutory:.*/&\nsummary: $1/" $item; fi
	git -C repo commit --quiet -am "$1"
}

release_of() { tong-agent status --store "$1" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["release"])'; }

start_node() {
	port=$(free_port)
	tong-agent serve --quiet --store "$1" --listen "127.0.0.1:$port" &
	on_exit "kill $! 2>/dev/null"
	t_ok '  and serves' wait_for 20 curl -sf "http://127.0.0.1:$port/healthz"
}
