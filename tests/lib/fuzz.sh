#!/bin/bash
# Lets clang's fuzzer try harnesses for a while: tests/lib/fuzz.sh [SECONDS [HARNESS…]], programs in $O.
#
# What it learns goes to $O/corpus; what it breaks stays in $O/crash and belongs, as a small file
# with a telling name, under tests/fuzz/seeds/HARNESS/. JOBS (the number of processors) run at a time.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build-fuzz}
JOBS=${JOBS:-$(nproc 2>/dev/null || echo 2)}

# One harness; its answer is one line.
one() {
	local seconds=$1 name=$2
	TONG_TMP=$(mktemp -d "${TMPDIR:-/tmp}/tong-fuzz-XXXXXX"); export TONG_TMP
	mkdir -p "$O/corpus/$name" "$O/crash/$name"
	if "$O/tests/fuzz/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$O/crash/$name/" "$O/corpus/$name" "tests/fuzz/seeds/$name" >"$O/$name.log" 2>&1
	then
		echo "ok   $name: $(awk '/number_of_executed_units/ { print $2 }' "$O/$name.log") inputs"
	else
		tail -40 "$O/$name.log"
		echo "BAD  $name: see $O/crash/$name"
	fi
	rm -rf "$TONG_TMP"
}

if [ "${1:-}" = --one ]; then
	one "$2" "$3"
	exit 0
fi

seconds=${1:-30}
[ $# != 0 ] && shift
if [ $# = 0 ]; then
	mapfile -t all < <(basename -s .c tests/fuzz/*.c)
	set -- "${all[@]}"
fi
answers=$(printf '%s\0' "$@" | xargs -0 -n 1 -P "$JOBS" "$BASH" tests/lib/fuzz.sh --one "$seconds")
echo "$answers"
passed=$(grep -c '^ok ' <<<"$answers")
failed=$(($# - passed))
echo "$passed passed, $failed failed"
[ $failed = 0 ]
