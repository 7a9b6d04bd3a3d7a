#!/bin/bash
# Runs the tests and sums them up; the last line is `N passed, N failed`, alone.
#
#   tests/run.sh [NAME…]     NAME: a suite (unit), or part of a test's name (core_json, story/county)
#
# O=build            the programs under test      KEEP=1          keep the temporary folders
# JOBS=2             tests at a time              TONG_TIMEOUT=600  seconds for one test
# TONG_WRAP='…'      put before unit programs (valgrind)
#
# A test is a program or script. It may print `ok - name`, `not ok - name`, `ok - name # SKIP why`
# (each line is counted), or end with `N passed, N failed` (both numbers are counted); otherwise it
# counts as one. An exit code other than 0 is a failure whatever was printed. Each test has a fresh
# folder in TONG_TMP; its output is kept in $O/log/SUITE/NAME.log.
set -u
cd "$(dirname "$0")/.." || exit 1
O=${O:-build}
[[ $O = /* ]] || O=$PWD/$O
export O
JOBS=${JOBS:-$(nproc 2>/dev/null || echo 2)}
unset MAKEFLAGS MFLAGS MAKELEVEL	# a test that calls make is not a part of this one
export LC_ALL=C.UTF-8 TZ=UTC
unset LANGUAGE	# messages are English unless a test asks for Chinese
export PATH=$O:$PATH
# Temporary folders lie in memory where there is much of it: thousands of small files come and go.
room() { df --output=avail /dev/shm 2>/dev/null | tail -n 1; awk '/^MemAvailable/ { print $2 - 6000000 }' /proc/meminfo; }
if [ -z "${TMPDIR:-}" ] && [ "$(room | sort -n | head -n 1)" -gt 6000000 ] 2>/dev/null; then
	export TMPDIR=/dev/shm
fi
suites='rules unit golden conformance site story fault fuzz'

# The tests of a suite, one a line.
list() {
	local t
	case $1 in
	golden) ls tests/golden/run.sh ;;
	rules) ls tests/rules/*.sh tests/rules/*.py ;;
	*) ls "tests/$1"/*.sh ;;
	esac 2>/dev/null
	[ "$1" = bench ] && return	# its programs are called by its scripts
	for t in "tests/$1"/*.c; do
		if [ -e "$t" ]; then echo "$O/${t%.c}"; fi
	done
}

# One test: $1 suite, $2 path. Leaves NAME.log and NAME.result (passed failed skipped) behind.
one() {
	local suite=$1 path=$2 name log code
	name=$(basename "$path"); name=${name%.sh}; name=${name%.py}
	log=$O/log/$suite/$name.log
	TONG_TMP=$(mktemp -d "${TMPDIR:-/tmp}/tong-$suite-XXXXXX"); export TONG_TMP
	chmod 755 "$TONG_TMP"	# a test that becomes nobody must be able to look
	local cmd=("$path")
	case $path in *.sh) cmd=(bash "$path") ;; *.py) cmd=(python3 "$path") ;; esac
	# shellcheck disable=SC2206 # words on purpose
	case $suite in
	unit) cmd=(${TONG_WRAP:-} "$path") ;;
	fuzz) if [ -e "tests/fuzz/$name.c" ]; then cmd=("$path" "tests/fuzz/seeds/$name"); fi ;;
	esac
	timeout -k 10 "${TONG_TIMEOUT:-600}" "${cmd[@]}" >"$log" 2>&1 </dev/null
	code=$?
	case $code in 124 | 137) echo "timed out or killed" >>"$log" ;; esac
	awk -v code="$code" -v story="$suite" '
		/^ok / { if (/# SKIP/) skipped++; else passed++; next }
		/^not ok / { failed++ }
		/^[0-9]+ passed, [0-9]+ failed$/ { p = $1; f = $3 }
		END {
			passed += p; failed += f
			if (code != 0 && !failed) failed = 1
			if (!passed && !failed && !skipped)
				if (story == "story") failed = 1; else passed = 1
			print passed + 0, failed + 0, skipped + 0, code
		}' "$log" >"$O/log/$suite/$name.result"
	if [ -n "${KEEP:-}" ]; then
		echo "kept: $TONG_TMP" >>"$log"
	else
		chmod -R u+rwX "$TONG_TMP" 2>/dev/null
		rm -rf "$TONG_TMP"
	fi
}

# What a reader needs of a failed test: its failed lines, else the end of its output.
explain() {
	local name=$1 log=$2 code=$3
	echo "--- $name: exit code $code, all output in ${log#"$PWD"/}"
	if grep -q '^not ok ' "$log"; then
		grep -A 12 '^not ok ' "$log" | grep -v '^ok ' | head -60
	else
		grep -v -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -40
	fi
}

if [ "${1:-}" = --one ]; then
	one "$2" "$3"
	exit 0
fi

asked=$*
total_p=0 total_f=0 total_s=0
run_suite() {
	local suite=$1 start p f s code r n_p=0 n_f=0 n_s=0
	shift
	rm -rf "$O/log/$suite"
	mkdir -p "$O/log/$suite"
	start=$(date +%s%N)
	printf '%s\0' "$@" | xargs -0 -n 1 -P "$JOBS" "$BASH" tests/run.sh --one "$suite"
	for r in "$O/log/$suite"/*.result; do
		if ! read -r p f s code 2>/dev/null <"$r"; then
			echo "--- $suite: left no result: $r"; p=0 f=1 s=0 code=none
		fi
		n_p=$((n_p + p)) n_f=$((n_f + f)) n_s=$((n_s + s))
		if [ "$f" != 0 ]; then explain "$suite/$(basename "${r%.result}")" "${r%.result}.log" "$code"; fi
	done
	# Measurements are for reading; so is what the rules counted, when they were asked for by name.
	if [ "$suite" = bench ] || [ "$asked $n_f" = 'rules 0' ]; then cat "$O/log/$suite"/*.log; fi
	printf '%-12s %5d ok %4d not ok' "$suite" "$n_p" "$n_f"
	if [ $n_s != 0 ]; then printf ' %4d skipped' "$n_s"; fi
	awk -v a="$start" -v b="$(date +%s%N)" 'BEGIN { printf " %8.1f s\n", (b - a) / 1e9 }'
	total_p=$((total_p + n_p)) total_f=$((total_f + n_f)) total_s=$((total_s + n_s))
}

# Is suite/name among the names asked for? No names: all but the measurements and the browser.
wanted() {
	local suite=$1 path=$2 n
	shift 2
	if [ $# = 0 ]; then [ "$suite" != bench ] && [ "$suite" != site ]; return; fi
	for n; do
		if [ "$n" = "$suite" ] || [[ $suite != "$n" && $path = *"$n"* && " $suites bench " != *" $n "* ]]; then
			return 0
		fi
	done
	return 1
}

for suite in $suites bench; do
	chosen=()
	while read -r t; do
		if wanted "$suite" "tests/$suite/$(basename "$t")" "$@"; then chosen+=("$t"); fi
	done < <(list "$suite")
	if [ ${#chosen[@]} != 0 ]; then run_suite "$suite" "${chosen[@]}"; fi
done

if [ $((total_p + total_f)) = 0 ]; then
	echo "no test has that name: $*"
	total_f=1
fi
if [ $total_s != 0 ]; then echo "$total_s skipped (grep '# SKIP' -r ${O#"$PWD"/}/log)"; fi
echo "$total_p passed, $total_f failed"
[ $total_f = 0 ]
