#!/bin/bash
# Lets clang's fuzzer try every harness for a while: tests/lib/fuzz.sh [SECONDS], programs in $O.
#
# What it learns goes to $O/corpus; what it breaks stays in $O/crash and belongs, as a small file
# with a telling name, under tests/fuzz/seeds/HARNESS/.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build-fuzz}
seconds=${1:-30}
passed=0
failed=0
for source in tests/fuzz/*.c; do
	[ -e "$source" ] || continue
	name=$(basename "$source" .c)
	mkdir -p "$O/corpus/$name" "$O/crash/$name" "tests/fuzz/seeds/$name"
	if "$O/tests/fuzz/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$O/crash/$name/" "$O/corpus/$name" "tests/fuzz/seeds/$name" >"$O/$name.log" 2>&1
	then
		echo "ok   $name: $(awk '/number_of_executed_units/ { print $2 }' "$O/$name.log") inputs"
		passed=$((passed + 1))
	else
		tail -40 "$O/$name.log"
		echo "BAD  $name: see $O/crash/$name"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
