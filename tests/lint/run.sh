#!/bin/bash
# Reads the code without running it: clang-tidy, cppcheck, shellcheck; and the manuals. tests/lint/run.sh [PART…]: tidy, cppcheck,
# shell, manuals; and by name only, as it takes twenty minutes of a processor: scan, clang's analyzer along every path.
#
# What each is not asked, with the reason: .clang-tidy, tests/lint/cppcheck.txt, and the list below.
set -u
cd "$(dirname "$0")/../.." || exit 1
JOBS=${JOBS:-$(nproc 2>/dev/null || echo 2)}
passed=0 failed=0

part() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1) && [ -z "$out" ]; then
		echo "ok   $name"
		passed=$((passed + 1))
	else
		echo "$out"
		echo "BAD  $name"
		failed=$((failed + 1))
	fi
}

C_FLAGS=(-std=c11 -I. -Icore/include -Iagent/include -D_GNU_SOURCE -DTONG_VERSION='"x"' -DTONG_SITE_DIR='"x"'
	-DTONG_LOCALE_DIR='"x"' -DTONG_LIBEXEC_DIR='"x"')

# Of its many lines the findings; that it ran at all is seen by its end code.
tidy_one() {
	local log code
	log=$(clang-tidy --quiet "$1" -- "${C_FLAGS[@]}" 2>&1)
	code=$?
	grep -E '(warning|error):' <<<"$log"
	return $code
}
tidy() {
	git ls-files 'core/*.c' 'agent/*.c' 'publisher/*.c' | xargs -P "$JOBS" -n 4 "$BASH" tests/lint/run.sh --tidy
}

# What `scan-build` runs for each file it sees compiled; here it needs no build, and its findings are text.
scan() {
	git ls-files 'core/*.c' 'agent/*.c' 'publisher/*.c' | xargs -P "$JOBS" -n 8 clang --analyze \
		-Xclang -analyzer-output=text "${C_FLAGS[@]}"
}

check() {
	cppcheck -j "$JOBS" --quiet --std=c11 --enable=warning,performance,portability --error-exitcode=1 \
		--suppressions-list=tests/lint/cppcheck.txt --include=tests/lint/cppcheck.h -I. -Icore/include -Iagent/include \
		-D_GNU_SOURCE -D__x86_64__ --template='{file}:{line}: {id}: {message}' core agent publisher
}

# SC1112: Chinese quotes in texts for people. SC2010: names that the test made itself.
# SC2034: what on_exit names in a string, and parts of a line that is read.
# SC2155: a command's end code that nobody asks for.
# SC2120: helpers of a test with arguments that it does not need every time.
shell() {
	git ls-files '*.sh' .ci/run docs/recipes | xargs grep -lE '^#!/bin/(ba)?sh' |
		xargs shellcheck -x -S warning -e SC1112,SC2010,SC2034,SC2120,SC2155 -f gcc
}

# Our own manuals are not installed where mandoc looks for what they refer to.
manuals() {
	mandoc -Tlint docs/man/* 2>/dev/null | grep -v 'referenced manual not found' || true
}

if [ "${1:-}" = --tidy ]; then
	shift
	code=0
	for file; do tidy_one "$file" || code=1; done
	exit $code
fi
for name in "${@:-tidy cppcheck shell manuals}"; do
	for one in $name; do
		case $one in
		tidy) part clang-tidy tidy ;;
		cppcheck) part cppcheck check ;;
		shell) part shellcheck shell ;;
		manuals) part mandoc manuals ;;
		scan) part "clang --analyze" scan ;;
		*) echo "no such part: $one"; failed=$((failed + 1)) ;;
		esac
	done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
